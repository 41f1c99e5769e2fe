/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/threads/kernel.h"

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/peripherals.h"

#define SYST_CSR ARMV8M_REG(0xE000E010)
#define SYST_RVR ARMV8M_REG(0xE000E014)
#define SYST_CVR ARMV8M_REG(0xE000E018)
#define ICSR ARMV8M_REG(0xE000ED04)
#define ICSR_PENDSVSET (1u << 28)
#define SHPR2 ARMV8M_REG(0xE000ED1C)
#define SHPR3 ARMV8M_REG(0xE000ED20)
#define NVIC_ISER(n) ARMV8M_REG(0xE000E100u + 4u * (n))
enum {
    VECTORS = 16 + MPS2_LINES,
    SVCALL = 11,
    PENDSV = 14,
    SYSTICK = 15,
    SYST_RUN = 7,
    TICK_MIN = 200,      /* cycles */
    TICK_SPREAD = 0x3FF, /* so up to 1,223 */
    EXC_RETURN_S = 0x40,
    EXC_RETURN_NEW = (int)0xFFFFFFBC, /* Non-secure, Thread, PSP, a frame without FPU registers */
    XPSR_THUMB = 1 << 24,
    SAVED = 9 /* r4 to r11 and EXC_RETURN */
};

volatile struct kernel_seen kernel_seen;

static struct {
    uint32_t *sp;
    uint32_t unprivileged;
    volatile uint32_t sleeps; /* ticks yet */
} thread[KERNEL_THREADS + 1]; /* the last one is whoever started the others, and is never gone on with */
enum { STARTER = KERNEL_THREADS };
static volatile uint32_t current;
static uint32_t stacks[KERNEL_THREADS][KERNEL_STACK_WORDS] __attribute__((aligned(8)));
static uint32_t vectors[VECTORS] __attribute__((aligned(512)));
static uint32_t random_state;

uint32_t kernel_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

uint32_t kernel_self(void) {
    return current;
}

/* What the interrupted code's registers r0 to r12 held when the handler's first instruction ran, ORed; the core clears the services'. */
static void see(uint32_t registers, uint32_t exc_return) {
    if ((exc_return & EXC_RETURN_S) == 0) {
        kernel_seen.full += registers != 0;
        return;
    }
    kernel_seen.inside++;
    kernel_seen.dirty += registers != 0;
}

void kernel_tick(uint32_t registers, uint32_t exc_return) {
    see(registers, exc_return);
    kernel_seen.ticks++;
    for (uint32_t i = 0; i < KERNEL_THREADS; i++)
        thread[i].sleeps -= thread[i].sleeps != 0;
    SYST_RVR = TICK_MIN + (kernel_random() & TICK_SPREAD);
    SYST_CVR = 0;
    kernel_on_tick();
    ICSR = ICSR_PENDSVSET;
}

void kernel_device(uint32_t registers, uint32_t exc_return) {
    see(registers, exc_return);
    kernel_seen.device++;
    kernel_on_device();
}

/* The urgent one if it is awake, else one of the others at random, else whoever is awake: one of them never sleeps. */
static uint32_t choose(void) {
    if (thread[KERNEL_URGENT].sleeps == 0)
        return KERNEL_URGENT;
    const uint32_t one = 1 + kernel_random() % (KERNEL_THREADS - 1);

    for (uint32_t i = 0; i < KERNEL_THREADS - 1; i++) {
        const uint32_t candidate = 1 + (one - 1 + i) % (KERNEL_THREADS - 1);
        if (thread[candidate].sleeps == 0)
            return candidate;
    }
    return current;
}

uint32_t *kernel_next(uint32_t *sp) {
    thread[current].sp = sp;
    const uint32_t next = choose();
    kernel_seen.switches += next != current;
    current = next;
    uint32_t *const limit = stacks[next];
    __asm__ volatile("msr psplim, %0\n\tmsr control, %1" ::"r"(limit), "r"(2u | thread[next].unprivileged) : "memory");
    return thread[next].sp;
}

/* r0 of the caller's frame: for how many ticks. */
void kernel_svc(const uint32_t *frame) {
    thread[current].sleeps = frame[0];
    ICSR = ICSR_PENDSVSET;
}

void kernel_sleep(uint32_t ticks) {
    register uint32_t r0 __asm__("r0") = ticks;

    __asm__ volatile("svc #0" ::"r"(r0) : "memory");
    while (thread[current].sleeps != 0)
        ; /* nobody else was awake */
}

static void make(uint32_t i, const struct kernel_thread *how) {
    uint32_t *sp = &stacks[i][KERNEL_STACK_WORDS];

    *--sp = XPSR_THUMB;
    *--sp = (uint32_t)(uintptr_t)how->entry & ~1u;
    *--sp = 0xFFFFFFFF; /* a thread doesn't return */
    sp -= 5;
    *--sp = (uint32_t)EXC_RETURN_NEW;
    sp -= SAVED - 1;
    thread[i].sp = sp;
    thread[i].unprivileged = how->unprivileged;
}

static void take_vectors(void) {
    const uint32_t *const own = (const uint32_t *)(uintptr_t)ARMV8M_VTOR;

    for (uint32_t i = 0; i < 16; i++)
        vectors[i] = own[i];
    for (uint32_t i = 16; i < VECTORS; i++)
        vectors[i] = (uint32_t)(uintptr_t)kernel_device_entry;
    vectors[SVCALL] = (uint32_t)(uintptr_t)kernel_svc_entry;
    vectors[PENDSV] = (uint32_t)(uintptr_t)kernel_switch_entry;
    vectors[SYSTICK] = (uint32_t)(uintptr_t)kernel_tick_entry;
    ARMV8M_VTOR = (uint32_t)(uintptr_t)vectors;
}

void kernel_start(const struct kernel_thread threads[KERNEL_THREADS], uint32_t seed, uint32_t tick_level,
                  uint32_t switch_level) {
    static uint32_t first[64] __attribute__((aligned(8)));

    random_state = seed;
    for (uint32_t i = 0; i < KERNEL_THREADS; i++)
        make(i, &threads[i]);
    take_vectors();
    SHPR2 = switch_level << 24;
    SHPR3 = tick_level << 24 | switch_level << 16;
    current = STARTER;
    kernel_devices_start();
    __asm__ volatile("msr psp, %0\n\tmsr control, %1\n\tisb" ::"r"(&first[64]), "r"(2u) : "memory");
    SYST_RVR = TICK_MIN;
    SYST_CVR = 0;
    SYST_CSR = SYST_RUN;
    for (;;)
        ;
}
