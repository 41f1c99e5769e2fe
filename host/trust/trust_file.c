/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "host/keys/cose.h"
#include "host/file/uuid.h"
#include "host/keys/keys.h"
#include "host/release/suit_print.h"
#include "codec/cbor.h"
#include "update/update.h"

int primum_trust_file_is(prm_span bytes) {
    return bytes.len >= 2 && bytes.ptr[0] == 0xD8 && bytes.ptr[1] == PRM_COSE_TAG_SIGN;
}

/* As the device reads it, but for one without signatures, which no device takes. */
static prm_result parse(struct primum_trust_file *f) {
    struct prm_cbor r = prm_cbor_reader(primum_span(&f->file));

    if (prm_cbor_head(&r, PRM_CBOR_TAG) != PRM_COSE_TAG_SIGN || prm_cbor_head(&r, PRM_CBOR_ARRAY) != 4 ||
        prm_cbor_head(&r, PRM_CBOR_BSTR) != 0 || prm_cbor_head(&r, PRM_CBOR_MAP) != 0)
        return r.err != PRM_OK ? r.err : PRM_ERR_TRUST_FORMAT;
    f->payload = prm_cbor_bstr(&r);
    f->signatures = prm_cbor_head32(&r, PRM_CBOR_ARRAY);
    if (r.err == PRM_OK && (f->payload.len > PRM_TRUST_PAYLOAD_MAX || f->signatures > PRM_TRUST_SIGNATURES_MAX))
        return PRM_ERR_TRUST_FORMAT;
    for (uint32_t i = 0; i < f->signatures && r.err == PRM_OK; i++)
        f->signature[i] = prm_cbor_skip(&r);
    f->rest = prm_span_of(f->file.data + r.off, f->file.len - r.off);
    return r.err != PRM_OK ? r.err : prm_trust_payload_parse(f->payload, &f->view);
}

int primum_trust_file_parse(const char *path, struct primum_bytes *bytes, struct primum_trust_file *out) {
    memset(out, 0, sizeof *out);
    out->file = *bytes;
    *bytes = (struct primum_bytes){NULL, 0};
    const prm_result result = parse(out);
    if (result == PRM_OK)
        return PRIMUM_OK;
    primum_trust_file_free(out);
    return primum_fail(PRIMUM_REFUSED, "%s is not a trust manifest: %s", path, primum_result_text(result));
}

int primum_trust_file_read(const char *path, struct primum_trust_file *out) {
    struct primum_bytes bytes;
    const int status = primum_read_file(path, &bytes);

    memset(out, 0, sizeof *out);
    return status == PRIMUM_OK ? primum_trust_file_parse(path, &bytes, out) : status;
}

void primum_trust_file_free(struct primum_trust_file *file) {
    primum_bytes_free(&file->file);
    memset(file, 0, sizeof *file);
}

static void put_file(struct prm_cbor_writer *w, prm_span payload, const prm_span *signature, uint32_t signatures) {
    prm_cbor_put_head(w, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, 4);
    prm_cbor_put_head(w, PRM_CBOR_BSTR, 0);
    prm_cbor_put_head(w, PRM_CBOR_MAP, 0);
    prm_cbor_put_bstr(w, payload);
    prm_cbor_put_head(w, PRM_CBOR_ARRAY, signatures);
    for (uint32_t i = 0; i < signatures; i++)
        prm_cbor_put_raw(w, signature[i]);
}

struct primum_bytes primum_trust_file_write(prm_span payload, const prm_span *signature, uint32_t signatures) {
    struct prm_cbor_writer measure = {NULL, 0, 0};

    put_file(&measure, payload, signature, signatures);
    struct prm_cbor_writer w = {primum_alloc(measure.len), measure.len, 0};
    put_file(&w, payload, signature, signatures);
    return (struct primum_bytes){w.buf, w.len};
}

struct primum_bytes primum_trust_message(const struct primum_signer *signer, prm_span payload) {
    uint8_t header[PRIMUM_COSE_HEADER_MAX];
    const struct prm_cose_sign1 signature = {.protected_ = primum_cose_header(signer->alg, signer->kid, header)};
    struct prm_cose_tbs tbs;

    prm_cose_sign_tbs(&signature, prm_span_of(NULL, 0), payload, &tbs);
    return primum_cose_join(&tbs);
}

