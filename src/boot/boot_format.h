/* SPDX-License-Identifier: Apache-2.0 */
/* boot_format.h - the formats that a boot reads: banks, fuses, anchors. docs/format/flash-layout.md draws them. */
#ifndef PRM_BOOT_FORMAT_H
#define PRM_BOOT_FORMAT_H

#include "bank/bank_format.h"
#include "suit/device.h"   /* struct prm_fuses */
#include "trust/trust.h"    /* struct prm_trust */

#endif
