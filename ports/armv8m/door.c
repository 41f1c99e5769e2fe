/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/door.h"

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/door_work.h"
#include "ports/armv8m/fault_report.h"

#define ICSR ARMV8M_REG(0xE000ED04)
#define ICSR_PENDSVSET (1u << 28)
#define SHPR3 ARMV8M_REG(0xE000ED20)
#define SHPR3_NS ARMV8M_REG(0xE002ED20)
#define SHPR3_PENDSV_SHIFT 16
#define SHCSR_PENDSVACT (1u << 10)
#define AIRCR_NS ARMV8M_REG(0xE002ED0C)
#define AIRCR_PRIGROUP_SHIFT 8

#define HFSR ARMV8M_REG(0xE000ED2C)
#define HFSR_FORCED (1u << 30)
#define SFSR_INVEP 1u
enum {
    EXC_RETURN_S = 0x40,     /* the interrupted code ran Secure */
    EXC_RETURN_MODE = 0x8,   /* in Thread mode */
    EXC_RETURN_FTYPE = 0x10, /* the frame has no floating-point part */
    CONTROL_NPRIV = 1,
    CONTROL_SPSEL = 2,
    NONSECURE_TOP = 0x80 /* with AIRCR.PRIS a Non-secure priority p is this plus p / 2 */
};
#define XPSR_ALIGNED (1u << 9) /* the core left out 4 bytes above the frame */
#define XPSR_THUMB (1u << 24)
#define XPSR_ICI_IT 0x0600FC00u /* what an interrupted instruction would go on with */

/* What the core puts on the stack of the interrupted code. */
struct frame {
    uint32_t r[4];
    uint32_t r12;
    uint32_t lr;
    uint32_t pc;
    uint32_t xpsr;
};
enum { FRAME_FP_SIZE = 72 /* 16 registers, FPSCR and a word that is reserved */ };

static struct {
    struct prm_door door;
    uint32_t address;
    const struct prm_caller *memory;
    uint32_t step; /* between two priorities of this core */
    struct frame *volatile frame; /* of whoever knocked last */
    struct prm_door_request request;
} way;

uint32_t armv8m_door_knock(uint32_t exc_return);
void armv8m_door_serve(uint32_t exc_return);
void armv8m_door_fault_entry(void);
void armv8m_door_pendsv_entry(void);

/*
 * For SecureFault, and for HardFault: QEMU 7.2 escalates a SecureFault under a Non-secure priority of 0, or masked interrupts, since
 * it compares as if the SecureFault were Non-secure. A fault that is no call is reported as any other.
 */
__attribute__((naked)) void armv8m_door_fault_entry(void) {
    __asm__ volatile("push {r3, lr}\n"
                     "mov r0, lr\n"
                     "bl armv8m_door_knock\n"
                     "cmp r0, #0\n"
                     "pop.w {r3, lr}\n"
                     "beq armv8m_fault_entry\n"
                     "bx lr\n");
}

__attribute__((naked)) void armv8m_door_pendsv_entry(void) {
    __asm__ volatile("push {r3, lr}\n"
                     "mov r0, lr\n"
                     "bl armv8m_door_serve\n"
                     "pop {r3, pc}\n");
}

