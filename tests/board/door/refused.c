/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/door/refused.h"

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "tests/board/door/kernel.h"
#include "tests/board/door/pointers.h"

#define SHCSR_MEMFAULTENA (1u << 16)

extern const char primum_door[];

static const enum pointers_part parts[] = {POINTERS_KERNELS, POINTERS_READ_ONLY};
enum { STACKS = sizeof parts / sizeof parts[0], MAGIC = 0x44465231 };

/* Survives a reset. */
static struct {
    uint32_t magic;
    uint32_t at;
} retained __attribute__((section(".noinit")));
static uint32_t *stack_end;

__attribute__((naked)) static void calls_on(uint32_t *end __attribute__((unused))) {
    __asm__ volatile("mov sp, r0\n"
                     "movw r1, #:lower16:primum_door\n"
                     "movt r1, #:upper16:primum_door\n"
                     "orr r1, r1, #1\n"
                     "blx r1\n"
                     "b .\n");
}

static void caller(void) {
    calls_on(stack_end);
}

static void no_tick(void) {
}

/* That the core could not write the frame is pending. Were the call taken all the same, it would come next; else nothing of ours does. */
static void call_was_taken(void) {
    prm_console_text("door: WRONG a call on a stack that isn't the caller's is taken\n");
    for (;;) {
    }
}

/* What stands there looks like the frame of a call: it is its range that must tell. */
static void try_stack(uint32_t *frame) {
    for (uint32_t i = 0; i < 8; i++)
        frame[i] = 0;
    frame[6] = (uint32_t)(uintptr_t)primum_door;
    stack_end = frame + 8;
    pointers_protect();
    kernel_start(no_tick, 0);
    kernel_handler(KERNEL_MEMMANAGE, call_was_taken);
    ARMV8M_SHCSR |= SHCSR_MEMFAULTENA;
    kernel_thread(0, caller, 1);
    kernel_run();
}

uint32_t refused_under_way(void) {
    return retained.magic == MAGIC;
}

void refused_stacks(void) {
    if (refused_under_way() == 0)
        retained.at = 0;
    retained.magic = MAGIC;
    while (retained.at < STACKS)
        try_stack(pointers_part(parts[retained.at++]));
    retained.magic = 0;
}
