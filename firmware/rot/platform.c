/* SPDX-License-Identifier: Apache-2.0 */
/* What the root is made of. */
#include "firmware/rot/rot.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

const struct prm_boot_platform rot_platform = {
    .crypto = &rot_crypto,
    .flash = &prm_mps2_flash,
    .counter = &prm_mps2_counter,
    .layout = &prm_mps2_layout,
    .rules = prm_boot_rules_manifest,
    .trust_counter = &prm_mps2_trust_counter,
    .kept = &prm_mps2_kept,
    .fuses = {(const uint8_t *)BOARD_FUSES_BASE, BOARD_FUSES_SIZE},
    .trust = {(const uint8_t *)(BOARD_ROM_BASE + BOARD_TRUST_OFF), sizeof(struct prm_trust)},
};
