/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grants.h - what of the core belongs to the application: its interrupts, the FPU, a reset. Only the services link it. All of
 * it is closed first, and opened by name; a field that is left zero grants nothing.
 */
#ifndef PRM_PORTS_ARMV8M_GRANTS_H
#define PRM_PORTS_ARMV8M_GRANTS_H

#include "base/harden.h"

struct armv8m_grants {
    prm_answer fpu;          /* CP10 and CP11, with lazy stacking */
    prm_answer system_reset; /* AIRCR.SYSRESETREQ: what NVIC_SystemReset() of an RTOS writes */
    prm_answer deep_sleep;   /* SCR.SLEEPDEEP */
};

/*
 * Faults of both worlds come to the Secure side (BFHFNMINS 0), and every Non-secure priority ranks below 0x80 (PRIS 1). The
 * Secure world has no use for the FPU: no register of it ever holds anything of the services'.
 */
void armv8m_grant_core(const struct armv8m_grants *grants);

/* Lines 0 to `lines` - 1 become Secure: disabled, not pending, of priority 0. The application reads all of them as 0. */
void armv8m_interrupts_close(uint32_t lines);

/* One line becomes the application's, as armv8m_interrupts_close() left it. */
void armv8m_interrupt_give(uint32_t line);

#endif
