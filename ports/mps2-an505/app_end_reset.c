/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: with -no-reboot, QEMU ends here. */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/app.h"

_Noreturn void app_end(void) {
    __asm__ volatile("dsb");
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_SYSRESETREQ;
    for (;;) {
    }
}
