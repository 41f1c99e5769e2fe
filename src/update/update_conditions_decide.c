/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_conditions_decide.h"

prm_result prm_update_conditions_decide(const struct prm_suit_conditions *asked, const struct prm_update_moment *now,
                                        uint32_t least_percent) {
    const uint64_t time = now->utc; /* in 64 bits, as the draft wants it: a last time beyond 2106 is one */

    if (now->authorized != PRM_YES)
        return PRM_ERR_UPDATE_CONSENT;
    if (now->battery_percent < least_percent || now->battery_mwh < asked->battery_mwh)
        return PRM_ERR_UPDATE_BATTERY;
    if (asked->use_before != UINT64_MAX && (time == 0 || time >= asked->use_before))
        return PRM_ERR_UPDATE_TIME;
    return PRM_OK;
}
