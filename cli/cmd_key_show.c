/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_key_show.c - `primum key show`: what a key is, of either kind, private or public, in a file or a token. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "host/keys/hss_key.h"
#include "host/keys/hss_state.h"
#include "host/keys/keys.h"
#include "host/keys/pkcs11.h"

enum { O_JSON, O_PEM, O_OUTPUT, O_PASSPHRASE };

static const struct cli_option options[] = {
    [O_JSON] = {"json", 0, NULL, CLI_FLAG, 1 << 0, 0, 1, NULL, "for programs"},
    [O_PEM] = {"pem", 0, NULL, CLI_FLAG, 1 << 1, 0, 1, NULL, "print only the public key"},
    [O_OUTPUT] = {"output", 'o', "PUB", CLI_OUT, 1 << 0, 0, 1, NULL, "write the public key to this file as well"},
    [O_PASSPHRASE] = {"passphrase-file", 0, "FILE", CLI_IN, CLI_ALWAYS, 0, 1, NULL,
                      "its first line opens an encrypted .pem, or a token that shows its key only then"},
};
static const struct cli_mode modes[] = {{.by = -1, .operand = {{"KEY", CLI_KEY}}},
                                        {.by = O_PEM, .operand = {{"KEY", CLI_KEY}}, .text = "Only the public key"}};

/* What there is to say. Owns: all texts. */
struct shown {
    const char *kind; /* private, public, token */
    char *type, *pem, *label;
    char id[2 * PRM_KEY_ID_SIZE + 1];
    struct hss_state *state; /* of an HSS private key */
    enum hss_standing standing;
    size_t sig_len;
};

static const char *const standing_text[] = {"as written here", "copied, moved or restored: refuses to sign",
                                            "older than this machine's mark: refuses to sign"};
static const char *const standing_word[] = {"here", "moved", "behind"};

/* "HSS-LMS SHA-256, height 10, Winternitz 4, 2 levels" */
static char *hss_type(const uint8_t *public_key) {
    struct hss_set set;
    const uint32_t levels = hss_get32(public_key);

    (void)hss_set_from_types(hss_get32(public_key + 4), hss_get32(public_key + 8), &set);
    return primum_format("HSS-LMS SHA-256%s, height %u, Winternitz %u, %u level%s", set.n == 24 ? "/192" : "", set.h,
                         set.w, (unsigned)levels, levels == 1 ? "" : "s");
}

static void take_hss(const struct primum_hss_public *pub, struct shown *shown) {
    shown->type = hss_type(pub->bytes);
    shown->pem = primum_hss_public_pem(pub);
    shown->sig_len = pub->sig_len;
    primum_hex(pub->kid, sizeof pub->kid, shown->id);
}

static int look_at_hss(const char *path, struct shown *shown) {
    struct primum_hss_public pub;
    int status = primum_hss_public_of(path, &pub);

    if (status == PRIMUM_OK)
        status = hss_state_read(path, shown->state);
    if (status == PRIMUM_OK)
        status = hss_state_standing(path, shown->state, &shown->standing);
    shown->kind = "private";
    if (status == PRIMUM_OK)
        take_hss(&pub, shown);
    return status;
}

static int take_p256(EVP_PKEY *key, const char *name, struct shown *shown) {
    struct prm_anchor anchor;
    struct primum_bytes pem = {NULL, 0};
    int status = primum_key_anchor(key, name, &anchor);

    if (status == PRIMUM_OK)
        status = primum_key_public_pem(key, &pem);
    if (status == PRIMUM_OK) {
        shown->type = primum_format("ESP256, P-256");
        shown->pem = primum_format("%.*s", (int)pem.len, (const char *)pem.data);
        primum_hex(anchor.key_id, sizeof anchor.key_id, shown->id);
    }
    primum_bytes_free(&pem);
    return status;
}

static int look_at_public(const char *path, struct shown *shown) {
    struct primum_hss_public pub;
    EVP_PKEY *key = NULL;
    int status;

    shown->kind = "public";
    if (primum_key_is_public(path)) {
        status = primum_key_open_public(path, &key);
        if (status == PRIMUM_OK)
            status = take_p256(key, path, shown);
        EVP_PKEY_free(key);
        return status;
    }
    status = primum_hss_public_read(path, &pub);
    if (status == PRIMUM_OK)
        take_hss(&pub, shown);
    else
        (void)primum_fail(status, "nor is it a P-256 key in PEM, nor the .hss of an HSS-LMS key");
    return status;
}

