/* SPDX-License-Identifier: Apache-2.0 */
/* The counter for a root that never advances it: nothing that writes the EEPROM is linked. */
#include "ports/eeprom/eeprom_counter.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

static prm_result refuse(void *ctx, uint64_t value) {
    (void)ctx;
    (void)value;
    return PRM_ERR_UNSUPPORTED;
}

static const struct prm_eeprom eeprom = {NULL, prm_at24_read, NULL};
static const struct prm_eeprom_counter format = {&eeprom, BOARD_COUNTER_OFF};

const struct prm_counter prm_mps2_counter_read_only = {(void *)&format, prm_eeprom_counter_read, refuse};
