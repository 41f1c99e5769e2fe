/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_cose.c - COSE_Sign1: what is accepted lies within the input, is deterministic, and has one meaning. */
#include "tests/fuzz/fuzz.h"

#include "codec/cbor.h"
#include "codec/cose.h"

static void within(prm_span s, const uint8_t *data, size_t size) {
    MUST(s.ptr == NULL ? s.len == 0 : s.ptr >= data && s.len <= size && s.ptr + s.len <= data + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct prm_cose_sign1 s;
    struct prm_cose_tbs tbs;
    const prm_result result = prm_cose_sign1_parse(prm_span_of(data, size), &s);

    if (result != PRM_OK) {
        MUST(s.alg == 0 && s.protected_.ptr == NULL && s.kid.ptr == NULL && s.payload.ptr == NULL &&
             s.signature.ptr == NULL);
        return 0;
    }
    within(s.protected_, data, size);
    within(s.kid, data, size);
    within(s.payload, data, size);
    within(s.signature, data, size);
    MUST(s.alg != 0 && s.protected_.len > 0);
    struct prm_cbor r = prm_cbor_reader(prm_span_of(data, size));
    (void)prm_cbor_skip(&r);
    MUST(prm_cbor_end(&r) == PRM_OK);

    /* The signed bytes are one well-formed array of the four. */
    prm_cose_sign1_tbs(&s, prm_span_of(data, size / 2), s.payload, &tbs);
    uint8_t *joined = malloc(3 * size + 64);
    size_t n = 0;
    MUST(joined != NULL);
    for (size_t i = 0; i < PRM_COSE_TBS_PARTS; i++) {
        if (tbs.part[i].len > 0)
            memcpy(joined + n, tbs.part[i].ptr, tbs.part[i].len);
        n += tbs.part[i].len;
    }
    r = prm_cbor_reader(prm_span_of(joined, n));
    MUST(prm_cbor_head(&r, PRM_CBOR_ARRAY) == 4 && prm_cbor_tstr(&r).len == 10);
    MUST(prm_cbor_bstr(&r).len == s.protected_.len && prm_cbor_bstr(&r).len == size / 2);
    MUST(prm_cbor_bstr(&r).len == s.payload.len && prm_cbor_end(&r) == PRM_OK);
    free(joined);
    return 0;
}
