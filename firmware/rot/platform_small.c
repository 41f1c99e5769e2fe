/* SPDX-License-Identifier: Apache-2.0 */
/* A smaller root, in place of platform.c and recovery.c: the factory's keys for ever, a counter that it only reads, no wire. */
#include "firmware/rot/rot.h"
#include "ports/eeprom/eeprom_counter.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

static prm_result refuse(void *ctx, uint64_t value) {
    (void)ctx;
    (void)value;
    return PRM_ERR_UNSUPPORTED;
}

/* Nothing that writes the EEPROM is linked. */
static const struct prm_eeprom eeprom = {(void *)&prm_mps2_eeprom, prm_at24_read, NULL, &rot_crypto};

uint32_t rot_count_start(void) {
    return 0;
}
static const struct prm_eeprom_counter floor_at = {{&eeprom, BOARD_COUNTER_OFF, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, 1};

const struct prm_counter rot_counter = {(void *)&floor_at, prm_eeprom_counter_read, refuse};

const struct prm_boot_platform rot_platform = {
    .crypto = &rot_crypto,
    .flash = &prm_mps2_flash,
    .counter = &rot_counter,
    .layout = &prm_mps2_layout,
    .rules = prm_boot_rules_factory,
    .fuses = {(const uint8_t *)BOARD_FUSES_BASE, BOARD_FUSES_SIZE},
    .trust = {(const uint8_t *)(BOARD_ROM_BASE + BOARD_TRUST_OFF), sizeof(struct prm_trust)},
};

/* It stays where it is, with its report, until a programmer comes. */
void rot_recover(void) {}
