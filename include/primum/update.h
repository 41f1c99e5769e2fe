/* SPDX-License-Identifier: Apache-2.0 */
/* update.h - what the application tells the update service beyond the PSA API: whether now is a time for it. */
#ifndef PRIMUM_UPDATE_H
#define PRIMUM_UPDATE_H

#include <stdint.h>

#include "psa/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PRIMUM_BATTERY_MIN_PERCENT 20u /* below this nothing is installed */

/*
 * Conditions from now on, until the next call or a reset; after a reset nothing is authorized. While `authorized` is
 * not 1, psa_fwu_install() and psa_fwu_request_reboot() return PSA_ERROR_NOT_PERMITTED, whether or not the release asks for
 * consent. `battery_percent` is 0 to 100. `battery_mwh` is the battery's energy now in mWh and `utc` seconds since 1970;
 * each 0 if not known, and then a release that asks for it isn't installed. They are taken as told: what can't be trusted
 * (a clock that was never set) is to be told as 0. Errors: PSA_ERROR_INVALID_ARGUMENT (then nothing is authorized),
 * PSA_ERROR_BAD_STATE (another call is under way).
 */
psa_status_t primum_update_conditions(uint32_t authorized, uint32_t battery_percent, uint32_t battery_mwh, uint32_t utc);

#ifdef __cplusplus
}
#endif

#endif
