/* SPDX-License-Identifier: Apache-2.0 */
/* device.h - the identity fuses: who this device is. Written once, in the factory. docs/format/flash-layout.md draws them. */
#ifndef PRM_SUIT_DEVICE_H
#define PRM_SUIT_DEVICE_H

#include <stdint.h>

#define PRM_FUSES_MAGIC 0x464D5250u /* bytes "PRMF" */
#define PRM_FUSES_VERSION 1u

struct prm_fuses {
    uint32_t magic;
    uint32_t version;
    uint8_t vendor[16]; /* RFC 9562 UUID of the vendor, as RFC 9124 derives it */
    uint8_t class_[16]; /* UUID of the class of device */
    uint8_t device[16]; /* UUID of this one device */
    uint8_t check[8];   /* first 8 bytes of SHA-256 over all before */
};
_Static_assert(sizeof(struct prm_fuses) == 64, "the format is fixed");

#endif
