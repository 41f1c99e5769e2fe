/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/fault_report.h"

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"

#define HFSR ARMV8M_REG(0xE000ED2C)
#define MMFAR ARMV8M_REG(0xE000ED34)
#define MMFAR_NS ARMV8M_REG(0xE002ED34)
#define SFAR ARMV8M_REG(0xE000EDE8)
#define CFSR_MMARVALID 0x80u
#define CFSR_BFARVALID 0x8000u
#define CFSR_STACKING 0x1010u /* STKERR, MSTKERR */
#define CFSR_STKOF 0x100000u
#define SFSR_SFARVALID 0x40u
enum {
    EXC_RETURN_S = 0x40,   /* the interrupted code ran Secure */
    EXC_RETURN_MODE = 0x8, /* in Thread mode */
    CONTROL_SPSEL = 2,
    NMI = 2
};

/* What the core puts on the stack of the interrupted code. */
struct frame {
    uint32_t r[4];
    uint32_t r12;
    uint32_t lr;
    uint32_t pc;
    uint32_t xpsr;
};

void armv8m_fault(uint32_t exc_return, const struct frame *secure);

__attribute__((naked)) void armv8m_fault_entry(void) {
    __asm__ volatile("mov r0, lr\n"
                     "mrs r1, msp\n"
                     "b armv8m_fault\n");
}

static uint32_t address(const void *p) {
    return (uint32_t)(uintptr_t)p;
}

/*
 * Where the core could not write the frame, there is none: it left the stack pointer at the limit, or noted an error of its
 * bus or of the application's MPU.
 */
static uint32_t frame_is_missing(const struct prm_fault_report *report, uint32_t sp, uint32_t limit) {
    const uint32_t found = report->cfsr | report->cfsr_ns;

    return (found & CFSR_STACKING) != 0 || ((found & CFSR_STKOF) != 0 && sp == limit);
}

/* The application's stack pointer may point at what it wants to be told: a frame that isn't its own memory isn't looked at. */
static const struct frame *application_frame(const struct prm_fault_report *report, uint32_t exc_return) {
    uint32_t control;
    uint32_t sp;
    uint32_t limit;

    __asm__ volatile("mrs %0, control_ns" : "=r"(control));
    __asm__ volatile("mrs %0, msp_ns" : "=r"(sp));
    __asm__ volatile("mrs %0, msplim_ns" : "=r"(limit));
    if ((exc_return & EXC_RETURN_MODE) != 0 && (control & CONTROL_SPSEL) != 0) {
        __asm__ volatile("mrs %0, psp_ns" : "=r"(sp));
        __asm__ volatile("mrs %0, psplim_ns" : "=r"(limit));
    }
    if (frame_is_missing(report, sp, limit) != 0)
        return NULL;
    if (prm_faults.memory->may(prm_faults.memory->ctx, sp, sizeof(struct frame), PRM_CALLER_READ, PRM_YES) != PRM_YES)
        return NULL;
    return (const struct frame *)(uintptr_t)sp;
}

/* A stack of the services that overflowed holds no frame. */
static const struct frame *own_frame(const struct prm_fault_report *report, const struct frame *frame) {
    const uint32_t at = address(frame);

    if (frame_is_missing(report, at, at) != 0 || at < address(prm_faults.stack) || at > address(prm_faults.stack_end) - sizeof *frame)
        return NULL;
    return frame;
}

static void take_frame(struct prm_fault_report *report, const struct frame *frame) {
    report->has |= PRM_FAULT_HAS_PC;
    report->pc = frame->pc;
    report->xpsr = frame->xpsr;
    /* Code of the curve computes in LR: what isn't an address of code may be a part of a key. */
    if (report->who == PRM_FAULT_SERVICES &&
        (frame->lr < address(prm_faults.code) || frame->lr >= address(prm_faults.code_end)))
        return;
    report->has |= PRM_FAULT_HAS_LR;
    report->lr = frame->lr;
}

static void take_address(struct prm_fault_report *report) {
    if ((report->sfsr & SFSR_SFARVALID) != 0)
        report->address = SFAR;
    else if ((report->cfsr_ns & CFSR_MMARVALID) != 0)
        report->address = MMFAR_NS;
    else if ((report->cfsr & CFSR_BFARVALID) != 0)
        report->address = ARMV8M_BFAR;
    else
        return;
    report->has |= PRM_FAULT_HAS_ADDRESS;
}

