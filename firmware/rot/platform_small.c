/* SPDX-License-Identifier: Apache-2.0 */
/* A smaller root, in place of platform.c and recovery.c: the factory's keys for ever, a counter that it only reads, no wire. */
#include "firmware/rot/rot.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

const struct prm_boot_platform rot_platform = {
    .crypto = &rot_crypto,
    .flash = &prm_mps2_flash,
    .counter = &prm_mps2_counter_read_only,
    .layout = &prm_mps2_layout,
    .rules = prm_boot_rules_factory,
    .fuses = {(const uint8_t *)BOARD_FUSES_BASE, BOARD_FUSES_SIZE},
    .trust = {(const uint8_t *)(BOARD_ROM_BASE + BOARD_TRUST_OFF), sizeof(struct prm_trust)},
};

/* It stays where it is, with its report, until a programmer comes. */
void rot_recover(void) {}
