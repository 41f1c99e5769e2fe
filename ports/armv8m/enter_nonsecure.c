/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/armv8m.h"

#define UNUSED __attribute__((unused)) /* the assembly names the registers: r0 and r1 */

/*
 * The seal is a value that can be neither a return address nor an integrity signature: a Non-secure branch to
 * FNC_RETURN or EXC_RETURN finds it on top of the Secure stack and faults.
 */
__attribute__((naked)) void prm_enter_nonsecure(uint32_t entry UNUSED, uint32_t stack_top UNUSED) {
    __asm__ volatile("msr msp, r1\n"
                     "ldr r4, =0xFEF5EDA5\n"
                     "mov r5, r4\n"
                     "push {r4, r5}\n"
                     "movs r1, #0\n"
                     "movs r2, #0\n"
                     "movs r3, #0\n"
                     "movs r4, #0\n"
                     "movs r5, #0\n"
                     "movs r6, #0\n"
                     "movs r7, #0\n"
                     "mov r8, r1\n"
                     "mov r9, r1\n"
                     "mov r10, r1\n"
                     "mov r11, r1\n"
                     "mov r12, r1\n"
                     "mvn lr, r1\n"
                     "msr apsr_nzcvq, r1\n"
                     "dsb\n"
                     "isb\n"
                     "bxns r0\n"
                     "b prm_trap\n"
                     "b prm_trap\n"
                     "b prm_trap\n");
}
