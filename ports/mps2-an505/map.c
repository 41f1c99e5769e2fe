/* SPDX-License-Identifier: Apache-2.0 */
/* The board's facts for the core, and the agreement of board.h with the formats. */
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

_Static_assert(BOARD_SLOT_IMAGE_OFF == PRM_SLOT_IMAGE_OFF, "one image offset");
_Static_assert(BOARD_FUSES_SIZE == sizeof(struct prm_fuses), "the fuses fit their place");
_Static_assert(BOARD_TRUST_OFF + sizeof(struct prm_trust) <= BOARD_ROM_SIZE, "the anchors fit the ROM");
_Static_assert(sizeof(struct prm_boot_report) <= BOARD_REPORT_SIZE, "the report fits its page");
_Static_assert(BOARD_COUNTER_OFF % 128 == 0, "the counter's records stay within one page of the part");

const struct prm_boot_map prm_mps2_map = {
    .journal_off = BOARD_JOURNAL_OFF,
    .slot_off = {BOARD_SLOT_A_OFF, BOARD_SLOT_B_OFF},
    .slot_size = BOARD_SLOT_SIZE,
    .flash_base = BOARD_FLASH_BASE,
    .ram_base = BOARD_NS_RAM_BASE,
    .ram_size = BOARD_NS_RAM_SIZE,
};
