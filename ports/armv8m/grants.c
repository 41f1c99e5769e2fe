/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/grants.h"

#include "ports/armv8m/armv8m.h"

#define NVIC_ICER(n) ARMV8M_REG(0xE000E180u + 4u * (n))
#define NVIC_ICPR(n) ARMV8M_REG(0xE000E280u + 4u * (n))
#define NVIC_ITNS(n) ARMV8M_REG(0xE000E380u + 4u * (n))
#define NVIC_IPR(n) ARMV8M_REG(0xE000E400u + 4u * (n))

#define SCR ARMV8M_REG(0xE000ED10)
#define SCR_SLEEPDEEP 0x4u
#define SCR_SLEEPDEEPS 0x8u
#define CPACR ARMV8M_REG(0xE000ED88)
#define CPACR_NS ARMV8M_REG(0xE002ED88)
#define NSACR ARMV8M_REG(0xE000ED8C)
#define FPCCR ARMV8M_REG(0xE000EF34)
#define FPCCR_ASPEN_LSPEN 0xC0000000u /* and TS, CLRONRETS, LSPENS 0: no Secure code touches an FP register */
#define CP10_11_FULL 0x00F00000u
#define NSACR_CP10_11 0x00000C00u
#define AIRCR_SYSRESETREQS 0x8u

/*
 * All three doors of the FPU together: with CPACR_S shut, an interrupt of the application that uses it while the services
 * work would fault in the Secure world.
 */
static void grant_fpu(prm_answer fpu) {
    const uint32_t open = fpu == PRM_YES ? UINT32_MAX : 0;

    CPACR = CP10_11_FULL & open;
    CPACR_NS = CP10_11_FULL & open;
    NSACR = NSACR_CP10_11 & open;
    FPCCR = FPCCR_ASPEN_LSPEN;
}

void armv8m_grant_core(const struct armv8m_grants *grants) {
    const uint32_t kept_reset = grants->system_reset == PRM_YES ? 0 : AIRCR_SYSRESETREQS;

    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_PRIS | kept_reset;
    SCR = (SCR & ~(SCR_SLEEPDEEP | SCR_SLEEPDEEPS)) | (grants->deep_sleep == PRM_YES ? 0 : SCR_SLEEPDEEPS);
    grant_fpu(grants->fpu);
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void armv8m_interrupts_close(uint32_t lines) {
    for (uint32_t n = 0; n < (lines + 31u) / 32u; n++) {
        NVIC_ICER(n) = UINT32_MAX;
        NVIC_ICPR(n) = UINT32_MAX;
        NVIC_ITNS(n) = 0;
    }
    for (uint32_t n = 0; n < (lines + 3u) / 4u; n++)
        NVIC_IPR(n) = 0;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void armv8m_interrupt_give(uint32_t line) {
    NVIC_ITNS(line / 32u) |= 1u << (line % 32u);
}
