/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suit_conditions.h - when a release may be installed (draft-ietf-suit-update-management): not linked by the root.
 *
 * A release with conditions is fetched by its payload-fetch sequence, which is severed, and installed by its install
 * sequence, which is in the manifest and holds the conditions alone. So they are signed with the manifest, a bank keeps
 * them, and a root that only fetches and starts needn't read them. suit_conditions_parse.h reads them.
 */
#ifndef PRM_SUIT_SUIT_CONDITIONS_H
#define PRM_SUIT_SUIT_CONDITIONS_H

#include "base/harden.h"

struct prm_suit_conditions {
    prm_answer authorized; /* PRM_YES: condition-update-authorized */
    int32_t priority;      /* then, of the update: less is more urgent; else 0 */
    uint32_t battery_mwh;  /* condition-minimum-battery, mWh; 0: there is none */
    uint64_t use_before;   /* condition-use-before, seconds since 1970; UINT64_MAX: there is none */
};

#endif
