/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Secure CMSDK watchdog (Arm DDI 0479, 4.8), which is never stopped: only started anew. It counts down once for the NMI, whose handler resets the system, and
 * a second time for a reset by itself, should the handler not get that far.
 */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

#define WDOG_LOAD ARMV8M_REG(BOARD_WATCHDOG_BASE + 0x0)
#define WDOG_CONTROL ARMV8M_REG(BOARD_WATCHDOG_BASE + 0x8)
#define WDOG_LOCK ARMV8M_REG(BOARD_WATCHDOG_BASE + 0xC00)
#define WDOG_UNLOCK 0x1ACCE551u
enum { WDOG_NMI_AND_RESET = 3 };

_Static_assert(BOARD_ROOT_S <= UINT32_MAX / BOARD_CORE_HZ && BOARD_RUN_S <= BOARD_ROOT_S && BOARD_TRIAL_S <= BOARD_RUN_S,
               "the watchdog can count that far");

void prm_mps2_watchdog_start(uint32_t seconds) {
    WDOG_LOCK = WDOG_UNLOCK;
    WDOG_LOAD = seconds * BOARD_CORE_HZ;
    WDOG_CONTROL = WDOG_NMI_AND_RESET;
    WDOG_LOCK = 0;
}

uint32_t prm_mps2_now_ms(void) {
    return ARMV8M_REG(BOARD_CENTISECONDS) * 10u;
}
