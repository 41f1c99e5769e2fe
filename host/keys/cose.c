/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/cose.h"

#include <string.h>

#include "codec/cbor.h"

prm_span primum_cose_header(int32_t alg, const uint8_t kid[PRM_KEY_ID_SIZE], uint8_t out[PRIMUM_COSE_HEADER_MAX]) {
    struct prm_cbor_writer w = {out, PRIMUM_COSE_HEADER_MAX, 0};

    prm_cbor_put_head(&w, PRM_CBOR_MAP, 2);
    prm_cbor_put_int(&w, 1);
    prm_cbor_put_int(&w, alg);
    prm_cbor_put_int(&w, 4);
    prm_cbor_put_bstr(&w, prm_span_of(kid, PRM_KEY_ID_SIZE));
    return prm_span_of(out, w.len);
}

struct primum_bytes primum_cose_join(const struct prm_cose_tbs *tbs) {
    struct primum_bytes out = {NULL, 0};

    for (size_t i = 0; i < PRM_COSE_TBS_PARTS; i++)
        out.len += tbs->part[i].len;
    out.data = primum_alloc(out.len);
    for (size_t i = 0, at = 0; i < PRM_COSE_TBS_PARTS; at += tbs->part[i++].len) {
        if (tbs->part[i].len > 0)
            memcpy(out.data + at, tbs->part[i].ptr, tbs->part[i].len);
    }
    return out;
}

struct primum_bytes primum_cose_message(prm_span header, prm_span digest) {
    const struct prm_cose_sign1 sign1 = {.protected_ = header};
    struct prm_cose_tbs tbs;

    prm_cose_sign1_tbs(&sign1, prm_span_of(NULL, 0), digest, &tbs);
    return primum_cose_join(&tbs);
}

struct primum_bytes primum_cose_block(prm_span header, prm_span signature) {
    const size_t cap = PRIMUM_COSE_HEADS_MAX + header.len + signature.len;
    struct prm_cbor_writer w = {primum_alloc(cap), cap, 0};

    prm_cbor_put_head(&w, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN1);
    prm_cbor_put_head(&w, PRM_CBOR_ARRAY, 4);
    prm_cbor_put_bstr(&w, header);
    prm_cbor_put_head(&w, PRM_CBOR_MAP, 0);
    prm_cbor_put_head(&w, PRM_CBOR_SIMPLE, PRM_CBOR_NULL);
    prm_cbor_put_bstr(&w, signature);
    return (struct primum_bytes){w.buf, w.len};
}
