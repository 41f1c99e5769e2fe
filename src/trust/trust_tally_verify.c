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

/* PRM_YES if the anchor has the role, and a key of this kind. */
static prm_answer is_of(const struct prm_anchor *anchor, uint8_t role, uint8_t kind) {
    return anchor->alg == kind && (anchor->roles & role) != 0 && anchor->key_len <= PRM_KEY_MAX ? PRM_YES : PRM_NO;
}

static uint32_t count_of(const struct prm_trust *trust, uint8_t role, uint8_t kind) {
    uint32_t count = 0;

    for (uint32_t i = 0; i < trust->count && i < PRM_TRUST_ANCHORS; i++)
        count += is_of(&trust->anchor[i], role, kind) == PRM_YES ? 1u : 0u;
    return count;
}

static uint32_t anchors_of(const struct prm_trust *trust, uint8_t role) {
    return count_of(trust, role, PRM_KEY_P256) + count_of(trust, role, PRM_KEY_HSS);
}

uint32_t prm_tally_tries(const struct prm_trust *trust, uint8_t role) {
    const uint32_t need = role == PRM_ROLE_ROOT ? trust->need_root
                                                : (uint32_t)trust->need[PRM_KEY_P256] + trust->need[PRM_KEY_HSS];

    return anchors_of(trust, role) + need;
}

void prm_tally_begin(struct prm_tally *tally, const struct prm_trust *trust, uint8_t role, uint32_t tries) {
    const uint32_t most = anchors_of(trust, role);

    prm_wipe(tally, sizeof *tally);
    tally->tries = tries < most ? tries : most;
    tally->role = role;
    tally->either = role == PRM_ROLE_ROOT ? PRM_YES : PRM_NO;
    tally->open[PRM_KEY_P256] = role == PRM_ROLE_ROOT ? trust->need_root : trust->need[PRM_KEY_P256];
    tally->open[PRM_KEY_HSS] = role == PRM_ROLE_ROOT ? 0 : trust->need[PRM_KEY_HSS];
    tally->last = PRM_ERR_SIG_NONE;
}

prm_span prm_tally_load(struct prm_tally *tally, prm_span block) {
    if (block.len > sizeof tally->block)
        return block;
    for (size_t i = 0; i < block.len; i++)
        tally->block[i] = block.ptr[i];
    return prm_span_of(tally->block, block.len);
}

/* PRM_YES if these bytes are of the copy that prm_tally_load() made. */
static prm_answer is_copied(const struct prm_tally *tally, prm_span bytes) {
    return (uintptr_t)bytes.ptr - (uintptr_t)tally->block < sizeof tally->block ? PRM_YES : PRM_NO;
}

/* PRM_YES if the anchor has the key id that a signature names. */
static prm_answer is_named(const struct prm_anchor *anchor, prm_span kid) {
    if (kid.ptr == NULL)
        return PRM_YES;
    if (kid.len != PRM_KEY_ID_SIZE)
        return PRM_NO;
    return prm_diff(kid.ptr, anchor->key_id, PRM_KEY_ID_SIZE) == 0 ? PRM_YES : PRM_NO;
}

/*
 * The difference between the witness of a P-256 signature and r. It has to be of the tally's copy: a flash that answered
 * the second reading of r with the witness, which anyone can compute, would make every signature good.
 */
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

/* PRM_YES if the two hold the same key. The whole key is compared: a key id is what its maker wrote there. */
static prm_answer is_same_key(const struct prm_anchor *a, const struct prm_anchor *b) {
    if (a->alg != b->alg || a->key_len != b->key_len || a->key_len > PRM_KEY_MAX)
        return PRM_NO;
    return prm_diff(a->public_key, b->public_key, a->key_len) == 0 ? PRM_YES : PRM_NO;
}

/* Anchor i has signed: it counts, and it and every other that holds the same key have had their turn. */
static void count(struct prm_tally *tally, const struct prm_trust *trust, uint32_t i, uint32_t diff) {
    const struct prm_anchor *anchor = &trust->anchor[i];

    for (unsigned k = 0; k < PRM_KEY_ID_SIZE && tally->used == 0; k++)
        tally->key_id[k] = anchor->key_id[k];
    for (uint32_t j = 0; j < PRM_TRUST_ANCHORS; j++)
        if (is_same_key(anchor, &trust->anchor[j]) == PRM_YES)
            tally->used |= 1u << j;
    tally->found[anchor->alg]++;
    tally->open[anchor->alg]--;
    tally->diff[anchor->alg] |= diff;
}

/* Tries the anchors in turn. */
static prm_result add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, uint8_t kind,
                      const struct prm_cose_tbs *tbs, const struct prm_crypto *crypto, const struct prm_trust *trust) {
    prm_result result = PRM_ERR_SIG_KEY;

    for (uint32_t i = 0; i < trust->count && i < PRM_TRUST_ANCHORS; i++) {
        const struct prm_anchor *anchor = &trust->anchor[i];
        uint32_t diff = UINT32_MAX;
        if ((tally->used & (1u << i)) != 0 || is_of(anchor, tally->role, kind) != PRM_YES ||
            is_named(anchor, signature->kid) != PRM_YES)
            continue;
        if (tally->tries == 0)
            return PRM_ERR_SIG_LIMIT;
        tally->tries--;
        result = try_anchor(crypto, anchor, tbs, signature->signature, &diff);
        if (result == PRM_OK) {
            count(tally, trust, i, diff);
            return result;
        }
    }
    return result;
}

/* PRM_YES if a signature of this kind would still help. */
static prm_answer is_open(const struct prm_tally *tally, uint8_t kind) {
    const uint32_t open = tally->either == PRM_YES ? tally->open[PRM_KEY_P256] + tally->open[PRM_KEY_HSS]
                                                   : tally->open[kind];

    return open != 0 ? PRM_YES : PRM_NO;
}

void prm_tally_add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, const struct prm_cose_tbs *tbs,
                   const struct prm_crypto *crypto, const struct prm_trust *trust) {
    const uint8_t kind = kind_of(trust, signature->alg);
    const uint32_t anchors = kind < PRM_KEY_ALGS ? count_of(trust, tally->role, kind) : 0;
    prm_result result;

    if (kind >= PRM_KEY_ALGS)
        result = PRM_ERR_SIG_ALGORITHM;
    else if (anchors == 0)
        result = PRM_ERR_SIG_KEY;
    else if (is_open(tally, kind) != PRM_YES)
        result = PRM_ERR_SIG_POLICY;
    else if (signature->kid.ptr == NULL && anchors > 1)
        result = PRM_ERR_SIG_UNNAMED;
    else if (kind == PRM_KEY_P256 && is_copied(tally, signature->signature) != PRM_YES)
        result = PRM_ERR_SIG_FORMAT;
    else
        result = add(tally, signature, kind, tbs, crypto, trust);
    if (result != PRM_OK)
        tally->last = result;
}
