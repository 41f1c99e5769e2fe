/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_format.h - what stands at the beginning of a bank, byte for byte. docs/format/flash-layout.md draws it.
 * Integers are little-endian; code reads bytes.
 */
#ifndef PRM_BOOT_FORMAT_H
#define PRM_BOOT_FORMAT_H

#include "seam/layout.h"   /* where banks and images are */
#include "suit/device.h"   /* struct prm_fuses */
#include "trust/trust.h"    /* struct prm_trust */

#define PRM_SLOT_MAGIC 0x534D5250u /* bytes "PRMS" */
#define PRM_SLOT_HEADER_SIZE PRM_BANK_HEADER_SIZE
#define PRM_ENVELOPE_MAX (PRM_BANK_MARKS_OFF - PRM_BANK_HEADER_SIZE) /* bytes of an envelope without payloads */

#endif
