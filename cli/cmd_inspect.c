/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_inspect.c - `primum inspect`: what a release says, whoever made it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/cli.h"
#include "host/release/conditions.h"
#include "cli/print_diag.h"
#include "host/release/release.h"
#include "cli/print_suit.h"
#include "host/trust/trust_file.h"
#include "codec/cose.h"
#include "providers/openssl/crypto_openssl.h"
#include "suit/suit_encrypt.h"
#include "update/update_parse.h"

enum { O_JSON, O_DIAG };

static const struct cli_option options[] = {
    [O_JSON] = {"json", 0, NULL, CLI_FLAG, 1 << 1, 0, 1, NULL, "for programs"},
    [O_DIAG] = {"diag", 0, NULL, CLI_FLAG, 1 << 2, 0, 1, NULL,
                "CBOR diagnostic notation (RFC 8949 section 8), embedded CBOR as <<...>>, long byte strings shortened"},
};
static const struct cli_mode modes[] = {{.by = -1, .operand = {{"FILE", CLI_IN}}},
                                        {.by = O_JSON, .operand = {{"FILE", CLI_IN}}, .text = "As JSON"},
                                        {.by = O_DIAG, .operand = {{"FILE", CLI_IN}}, .text = "As it is encoded"}};

enum form { FORM_TEXT, FORM_JSON, FORM_DIAG };

static prm_span text_member(const struct primum_release *release, const struct primum_claim *claim) {
    return claim->parsed.text.ptr != NULL ? claim->parsed.text : release->envelope.severed[2];
}

static void print_signature(FILE *out, prm_span block) {
    struct prm_cose_sign1 sign1;
    char kid[2 * 32 + 1] = "";

    if (prm_cose_sign1_parse(block, &sign1) != PRM_OK) {
        fputs("signature   ", out);
        cli_diag_line(out, block);
        fputc('\n', out);
        return;
    }
    const char *alg = cli_cose_alg_name(sign1.alg);
    if (sign1.kid.len <= 32)
        primum_hex(sign1.kid.ptr, sign1.kid.len, kid);
    fprintf(out, "signature   %s (%d), key id %s\n", alg != NULL ? alg : "unknown algorithm", sign1.alg,
            sign1.kid.ptr == NULL ? "not named" : kid);
}

/* For whom a payload is encrypted, and with what. */
static void print_recipients(const struct prm_suit_component *c) {
    struct prm_suit_encrypt info;
    char hex[2 * 32 + 1];

    if (c->encryption.ptr == NULL)
        return;
    const prm_result result = prm_suit_encrypt_parse(c->encryption, &info);
    if (result != PRM_OK) {
        cli_print("            encryption: %s\n", primum_result_text(result));
        return;
    }
    cli_print("            %s for", info.alg == PRM_COSE_A128CTR ? "A128CTR" : "A128GCM");
    for (uint32_t i = 0; i < info.recipients; i++) {
        const prm_span kid = info.recipient[i].kid;
        primum_hex(kid.ptr, kid.len <= 32 ? kid.len : 32, hex);
        cli_print("%s %s", i == 0 ? "" : ",", kid.ptr != NULL ? hex : "whoever has the key");
    }
    putchar('\n');
}

/* The payload whose list of blocks is sent under this name; ptr NULL: it is no list. */
static prm_span listed_by(const struct primum_claim *claim, prm_span name) {
    struct prm_update_blocks blocks;

    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        for (uint32_t i = 0; i < claim->parsed.components && claim->slot[slot].present; i++) {
            const struct prm_suit_component *c = &claim->slot[slot].component[i];
            if (prm_update_blocks_parse(c->fetch, c->size, &blocks) == PRM_OK && blocks.list.len == name.len &&
                memcmp(blocks.list.ptr, name.ptr, name.len) == 0)
                return c->uri;
        }
    }
    return prm_span_of(NULL, 0);
}

static uint32_t count_lists(const struct primum_release *release, const struct primum_claim *claim) {
    uint32_t count = 0;

    for (uint32_t i = 0; i < release->envelope.payloads; i++) {
        prm_span name, bytes;
        primum_release_payload(release, i, &name, &bytes);
        count += listed_by(claim, name).ptr != NULL ? 1u : 0u;
    }
    return count;
}

static void print_payload(const struct primum_claim *claim, prm_span name, prm_span bytes, const char *sha256) {
    const prm_span of = listed_by(claim, name);

    fputs(of.ptr != NULL ? "block list  " : "payload     ", stdout);
    cli_diag_text(stdout, name);
    if (of.ptr != NULL) {
        fputs(" of ", stdout);
        cli_diag_text(stdout, of);
    }
    cli_print(", %zu bytes, sha-256 %s\n", bytes.len, sha256);
}

