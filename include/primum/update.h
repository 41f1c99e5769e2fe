/* SPDX-License-Identifier: Apache-2.0 */
/* update.h - what the application tells the update service beyond the PSA API: whether now is a time for it. */
#ifndef PRIMUM_UPDATE_H
#define PRIMUM_UPDATE_H

#include <stdint.h>

#include "psa/error.h"

#define PRIMUM_BATTERY_MIN_PERCENT 20u /* below this nothing is installed */

/*
 * Conditions from now on, until the next call or a reset; after a reset nothing is authorized. While `authorized` is
 * not 1, psa_fwu_install() and psa_fwu_request_reboot() return PSA_ERROR_NOT_PERMITTED. `battery_percent` is 0 to 100,
 * `utc` seconds since 1970, 0 if not known. Errors: PSA_ERROR_INVALID_ARGUMENT (then nothing is authorized),
 * PSA_ERROR_BAD_STATE (another call is under way).
 */
psa_status_t primum_update_conditions(uint32_t authorized, uint32_t battery_percent, uint32_t utc);

#endif
