/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/cose.h"

#include "base/harden.h"
#include "codec/cbor.h"

enum { HEADER_ALG = 1, HEADER_KID = 4 };

/* One header map. `alg` is where an algorithm may stand, NULL where it must not. */
static void headers(struct prm_cbor *r, int32_t *alg, prm_span *kid) {
    struct prm_cbor_map map;

    for (prm_cbor_map(r, &map); prm_cbor_next(r, &map);) {
        const int32_t label = prm_cbor_int(r);
        if (label == HEADER_ALG && alg != NULL) {
            *alg = prm_cbor_int(r);
        } else if (label == HEADER_KID && kid->ptr == NULL) {
            *kid = prm_cbor_bstr(r);
        } else {
            prm_cbor_fail(r, label == HEADER_ALG ? PRM_ERR_SIG_ALGORITHM : PRM_ERR_SIG_FORMAT);
        }
    }
}

/* Both shapes: [protected, unprotected, payload, signature] of a COSE_Sign1, and without the payload a COSE_Signature. */
static prm_result parse(struct prm_cbor *r, uint32_t items, struct prm_cose_sign1 *s) {
    prm_cbor_expect(r, PRM_CBOR_ARRAY, items, PRM_ERR_SIG_FORMAT);
    s->protected_ = prm_cbor_bstr(r);
    headers(r, NULL, &s->kid);
    if (items == 4 && prm_cbor_peek(r) == PRM_CBOR_BSTR)
        s->payload = prm_cbor_bstr(r);
    else if (items == 4)
        prm_cbor_null(r);
    s->signature = prm_cbor_bstr(r);
    PRM_TRY(prm_cbor_end(r));

    /* No protected headers at all is the empty string (RFC 9052 3), and then there is no algorithm either. */
    if (s->protected_.len == 0)
        return PRM_ERR_SIG_ALGORITHM;
    *r = prm_cbor_reader(s->protected_);
    headers(r, &s->alg, &s->kid);
    PRM_TRY(prm_cbor_end(r));
    return s->alg != 0 ? PRM_OK : PRM_ERR_SIG_ALGORITHM;
}

static prm_result parse_whole(struct prm_cbor *r, uint32_t items, struct prm_cose_sign1 *out) {
    prm_wipe(out, sizeof *out);
    const prm_result result = parse(r, items, out);
    if (result != PRM_OK)
        prm_wipe(out, sizeof *out);
    return result;
}

prm_result prm_cose_sign1_parse(prm_span bytes, struct prm_cose_sign1 *out) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    /* An error is sticky: what has no tag at all keeps the reader's, and only another tag names another kind. */
    prm_cbor_expect(&r, PRM_CBOR_TAG, PRM_COSE_TAG_SIGN1, PRM_ERR_SIG_KIND);
    return parse_whole(&r, 4, out);
}

prm_result prm_cose_signature_parse(prm_span bytes, struct prm_cose_sign1 *out) {
    struct prm_cbor r = prm_cbor_reader(bytes);

    return parse_whole(&r, 3, out);
}

/* The head of a bstr around `contents`, and the contents, as two parts. */
static void wrap(uint8_t head[9], prm_span contents, prm_span part[2]) {
    struct prm_cbor_writer w = {.buf = head, .cap = 9, .len = 0};

    prm_cbor_put_head(&w, PRM_CBOR_BSTR, contents.len);
    part[0] = prm_span_of(head, w.len);
    part[1] = contents;
}

/* One copy, for a root's size. */
__attribute__((noinline)) static void lay_out(prm_span context, const struct prm_cose_sign1 *signature, prm_span external_aad, prm_span payload,
                    struct prm_cose_tbs *tbs) {
    tbs->part[0] = context;
    wrap(tbs->heads[0], signature->protected_, &tbs->part[1]);
    wrap(tbs->heads[1], external_aad, &tbs->part[3]);
    wrap(tbs->heads[2], payload, &tbs->part[5]);
}

void prm_cose_sign1_tbs(const struct prm_cose_sign1 *sign1, prm_span external_aad, prm_span payload,
                        struct prm_cose_tbs *tbs) {
    /* An array of four, and the context string. */
    static const uint8_t context[] = {0x84, 0x6A, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1'};

    lay_out(prm_span_of(context, sizeof context), sign1, external_aad, payload, tbs);
}

void prm_cose_sign_tbs(const struct prm_cose_sign1 *signature, prm_span external_aad, prm_span payload,
                       struct prm_cose_tbs *tbs) {
    /* An array of five, the context string, and no protected headers of the body: the empty string. */
    static const uint8_t context[] = {0x85, 0x69, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', 0x40};

    lay_out(prm_span_of(context, sizeof context), signature, external_aad, payload, tbs);
}
