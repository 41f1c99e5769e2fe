/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_tally.h - signatures of one thing, counted against the trust anchors: what releases and trust manifests share.
 *
 * A signature counts with the difference of its witness: coming here by a skipped branch spoils the word that the
 * differences are folded into. It counts twice, upwards for the branch and downwards for the word, so that no lost
 * instruction of one count hides from both that there are too few. Neither count ends at 0: memory that is zero, or that
 * another tally or another member of this one left, is not what either has when there is enough.
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
    uint32_t found[PRM_KEY_ALGS];     /* PRM_TALLY_FOUND, and 1 for each good signature by a key of its own: for the branch */
    uint32_t open[PRM_KEY_ALGS];      /* prm_tally_enough(), and 1 for each that is still needed: what the word gets */
    uint32_t diff;                    /* the differences of those that counted */
    uint32_t tries, tried;            /* how many signatures may be tried against an anchor, and were */
    uint8_t role;                     /* of the anchors that count; see prm_tally_at() */
    prm_result last;                  /* what was wrong with the last one that didn't */
    uint8_t key_id[PRM_KEY_ID_SIZE];  /* the first key with a good signature; zeros if there is none */
};

/*
 * What the counts begin and end with. If one bit of the tally's address is changed as it is begun, its values land 2^n bytes
 * beside their places, which keep what lay there. With counts that end at 0 that was "nothing is missing"; now it would have to be
 * this value, which stands nowhere else, and is another for each kind, so that one kind's count is not taken for another's.
 */
#define PRM_TALLY_FOUND 0x73737373u
#define PRM_TALLY_ENOUGH 0x29292929u
static inline uint32_t prm_tally_enough(uint32_t kind) {
    return PRM_TALLY_ENOUGH << kind;
}

/*
 * How many signatures a boot tries at most in judging by these anchors, whatever stands in flash: one for each anchor, and
 * as many as are needed. For a single thing it is the first of these, so that what is wrong with one bank, or one trust
 * slot, leaves the other what it needs.
 */
struct prm_tries prm_tally_tries(const struct prm_trust *trust, uint8_t role);

/*
 * Where a kind is counted: at its number, which is 0 or 1, among signatures of a release, since that role is 1; all at 0 among
 * those of a trust manifest, whose role is 2.
 */
static inline uint32_t prm_tally_at(uint8_t role, uint32_t kind) {
    return kind & role;
}
_Static_assert(PRM_ROLE_RELEASE == 1 && PRM_ROLE_ROOT == 2 && PRM_KEY_ALGS == 2, "a kind has the bit of the one role alone");

/*
 * Starts to count. PRM_ROLE_RELEASE: as many signatures of each kind as a release needs; PRM_ROLE_ROOT: as many of any kind
 * as a trust manifest needs, all of them at 0.
 */
void prm_tally_begin(struct prm_tally *tally, const struct prm_trust *trust, uint8_t role, const struct prm_tries *tries);

/*
 * Folds the differences, and whether signatures are missing, into the word: a step for each kind. With `excused` PRM_YES no
 * signature is needed: the steps alone. Exactly as many as are needed must have been found: a count that landed beside its
 * place is a large number, and is not taken for enough.
 */
void prm_tally_fold(const struct prm_tally *tally, uint32_t excused, prm_word *word);

/*
 * The same for the branch, from the other count: PRM_OK, SIG_POLICY (some were good, but not enough), or what was wrong with
 * the last one. Takes from `*tries` what was tried, and wipes the tally: a later one that is begun beside the same place must not
 * go on with these counts, by which one signature in each of two slots would be two.
 */
PRM_MUST_USE prm_result prm_tally_end(struct prm_tally *tally, const struct prm_trust *trust, uint8_t role,
                                      struct prm_tries *tries);

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
