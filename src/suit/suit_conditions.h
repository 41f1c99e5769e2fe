/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suit_conditions.h - when a release may be installed (draft-ietf-suit-update-management): not linked by the root.
 *
 * A release with conditions is fetched by its payload-fetch sequence, which is severed, and installed by its install
 * sequence, which is in the manifest and holds the conditions alone. So they are signed with the manifest, a bank keeps
 * them, and a root that only fetches and starts needn't read them.
 */
#ifndef PRM_SUIT_SUIT_CONDITIONS_H
#define PRM_SUIT_SUIT_CONDITIONS_H

#include "suit/suit.h"

struct prm_suit_conditions {
    prm_answer authorized; /* PRM_YES: condition-update-authorized */
    int32_t priority;      /* then, of the update: less is more urgent; else 0 */
    uint32_t battery_mwh;  /* condition-minimum-battery, mWh; 0: there is none */
    uint64_t use_before;   /* condition-use-before, seconds since 1970; UINT64_MAX: there is none */
};

/*
 * The conditions of a verified manifest; none, if its install sequence is what fetches. On failure `*out` are none.
 * Errors: CBOR_*, SUIT_COMMAND and SUIT_PARAMETER (something else in the install sequence, or a parameter set twice),
 * SUIT_MISSING (a condition without its parameter, the reverse, or the sequence isn't in the manifest).
 */
PRM_MUST_USE prm_result prm_suit_conditions_parse(const struct prm_suit_manifest *manifest,
                                                  struct prm_suit_conditions *out);

#endif