struct primum_bytes primum_trust_signature(const struct primum_signer *signer, prm_span signature) {
    uint8_t bytes[PRIMUM_COSE_HEADER_MAX];
    const prm_span header = primum_cose_header(signer->alg, signer->kid, bytes);
    const size_t cap = PRIMUM_COSE_HEADS_MAX + header.len + signature.len;
    struct prm_cbor_writer w = {primum_alloc(cap), cap, 0};

    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 3);
    prm_cbor_put_bstr(&w, header);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 0);
    prm_cbor_put_bstr(&w, signature);
    return (struct primum_bytes){w.buf, w.len};
}

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
    primum_print("release key %s (%s)", id, kind_name(key->kind));
    if (key->vendor != NULL) {
        primum_uuid_text(key->vendor, uuid);
        primum_print(", only vendor %s", uuid);
    }
    if (key->class_ != NULL) {
        primum_uuid_text(key->class_, uuid);
        primum_print(", only class %s", uuid);
    }
    if (key->components != UINT32_MAX)
        primum_print(", only components 0x%x", key->components);
    putchar('\n');
}

void primum_trust_file_print(const struct primum_trust_file *f) {
    struct prm_cose_sign1 signature;
    char id[2 * 32 + 1];

    primum_print("trust       number %u, %zu bytes of %u\n", f->view.number, f->file.len - f->rest.len,
                 PRM_UPDATE_TRUST_MAX);
    primum_print("epoch       %" PRIu32 ", of releases from sequence %" PRIu64 "\n", f->view.epoch, f->view.base);
    primum_print("needs       %u P-256 and %u HSS-LMS signature%s for a release\n", f->view.need[0], f->view.need[1],
                 f->view.need[0] + f->view.need[1] == 1 ? "" : "s");
    for (uint32_t i = 0; i < f->view.keys; i++)
        print_key(&f->view.key[i]);
    for (uint32_t i = 0; i < f->signatures; i++) {
        if (prm_cose_signature_parse(f->signature[i], &signature) != PRM_OK) {
            puts("signature   not readable");
            continue;
        }
        const char *alg = primum_cose_alg_name(signature.alg);
        primum_hex(signature.kid.ptr, signature.kid.len <= 32 ? signature.kid.len : 32, id);
        primum_print("signature   %s (%d), key id %s\n", alg != NULL ? alg : "unknown algorithm", signature.alg, id);
    }
    if (f->signatures == 0)
        puts("signature   none yet: 'primum trust sign' adds them");
    if (f->rest.len > 0)
        primum_print("followed by %zu bytes: a release that comes with it\n", f->rest.len);
}

static json_t *json_hex(prm_span bytes) {
    char hex[2 * PRM_KEY_MAX + 1];

    primum_hex(bytes.ptr, bytes.len <= PRM_KEY_MAX ? bytes.len : PRM_KEY_MAX, hex);
    return json_string(hex);
}

static json_t *json_uuid(const uint8_t *uuid) {
    char text[PRIMUM_UUID_TEXT];

    if (uuid == NULL)
        return json_null();
    primum_uuid_text(uuid, text);
    return json_string(text);
}

int primum_trust_file_print_json(const struct primum_trust_file *f) {
    json_t *keys = json_array(), *signatures = json_array();
    struct prm_cose_sign1 signature;
    char id[2 * PRM_KEY_ID_SIZE + 1];

    for (uint32_t i = 0; i < f->view.keys; i++) {
        const struct prm_trust_key *key = &f->view.key[i];
        key_id(key->key, id);
        json_array_append_new(
            keys, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "key_id", id, "kind", kind_name(key->kind), "key",
                            json_hex(key->key), "vendor", json_uuid(key->vendor), "class", json_uuid(key->class_),
                            "components", key->components == UINT32_MAX ? json_null() : json_integer(key->components)));
    }
    for (uint32_t i = 0; i < f->signatures; i++) {
        if (prm_cose_signature_parse(f->signature[i], &signature) != PRM_OK)
            continue;
        json_array_append_new(signatures,
                              json_pack("{s:i, s:o}", "alg", (int)signature.alg, "key_id", json_hex(signature.kid)));
    }
    json_t *root =
        json_pack("{s:I, s:I, s:I, s:[ii], s:o, s:o, s:I}", "number", (json_int_t)f->view.number, "epoch",
                  (json_int_t)f->view.epoch, "base", (json_int_t)f->view.base, "need", (int)f->view.need[0],
                  (int)f->view.need[1], "keys", keys, "signatures", signatures, "rest", (json_int_t)f->rest.len);
    const int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(root);
    return failed == 0 ? PRIMUM_OK : primum_fail(PRIMUM_IO, "can't write the output");
}
