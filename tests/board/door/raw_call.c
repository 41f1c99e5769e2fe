/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/door/raw_call.h"

#include <stddef.h>

_Static_assert(offsetof(struct raw_call, door) == 20 && offsetof(struct raw_call, kept) == 24 &&
                   offsetof(struct raw_call, flags) == 56 && offsetof(struct raw_call, flags_after) == 60 &&
                   offsetof(struct raw_call, kept_after) == 64 && offsetof(struct raw_call, fp) == 96,
               "the instructions below know these");

/* The stack is not a multiple of 8 at the call: the core leaves out four bytes, and notes it. */
__attribute__((naked)) void raw_call(struct raw_call *call __attribute__((unused))) {
    __asm__ volatile("push {r4-r11, lr}\n"
                     "push {r0, r1}\n"
                     "add r1, r0, #24\n"
                     "ldm r1, {r4-r11}\n"
                     "ldr r1, [r0, #56]\n"
                     "msr apsr_nzcvq, r1\n"
                     "ldr lr, [r0, #20]\n"
                     "ldr r12, [r0, #16]\n"
                     "ldr r3, [r0, #12]\n"
                     "ldr r2, [r0, #8]\n"
                     "ldr r1, [r0, #4]\n"
                     "ldr r0, [r0]\n"
                     "blx lr\n"
                     "push {r0, r1}\n"
                     "mrs r1, apsr\n"
                     "ldr r0, [sp, #8]\n"
                     "str r1, [r0, #60]\n"
                     "pop {r1}\n"
                     "str r1, [r0]\n"
                     "pop {r1}\n"
                     "str r1, [r0, #4]\n"
                     "str r2, [r0, #8]\n"
                     "str r3, [r0, #12]\n"
                     "str r12, [r0, #16]\n"
                     "add r1, r0, #64\n"
                     "stm r1, {r4-r11}\n"
                     "add sp, sp, #8\n"
                     "pop {r4-r11, pc}\n");
}

__attribute__((naked)) void raw_call_fp(struct raw_call *call __attribute__((unused))) {
    __asm__ volatile("push {r0, lr}\n"
                     "vpush {s16-s31}\n"
                     "add r1, r0, #96\n"
                     "vldm r1, {s0-s31}\n"
                     "bl raw_call\n"
                     "ldr r0, [sp, #64]\n"
                     "add r1, r0, #96\n"
                     "vstm r1, {s0-s31}\n"
                     "vpop {s16-s31}\n"
                     "pop {r0, pc}\n");
}
