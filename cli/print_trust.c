/* SPDX-License-Identifier: Apache-2.0 */
/* print_trust.c - a trust manifest for people and for programs. */
#include <inttypes.h>
#include <stdio.h>

#include <jansson.h>

#include "cli/print.h"
#include "cli/print_suit.h"
#include "host/file/uuid.h"
#include "host/keys/keys.h"
#include "update/update.h"

static const char *kind_name(uint8_t kind) {
    return kind == PRM_KEY_P256 ? "P-256" : "HSS-LMS";
}

/* The first 8 bytes of SHA-256, in hex. */
static void key_id(prm_span key, char out[2 * PRM_KEY_ID_SIZE + 1]) {
    uint8_t id[PRM_KEY_ID_SIZE] = {0};

    (void)primum_check8(key, id);
    primum_hex(id, sizeof id, out);
}

static void print_key(const struct prm_trust_key *key) {
    char id[2 * PRM_KEY_ID_SIZE + 1], uuid[PRIMUM_UUID_TEXT];

    key_id(key->key, id);
    cli_print("release key %s (%s)", id, kind_name(key->kind));
    if (key->vendor != NULL) {
        primum_uuid_text(key->vendor, uuid);
        cli_print(", only vendor %s", uuid);
    }
    if (key->class_ != NULL) {
        primum_uuid_text(key->class_, uuid);
        cli_print(", only class %s", uuid);
    }
    if (key->components != UINT32_MAX)
        cli_print(", only components 0x%x", key->components);
    putchar('\n');
}

void cli_trust_print(const struct primum_trust_file *f) {
    struct prm_cose_sign1 signature;
    char id[2 * 32 + 1];

    cli_print("trust       number %u, %zu bytes of %u\n", f->view.number, f->file.len - f->rest.len,
                 PRM_UPDATE_TRUST_MAX);
    cli_print("epoch       %" PRIu32 ", of releases from sequence %" PRIu64 "\n", f->view.epoch, f->view.base);
    cli_print("needs       %u P-256 and %u HSS-LMS signature%s for a release\n", f->view.need[0], f->view.need[1],
                 f->view.need[0] + f->view.need[1] == 1 ? "" : "s");
    for (uint32_t i = 0; i < f->view.keys; i++)
        print_key(&f->view.key[i]);
    for (uint32_t i = 0; i < f->signatures; i++) {
        if (prm_cose_signature_parse(f->signature[i], &signature) != PRM_OK) {
            puts("signature   not readable");
            continue;
        }
        const char *alg = cli_cose_alg_name(signature.alg);
        primum_hex(signature.kid.ptr, signature.kid.len <= 32 ? signature.kid.len : 32, id);
        cli_print("signature   %s (%d), key id %s\n", alg != NULL ? alg : "unknown algorithm", signature.alg, id);
    }
    if (f->signatures == 0)
        puts("signature   none yet: 'primum trust sign' adds them");
    if (f->rest.len > 0)
        cli_print("followed by %zu bytes: a release that comes with it\n", f->rest.len);
}

int cli_trust_print_json(const struct primum_trust_file *f) {
    json_t *keys = json_array(), *signatures = json_array();
    struct prm_cose_sign1 signature;
    char id[2 * PRM_KEY_ID_SIZE + 1];

    for (uint32_t i = 0; i < f->view.keys; i++) {
        const struct prm_trust_key *key = &f->view.key[i];
        key_id(key->key, id);
        json_array_append_new(
            keys, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "key_id", id, "kind", kind_name(key->kind), "key",
                            cli_json_hex(key->key), "vendor", cli_json_uuid(key->vendor), "class", cli_json_uuid(key->class_),
                            "components", key->components == UINT32_MAX ? json_null() : json_integer(key->components)));
    }
    for (uint32_t i = 0; i < f->signatures; i++) {
        if (prm_cose_signature_parse(f->signature[i], &signature) != PRM_OK)
            continue;
        json_array_append_new(signatures,
                              json_pack("{s:i, s:o}", "alg", (int)signature.alg, "key_id", cli_json_hex(signature.kid)));
    }
    json_t *root =
        json_pack("{s:I, s:I, s:I, s:[ii], s:o, s:o, s:I}", "number", (json_int_t)f->view.number, "epoch",
                  (json_int_t)f->view.epoch, "base", (json_int_t)f->view.base, "need", (int)f->view.need[0],
                  (int)f->view.need[1], "keys", keys, "signatures", signatures, "rest", (json_int_t)f->rest.len);
    return cli_json_print(root);
}
