/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SUIT_Encryption_Info, read once from front to end. Every access is through the CBOR reader, so no bound is checked
 * here; the only index of our own is `recipient[i]`, and i < count <= PRM_SUIT_RECIPIENTS_MAX (B1).
 */
#include "suit/suit_encrypt_parse.h"

#include "base/harden.h"
#include "base/sizes.h"
#include "codec/cbor.h"

enum { HEADER_ALG = 1, HEADER_KID = 4, HEADER_IV = 5, HEADER_EPHEMERAL = -1 };
enum { KEY_TYPE = 1, KEY_TYPE_EC2 = 2, KEY_CURVE = -1, KEY_CURVE_P256 = 1, KEY_X = -2, KEY_Y = -3 };
enum { COORDINATE_SIZE = 32, CTR_IV_SIZE = 16 };

/* What a pair of header maps may hold; which of them must be there is for the algorithm to say. */
struct headers {
    int32_t alg;
    prm_span kid;
    prm_span iv;
    const uint8_t *x, *y;
};

/* An integer that can only be this one. */
static void constant(struct prm_cbor *r, int32_t value) {
    if (prm_cbor_int(r) != value)
        prm_cbor_fail(r, PRM_ERR_ENC_FORMAT);
}

/* A COSE_Key: EC2, P-256, both coordinates in full. The order is the deterministic one, so it is read as a sequence. */
static void ephemeral_key(struct prm_cbor *r, struct headers *h) {
    prm_cbor_expect(r, PRM_CBOR_MAP, 4, PRM_ERR_ENC_FORMAT);
    constant(r, KEY_TYPE);
    constant(r, KEY_TYPE_EC2);
    constant(r, KEY_CURVE);
    constant(r, KEY_CURVE_P256);
    constant(r, KEY_X);
    h->x = prm_cbor_bytes(r, COORDINATE_SIZE);
    constant(r, KEY_Y);
    h->y = prm_cbor_bytes(r, COORDINATE_SIZE);
}

/* The unprotected map. Nothing is there twice: keys ascend, and what the protected header held is refused here. */
static void unprotected(struct prm_cbor *r, struct headers *h) {
    struct prm_cbor_map map;

    for (prm_cbor_map(r, &map); prm_cbor_next(r, &map);) {
        const int32_t label = prm_cbor_int(r);
        if (label == HEADER_ALG && h->alg == 0)
            h->alg = prm_cbor_int(r);
        else if (label == HEADER_KID)
            h->kid = prm_cbor_bstr(r);
        else if (label == HEADER_IV)
            h->iv = prm_cbor_bstr(r);
        else if (label == HEADER_EPHEMERAL)
            ephemeral_key(r, h);
        else
            prm_cbor_fail(r, PRM_ERR_ENC_FORMAT);
    }
}

/* The protected bstr: empty, or a map that holds the algorithm and nothing else. PRM_YES if the algorithm was there. */
static prm_answer protected_alg(struct prm_cbor *r, struct headers *h) {
    const prm_span bytes = prm_cbor_bstr(r);
    struct prm_cbor inner = prm_cbor_reader(bytes);

    if (r->err != PRM_OK || bytes.len == 0)
        return PRM_NO;
    prm_cbor_expect(&inner, PRM_CBOR_MAP, 1, PRM_ERR_ENC_FORMAT);
    constant(&inner, HEADER_ALG);
    h->alg = prm_cbor_int(&inner);
    if (h->alg == 0) /* reserved, and here the mark of no algorithm */
        prm_cbor_fail(&inner, PRM_ERR_ENC_ALGORITHM);
    const prm_result end = prm_cbor_end(&inner);
    if (end != PRM_OK)
        prm_cbor_fail(r, end);
    return PRM_YES;
}

/* The content layer: algorithm and iv, each where its RFC wants it. */
static void content(struct prm_cbor *r, struct prm_suit_encrypt *out) {
    struct headers h = {.alg = 0};
    const prm_answer is_protected = protected_alg(r, &h);

    unprotected(r, &h);
    const prm_answer wanted = h.alg == PRM_COSE_A128GCM ? PRM_YES : PRM_NO;
    const size_t iv_len = h.alg == PRM_COSE_A128GCM ? PRM_GCM_NONCE_SIZE : (size_t)CTR_IV_SIZE;
    if (h.alg != PRM_COSE_A128GCM && h.alg != PRM_COSE_A128CTR)
        prm_cbor_fail(r, PRM_ERR_ENC_ALGORITHM);
    if (is_protected != wanted || h.iv.len != iv_len || h.kid.ptr != NULL || h.x != NULL)
        prm_cbor_fail(r, PRM_ERR_ENC_FORMAT);
    out->alg = h.alg;
    out->iv = h.iv.ptr;
}

static void recipient(struct prm_cbor *r, struct prm_suit_recipient *out) {
    struct headers h = {.alg = 0};

    /* Three elements: a fourth would be a layer of recipients of the recipient. */
    if (prm_cbor_head(r, PRM_CBOR_ARRAY) != 3)
        prm_cbor_fail(r, PRM_ERR_ENC_FORMAT);
    const prm_answer is_protected = protected_alg(r, &h);
    unprotected(r, &h);
    const prm_answer is_ecdh = h.alg == PRM_COSE_ECDH_ES_A128KW ? PRM_YES : PRM_NO;
    if (is_ecdh != PRM_YES && h.alg != PRM_COSE_A128KW)
        prm_cbor_fail(r, PRM_ERR_ENC_ALGORITHM);
    if (is_protected != is_ecdh || (h.x != NULL) != (is_ecdh == PRM_YES) || h.iv.ptr != NULL)
        prm_cbor_fail(r, PRM_ERR_ENC_FORMAT);
    *out = (struct prm_suit_recipient){.alg = h.alg, .kid = h.kid, .x = h.x, .y = h.y};
    out->wrapped = prm_cbor_bytes(r, PRM_SUIT_CEK_WRAPPED_SIZE);
}

prm_result prm_suit_encrypt_parse(prm_span bytes, struct prm_suit_encrypt *out) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    struct prm_suit_encrypt e = {.alg = 0};

    *out = e;
    if (prm_cbor_head(&r, PRM_CBOR_TAG) != PRM_COSE_TAG_ENCRYPT || prm_cbor_head(&r, PRM_CBOR_ARRAY) != 4)
        prm_cbor_fail(&r, PRM_ERR_ENC_FORMAT);
    content(&r, &e);
    prm_cbor_null(&r);
    const uint32_t count = prm_cbor_head32(&r, PRM_CBOR_ARRAY);
    if (count == 0 || count > PRM_SUIT_RECIPIENTS_MAX)
        prm_cbor_fail(&r, PRM_ERR_ENC_FORMAT);
    for (uint32_t i = 0; i < count && r.err == PRM_OK; i++) /* B1 */
        recipient(&r, &e.recipient[i]);
    e.recipients = count;
    PRM_TRY(prm_cbor_end(&r));
    *out = e;
    return PRM_OK;
}
