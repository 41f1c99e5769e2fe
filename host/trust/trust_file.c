/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_file.h"

#include <string.h>

#include "host/keys/cose.h"
#include "host/keys/keys.h"
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
