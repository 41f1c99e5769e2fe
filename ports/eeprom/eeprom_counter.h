/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_counter.h - the counter seam over a byte-wise EEPROM, for every port that has one.
 *
 * Two records. A new value is written over the older of the two, then over the other: a cut leaves one whole, and between
 * advances both say the same, so that damage to one loses nothing.
 *
 *     0         4             8        16         24      28     32
 *     | "PRMC"  | generation  | value  | ~value   | check | 0xFF |     little-endian
 *
 * The check tells a torn record; it is no protection against someone who can write the EEPROM.
 */
#ifndef PRM_PORTS_EEPROM_COUNTER_H
#define PRM_PORTS_EEPROM_COUNTER_H

#include "ports/eeprom/eeprom_record.h"
#include "seam/counter.h"

#define PRM_EEPROM_COUNTER_SIZE 64u /* bytes of EEPROM that it uses */

/* Fixed: where a counter stands. `prm_eeprom_counter_read/advance_to` take it as their ctx. */
struct prm_eeprom_counter {
    const struct prm_eeprom *eeprom;
    uint32_t off; /* bytes from the EEPROM's start */
};

/* The two functions of the seam: put them and a struct prm_eeprom_counter into a struct prm_counter. */
PRM_MUST_USE prm_result prm_eeprom_counter_read(void *ctx, uint64_t *value);
PRM_MUST_USE prm_result prm_eeprom_counter_advance_to(void *ctx, uint64_t value);

#endif
