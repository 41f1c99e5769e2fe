/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_tally.h"

#include "crypto/hss_verify.h"

enum { HSS_ROOT_OFF = 28 }; /* the root in an HSS public key, RFC 8554 6.1: after levels, types and I */

/* The kind of key that an algorithm asks for, if the policy takes it; PRM_KEY_ALGS if not. */
static uint8_t kind_of(const struct prm_trust *trust, int32_t alg) {
    if (alg == PRM_COSE_ESP256)
        return PRM_KEY_P256;
    if (alg == PRM_COSE_ES256 && (trust->policy & PRM_TRUST_ALLOW_ES256) != 0)
        return PRM_KEY_P256;
    return alg == PRM_COSE_HSS_LMS ? PRM_KEY_HSS : PRM_KEY_ALGS;
}

/* PRM_YES if a signature of this kind with this key id may be by this anchor: the ids are equal, or it names none. */
static prm_answer may_be_by(const struct prm_anchor *anchor, uint8_t role, uint8_t kind, prm_span kid) {
    if (anchor->alg != kind || (anchor->roles & role) == 0 || anchor->key_len > PRM_KEY_MAX)
        return PRM_NO;
    if (kid.ptr == NULL)
        return PRM_YES;
    if (kid.len != PRM_KEY_ID_SIZE)
        return PRM_NO;
    return prm_diff(kid.ptr, anchor->key_id, PRM_KEY_ID_SIZE) == 0 ? PRM_YES : PRM_NO;
}

/* The difference between the witness of a P-256 signature and r. */
static prm_result p256(const struct prm_crypto *crypto, const struct prm_anchor *anchor, const struct prm_cose_tbs *tbs,
                       prm_span sig, uint8_t witness[32], uint32_t *diff) {
    uint8_t digest[PRM_SHA256_SIZE] = {0};

    if (sig.len != PRM_P256_SIG_SIZE)
        return PRM_ERR_SIG_FORMAT;
    PRM_TRY(crypto->sha256(tbs->part, PRM_COSE_TBS_PARTS, digest));
    PRM_TRY(crypto->p256_witness(anchor->public_key, digest, sig.ptr, witness));
    *diff = prm_diff(witness, sig.ptr, 32);
    return PRM_OK;
}

/* The difference between the witness of an HSS signature and the root in the key. */
static prm_result hss(const struct prm_crypto *crypto, const struct prm_anchor *anchor, const struct prm_cose_tbs *tbs,
                      prm_span sig, uint8_t witness[32], uint32_t *diff) {
    const prm_span key = prm_span_of(anchor->public_key, anchor->key_len);

    PRM_TRY(prm_hss_witness(crypto, key, tbs->part, PRM_COSE_TBS_PARTS, sig, witness));
    *diff = prm_diff(witness, key.ptr + HSS_ROOT_OFF, key.len - HSS_ROOT_OFF);
    return PRM_OK;
}

/*
 * One signature against one anchor. The witness starts as all 0xFF, which no r is and no root can be made to be, so a
 * call that never happened is a difference too.
 */
static prm_result try_anchor(const struct prm_crypto *crypto, const struct prm_anchor *anchor,
                             const struct prm_cose_tbs *tbs, prm_span sig, uint32_t *diff) {
    uint8_t witness[32];

    for (unsigned i = 0; i < sizeof witness; i++)
        witness[i] = 0xFF;
    *diff = UINT32_MAX;
    if (anchor->alg == PRM_KEY_P256)
        PRM_TRY(p256(crypto, anchor, tbs, sig, witness, diff));
    else
        PRM_TRY(hss(crypto, anchor, tbs, sig, witness, diff));
    return *diff == 0 ? PRM_OK : PRM_ERR_SIG_INVALID;
}

/* Anchor i has signed: it counts, and it and every other that holds the same key have had their turn. */
static void count(struct prm_tally *tally, const struct prm_trust *trust, uint32_t i, uint32_t diff) {
    const struct prm_anchor *anchor = &trust->anchor[i];

    for (unsigned k = 0; k < PRM_KEY_ID_SIZE && tally->used == 0; k++)
        tally->key_id[k] = anchor->key_id[k];
    for (uint32_t j = 0; j < PRM_TRUST_ANCHORS; j++)
        if (prm_diff(anchor->key_id, trust->anchor[j].key_id, PRM_KEY_ID_SIZE) == 0)
            tally->used |= 1u << j;
    tally->found[anchor->alg]++;
    tally->open[anchor->alg]--;
    tally->diff[anchor->alg] |= diff;
}

void prm_tally_add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, const struct prm_cose_tbs *tbs,
                   const struct prm_crypto *crypto, const struct prm_trust *trust, uint8_t role) {
    const uint8_t kind = kind_of(trust, signature->alg);
    prm_result result = kind < PRM_KEY_ALGS ? PRM_ERR_SIG_KEY : PRM_ERR_SIG_ALGORITHM;

    for (uint32_t i = 0; kind < PRM_KEY_ALGS && i < trust->count && i < PRM_TRUST_ANCHORS; i++) {
        uint32_t diff = UINT32_MAX;
        if ((tally->used & (1u << i)) != 0 || may_be_by(&trust->anchor[i], role, kind, signature->kid) != PRM_YES)
            continue;
        result = try_anchor(crypto, &trust->anchor[i], tbs, signature->signature, &diff);
        if (result == PRM_OK) {
            count(tally, trust, i, diff);
            return;
        }
    }
    tally->last = result;
}
