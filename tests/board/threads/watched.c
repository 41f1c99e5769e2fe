/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/threads/watched.h"

_Static_assert(sizeof(struct watched) == 4 * 48, "the assembly knows where its members are: r, 52 apsr, 56 s, 184 fpscr, 188 sp");

#define UNUSED __attribute__((unused)) /* the assembly names the registers: r0 and r1 */

/*
 * The stack holds r4 to r11, lr, s16 to s31, `in`, `out` and where it was; the call itself has every register but lr. It begins at a
 * multiple of 8, or 4 bytes below one, by a bit of r11, so that the core has to align the frame.
 */
__attribute__((naked)) void watched_call(const struct watched *in UNUSED, struct watched *out UNUSED) {
    __asm__ volatile("push {r4-r11, lr}\n\t"
                     "vpush {s16-s31}\n\t"
                     "mov r2, sp\n\t"
                     "ldr r3, [r0, #44]\n\t"
                     "and r3, r3, #4\n\t"
                     "subs r3, r2, r3\n\t"
                     "mov sp, r3\n\t"
                     "push {r0, r1, r2}\n\t"
                     "add r1, r0, #56\n\t"
                     "vldmia r1, {s0-s31}\n\t"
                     "ldr r1, [r0, #184]\n\t"
                     "vmsr fpscr, r1\n\t"
                     "ldr r1, [r0, #52]\n\t"
                     "msr apsr_nzcvqg, r1\n\t"
                     "mov lr, r0\n\t"
                     "ldmia lr, {r0-r12}\n\t"
                     "ldr lr, =primum_door + 1\n\t"
                     "blx lr\n\t"
                     "mov lr, sp\n\t"
                     "ldr lr, [sp, #4]\n\t"
                     "stmia lr, {r0-r12}\n\t"
                     "mrs r0, apsr\n\t"
                     "str r0, [lr, #52]\n\t"
                     "add r1, lr, #56\n\t"
                     "vstmia r1, {s0-s31}\n\t"
                     "vmrs r0, fpscr\n\t"
                     "str r0, [lr, #184]\n\t"
                     "add r1, sp, #12\n\t"
                     "ldr r0, [sp, #8]\n\t"
                     "subs r1, r0, r1\n\t"
                     "str r1, [lr, #188]\n\t"
                     "mov sp, r0\n\t"
                     "vpop {s16-s31}\n\t"
                     "pop {r4-r11, pc}\n");
}

__attribute__((naked)) void watched_call_on(const struct watched *in UNUSED, struct watched *out UNUSED,
                                            uint32_t *stack_top UNUSED) {
    __asm__ volatile("push {r4, lr}\n\t"
                     "mov r4, sp\n\t"
                     "cpsid i\n\t"
                     "mov sp, r2\n\t"
                     "bl watched_call\n\t"
                     "mov sp, r4\n\t"
                     "cpsie i\n\t"
                     "pop {r4, pc}\n");
}
