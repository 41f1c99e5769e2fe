/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot_format.h - what stands in flash and fuses, byte for byte. docs/format/flash-layout.md draws it.
 * Integers are little-endian. The structs are documentation with asserted offsets; code reads bytes.
 */
#ifndef PRM_BOOT_FORMAT_H
#define PRM_BOOT_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "suit/device.h" /* struct prm_fuses */
#include "suit/trust.h" /* struct prm_trust stands beside the fuses */

/*
 * A slot:  0        8                      PRM_SLOT_IMAGE_OFF
 *          | header | envelope (len) | ... | image, runs in place |
 */
#define PRM_SLOT_MAGIC 0x534D5250u    /* bytes "PRMS" */
#define PRM_SLOT_HEADER_SIZE 8u       /* magic, then the envelope's length in bytes */
#define PRM_SLOT_IMAGE_OFF 0x2000u    /* bytes from the slot's start */
#define PRM_ENVELOPE_MAX 1528u        /* bytes of an envelope without its payloads that a device takes */

#endif
