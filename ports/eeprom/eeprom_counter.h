/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_counter.h - the counter seam over a byte-wise EEPROM, for every port that has one.
 *
 * Two records of eeprom_record.h with 8 bytes of contents, the value:
 *
 *     0         4             8        16      32
 *     | tag     | generation  | value  | check |     little-endian
 *
 * A counter that was never written is damaged, not 0: the factory writes its first value (prm_eeprom_counter_provision).
 */
#ifndef PRM_PORTS_EEPROM_COUNTER_H
#define PRM_PORTS_EEPROM_COUNTER_H

#include "ports/eeprom/eeprom_record.h"
#include "seam/counter.h"

#define PRM_EEPROM_VALUE_SIZE 8u
#define PRM_EEPROM_COUNTER_SIZE (2u * PRM_EEPROM_RECORD_SIZE(PRM_EEPROM_VALUE_SIZE)) /* bytes of EEPROM that it uses */

#define PRM_EEPROM_FLOOR PRM_EEPROM_TAG('F') /* the rollback floor */
#define PRM_EEPROM_TRUST PRM_EEPROM_TAG('T') /* the trust floor */
#define PRM_EEPROM_BOOTS PRM_EEPROM_TAG('B') /* how often the device has started */

/* Fixed: where a counter stands. The functions of the seam take it as their ctx. */
struct prm_eeprom_counter {
    struct prm_eeprom_place place; /* of PRM_EEPROM_VALUE_SIZE bytes */
    uint32_t least;                /* a lower value is damage */
};

/*
 * The functions of the seam: put them and a struct prm_eeprom_counter into a struct prm_counter. The first reads; the
 * second reads, and mends as well: what a cut left half done, or one record that was damaged. A record that can't be
 * mended now is for the next start. Both: errors as in seam/counter.h, COUNTER_VERSION, CRYPTO.
 */
PRM_MUST_USE prm_result prm_eeprom_counter_read(void *ctx, uint64_t *value);
PRM_MUST_USE prm_result prm_eeprom_counter_read_mending(void *ctx, uint64_t *value);

/* Mends, too, where the value is reached already. */
PRM_MUST_USE prm_result prm_eeprom_counter_advance_to(void *ctx, uint64_t value);

/*
 * The factory's: the first value of a part, whatever it holds. No device calls it.
 * Errors: ARGUMENT (below the least), COUNTER_IO, CRYPTO.
 */
PRM_MUST_USE prm_result prm_eeprom_counter_provision(const struct prm_eeprom_counter *counter, uint64_t value);

/*
 * For a counter of starts: adds 1 with a single write, and gives the new value, so that a part's endurance is that of two
 * records. A place without a value counts from 1. Errors: COUNTER_IO, CRYPTO; then the value is 0.
 * Cut: the start is counted or it isn't.
 */
PRM_MUST_USE prm_result prm_eeprom_counter_count(const struct prm_eeprom_counter *counter, uint64_t *value);

#endif
