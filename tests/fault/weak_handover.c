/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For scripts/fault.sh --self-test alone, linked before the port's own: a hand-over that trusts the plan's slot and
 * looks at no word, so that every verdict before it rests on branches. The campaign must find ways around those.
 */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

extern uint32_t prm_ld_stack_top[];

_Noreturn void prm_handover(const struct prm_boot_plan *plan) {
    const uint32_t image = (uint32_t)BOARD_FLASH_BASE + prm_mps2_map.slot_off[plan->slot & 1u] + BOARD_SLOT_IMAGE_OFF;
    const volatile uint32_t *vectors = (const volatile uint32_t *)(uintptr_t)image;

    prm_enter_nonsecure(vectors[1] & ~1u, BOARD_ROT_RAM_BASE, BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE,
                        (uint32_t)(uintptr_t)prm_ld_stack_top);
    for (;;) {
    }
}
