/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/door/refused.h"

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "tests/board/door/kernel.h"
#include "tests/board/door/pointers.h"

#define SHCSR_MEMFAULTENA (1u << 16)

extern const char primum_door[];

__attribute__((naked)) static void calls_on_the_kernels_stack(void) {
    __asm__ volatile("bl pointers_kernels\n"
                     "add r0, r0, #32\n"
                     "mov sp, r0\n"
                     "movw r1, #:lower16:primum_door\n"
                     "movt r1, #:upper16:primum_door\n"
                     "orr r1, r1, #1\n"
                     "blx r1\n"
                     "b .\n");
}

static void no_tick(void) {
}

/* That the core could not write the frame is pending. Were the call taken all the same, it would come next; else nothing of ours does. */
static void call_was_taken(void) {
    prm_console_text("door: WRONG a call on the kernel's stack is taken\n");
    for (;;) {
    }
}

/* What the kernel has there looks like the frame of a call: it is the range of it that must tell. */
void refused_stack(void) {
    uint32_t *const frame = pointers_kernels();

    for (uint32_t i = 0; i < 8; i++)
        frame[i] = 0;
    frame[6] = (uint32_t)(uintptr_t)primum_door;
    pointers_protect();
    kernel_start(no_tick, 0);
    kernel_handler(KERNEL_MEMMANAGE, call_was_taken);
    ARMV8M_SHCSR |= SHCSR_MEMFAULTENA;
    kernel_thread(0, calls_on_the_kernels_stack, 1);
    kernel_run();
}
