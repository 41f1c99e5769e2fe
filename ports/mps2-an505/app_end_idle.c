/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/app.h"

_Noreturn void app_end(void) {
    ARMV8M_REG(0xE000E010) = 0; /* SysTick off: nothing is to wake it */
    for (;;)
        __asm__ volatile("wfi");
}
