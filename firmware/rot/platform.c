/* SPDX-License-Identifier: Apache-2.0 */
/* What the root is made of. */
#include "firmware/rot/rot.h"
#include "ports/eeprom/eeprom_cell.h"
#include "ports/eeprom/eeprom_counter.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

static const struct prm_eeprom eeprom = {(void *)&prm_mps2_eeprom, prm_at24_read, prm_at24_write, &rot_crypto};
static const struct prm_eeprom_counter floor_at = {{&eeprom, BOARD_COUNTER_OFF, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, 1};
static const struct prm_eeprom_counter trust_floor_at = {{&eeprom, BOARD_TRUST_COUNTER_OFF, PRM_EEPROM_TRUST, PRM_EEPROM_VALUE_SIZE}, 0};
static const struct prm_eeprom_cell kept_at = {{&eeprom, BOARD_KEPT_OFF, PRM_EEPROM_KEPT, PRM_CELL_SIZE}};

const struct prm_counter rot_counter = {(void *)&floor_at, prm_eeprom_counter_read_mending,
                                        prm_eeprom_counter_advance_to};
const struct prm_counter rot_trust_counter = {(void *)&trust_floor_at, prm_eeprom_counter_read_mending,
                                              prm_eeprom_counter_advance_to};
uint32_t rot_count_start(void) {
    static const struct prm_eeprom_counter boots = {{&eeprom, BOARD_BOOTS_OFF, PRM_EEPROM_BOOTS, PRM_EEPROM_VALUE_SIZE}, 0};
    uint64_t count;

    /* A count that can't be made is told as 0, and is no reason to start nothing. */
    return prm_eeprom_counter_count(&boots, &count) == PRM_OK ? (uint32_t)count : 0;
}

static const struct prm_cell kept = {(void *)&kept_at, prm_eeprom_cell_read_mending, prm_eeprom_cell_write};

const struct prm_boot_platform rot_platform = {
    .crypto = &rot_crypto,
    .flash = &prm_mps2_flash,
    .counter = &rot_counter,
    .layout = &prm_mps2_layout,
    .rules = prm_boot_rules_manifest,
    .trust_counter = &rot_trust_counter,
    .kept = &kept,
    .fuses = {(const uint8_t *)BOARD_FUSES_BASE, BOARD_FUSES_SIZE},
    .trust = {(const uint8_t *)(BOARD_ROM_BASE + BOARD_TRUST_OFF), sizeof(struct prm_trust)},
};
