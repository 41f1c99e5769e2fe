/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_tally.h - signatures of one thing, counted against the trust anchors: what releases and trust manifests share.
 *
 * A signature counts with the difference of its witness: coming here by a skipped branch spoils the word that the
 * differences are folded into. It counts twice, upwards for the branch and downwards for the word, so that no lost
 * instruction of one count hides from both that there are too few.
 *
 * The work is bounded by the anchors, not by what is to be judged: prm_tally_tries().
 */
#ifndef PRM_TRUST_TRUST_TALLY_H
#define PRM_TRUST_TRUST_TALLY_H

#include "base/harden.h"
#include "codec/cose.h"
#include "seam/crypto.h"
#include "trust/trust.h"

struct prm_tally {
    uint32_t used;                    /* bit i: anchor i, or one with the same key, has a good signature */
    uint32_t found[PRM_KEY_ALGS];     /* good signatures, by distinct keys: what a branch looks at */
    uint32_t open[PRM_KEY_ALGS];      /* those still needed, modulo 2^32: what the word gets */
    uint32_t diff[PRM_KEY_ALGS];      /* the differences of those that counted */
    uint32_t by_kind;                 /* 1: each kind of key is counted at its number; 0: all are counted at 0 */
    uint32_t tries, tried;            /* how many signatures may be tried against an anchor, and were */
    uint8_t role;                     /* of the anchors that count */
    prm_result last;                  /* what was wrong with the last one that didn't */
    uint8_t key_id[PRM_KEY_ID_SIZE];  /* the first key with a good signature; zeros if there is none */
};

/*
 * How many signatures a boot tries at most in judging by these anchors, whatever stands in flash: one for each anchor, and
 * as many as are needed. For a single thing it is the first of these, so that what is wrong with one bank, or one trust
 * slot, leaves the other what it needs.
 */
struct prm_tries prm_tally_tries(const struct prm_trust *trust, uint8_t role);

/*
 * Starts to count. PRM_ROLE_RELEASE: as many signatures of each kind as a release needs; PRM_ROLE_ROOT: as many of any kind
 * as a trust manifest needs, all of them at 0. prm_tally_end() takes from `*tries` what was tried.
 */
void prm_tally_begin(struct prm_tally *tally, const struct prm_trust *trust, uint8_t role, const struct prm_tries *tries);
static inline void prm_tally_end(const struct prm_tally *tally, struct prm_tries *tries) {
    tries->left -= tally->tried;
}

/*
 * Not 0 if this many, as in `open`, are still needed. Exactly none may be left, as exactly those needed must have been found: if
 * one bit of the tally's address is changed while a signature is counted, both counts land beside their places, a byte or two
 * away, and become large numbers; neither is then taken for enough.
 */
static inline uint32_t prm_tally_missing(uint32_t open) {
    return open;
}

/*
 * One signature against one anchor that has the role and may have made it: its kind is the algorithm's, and its key id the one
 * that is named; a signature that names none may only be by an anchor which is the only one of its kind. What the signature
 * covers is in `tbs`. A key counts once, in whatever anchors it stands.
 * What was wrong is in tally->last: SIG_KEY (no such anchor), SIG_POLICY (enough of that kind counted), SIG_UNNAMED, SIG_LIMIT,
 * SIG_ALGORITHM, SIG_INVALID, SIG_FORMAT, CRYPTO.
 */
void prm_tally_add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, const struct prm_cose_tbs *tbs,
                   const struct prm_crypto *crypto, const struct prm_trust *trust);

#endif
