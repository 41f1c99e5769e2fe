/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For scripts/fault.sh --self-test alone, linked before the root's own: a hand-over that trusts the plan's bank and
 * looks at no word, and no branch on the word before it, so that every verdict before it rests on branches. The campaign must find ways around those.
 */
#include "boot/boot_plan.h"
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

prm_result prm_boot_verify_word(uint32_t word, uint32_t components) {
    (void)word;
    (void)components;
    return PRM_OK;
}

_Noreturn void prm_handover(const struct prm_boot_plan *plan) {
    const uint32_t image =
        (uint32_t)BOARD_FLASH_BASE + prm_mps2_layout.bank_off[plan->bank & 1u] + (uint32_t)BOARD_SERVICES_OFF;
    const volatile uint32_t *vectors = (const volatile uint32_t *)(uintptr_t)image;

    ARMV8M_MPU_CTRL = 0;
    prm_enter_services(vectors[1], BOARD_ROT_RAM_BASE, BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE, vectors[0]);
    for (;;) {
    }
}
