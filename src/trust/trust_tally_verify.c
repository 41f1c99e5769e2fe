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

/*
 * How many signatures are needed at each number (prm_tally_at()): need[], or need_root and the zero behind it. Two apart, which is
 * what the role of a root key is.
 */
static const uint8_t *needs(const struct prm_trust *trust, uint8_t role) {
    return (const uint8_t *)trust + offsetof(struct prm_trust, need) + (role & PRM_ROLE_ROOT);
}
_Static_assert(offsetof(struct prm_trust, need_root) == offsetof(struct prm_trust, need) + PRM_ROLE_ROOT &&
                   offsetof(struct prm_trust, reserved) == offsetof(struct prm_trust, need_root) + 1,
               "needs() finds need_root behind need[]");

/* Not 0 if none of the anchors' bits is set, or one that no anchor has. */
static uint32_t nobody(uint32_t used) {
    return (used - 1u) >> PRM_TRUST_ANCHORS;
}

struct prm_tries prm_tally_tries(const struct prm_trust *trust, uint8_t role) {
    const uint8_t *const need = needs(trust, role);

    return (struct prm_tries){trust->count + need[PRM_KEY_P256] + need[PRM_KEY_HSS], trust->count};
}

void prm_tally_begin(struct prm_tally *tally, const struct prm_trust *trust, uint8_t role, const struct prm_tries *tries) {
    const uint8_t *const need = needs(trust, role);

    prm_wipe(tally, sizeof *tally);
    tally->tries = tries->left < tries->each ? tries->left : tries->each;
    tally->role = role;
    tally->last = PRM_ERR_SIG_NONE;
    for (uint32_t at = 0; at < PRM_KEY_ALGS; at++) {
        tally->found[at] = PRM_TALLY_FOUND;
        tally->open[at] = prm_tally_enough(at) + need[at];
    }
}

void prm_tally_fold(const struct prm_tally *tally, uint32_t excused, prm_word *word) {
    uint32_t wrong = tally->diff | nobody(tally->used);

    for (uint32_t at = 0; at < PRM_KEY_ALGS; at++) {
        wrong |= tally->open[at] ^ prm_tally_enough(at);
        prm_word_step(word, PRM_K_SIGNATURE, 0);
    }
    word->diff |= prm_smear(wrong) & prm_smear(prm_launder(excused) ^ PRM_YES);
}

prm_result prm_tally_end(struct prm_tally *tally, const struct prm_trust *trust, uint8_t role, struct prm_tries *tries) {
    const uint8_t *const need = needs(trust, role);
    uint32_t few = nobody(tally->used);
    /* If the call of prm_tally_begin() is lost, `last` is what the stack held, perhaps PRM_OK; this makes a refusal of it. */
    const prm_result otherwise = few == 0 ? PRM_ERR_SIG_POLICY : PRM_REFUSAL(tally->last);

    for (uint32_t at = 0; at < PRM_KEY_ALGS; at++)
        few |= tally->found[at] ^ (PRM_TALLY_FOUND + need[at]);
    tries->left -= tally->tried;
    prm_wipe(tally, sizeof *tally);
    return few == 0 ? PRM_OK : otherwise;
}

/* PRM_YES if a signature of this kind that names this key id, or none, may be by this anchor. */
static prm_answer may_be_by(const struct prm_anchor *anchor, uint8_t role, uint8_t kind, prm_span kid) {
    if (anchor->alg != kind || (anchor->roles & role) == 0 || anchor->key_len > PRM_KEY_MAX)
        return PRM_NO;
    if (kid.ptr == NULL)
        return PRM_YES;
    if (kid.len != PRM_KEY_ID_SIZE)
        return PRM_NO;
    return prm_diff(kid.ptr, anchor->key_id, PRM_KEY_ID_SIZE) == 0 ? PRM_YES : PRM_NO;
}

/*
 * The difference between the witness of a P-256 signature and r. The signature may stand in flash, so it is copied, once: a
 * flash that answered a second reading of r with the witness, which anyone can compute, would make every signature good.
 */
static prm_result p256(const struct prm_crypto *crypto, const struct prm_anchor *anchor, const struct prm_cose_tbs *tbs,
                       prm_span sig, uint8_t copy[PRM_P256_SIG_SIZE], uint8_t witness[32], uint32_t *diff) {
    uint8_t digest[PRM_SHA256_SIZE];
    prm_result result;

    prm_wipe(digest, sizeof digest);
    if (sig.len != PRM_P256_SIG_SIZE)
        return PRM_ERR_SIG_FORMAT;
    for (unsigned i = 0; i < PRM_P256_SIG_SIZE; i++)
        copy[i] = sig.ptr[i];
    result = crypto->sha256(tbs->part, PRM_COSE_TBS_PARTS, digest);
    if (result == PRM_OK)
        result = crypto->p256_witness(anchor->public_key, digest, copy, witness);
    if (result == PRM_OK)
        *diff = prm_diff(witness, copy, 32);
    return result == PRM_OK && prm_diff(witness, copy, 32) != 0 ? PRM_ERR_SIG_INVALID : result;
}

