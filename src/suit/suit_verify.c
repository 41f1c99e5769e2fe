/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest is the one that was signed, and enough anchors signed it. */
#include "suit/suit.h"

#include "codec/cose.h"
#include "crypto/hss_verify.h"

enum { HSS_ROOT_OFF = 28 }; /* the root in an HSS public key, RFC 8554 6.1: after levels, types and I */

/* The signatures of one release so far. */
struct tally {
    uint32_t used;                /* bit i: anchor i has a good signature */
    uint32_t found[PRM_KEY_ALGS]; /* good signatures, by distinct keys */
    uint32_t diff[PRM_KEY_ALGS];  /* the differences of those that counted */
    prm_result last;              /* what was wrong with the last one that didn't */
};

/* The kind of key that an algorithm asks for, if the policy takes it; PRM_KEY_ALGS if not. */
static uint8_t kind_of(const struct prm_trust *trust, int32_t alg) {
    if (alg == PRM_COSE_ESP256)
        return PRM_KEY_P256;
    if (alg == PRM_COSE_ES256 && (trust->policy & PRM_TRUST_ALLOW_ES256) != 0)
        return PRM_KEY_P256;
    return alg == PRM_COSE_HSS_LMS ? PRM_KEY_HSS : PRM_KEY_ALGS;
}

/* PRM_YES if a signature of this kind with this key id may be by this anchor: the ids are equal, or it names none. */
static prm_answer may_be_by(const struct prm_anchor *anchor, uint8_t kind, prm_span kid) {
    if (anchor->alg != kind || (anchor->roles & PRM_ROLE_RELEASE) == 0 || anchor->key_len > PRM_KEY_MAX)
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

/* One authentication block against the anchors that may have made it. */
static prm_result try_block(const struct prm_suit_envelope *envelope, prm_span block, const struct prm_crypto *crypto,
                            const struct prm_trust *trust, struct prm_suit_verified *out, struct tally *tally) {
    const prm_span nothing = {NULL, 0};
    struct prm_cose_sign1 sign1;
    struct prm_cose_tbs tbs;
    prm_result result = PRM_ERR_SIG_KEY;

    PRM_TRY(prm_cose_sign1_parse(block, &sign1));
    const uint8_t kind = kind_of(trust, sign1.alg);
    if (kind >= PRM_KEY_ALGS)
        return PRM_ERR_SIG_ALGORITHM;
    if (sign1.payload.ptr != NULL)
        return PRM_ERR_SIG_FORMAT;
    prm_cose_sign1_tbs(&sign1, nothing, envelope->digest_bytes, &tbs);

    for (uint32_t i = 0; i < trust->count && i < PRM_TRUST_ANCHORS; i++) {
        const struct prm_anchor *anchor = &trust->anchor[i];
        uint32_t diff = UINT32_MAX;
        if ((tally->used & (1u << i)) != 0 || may_be_by(anchor, kind, sign1.kid) != PRM_YES)
            continue;
        result = try_anchor(crypto, anchor, &tbs, sign1.signature, &diff);
        if (result != PRM_OK)
            continue;
        /* Counted with the difference itself: arriving by a skipped branch spoils the word. */
        tally->used |= 1u << i;
        tally->found[kind]++;
        tally->diff[kind] |= diff;
        for (unsigned k = 0; k < PRM_KEY_ID_SIZE && tally->found[0] + tally->found[1] == 1; k++)
            out->key_id[k] = anchor->key_id[k];
        return PRM_OK;
    }
    return result;
}

/* Folds each kind's differences, and whether they are too few, into the word. */
static prm_result enough(const struct prm_trust *trust, const struct tally *tally, prm_word *word) {
    uint32_t few = (uint32_t)(trust->need[PRM_KEY_P256] + trust->need[PRM_KEY_HSS] == 0);

    for (uint32_t kind = 0; kind < PRM_KEY_ALGS; kind++) {
        /* The sign of found - need: no branch decides what the word gets. */
        const uint32_t missing = (tally->found[kind] - trust->need[kind]) >> 31;
        few |= missing;
        prm_word_step(word, PRM_K_SIGNATURE, tally->diff[kind] | (0u - few));
    }
    if (few == 0)
        return PRM_OK;
    return tally->used != 0 ? PRM_ERR_SIG_POLICY : tally->last;
}

static prm_result verify(const struct prm_suit_envelope *envelope, const struct prm_crypto *crypto,
                         const struct prm_trust *trust, struct prm_suit_verified *out, prm_word *word) {
    struct tally tally = {.last = PRM_ERR_SIG_NONE};

    PRM_TRY(crypto->sha256(&envelope->manifest_wrapped, 1, out->manifest_digest));
    const uint32_t diff = prm_diff(out->manifest_digest, envelope->digest, PRM_SHA256_SIZE);
    prm_word_step(word, PRM_K_DIGEST, diff);
    if (diff != 0)
        return PRM_ERR_SUIT_DIGEST;
    for (uint32_t i = 0; i < envelope->signatures && i < PRM_SUIT_SIGNATURES_MAX; i++) {
        const prm_result result = try_block(envelope, envelope->signature[i], crypto, trust, out, &tally);
        if (result != PRM_OK)
            tally.last = result;
    }
    return enough(trust, &tally, word);
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