static void collect(struct prm_fault_report *report, uint32_t exc_return, const struct frame *secure) {
    const struct prm_fault_report *const before = prm_faults.report;
    const uint32_t count = prm_fault_report_valid(before) ? before->count : 0;

    __asm__ volatile("mrs %0, ipsr" : "=r"(report->exception));
    report->magic = PRM_FAULT_MAGIC;
    report->version = PRM_FAULT_VERSION;
    report->size = sizeof *report;
    report->boot = *prm_faults.boot;
    report->count = count + 1u;
    report->who = (exc_return & EXC_RETURN_S) != 0 ? PRM_FAULT_SERVICES : PRM_FAULT_APPLICATION;
    report->cfsr = ARMV8M_CFSR;
    report->cfsr_ns = ARMV8M_CFSR_NS;
    report->hfsr = HFSR;
    report->sfsr = ARMV8M_SFSR;
    const struct frame *const frame =
        report->who == PRM_FAULT_SERVICES ? own_frame(report, secure) : application_frame(report, exc_return);
    if (frame != NULL)
        take_frame(report, frame);
    if (report->who == PRM_FAULT_APPLICATION)
        take_address(report);
    report->check = prm_fault_report_check(report);
}

enum which { IN_SFSR, IN_CFSR, IN_HFSR };
static const struct {
    uint8_t which;
    uint8_t bit;
    const char *name;
    const char *words;
} meanings[] = {
#define PRM_X(which, bit, name, words) {IN_##which, bit, name, words},
    PRM_FAULT_WORDS(PRM_X)
#undef PRM_X
};

static void say_meaning(const struct prm_fault_report *report) {
    const uint32_t found[] = {report->sfsr, report->cfsr | report->cfsr_ns, report->hfsr};
    const char *before = ": ";

    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if ((found[meanings[i].which] >> meanings[i].bit & 1u) == 0)
            continue;
        prm_console_text(before);
        prm_console_text(meanings[i].words);
        prm_console_text(" (");
        prm_console_text(meanings[i].name);
        prm_console_put(')');
        before = ", ";
    }
}

/* For people first; the second line is the report itself in hexadecimal, for `primum device`. */
static void say(const struct prm_fault_report *report) {
    const uint8_t *const bytes = (const uint8_t *)report;

    prm_console_text(report->exception == NMI ? "fault: watchdog, in " : "fault: ");
    prm_console_text(report->who == PRM_FAULT_SERVICES ? prm_fault_name : "application");
    if ((report->has & PRM_FAULT_HAS_PC) != 0)
        prm_console_word(" PC=", report->pc);
    if ((report->has & PRM_FAULT_HAS_LR) != 0)
        prm_console_word(" LR=", report->lr);
    if ((report->has & PRM_FAULT_HAS_ADDRESS) != 0)
        prm_console_word(" address=", report->address);
    say_meaning(report);
    if ((report->has & PRM_FAULT_HAS_PC) == 0)
        prm_console_text(", its stack holds no PC");
    prm_console_word("; exception=", report->exception);
    prm_console_word(" SFSR=", report->sfsr);
    prm_console_word(" CFSR=", report->cfsr | report->cfsr_ns);
    prm_console_word(" HFSR=", report->hfsr);
    prm_console_text("\nfault: report ");
    for (size_t i = 0; i < sizeof *report; i++) {
        prm_console_put("0123456789abcdef"[bytes[i] >> 4]);
        prm_console_put("0123456789abcdef"[bytes[i] & 15]);
    }
    prm_console_put('\n');
}

/* Not on the way back to anything: what it calls may use the stack, and the system is reset at its end. */
void armv8m_fault(uint32_t exc_return, const struct frame *secure) {
    struct prm_fault_report report = {0};

    collect(&report, exc_return, secure);
    *prm_faults.report = report;
    say(&report);
    if (report.exception != NMI && report.who == PRM_FAULT_SERVICES)
        prm_fault_own();
    armv8m_reset();
    ARMV8M_STOP_HERE();
}
