/* SPDX-License-Identifier: Apache-2.0 */
/* port.h - what the emulated board mps2-an505 gives the root: the seams, and two steps of its start. */
#ifndef PRM_PORTS_MPS2_AN505_H
#define PRM_PORTS_MPS2_AN505_H

#include "boot/boot.h"
#include "seam/counter.h"
#include "seam/flash.h"

/* The file-backed PSRAM, kept to NOR rules by the driver: the emulated part itself is RAM and would take any write. */
extern const struct prm_flash prm_mps2_flash;

/*
 * The counter in the EEPROM, in the format of ports/eeprom. Reads twice and gives the OR of the two, so that one wrong
 * step can only raise the floor, never lower it.
 */
extern const struct prm_counter prm_mps2_counter;

extern const struct prm_boot_map prm_mps2_map;

/* Console on, faults routed to the root, MPU on: the root can execute nothing but its own text from here on. */
void prm_mps2_start(void);

/* Reads the EEPROM over I2C, bit by bit. On failure `dst` is zeros. Errors: COUNTER_IO. */
PRM_MUST_USE prm_result prm_at24_read(void *ctx, uint32_t off, void *dst, uint32_t len);
/* One page write of the part: doesn't cross a multiple of 128 bytes. Errors: COUNTER_IO. Cut: see struct prm_eeprom. */
PRM_MUST_USE prm_result prm_at24_write(void *ctx, uint32_t off, const void *src, uint32_t len);

#endif
