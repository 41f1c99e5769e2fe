/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/semihosting.h"

#include <stdint.h>

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"

enum { SYS_WRITEC = 0x03, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };

static void call(uint32_t operation, const void *argument) {
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void prm_console_put(char c) {
    call(SYS_WRITEC, &c);
}

void semihosting_exit(int status) {
    const uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)status};

    call(SYS_EXIT_EXTENDED, block);
}

/* These programs have no walls. */
void prm_walls(void) {
}

/* What the fault handler asks of a Secure image. */
const char prm_fault_name[] = "test";

void prm_fault_own(void) {
    semihosting_exit(1);
}
