/* SPDX-License-Identifier: Apache-2.0 */
/* update_conditions.h - whether a release that is whole may be installed now. Not linked by the root: in recovery nobody is treated. */
#ifndef PRM_UPDATE_UPDATE_CONDITIONS_H
#define PRM_UPDATE_UPDATE_CONDITIONS_H

#include "suit/suit_conditions.h"
#include "suit/suit_text.h"
#include "update/update.h"

/* What is so now, by the application's word. */
struct prm_update_moment {
    prm_answer authorized; /* PRM_YES: by whoever knows that nobody is treated */
    uint32_t battery_percent;
    uint32_t battery_mwh; /* 0 if not known */
    uint32_t utc;         /* seconds since 1970; 0 if not known */
};

/*
 * What the release in a bank asks for, from the manifest there, which must be the one that the journal's record is about.
 * On failure `*out` are no conditions. Errors: SUIT_DIGEST (another one), SLOT_HEADER, FLASH_*, CRYPTO, and those of
 * prm_suit_conditions_parse().
 */
PRM_MUST_USE prm_result prm_update_conditions(const struct prm_update_platform *platform, uint32_t bank,
                                              struct prm_suit_conditions *out);

/*
 * The version of the release in a bank that runs, for people: what its manifest there says, if that has this sequence number. No
 * signature is checked: the root did, and nothing depends on it. On failure `*out` is zeros.
 * Errors: as prm_update_conditions() but for the conditions; SUIT_MISSING, UPDATE_STALE (another sequence number).
 */
PRM_MUST_USE prm_result prm_update_version(const struct prm_update_platform *platform, uint32_t bank, uint64_t sequence,
                                           struct prm_suit_version *out);

/*
 * PRM_OK: it may be installed. Consent is needed whatever the release asks; of the battery both the device's own least
 * (percent) and the release's (mWh); a time that isn't known is too late for a release that has a last one.
 * Errors, the first that applies: UPDATE_CONSENT, UPDATE_BATTERY, UPDATE_TIME.
 */
PRM_MUST_USE prm_result prm_update_conditions_decide(const struct prm_suit_conditions *asked,
                                                     const struct prm_update_moment *now, uint32_t least_percent);

#endif
