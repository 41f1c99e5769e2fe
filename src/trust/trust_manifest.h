/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_manifest.h - which release keys are in force: the factory's, or those of a numbered manifest that enough root keys
 * signed. The stages in a row, for who wants the rules; each stage has a header of its own.
 */
#ifndef PRM_TRUST_TRUST_MANIFEST_H
#define PRM_TRUST_TRUST_MANIFEST_H

#include "seam/crypto.h"
#include "seam/flash.h"
#include "seam/layout.h"
#include "trust/trust_load.h"
#include "trust/trust_parse.h"
#include "trust/trust_verify.h"

/* What the slots hold, and whose rules count, at which floors. */
struct prm_trust_found {
    struct prm_trust_proof slot[PRM_TRUST_SLOTS];
    uint32_t until_now; /* the slot with the manifest that the trust floor stands at */
    uint32_t newest;    /* the slot with the highest number; PRM_TRUST_SLOT_NONE: no slot has any that counts */
    struct prm_trust_floors floors;
};

/*
 * Verifies what is in the slots, at the floors that stand in `*found` already. Damaged slots, forgeries and older numbers are passed over, and a slot with the same payload
 * as the one before is not verified. No more signatures are tried than prm_tally_tries() says. Never fails.
 */
void prm_trust_examine(const struct prm_trust_source *source, struct prm_trust_found *found);

/*
 * The rules of a slot that was found good; of PRM_TRUST_SLOT_NONE the factory's, if the trust floor is 0. On failure `*out` is as prm_trust_verify_again() leaves it.
 * Errors: TRUST_NONE (there are none: nothing may be judged), and those of prm_trust_verify_again().
 */
PRM_MUST_USE prm_result prm_trust_use(const struct prm_trust_source *source, const struct prm_trust_found *found,
                                      uint32_t slot, struct prm_trust_rules *out);

/* The factory's rules, verified, as rules in force. Borrows nothing. */
void prm_trust_of_factory(const struct prm_trust *factory, struct prm_trust_rules *out);

/* All of these in a row: the newest rules. Errors: COUNTER_*, and those of prm_trust_use(). */
PRM_MUST_USE prm_result prm_trust_find(const struct prm_trust_source *source, struct prm_trust_rules *out);

#endif
