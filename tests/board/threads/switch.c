/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's part in assembly: what must be done before the compiler uses a register. */
#include "tests/board/threads/kernel.h"

/* ORs r0 to r12 into r0 and hands on EXC_RETURN: what a handler finds in the registers of the code that it interrupted. */
#define SEE(handler)                    \
    "orr r0, r0, r1\n\torr r0, r0, r2\n\torr r0, r0, r3\n\torr r0, r0, r4\n\torr r0, r0, r5\n\torr r0, r0, r6\n\t" \
    "orr r0, r0, r7\n\torr r0, r0, r8\n\torr r0, r0, r9\n\torr r0, r0, r10\n\torr r0, r0, r11\n\torr r0, r0, r12\n\t" \
    "mov r1, lr\n\tpush {r3, lr}\n\tbl " handler "\n\tpop {r3, pc}\n"

__attribute__((naked)) void kernel_tick_entry(void) {
    __asm__ volatile(SEE("kernel_tick"));
}

__attribute__((naked)) void kernel_device_entry(void) {
    __asm__ volatile(SEE("kernel_device"));
}

/* The thread's registers that the core doesn't keep: FPU registers only where the frame says that the thread uses them. */
__attribute__((naked)) void kernel_switch_entry(void) {
    __asm__ volatile("mrs r0, psp\n\t"
                     "tst lr, #0x10\n\t"
                     "it eq\n\t"
                     "vstmdbeq r0!, {s16-s31}\n\t"
                     "stmdb r0!, {r4-r11, lr}\n\t"
                     "bl kernel_next\n\t"
                     "ldmia r0!, {r4-r11, lr}\n\t"
                     "tst lr, #0x10\n\t"
                     "it eq\n\t"
                     "vldmiaeq r0!, {s16-s31}\n\t"
                     "msr psp, r0\n\t"
                     "bx lr\n");
}

__attribute__((naked)) void kernel_svc_entry(void) {
    __asm__ volatile("mrs r0, psp\n\t"
                     "b kernel_svc\n");
}
