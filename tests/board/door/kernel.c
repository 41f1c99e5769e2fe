/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/door/kernel.h"

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/app.h"

#define ICSR ARMV8M_REG(0xE000ED04)
#define ICSR_PENDSVSET (1u << 28)
#define ICSR_PENDSTCLR (1u << 25)
#define SHPR3 ARMV8M_REG(0xE000ED20)
#define SYST_CSR ARMV8M_REG(0xE000E010)
#define SYST_RVR ARMV8M_REG(0xE000E014)
#define SYST_CVR ARMV8M_REG(0xE000E018)
enum { SYST_RUN = 7, EXCEPTIONS = 16, SVC = 11, PENDSV = 14, SYSTICK = 15 };
#define EXC_RETURN_THREAD 0xFFFFFFBCu /* Non-secure thread, process stack, no floating point */
#define XPSR_THUMB (1u << 24)

volatile uint32_t kernel_next;
volatile uint32_t kernel_current;
volatile uint32_t kernel_switches;

static uint32_t stacks[KERNEL_THREADS][KERNEL_STACK] __attribute__((aligned(8)));
enum { MAIN = KERNEL_THREADS };
static uint32_t *tops[KERNEL_THREADS + 1];
static uint32_t threads;
static volatile uint32_t stopping;
static void (*tick)(void);

uint32_t *kernel_pick(uint32_t *sp);

/* Saves what the core doesn't: r4 to r11, the upper half of the FPU where it is used, whether it is privileged, EXC_RETURN. */
__attribute__((naked)) void kernel_pendsv(void) {
    __asm__ volatile("mrs r0, psp\n"
                     "tst lr, #0x10\n"
                     "it eq\n"
                     "vstmdbeq r0!, {s16-s31}\n"
                     "mrs r2, control\n"
                     "and r2, r2, #1\n"
                     "mov r3, lr\n"
                     "stmdb r0!, {r2-r11}\n"
                     "bl kernel_pick\n"
                     "ldmia r0!, {r2-r11}\n"
                     "mov lr, r3\n"
                     "tst lr, #0x10\n"
                     "it eq\n"
                     "vldmiaeq r0!, {s16-s31}\n"
                     "msr psp, r0\n"
                     "msr control, r2\n"
                     "isb\n"
                     "bx lr\n");
}

uint32_t *kernel_pick(uint32_t *sp) {
    tops[kernel_current] = sp;
    kernel_switches += kernel_current != kernel_next;
    kernel_current = kernel_next;
    return tops[kernel_current];
}

/* A thread asks for the next one. */
void kernel_svc_handler(void) {
    kernel_next = stopping != 0 ? MAIN : (kernel_current + 1u) % threads;
    stopping = 0;
    ICSR = ICSR_PENDSVSET;
}

void kernel_yield(void) {
    __asm__ volatile("svc #0" ::: "memory");
}

void kernel_switch_to(uint32_t n) {
    kernel_next = n;
    ICSR = ICSR_PENDSVSET;
}

static void on_systick(void) {
    SYST_CSR = 0;
    tick();
}

static void on_unexpected(void) {
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_SYSRESETREQ;
    for (;;) {
    }
}

static void (*table[EXCEPTIONS])(void) __attribute__((aligned(128)));

void kernel_start(void (*on_tick)(void), uint32_t tick_beside_pendsv) {
    for (uint32_t i = 1; i < EXCEPTIONS; i++)
        table[i] = on_unexpected;
    table[SVC] = kernel_svc_handler;
    table[PENDSV] = kernel_pendsv;
    table[SYSTICK] = on_systick;
    tick = on_tick;
    ARMV8M_VTOR = (uint32_t)(uintptr_t)table;
    SHPR3 = 0x00FF0000u | (tick_beside_pendsv != 0 ? 0xFFu : 0x40u) << 24;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

void kernel_handler(uint32_t exception, void (*handler)(void)) {
    table[exception] = handler;
}

void kernel_thread(uint32_t n, void (*run)(void), uint32_t unprivileged) {
    uint32_t *frame = &stacks[n][KERNEL_STACK - 8];

    for (uint32_t i = 0; i < KERNEL_STACK; i++)
        stacks[n][i] = 0;
    frame[6] = (uint32_t)(uintptr_t)run & ~1u;
    frame[7] = XPSR_THUMB;
    frame -= 10;
    frame[0] = unprivileged != 0;
    frame[1] = EXC_RETURN_THREAD;
    tops[n] = frame;
    threads = n + 1u;
}

/* The caller becomes a thread like the others, but on the main stack; its part of the process stack is nobody's. */
void kernel_run(void) {
    static uint32_t nobody[64] __attribute__((aligned(8)));

    kernel_current = MAIN;
    __asm__ volatile("msr psp, %0" ::"r"(&nobody[64]));
    kernel_switch_to(0);
    __asm__ volatile("dsb\n\tisb" ::: "memory");
    threads = 0;
}

void kernel_stop(void) {
    /* Where ticks switch as well, one may be quicker. */
    for (;;) {
        stopping = 1;
        kernel_yield();
    }
}

void kernel_tick_once(uint32_t counts) {
    SYST_CSR = 0;
    ICSR = ICSR_PENDSTCLR;
    if (counts == 0)
        return;
    SYST_RVR = counts;
    SYST_CVR = 0;
    SYST_CSR = SYST_RUN;
}

uint32_t kernel_counts_of(void (*run)(uint32_t), uint32_t argument) {
    SYST_RVR = 0xFFFFFFu;
    SYST_CVR = 0;
    SYST_CSR = SYST_RUN & ~2u; /* no exception */
    const uint32_t from = SYST_CVR;
    run(argument);
    const uint32_t to = SYST_CVR;
    SYST_CSR = 0;
    return (from - to) & 0xFFFFFFu;
}
