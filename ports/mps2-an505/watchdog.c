/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Secure CMSDK watchdog (Arm DDI 0479, 4.8). It counts down once for the NMI, whose handler resets the system, and
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

void prm_mps2_watchdog_start(uint32_t seconds) {
    WDOG_LOCK = WDOG_UNLOCK;
    WDOG_LOAD = seconds * BOARD_CORE_HZ;
    WDOG_CONTROL = WDOG_NMI_AND_RESET;
    WDOG_LOCK = 0;
}

void prm_mps2_watchdog_stop(void) {
    WDOG_LOCK = WDOG_UNLOCK;
    WDOG_CONTROL = 0;
    WDOG_LOCK = 0;
}

uint32_t prm_mps2_now_ms(void) {
    return ARMV8M_REG(BOARD_CENTISECONDS) * 10u;
}