#define READER(name)                                        \
    static uint32_t name(void) {                            \
        uint32_t value;                                     \
        __asm__ volatile("mrs %0, " #name : "=r"(value));   \
        return value;                                       \
    }
READER(control_ns)
READER(msp_ns)
READER(psp_ns)
READER(basepri_ns)
READER(primask_ns)
READER(faultmask_ns)

/* Where the core would take the registers of the interrupted Non-secure thread from: the state of its own CONTROL decides. */
static struct frame *frame_now(void) {
    const uint32_t control = control_ns();

    return (struct frame *)(uintptr_t)((control & CONTROL_SPSEL) != 0 ? psp_ns() : msp_ns());
}

static int is_thread(uint32_t exc_return) {
    return (exc_return & (EXC_RETURN_S | EXC_RETURN_MODE)) == EXC_RETURN_MODE;
}

/* The caller's stack as it was before the core put the frame there: that doesn't depend on what the frame holds. */
static uint32_t stack_before(const struct frame *frame, uint32_t xpsr, uint32_t exc_return) {
    return (uint32_t)(uintptr_t)(frame + 1) + ((exc_return & EXC_RETURN_FTYPE) != 0 ? 0u : FRAME_FP_SIZE) +
           ((xpsr & XPSR_ALIGNED) != 0 ? 4u : 0u);
}

static uint32_t lower(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* As the core compares a Non-secure priority: its group alone. */
static uint32_t seen_from_here(uint32_t priority) {
    const uint32_t split = AIRCR_NS >> AIRCR_PRIGROUP_SHIFT & 7u;

    return NONSECURE_TOP + ((priority & 0xFFu & ~((2u << split) - 1u)) >> 1);
}

/*
 * One step above the application's PendSV, so that it waits and its other interrupts don't; above all that the caller holds off
 * where it masks interrupts, since it would go on without an answer otherwise.
 */
static uint32_t priority_now(void) {
    uint32_t top = seen_from_here(SHPR3_NS >> SHPR3_PENDSV_SHIFT);
    const uint32_t basepri = basepri_ns() & 0xFFu;

    if (basepri != 0)
        top = lower(top, seen_from_here(basepri));
    if ((primask_ns() | faultmask_ns()) != 0)
        top = NONSECURE_TOP;
    return (top - 1u) & ~(way.step - 1u);
}

static void set_priority(uint32_t priority) {
    SHPR3 = (SHPR3 & ~(0xFFu << SHPR3_PENDSV_SHIFT)) | priority << SHPR3_PENDSV_SHIFT;
}

/*
 * The PendSV was entered and hasn't returned, by the core's own account: one of ours would have gaps before and behind, in which a
 * kernel that switches threads elsewhere could bring in another caller, who would take over the request.
 */
static int is_at_work(void) {
    return (ARMV8M_SHCSR & SHCSR_PENDSVACT) != 0;
}

static void put(struct frame *frame, const struct prm_door_registers *answer) {
    for (unsigned i = 0; i < 4; i++)
        frame->r[i] = answer->r[i];
    frame->r12 = answer->r12;
}

/* 1 if the SecureFault was a call: then it is on its way. */
uint32_t armv8m_door_knock(uint32_t exc_return) {
    struct frame *const frame = frame_now();
    const prm_answer privileged =
        is_thread(exc_return) && (control_ns() & CONTROL_NPRIV) != 0 ? PRM_NO : PRM_YES;
    struct prm_door_registers answer;

    /* INVEP and nothing beside: otherwise the core could not write the frame, or something else is wrong. */
    if (ARMV8M_SFSR != SFSR_INVEP || (exc_return & EXC_RETURN_S) != 0)
        return 0;
    /* A handler's frame is on the main stack, whatever CONTROL says. */
    struct frame *const at = is_thread(exc_return) ? frame : (struct frame *)(uintptr_t)msp_ns();
    if (way.memory->may(way.memory->ctx, (uint32_t)(uintptr_t)at, sizeof *at, PRM_CALLER_WRITE, privileged) != PRM_YES ||
        at->pc != way.address)
        return 0;
    ARMV8M_SFSR = SFSR_INVEP;
    HFSR = HFSR_FORCED;
    const uint32_t lr = at->lr;
    const uint32_t xpsr = at->xpsr;
    struct prm_door_request request = {{{at->r[0], at->r[1], at->r[2], at->r[3]}, at->r12}, 0, privileged};
    request.caller = stack_before(at, xpsr, exc_return);
    at->pc = lr & ~1u;
    at->xpsr = (xpsr & ~(XPSR_ICI_IT | XPSR_THUMB)) | ((lr & 1u) != 0 ? XPSR_THUMB : 0);
    answer = request.registers;
    prm_door_knock(&answer);
    if (!is_thread(exc_return))
        prm_door_turn_away(PSA_ERROR_BAD_STATE, &request.registers, &answer);
    else if (is_at_work())
        prm_door_turn_away(PSA_ERROR_CONNECTION_BUSY, &request.registers, &answer);
    put(at, &answer);
    if (!is_thread(exc_return) || is_at_work())
        return 1;
    way.frame = at;
    way.request = request;
    set_priority(priority_now());
    ICSR = ICSR_PENDSVSET;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
    return 1;
}

static prm_answer is_here(uint32_t exc_return) {
    return is_thread(exc_return) && frame_now() == way.frame ? PRM_YES : PRM_NO;
}

void armv8m_door_serve(uint32_t exc_return) {
    struct prm_door_registers answer;

    if (is_here(exc_return) != PRM_YES)
        return;
    const prm_answer more = prm_door_begin(&way.door, &way.request, &answer);
    put(way.frame, &answer);
    if (more == PRM_YES) {
        prm_door_work(&way.door);
        if (is_here(exc_return) == PRM_YES) {
            prm_door_end(&way.door, &answer);
            put(way.frame, &answer);
        }
    }
}

void armv8m_door_open(uint32_t address, const struct prm_door_service *services, uint32_t services_count,
                      const struct prm_caller *memory, uint32_t slice) {
    way.address = address;
    way.memory = memory;
    prm_door_init(&way.door, services, services_count, memory, &armv8m_door_worker);
    armv8m_door_work_start(slice);
    set_priority(0xFF);
    way.step = 0x100u - (SHPR3 >> SHPR3_PENDSV_SHIFT & 0xFFu);
    if (way.step < 2)
        way.step = 2; /* the lowest bit never tells two groups apart */
    /* Until a kernel says otherwise its PendSV is the lowest, so that each of its interrupts gets through. */
    SHPR3_NS |= 0xFFu << SHPR3_PENDSV_SHIFT;
    armv8m_door_vectors();
}
