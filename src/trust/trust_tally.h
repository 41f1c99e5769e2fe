/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_tally.h - signatures of one thing, counted against the trust anchors: what releases and trust manifests share.
 *
 * A signature counts with the difference of its witness: coming here by a skipped branch spoils the word that the
 * differences are folded into. It counts twice, upwards for the branch and downwards for the word, so that no lost
 * instruction of one count hides from both that there are too few.
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
    prm_result last;                  /* what was wrong with the last one that didn't */
    uint8_t key_id[PRM_KEY_ID_SIZE];  /* the first key with a good signature; zeros if there is none */
};

static inline struct prm_tally prm_tally_begin(uint32_t need_p256, uint32_t need_hss) {
    return (struct prm_tally){.open = {need_p256, need_hss}, .last = PRM_ERR_SIG_NONE};
}

/* Not 0 if this many, as in `open`, are still needed: the sign of its negative. */
static inline uint32_t prm_tally_missing(uint32_t open) {
    return (0u - open) >> 31;
}

/*
 * One signature against the anchors that have `role` and may have made it: their kind is the algorithm's, and their key id
 * the one that it names, if it names one. What the signature covers is in `tbs`. A key counts once, in whatever anchors
 * it stands.
 * What was wrong is in tally->last: SIG_KEY (none of them), SIG_ALGORITHM, SIG_INVALID, SIG_FORMAT, CRYPTO.
 */
void prm_tally_add(struct prm_tally *tally, const struct prm_cose_sign1 *signature, const struct prm_cose_tbs *tbs,
                   const struct prm_crypto *crypto, const struct prm_trust *trust, uint8_t role);

/* All ones if v isn't 0, else 0; without a branch. */
static inline uint32_t prm_smear(uint32_t v) {
    return 0u - ((v | (0u - v)) >> 31);
}

#endif
