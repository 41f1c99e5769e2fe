/* SPDX-License-Identifier: Apache-2.0 */
/* boot_parse.h - who this device is and whom its factory believed, as its memory says. */
#ifndef PRM_BOOT_BOOT_PARSE_H
#define PRM_BOOT_BOOT_PARSE_H

#include "base/span.h"
#include "suit/device.h"
#include "trust/trust.h"

/* Errors: DEVICE_FUSES; TRUST_ANCHORS. The results borrow; NULL on failure. */
PRM_MUST_USE prm_result prm_boot_fuses_parse(prm_span bytes, const struct prm_fuses **fuses);
PRM_MUST_USE prm_result prm_boot_trust_parse(prm_span bytes, const struct prm_trust **trust);

#endif