static int look_at(const struct cli_args *args, const char *key_name, struct shown *shown) {
    EVP_PKEY *key = NULL;
    int status;

    if (cli_has(args, O_PASSPHRASE) && (primum_hss_is_key(key_name) || !primum_key_wants_secret(key_name)))
        return cli_misuse(args, "--passphrase-file has no effect: %s is shown without", key_name);
    if (primum_pkcs11_is_uri(key_name)) {
        shown->kind = "token";
        status = primum_pkcs11_describe(key_name, cli_text(args, O_PASSPHRASE), &key, &shown->label);
    } else if (primum_key_is_private(key_name)) {
        shown->kind = "private";
        status = primum_key_read_private(key_name, cli_text(args, O_PASSPHRASE), &key);
    } else {
        return primum_hss_is_key(key_name) ? look_at_hss(key_name, shown) : look_at_public(key_name, shown);
    }
    if (status == PRIMUM_OK)
        status = take_p256(key, key_name, shown);
    EVP_PKEY_free(key);
    return status;
}

static void print_state(const struct shown *shown) {
    const struct hss_state *s = shown->state;
    const unsigned long long left = s->end - s->next, all = s->end - s->first, next = s->next;

    cli_print("signatures  %llu left of %llu, %zu bytes each\n", left, all, shown->sig_len);
    cli_print("indices     %llu to %llu not used yet\n", next, left > 0 ? (unsigned long long)s->end - 1u : next);
    cli_print("seed        %s\n", s->sealed.kind != HSS_SEAL_NONE ? "encrypted" : "not encrypted");
    cli_print("file        %s\n", standing_text[shown->standing]);
}

static void print_text(const struct shown *shown) {
    cli_print("key id      %s\n", shown->id);
    cli_print("type        %s\n", shown->type);
    if (shown->label != NULL)
        cli_print("token       %s\n", shown->label);
    if (shown->state->levels > 0)
        print_state(shown);
    else
        cli_print("private     %s\n", strcmp(shown->kind, "public") == 0 ? "no, this is the public key" : "yes");
}

static int print_json(const struct shown *shown) {
    const struct hss_state *s = shown->state;
    json_t *root = json_pack("{s:s, s:s, s:s}", "kind", shown->kind, "type", shown->type, "key_id", shown->id);

    if (s->levels > 0) {
        json_object_set_new(root, "left", json_integer((json_int_t)(s->end - s->next)));
        json_object_set_new(root, "of", json_integer((json_int_t)(s->end - s->first)));
        json_object_set_new(root, "next", json_integer((json_int_t)s->next));
        json_object_set_new(root, "end", json_integer((json_int_t)s->end));
        json_object_set_new(root, "signature_bytes", json_integer((json_int_t)shown->sig_len));
        json_object_set_new(root, "encrypted", json_boolean(s->sealed.kind != HSS_SEAL_NONE));
        json_object_set_new(root, "standing", json_string(standing_word[shown->standing]));
    }
    return cli_json_print(root);
}

static int show(struct cli_args *args, const struct shown *shown) {
    struct primum_output *out = args->given[O_OUTPUT].output[0];
    int status = PRIMUM_OK;

    if (out != NULL)
        status = primum_output_write(out, prm_span_of(shown->pem, strlen(shown->pem)));
    if (out != NULL && status == PRIMUM_OK)
        status = primum_files_publish(&args->files);
    if (status != PRIMUM_OK)
        return status;
    if (cli_has(args, O_PEM)) {
        fputs(shown->pem, stdout);
    } else if (cli_has(args, O_JSON)) {
        return print_json(shown);
    } else {
        print_text(shown);
        if (out != NULL)
            cli_print("public key  %s\n", cli_text(args, O_OUTPUT));
    }
    return PRIMUM_OK;
}

static int run(struct cli_args *args) {
    struct hss_state state = {.fd = -1, .registry.fd = {-1, -1}};
    struct shown shown = {.state = &state};
    int status = look_at(args, args->operand[0], &shown);

    if (status == PRIMUM_OK)
        status = show(args, &shown);
    hss_state_close(&state);
    free(shown.type);
    free(shown.pem);
    free(shown.label);
    return status;
}

const struct cli_verb cli_key_show = CLI_TABLE("key show", "show a key's id and what is left of it", 1,
                                               "Shows type and id of a key: a file of 'primum keygen', private or "
                                               "public, or a P-256 key in a token by its RFC 7512 "
                                               "URI. Keepers compare ids with those on paper. Of NAME.hss also how "
                                               "many signatures are left, and whether the file may "
                                               "sign here.",
                                               modes, options, run);