/* The difference between the witness of an HSS signature and the root in the key. */
static prm_result hss(const struct prm_crypto *crypto, const struct prm_anchor *anchor, const struct prm_cose_tbs *tbs,
                      prm_span sig, uint8_t witness[32], uint32_t *diff) {
    const prm_span key = prm_span_of(anchor->public_key, anchor->key_len);
    const prm_result result = prm_hss_witness(crypto, key, tbs->part, PRM_COSE_TBS_PARTS, sig, witness);

    if (result == PRM_OK)
        *diff = prm_diff(witness, key.ptr + HSS_ROOT_OFF, 32);
    return result == PRM_OK && prm_diff(witness, key.ptr + HSS_ROOT_OFF, 32) != 0 ? PRM_ERR_SIG_INVALID : result;
}

/*
 * One signature against one anchor. The witness starts as all 0xFF, which no r is and no root can be made to be, so a
 * call that never happened is a difference too. So is a failure: nobody has to look twice at the result.
 *
 * The branch compares once more, with the copy of r, or with the root in the key and the zeros behind it. If the comparison
 * for the word gives 0 because one of its instructions is changed, this one still refuses; if the branch that follows this one is
 * changed, the word has its own difference. One value for both would be lost to one changed bit of the branch's opcode. Not
 * with r where it stands in flash: one that answers with the witness there would get past the branch.
 */
static prm_result try_anchor(const struct prm_crypto *crypto, const struct prm_anchor *anchor,
                             const struct prm_cose_tbs *tbs, prm_span sig, uint32_t *diff) {
    /*
     * If one bit of the witness's address is changed before both comparisons, they look 2^n bytes beside it. No copy of r is
     * that far away: the distance of the two is three times 32.
     */
    struct {
        uint8_t copy[PRM_P256_SIG_SIZE];
        uint8_t apart[32];
        uint8_t witness[32];
    } held;

    for (unsigned i = 0; i < sizeof held.witness; i++)
        held.witness[i] = 0xFF;
    if (anchor->alg == PRM_KEY_P256)
        return p256(crypto, anchor, tbs, sig, held.copy, held.witness, diff);
    return hss(crypto, anchor, tbs, sig, held.witness, diff);
}

/*
 * Anchor i has signed: it counts, and it and every other that holds the same key have had their turn. Whole keys are
 * compared, with the zeros behind them: a key id is what its maker wrote there.
 */
static void count(struct prm_tally *tally, const struct prm_trust *trust, uint32_t i, uint32_t diff) {
    const struct prm_anchor *anchor = &trust->anchor[i];
    const uint32_t at = prm_tally_at(tally->role, anchor->alg);

    for (unsigned k = 0; k < PRM_KEY_ID_SIZE && tally->used == 0; k++)
        tally->key_id[k] = anchor->key_id[k];
    for (uint32_t j = 0; j < PRM_TRUST_ANCHORS; j++)
        if (prm_diff(anchor->public_key, trust->anchor[j].public_key, PRM_KEY_MAX) == 0)
            tally->used |= 1u << j;
    tally->found[at]++;
    tally->open[at]--;
    tally->diff |= diff;
}

/* The one anchor that a signature is tried against, the first that has not had its turn; NONE, or AMBIGUOUS. */
enum { NONE = PRM_TRUST_ANCHORS, AMBIGUOUS };

static uint32_t find(const struct prm_tally *tally, const struct prm_trust *trust, uint8_t kind, prm_span kid) {
    uint32_t fit = 0;
    uint32_t at = NONE;

    for (uint32_t i = 0; i < trust->count && i < PRM_TRUST_ANCHORS; i++) {
        if (may_be_by(&trust->anchor[i], tally->role, kind, kid) != PRM_YES)
            continue;
        fit++;
        if (at == NONE && (tally->used >> i & 1u) == 0)
            at = i;
    }
    return kid.ptr == NULL && fit > 1 ? AMBIGUOUS : at;
}

static prm_result add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, const struct prm_cose_tbs *tbs,
                      const struct prm_crypto *crypto, const struct prm_trust *trust) {
    const uint8_t kind = kind_of(trust, signature->alg);
    uint32_t diff = UINT32_MAX;

    if (kind >= PRM_KEY_ALGS)
        return PRM_ERR_SIG_ALGORITHM;
    const uint32_t slot = prm_tally_at(tally->role, kind);
    if (tally->open[slot] == prm_tally_enough(slot))
        return PRM_ERR_SIG_POLICY;
    const uint32_t at = find(tally, trust, kind, signature->kid);
    if (at >= PRM_TRUST_ANCHORS)
        return at == NONE ? PRM_ERR_SIG_KEY : PRM_ERR_SIG_UNNAMED;
    if (tally->tried >= tally->tries)
        return PRM_ERR_SIG_LIMIT;
    tally->tried++;
    const prm_result result = try_anchor(crypto, &trust->anchor[at], tbs, signature->signature, &diff);
    if (result == PRM_OK)
        count(tally, trust, at, diff);
    return result;
}

void prm_tally_add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, const struct prm_cose_tbs *tbs,
                   const struct prm_crypto *crypto, const struct prm_trust *trust) {
    const prm_result result = add(tally, signature, tbs, crypto, trust);

    if (result != PRM_OK)
        tally->last = result;
}