static void print_images(const struct primum_release *release, const struct primum_claim *claim) {
    char hex[2 * PRM_SHA256_SIZE + 1];

    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        for (uint32_t i = 0; i < claim->parsed.components && claim->slot[slot].present; i++) {
            const struct prm_suit_component *c = &claim->slot[slot].component[i];
            if (c->digest == NULL)
                continue;
            primum_hex(c->digest, PRM_SHA256_SIZE, hex);
            cli_print("image %c%u    %u bytes, sha-256 %s%s\n", 'A' + (int)slot, i, c->size, hex,
                         c->encryption.ptr != NULL ? " (sent encrypted)" : "");
            print_recipients(c);
        }
    }
    if (claim->manifest == PRM_OK && claim->install != PRM_OK)
        cli_print("install     %s\n", primum_result_text(claim->install));
    for (uint32_t i = 0; i < release->envelope.payloads; i++) {
        prm_span name, bytes;
        uint8_t sha256[PRM_SHA256_SIZE];
        primum_release_payload(release, i, &name, &bytes);
        if (prm_crypto_openssl.sha256(&bytes, 1, sha256) != PRM_OK)
            continue;
        primum_hex(sha256, sizeof sha256, hex);
        print_payload(claim, name, bytes, hex);
    }
}

static void print_conditions(FILE *out, const struct prm_suit_conditions *c) {
    char time[PRIMUM_TIME_TEXT];
    const char *between = "";

    if (!primum_conditions_any(c))
        return;
    fputs("conditions  ", out);
    if (c->authorized == PRM_YES) {
        fprintf(out, "update authorized (priority %d)", c->priority);
        between = ", ";
    }
    if (c->battery_mwh != 0) {
        fprintf(out, "%sbattery at least %u mWh", between, c->battery_mwh);
        between = ", ";
    }
    if (c->use_before != UINT64_MAX) {
        primum_time_text(c->use_before, time);
        fprintf(out, "%suse before %s", between, time);
    }
    fputc('\n', out);
}

static void print_id(const char *label, const uint8_t *uuid) {
    char text[PRIMUM_UUID_TEXT];

    if (uuid == NULL)
        return;
    primum_uuid_text(uuid, text);
    cli_print("%-11s %s\n", label, text);
}

static void print_human(const struct primum_release *release, const struct primum_claim *claim) {
    char hex[2 * PRM_SHA256_SIZE + 1];
    const prm_span text = text_member(release, claim);

    const uint32_t lists = count_lists(release, claim), payloads = release->envelope.payloads - lists;
    cli_print("release     %zu bytes, %u signature%s, %u payload%s, %u block list%s\n", release->file.len,
              release->envelope.signatures, release->envelope.signatures == 1 ? "" : "s", payloads,
              payloads == 1 ? "" : "s", lists, lists == 1 ? "" : "s");
    if (claim->manifest == PRM_OK)
        cli_print("sequence    %llu\n", (unsigned long long)claim->parsed.sequence);
    else
        cli_print("manifest    %s\n", primum_result_text(claim->manifest));
    print_id("vendor", claim->vendor);
    print_id("class", claim->class_);
    print_id("device", claim->device);
    if (claim->conditions == PRM_OK)
        print_conditions(stdout, &claim->asked);
    else if (claim->manifest == PRM_OK)
        cli_print("conditions  %s\n", primum_result_text(claim->conditions));
    primum_hex(claim->digest, sizeof claim->digest, hex);
    cli_print("digest      %s (%s)\n", hex,
                 claim->digest_matches == PRM_YES ? "as the envelope states" : "NOT what the envelope states");
    for (uint32_t i = 0; i < release->envelope.signatures; i++)
        print_signature(stdout, release->envelope.signature[i]);
    if (release->envelope.signatures == 0)
        puts("signature   none");
    print_images(release, claim);
    if (text.ptr != NULL) {
        puts("\nTexts");
        cli_suit_print_texts(stdout, text, 2);
    }
    puts("\nManifest");
    cli_suit_print_manifest(stdout, release->envelope.manifest);
    for (unsigned i = 0; i < PRM_SUIT_SEVERED_TEXT; i++) {
        if (release->envelope.severed[i].ptr == NULL)
            continue;
        cli_print("%s (severed, beside the manifest)\n", i == PRM_SUIT_SEVERED_FETCH ? "payload-fetch" : "install");
        cli_suit_print_sequence(stdout, release->envelope.severed[i], 2);
    }
}

