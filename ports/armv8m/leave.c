/* SPDX-License-Identifier: Apache-2.0 */
/* The places where the root ends: one symbol each, and more than one branch at its end, should one be skipped. */
#include "base/harden.h"
#include "ports/armv8m/armv8m.h"

#define UNUSED __attribute__((unused)) /* the assembly names the registers: r0 to r3 */

/* The fault handler stays the root's until the services have set their own. */
__attribute__((naked)) void prm_enter_services(uint32_t entry UNUSED, uint32_t ram UNUSED, uint32_t ram_end UNUSED,
                                               uint32_t stack_top UNUSED) {
    __asm__ volatile("movs r4, #0\n"
                     "movs r5, #0\n"
                     "movs r6, #0\n"
                     "movs r7, #0\n"
                     "msr msplim, r4\n"
                     "1: stmia r1!, {r4-r7}\n"
                     "cmp r1, r2\n"
                     "blo 1b\n"
                     "msr msp, r3\n"
                     "movs r1, #0\n"
                     "movs r2, #0\n"
                     "movs r3, #0\n"
                     "mov r8, r1\n"
                     "mov r9, r1\n"
                     "mov r10, r1\n"
                     "mov r11, r1\n"
                     "mov r12, r1\n"
                     "mvn lr, r1\n"
                     "msr apsr_nzcvq, r1\n"
                     "dsb\n"
                     "isb\n"
                     "bx r0\n"
                     "b prm_trap\n"
                     "b prm_trap\n"
                     "b prm_trap\n");
}

__attribute__((naked)) void prm_recovery_halt(void) {
    __asm__ volatile("1: wfi\n"
                     "b 1b\n"
                     "b 1b\n"
                     "b 1b\n"
                     "b prm_trap\n");
}

/* No output: what led here can't be trusted to be whole. */
__attribute__((naked)) void prm_trap(void) {
    __asm__ volatile("1: cpsid i\n"
                     "wfi\n"
                     "b 1b\n"
                     "b 1b\n"
                     "b 1b\n"
                     "udf #0\n");
}
