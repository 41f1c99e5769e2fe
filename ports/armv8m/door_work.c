/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/door_work.h"

#include "ports/armv8m/armv8m.h"

#define ICSR ARMV8M_REG(0xE000ED04)
#define ICSR_PENDSTCLR (1u << 25)
#define ICSR_NS ARMV8M_REG(0xE002ED04)
#define ICSR_VECTPENDING 0x001FF000u
#define SHPR3 ARMV8M_REG(0xE000ED20)
#define SHPR3_SYSTICK_MASK 0xFF000000u
#define SHPR3_SYSTICK 0x40000000u /* above any that the PendSV has: a quarter of all, which each core can tell apart */
#define SYST_CSR ARMV8M_REG(0xE000E010)
#define SYST_RVR ARMV8M_REG(0xE000E014)
#define SYST_CVR ARMV8M_REG(0xE000E018)
enum { SYST_RUN = 7 };

enum {
    HANDLERS_SIZE = 0x800, /* of the stack */
    EXC_RETURN_S = 0x40,
    PENDSV = 14
};
#define EXC_RETURN_HANDLER 0xFFFFFFF1u /* Secure, to a handler, without floating point */
#define XPSR_THUMB (1u << 24)

extern uint32_t prm_ld_stack_limit[], prm_ld_stack_top[];

/* What a switch leaves on a half: pushed by the entries below, then by the core. */
struct context {
    uint32_t pushed[9]; /* r3 to r11 */
    uint32_t exc_return;
    uint32_t r0;
    uint32_t r1_to_r12[4];
    uint32_t lr;
    uint32_t pc;
    uint32_t xpsr;
};

/* A stack pointer and its limit, in r0 and r1. */
typedef uint64_t stack;

static struct {
    uint32_t slice;
    struct context *handler; /* waits while the work has the core */
    struct context *work;    /* waits while it hasn't */
} halves;

stack armv8m_door_svc(uint32_t sp);
stack armv8m_door_look(uint32_t sp, uint32_t exc_return);

static uint32_t number(const void *p) {
    return (uint32_t)(uintptr_t)p;
}

static uint32_t middle(void) {
    return number(prm_ld_stack_top) - HANDLERS_SIZE;
}

static stack to(const struct context *context, uint32_t limit) {
    return number(context) | (stack)limit << 32;
}

/* On with the handler, whose SVC returns `finished`. */
static stack to_handler(prm_answer finished) {
    SYST_CSR = 0;
    ICSR = ICSR_PENDSTCLR;
    halves.handler->r0 = finished;
    return to(halves.handler, middle());
}

static stack to_work(void) {
    SYST_RVR = halves.slice - 1u;
    SYST_CVR = 0;
    SYST_CSR = SYST_RUN;
    return to(halves.work, number(prm_ld_stack_limit));
}

/* From the handler: begin, or go on. From the work: it has finished. */
stack armv8m_door_svc(uint32_t sp) {
    if (sp < middle())
        return to_handler(PRM_YES);
    halves.handler = (struct context *)(uintptr_t)sp;
    return to_work();
}

/*
 * The work is stopped if it is what was interrupted, not the application's interrupt above it, and if the application has an
 * exception pending: it is one that the work holds off, since it would have come otherwise.
 */
stack armv8m_door_look(uint32_t sp, uint32_t exc_return) {
    uint32_t limit;

    __asm__ volatile("mrs %0, msplim" : "=r"(limit));
    if (sp >= middle() || (exc_return & EXC_RETURN_S) == 0 || (ICSR_NS & ICSR_VECTPENDING) == 0)
        return sp | (stack)limit << 32;
    halves.work = (struct context *)(uintptr_t)sp;
    return to_handler(PRM_NO);
}

/* The limit is moved out of the way of the stack pointer first: neither half is within the other's. */
#define SWITCH                   \
    "movs r2, #0\n"              \
    "msr msplim, r2\n"           \
    "msr msp, r0\n"              \
    "msr msplim, r1\n"           \
    "pop {r3-r11, pc}\n"

__attribute__((naked)) void armv8m_door_svc_entry(void) {
    __asm__ volatile("push {r3-r11, lr}\n"
                     "mov r0, sp\n"
                     "bl armv8m_door_svc\n" SWITCH);
}

__attribute__((naked)) void armv8m_door_systick_entry(void) {
    __asm__ volatile("push {r3-r11, lr}\n"
                     "mov r0, sp\n"
                     "mov r1, lr\n"
                     "bl armv8m_door_look\n" SWITCH);
}

/* Where the work returns to. */
__attribute__((naked)) static void finished(void) {
    __asm__ volatile("svc #0\n"
                     "b prm_trap\n");
}

static prm_answer go_on(void) {
    register uint32_t answer __asm__("r0") = PRM_NO;

    __asm__ volatile("svc #0" : "+r"(answer) : : "memory");
    return answer;
}

static prm_answer begin(void (*work)(void *arg), void *arg) {
    halves.work = (struct context *)(uintptr_t)(middle() - sizeof *halves.work);
    *halves.work = (struct context){.exc_return = EXC_RETURN_HANDLER,
                                    .r0 = number(arg),
                                    .lr = (uint32_t)(uintptr_t)finished,
                                    .pc = (uint32_t)(uintptr_t)work & ~1u,
                                    .xpsr = XPSR_THUMB | PENDSV};
    return go_on();
}

const struct prm_door_worker armv8m_door_worker = {begin, go_on};

void armv8m_door_work_start(uint32_t slice) {
    halves.slice = slice;
    SHPR3 = (SHPR3 & ~SHPR3_SYSTICK_MASK) | SHPR3_SYSTICK;
}
