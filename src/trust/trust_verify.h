/* SPDX-License-Identifier: Apache-2.0 */
/* trust_verify.h - a trust manifest that enough root keys signed, and the rules that it makes. */
#ifndef PRM_TRUST_TRUST_VERIFY_H
#define PRM_TRUST_TRUST_VERIFY_H

#include "base/harden.h"
#include "base/span.h"
#include "trust/trust_source.h"

#define PRM_TRUST_SLOT_NONE UINT32_MAX
#define PRM_TRUST_NUMBER_STEP 1024u /* as far as one manifest raises the trust floor */

/*
 * A trust manifest that was verified: enough to make its rules from where it stands, as often as they are needed, without
 * trying its signatures again. number 0: there is none.
 */
struct prm_trust_proof {
    uint32_t number;
    uint32_t len;                    /* bytes of the manifest */
    uint32_t diff;                   /* 0, or a check was passed over */
    uint64_t before;                 /* prm_floor_before() of its rules */
    uint8_t digest[PRM_SHA256_SIZE]; /* of its payload */
};

/* Rules that were verified. */
struct prm_trust_rules {
    struct prm_trust trust; /* release keys for this device, needs, number; its check is zeros */
    uint32_t slot;          /* where they stand; PRM_TRUST_SLOT_NONE: they are the factory's */
    uint32_t len;           /* bytes of the manifest there */
    uint32_t diff;          /* 0; anything else if a check was passed over: to be folded into the word of what they permit */
    uint32_t sum;           /* of `trust` when it was made */
};

/* A number that is another if a bit of the rules is, or two words of them change places; not 0 for zeros. Hides nothing. */
uint32_t prm_trust_sum(const struct prm_trust *trust);

/*
 * 0 if the rules are still what was made: for the word, once all is judged. If one bit of RAM is changed in between, a release
 * may seem to need fewer signatures, or to be of another epoch; then the sum is another.
 */
static inline uint32_t prm_trust_changed(const struct prm_trust_rules *rules) {
    return rules->sum ^ prm_trust_sum(&rules->trust);
}

/*
 * Checks a trust manifest, which may be followed by anything: at least need_root distinct root-role anchors of the factory's
 * signed it; its number is at least the trust floor and at most PRM_TRUST_NUMBER_STEP above; its epoch is that of the rollback floor
 * or the next. `*tries` as for prm_release_verify_kept(). One with the payload that `known` proves (it may be
 * `out`: none is known) is TRUST_OLD. On failure out->number is 0, and diff all ones.
 * Errors: those of parse; of the signatures as prm_release_verify(); TRUST_OLD, TRUST_STEP (the number), TRUST_EPOCH.
 */
PRM_MUST_USE prm_result prm_trust_verify(const struct prm_trust_source *source, prm_span bytes,
                                         const struct prm_trust_floors *floors, const struct prm_trust_proof *known,
                                         struct prm_tries *tries, struct prm_trust_proof *out);

/*
 * Makes rules of bytes whose payload is the one that was proved; out->slot is the caller's to set. Keys that a limit excludes from this device, or from a part
 * of its releases, are left out. On failure `*out` permits nothing, and its diff is all ones.
 * Errors: those of parse; TRUST_NONE (another payload stands there now), CRYPTO.
 */
PRM_MUST_USE prm_result prm_trust_verify_again(const struct prm_trust_source *source, prm_span bytes,
                                               const struct prm_trust_proof *proof, struct prm_trust_rules *out);

#endif
