/* SPDX-License-Identifier: Apache-2.0 */
/* update_conditions_decide.h - whether a release that is whole may be installed now. */
#ifndef PRM_UPDATE_UPDATE_CONDITIONS_DECIDE_H
#define PRM_UPDATE_UPDATE_CONDITIONS_DECIDE_H

#include "suit/suit_conditions.h"

/* What is so now, by the application's word. */
struct prm_update_moment {
    prm_answer authorized; /* PRM_YES: by whoever knows that nobody is treated */
    uint32_t battery_percent;
    uint32_t battery_mwh; /* 0 if not known */
    uint32_t utc;         /* seconds since 1970; 0 if not known */
};

/*
 * PRM_OK: it may be installed. Consent is needed whatever the release asks; of the battery both the device's own least
 * (percent) and the release's (mWh); a time that isn't known is too late for a release that has a last one.
 * Errors, the first that applies: UPDATE_CONSENT, UPDATE_BATTERY, UPDATE_TIME.
 */
PRM_MUST_USE prm_result prm_update_conditions_decide(const struct prm_suit_conditions *asked,
                                                     const struct prm_update_moment *now, uint32_t least_percent);

#endif
