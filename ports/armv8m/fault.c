/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"

enum { EXC_RETURN_S = 0x40 /* the interrupted code ran Secure */, NMI = 2 };

void prm_fault_entry(void);

__attribute__((naked)) void prm_fault_entry(void) {
    __asm__ volatile("mov r0, lr\n"
                     "b prm_fault\n");
}

/* Reads nothing through the application's registers: its stack pointer may point at what it wants to be told. */
void prm_fault(uint32_t exc_return) {
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    prm_console_text("fault: ");
    prm_console_text(exception == NMI ? "watchdog" : (exc_return & EXC_RETURN_S) != 0 ? prm_fault_name : "application");
    prm_console_word(" exception=", exception);
    prm_console_word(" SFSR=", ARMV8M_SFSR);
    prm_console_word(" CFSR=", ARMV8M_CFSR | ARMV8M_CFSR_NS);
    prm_console_word(" BFAR=", ARMV8M_BFAR);
    prm_console_text((ARMV8M_CFSR & ARMV8M_CFSR_UNDEFINSTR) != 0 ? " no such instruction\n" : "\n");
    if (exception != NMI && (exc_return & EXC_RETURN_S) != 0)
        prm_fault_own();
    armv8m_reset();
    ARMV8M_STOP_HERE();
}