/* Text as JSON can hold it: what is no UTF-8 is escaped, and nothing is left out. */
static json_t *json_text(prm_span text) {
    /* DEL is the one control character that JSON doesn't want escaped. */
    if (primum_text_is_utf8(text) && (text.len == 0 || memchr(text.ptr, 0x7F, text.len) == NULL))
        return json_stringn(text.len > 0 ? (const char *)text.ptr : "", text.len);
    char *plain = primum_text_plain(text);
    json_t *value = json_string(plain);
    free(plain);
    return value;
}

/* The same as the name of a member, which is never one that is there already. */
static void json_set_text(json_t *object, prm_span name, json_t *value) {
    char *plain = primum_text_plain(name);

    while (json_object_get(object, plain) != NULL) {
        char *longer = primum_format("%s'", plain);
        free(plain);
        plain = longer;
    }
    json_object_set_new(object, plain, value);
    free(plain);
}

static json_t *json_conditions(const struct primum_claim *claim) {
    json_t *object = json_object();
    char time[PRIMUM_TIME_TEXT];

    if (claim->conditions != PRM_OK)
        json_object_set_new(object, "error", json_string(primum_result_text(claim->conditions)));
    if (claim->asked.authorized == PRM_YES)
        json_object_set_new(object, "update_authorized", json_pack("{s:i}", "priority", claim->asked.priority));
    if (claim->asked.battery_mwh != 0)
        json_object_set_new(object, "minimum_battery_mwh", json_integer((json_int_t)claim->asked.battery_mwh));
    if (claim->conditions == PRM_OK && claim->asked.use_before != UINT64_MAX) {
        primum_time_text(claim->asked.use_before, time);
        json_object_set_new(object, "use_before", json_string(time));
    }
    return object;
}

static json_t *json_signatures(const struct primum_release *release) {
    json_t *list = json_array();

    for (uint32_t i = 0; i < release->envelope.signatures; i++) {
        struct prm_cose_sign1 sign1;
        json_t *entry = json_object();
        const prm_result result = prm_cose_sign1_parse(release->envelope.signature[i], &sign1);
        if (result == PRM_OK) {
            const char *alg = cli_cose_alg_name(sign1.alg);
            json_object_set_new(entry, "alg", alg != NULL ? json_string(alg) : json_integer(sign1.alg));
            json_object_set_new(entry, "key_id",
                                cli_json_hex(sign1.kid));
        } else {
            json_object_set_new(entry, "error", json_string(primum_result_text(result)));
        }
        json_array_append_new(list, entry);
    }
    return list;
}

static json_t *json_images(const struct primum_claim *claim) {
    json_t *list = json_array();

    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        for (uint32_t i = 0; i < claim->parsed.components && claim->slot[slot].present; i++) {
            const struct prm_suit_component *c = &claim->slot[slot].component[i];
            if (c->digest == NULL)
                continue;
            json_array_append_new(list,
                                  json_pack("{s:s, s:i, s:I, s:b, s:o}", "slot", slot == 0 ? "a" : "b", "component",
                                            (int)i, "size", (json_int_t)c->size, "encrypted", c->encryption.ptr != NULL,
                                            "sha256", cli_json_hex(prm_span_of(c->digest, PRM_SHA256_SIZE))));
        }
    }
    return list;
}

static json_t *json_payloads(const struct primum_release *release, const struct primum_claim *claim) {
    json_t *list = json_array();

    for (uint32_t i = 0; i < release->envelope.payloads; i++) {
        prm_span name, bytes;
        uint8_t sha256[PRM_SHA256_SIZE];
        primum_release_payload(release, i, &name, &bytes);
        if (prm_crypto_openssl.sha256(&bytes, 1, sha256) != PRM_OK)
            continue;
        json_t *payload = json_pack("{s:o, s:I, s:o}", "name", json_text(name), "size", (json_int_t)bytes.len, "sha256",
                                    cli_json_hex(prm_span_of(sha256, sizeof sha256)));
        const prm_span of = listed_by(claim, name);
        if (of.ptr != NULL)
            json_object_set_new(payload, "block_list_of", json_text(of));
        json_array_append_new(list, payload);
    }
    return list;
}

/* One map of texts as an object; the components' maps become members named by their identifiers. */
static json_t *json_text_map(struct prm_cbor *r, int component) {
    json_t *object = json_object();

    for (uint64_t n = prm_cbor_head(r, PRM_CBOR_MAP); n > 0 && r->err == PRM_OK; n--) {
        if (prm_cbor_peek(r) == PRM_CBOR_ARRAY && !component) {
            const prm_span id = prm_cbor_skip(r);
            char *name = NULL;
            size_t len = 0;
            FILE *memory = open_memstream(&name, &len);
            if (memory == NULL)
                exit(primum_fail(PRIMUM_IO, "out of memory"));
            cli_diag_line(memory, id);
            fclose(memory);
            json_object_set_new(object, name, json_text_map(r, 1));
            free(name);
            continue;
        }
        const int32_t key = prm_cbor_int(r);
        const char *known = cli_suit_text_name(component, key);
        char *name = known != NULL ? primum_format("%s", known) : primum_format("%d", key);
        const prm_span text = prm_cbor_tstr(r);
        if (r->err == PRM_OK)
            json_set_text(object, prm_span_of(name, strlen(name)), json_text(text));
        free(name);
    }
    return object;
}

