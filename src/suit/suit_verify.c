/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest is the one that was signed, and an anchor signed it. */
#include "suit/suit.h"

#include "codec/cose.h"

/* PRM_OK if the policy takes this algorithm for P-256 keys. */
static prm_result algorithm_allowed(const struct prm_trust *trust, int32_t alg) {
    if (alg == PRM_COSE_ESP256)
        return PRM_OK;
    if (alg == PRM_COSE_ES256 && (trust->policy & PRM_TRUST_ALLOW_ES256) != 0)
        return PRM_OK;
    return PRM_ERR_SIG_ALGORITHM;
}

/* PRM_YES if a signature with this key id may be by this anchor: the ids are equal, or it names none. */
static prm_answer may_be_by(const struct prm_anchor *anchor, prm_span kid) {
    if (kid.ptr == NULL)
        return PRM_YES;
    if (kid.len != PRM_KEY_ID_SIZE)
        return PRM_NO;
    return prm_diff(kid.ptr, anchor->key_id, PRM_KEY_ID_SIZE) == 0 ? PRM_YES : PRM_NO;
}

/*
 * One signature against one anchor. Writes the difference between the witness and r: 0 only for a right signature.
 * The witness starts as all 0xFF, which no r can be, so a call that never happened is a difference too.
 */
static prm_result try_anchor(const struct prm_crypto *crypto, const struct prm_anchor *anchor, const uint8_t *tbs_digest,
                             const uint8_t *sig, uint32_t *diff) {
    uint8_t witness[32];

    for (unsigned i = 0; i < sizeof witness; i++)
        witness[i] = 0xFF;
    *diff = UINT32_MAX;
    PRM_TRY(crypto->p256_witness(anchor->public_key, tbs_digest, sig, witness));
    *diff = prm_diff(witness, sig, sizeof witness);
    return *diff == 0 ? PRM_OK : PRM_ERR_SIG_INVALID;
}

/* One authentication block against all anchors. */
static prm_result try_block(const struct prm_suit_envelope *envelope, prm_span block, const struct prm_crypto *crypto,
                            const struct prm_trust *trust, struct prm_suit_verified *out, prm_word *word) {
    const prm_span nothing = {NULL, 0};
    uint8_t tbs_digest[PRM_SHA256_SIZE];
    struct prm_cose_sign1 sign1;
    struct prm_cose_tbs tbs;
    prm_result result = PRM_ERR_SIG_KEY;

    PRM_TRY(prm_cose_sign1_parse(block, &sign1));
    PRM_TRY(algorithm_allowed(trust, sign1.alg));
    if (sign1.payload.ptr != NULL || sign1.signature.len != PRM_P256_SIG_SIZE)
        return PRM_ERR_SIG_FORMAT;
    prm_cose_sign1_tbs(&sign1, nothing, envelope->digest_bytes, &tbs);
    PRM_TRY(crypto->sha256(tbs.part, PRM_COSE_TBS_PARTS, tbs_digest));

    for (uint32_t i = 0; i < trust->count && i < PRM_TRUST_ANCHORS; i++) {
        const struct prm_anchor *anchor = &trust->anchor[i];
        uint32_t diff = UINT32_MAX;
        if (may_be_by(anchor, sign1.kid) != PRM_YES)
            continue;
        result = try_anchor(crypto, anchor, tbs_digest, sign1.signature.ptr, &diff);
        if (result != PRM_OK)
            continue;
        /* Only here, and with the difference itself: arriving by a skipped branch spoils the word. */
        prm_word_step(word, PRM_K_SIGNATURE, diff);
        for (unsigned k = 0; k < PRM_KEY_ID_SIZE; k++)
            out->key_id[k] = anchor->key_id[k];
        return PRM_OK;
    }
    return result;
}

static prm_result verify(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                         const struct prm_trust *trust, struct prm_suit_verified *out, prm_word *word) {
    prm_result result = PRM_ERR_SIG_NONE;

    PRM_TRY(crypto->sha256(&envelope->manifest_wrapped, 1, out->manifest_digest));
    const uint32_t diff = prm_diff(out->manifest_digest, envelope->digest, PRM_SHA256_SIZE);
    prm_word_step(word, PRM_K_DIGEST, diff);
    if (diff != 0)
        return PRM_ERR_SUIT_DIGEST;
    for (uint32_t i = 0; i < envelope->signatures && i < PRM_SUIT_SIGNATURES_MAX; i++) {
        result = try_block(envelope, envelope->signature[i], crypto, trust, out, word);
        if (result == PRM_OK)
            return result;
    }
    return result;
}

prm_result prm_suit_verify(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                           const struct prm_trust *trust, struct prm_suit_verified *out, prm_word *word) {
    prm_wipe(out, sizeof *out);
    const prm_result result = verify(envelope, crypto, trust, out, word);
    if (prm_launder(~result) != (uint32_t)~PRM_OK) {
        prm_wipe(out, sizeof *out);
        word->diff = UINT32_MAX;
    }
    return result;
}
