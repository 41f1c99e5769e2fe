/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test application that fails in one way after the other, each in a function of its own, so that a report's PC tells which. After
 * each reset it goes on with the next; what it says to have found is the report in its retained memory.
 */
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "ports/mps2-an505/board.h"
#include "primum/fault_report.h"

#define CCR ARMV8M_REG(0xE000ED14)
#define CPACR ARMV8M_REG(0xE000ED88)
enum { DIV_0_TRP = 0x10, UNALIGN_TRP = 0x8, SVCALL = 11, VECTORS = 16 };
#define TO(address) "ldr r0, =" TEXT(address) "\n"
#define TEXT(x) TEXT_(x)
#define TEXT_(x) #x
#define FAILING __attribute__((naked, used, noinline)) static void

static void barrier(void) {
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

FAILING reads_secure_memory(void) {
    __asm__ volatile(TO(BOARD_ROT_RAM_BASE) "ldr r0, [r0]\n\tbx lr");
}
FAILING reads_a_closed_peripheral(void) {
    __asm__ volatile(TO(0x40110FE0) "ldr r0, [r0]\n\tbx lr");
}
FAILING branches_to_secure_memory(void) {
    __asm__ volatile("push {lr}\n\t" TO(BOARD_ROT_RAM_BASE) "adds r0, #1\n\tblx r0\n\tpop {pc}");
}
FAILING returns_to_no_call(void) {
    __asm__ volatile(TO(0xFEFFFFFF) "bx r0");
}
FAILING reads_nothing(void) {
    __asm__ volatile(TO(0x42000800) "ldr r0, [r0]\n\tbx lr");
}
FAILING is_undefined(void) {
    __asm__ volatile("udf #0\n\tbx lr");
}
FAILING branches_to_even(void) {
    __asm__ volatile("push {lr}\n\tadr r0, 1f\n\tblx r0\n\t.balign 4\n1:\tnop\n\tpop {pc}");
}
FAILING uses_an_fpu_that_is_off(void) {
    __asm__ volatile(".inst.w 0xeeb70a00\n\tbx lr"); /* vmov.f32 s0, #1.0 */
}
FAILING divides_by_zero(void) {
    __asm__ volatile("movs r0, #0\n\tudiv r0, r0, r0\n\tbx lr");
}
FAILING reads_unaligned(void) {
    __asm__ volatile("add r0, sp, #1\n\tldr r0, [r0]\n\tbx lr");
}
FAILING overflows_its_stack(void) {
    __asm__ volatile("mov r0, sp\n\tmsr msplim, r0\n\tpush {r0-r3}\n\tbx lr");
}
FAILING writes_what_its_mpu_forbids(void) {
    __asm__ volatile(TO(BOARD_NS_RAM_BASE) "str r0, [r0]\n\tbx lr");
}
FAILING runs_what_its_mpu_forbids(void) {
    __asm__ volatile("push {lr}\n\t" TO(BOARD_NS_RAM_BASE) "adds r0, #1\n\tblx r0\n\tpop {pc}");
}
FAILING returns_from_no_exception(void) {
    __asm__ volatile("svc #0\n\tbx lr");
}
FAILING has_its_stack_in_secure_memory(void) {
    __asm__ volatile(TO(BOARD_SERVICES_RAM_BASE + 0x1000) "msr msp, r0\n\tsvc #0\n\tbx lr");
}

static void turn_fpu_off(void) {
    CPACR = 0;
}
static void trap_division(void) {
    CCR |= DIV_0_TRP;
}
static void trap_unaligned(void) {
    CCR |= UNALIGN_TRP;
}

/* Its own MPU: the first 32 bytes of its RAM are read-only and don't run; the rest stays as it is. */
static void forbid(void) {
    ARMV8M_MPU_MAIR0 = 0x44;
    ARMV8M_MPU_RNR = 0;
    ARMV8M_MPU_RBAR = BOARD_NS_RAM_BASE | 5u; /* privileged, read-only, no code */
    ARMV8M_MPU_RLAR = BOARD_NS_RAM_BASE | 1u;
    ARMV8M_MPU_CTRL = 5; /* on, with the usual map behind it */
}

/* An SVC that ends with an address that no exception returns to. */
static uint32_t table[VECTORS] __attribute__((aligned(128)));
__attribute__((naked, used)) static void bad_return(void) {
    __asm__ volatile("ldr lr, =0xFFFFFF00\n\tbx lr");
}
static void take_vectors(void) {
    for (uint32_t i = 0; i < VECTORS; i++)
        table[i] = ((const uint32_t *)(uintptr_t)ARMV8M_VTOR)[i];
    table[SVCALL] = (uint32_t)(uintptr_t)bad_return;
    ARMV8M_VTOR = (uint32_t)(uintptr_t)table;
}

static void nothing(void) {
}

static const struct {
    const char *name;
    void (*prepare)(void);
    void (*fail)(void);
} kinds[] = {
#define KIND(name, prepare) {#name, prepare, name}
    KIND(reads_secure_memory, nothing),
    KIND(reads_a_closed_peripheral, nothing),
    KIND(branches_to_secure_memory, nothing),
    KIND(returns_to_no_call, nothing),
    KIND(reads_nothing, nothing),
    KIND(is_undefined, nothing),
    KIND(branches_to_even, nothing),
    KIND(uses_an_fpu_that_is_off, turn_fpu_off),
    KIND(divides_by_zero, trap_division),
    KIND(reads_unaligned, trap_unaligned),
    KIND(overflows_its_stack, nothing),
    KIND(writes_what_its_mpu_forbids, forbid),
    KIND(runs_what_its_mpu_forbids, forbid),
    KIND(returns_from_no_exception, take_vectors),
    KIND(has_its_stack_in_secure_memory, nothing),
};
enum { KINDS = sizeof kinds / sizeof kinds[0], MAGIC = 0x544C4146 };

static volatile struct {
    uint32_t magic;
    uint32_t at;
} retained __attribute__((section(".noinit.late")));

/* What the application itself finds after the reset. */
static void say_report(void) {
    const struct prm_fault_report *const report = (const struct prm_fault_report *)BOARD_FAULT_REPORT_BASE;

    if (!prm_fault_report_valid(report)) {
        prm_console_text("faults: no report\n");
        return;
    }
    prm_console_text("faults: report ");
    prm_console_decimal(report->count);
    prm_console_text(" of start ");
    prm_console_decimal(report->boot);
    prm_console_word(" PC=", report->pc);
    prm_console_word(" LR=", report->lr);
    prm_console_put('\n');
}

/* The main loop does everything. */
void app_on_tick(void) {
}

void app_main(void) {
    if (retained.magic != MAGIC) {
        retained.magic = MAGIC;
        retained.at = 0;
    }
    say_report();
    const uint32_t at = retained.at;
    if (at == KINDS) {
        prm_console_text("faults: end\n");
        return;
    }
    retained.at = at + 1;
    prm_console_text("faults: ");
    prm_console_text(kinds[at].name);
    prm_console_put('\n');
    kinds[at].prepare();
    barrier();
    kinds[at].fail();
    prm_console_text("faults: came back\n");
}