static json_t *json_texts(prm_span text) {
    struct prm_cbor r = prm_cbor_reader(text);
    json_t *object = json_object();

    if (text.ptr == NULL)
        return object;
    for (uint64_t n = prm_cbor_head(&r, PRM_CBOR_MAP); n > 0 && r.err == PRM_OK; n--) {
        const prm_span language = prm_cbor_tstr(&r);
        json_set_text(object, language, json_text_map(&r, 0));
    }
    return object;
}

static int print_json(const struct primum_release *release, const struct primum_claim *claim) {
    json_t *root = json_object();

    json_object_set_new(root, "size", json_integer((json_int_t)release->file.len));
    if (claim->manifest == PRM_OK)
        json_object_set_new(root, "sequence", json_integer((json_int_t)claim->parsed.sequence));
    json_object_set_new(root, "vendor", cli_json_uuid(claim->vendor));
    json_object_set_new(root, "class", cli_json_uuid(claim->class_));
    json_object_set_new(root, "device", cli_json_uuid(claim->device));
    json_object_set_new(root, "manifest_digest", cli_json_hex(prm_span_of(claim->digest, sizeof claim->digest)));
    json_object_set_new(root, "digest_matches", json_boolean(claim->digest_matches == PRM_YES));
    json_object_set_new(root, "manifest", json_string(primum_result_text(claim->manifest)));
    json_object_set_new(root, "commands", json_string(primum_result_text(claim->select)));
    json_object_set_new(root, "conditions", json_conditions(claim));
    json_object_set_new(root, "signatures", json_signatures(release));
    json_object_set_new(root, "images", json_images(claim));
    json_object_set_new(root, "payloads", json_payloads(release, claim));
    json_object_set_new(root, "texts", json_texts(text_member(release, claim)));
    return cli_json_print(root);
}

static int print_diag(prm_span bytes) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    cli_diag_item(stdout, &r, 0);
    putchar('\n');
    const prm_result result = prm_cbor_end(&r);
    return result == PRM_OK ? PRIMUM_OK
                            : primum_fail(PRIMUM_REFUSED, "the file is cut here: %s", primum_result_text(result));
}

static int inspect_trust(const char *path, enum form form) {
    struct primum_trust_file file;
    int status = primum_trust_file_read(path, &file);

    if (status != PRIMUM_OK)
        return status;
    if (form == FORM_JSON)
        status = cli_trust_print_json(&file);
    else if (form == FORM_DIAG)
        status = print_diag(prm_span_of(file.file.data, file.file.len - file.rest.len));
    else
        cli_trust_print(&file);
    primum_trust_file_free(&file);
    return status;
}

/* By its first bytes; a file that can't be read is for the release's reader to complain of. */
static int is_trust(const char *path) {
    uint8_t head[2] = {0, 0};
    FILE *file = fopen(path, "rb");
    const size_t n = file != NULL ? fread(head, 1, sizeof head, file) : 0;

    if (file != NULL)
        fclose(file);
    return primum_trust_file_is(prm_span_of(head, n));
}

static int inspect(const char *path, enum form form) {
    struct primum_release release;
    struct primum_claim claim;

    if (is_trust(path))
        return inspect_trust(path, form);
    int status = primum_release_read(path, &release);

    if (status != PRIMUM_OK)
        return status;
    primum_release_claim(&release, &claim);
    if (form == FORM_JSON)
        status = print_json(&release, &claim);
    else if (form == FORM_DIAG)
        status = print_diag(primum_span(&release.file));
    else
        print_human(&release, &claim);
    primum_release_free(&release);
    return status;
}

static int run(struct cli_args *args) {
    const enum form form = cli_has(args, O_JSON) ? FORM_JSON : cli_has(args, O_DIAG) ? FORM_DIAG : FORM_TEXT;

    return inspect(args->operand[0], form);
}

const struct cli_verb cli_inspect = CLI_TABLE("inspect", "show what a release says", 0,
                                              "Shows what a release or a trust manifest says, in words, whoever made "
                                              "it. It checks no signature: 'primum verify' does. "
                                              "A FILE ending in .hex is read as hexadecimal text.",
                                              modes, options, run);
