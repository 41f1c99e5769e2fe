/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test application, hard-float: three threads under a preemptive kernel call the services all the time, and no lock keeps them
 * apart. Each sets every register of the core and of the FPU to values of its own before a call, and looks at all of them
 * after it: an answer that was another's, or a register that changed, is a mixed context. The first thread is urgent and
 * sleeps between calls; the last is unprivileged; every eighth tick an interrupt calls, too. A timer interrupts at random, above
 * the tick, and begins a character on a serial line, whose interrupt comes at once; how long the timer's interrupt has waited is read
 * from the timer. Until WITHOUT of these have come no thread calls, to compare with.
 */
#include <string.h>

#include "base/harden.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "ports/mps2-an505/board.h"
#include "primum/alive.h"
#include "primum/door.h"
#include "primum/door_update.h"
#include "psa/crypto.h"
#include "psa/update.h"
#include "sdk/call.h"
#include "tests/board/threads/kernel.h"
#include "tests/board/threads/release.h"
#include "tests/board/threads/watched.h"

enum {
    STATUS_MASK = (int)0xF80F0000,
    CALLS_BEFORE_SIGN = 1024,
    CALLS_BEFORE_BLOCK = 64,
    CALLS_BEFORE_DRAW = 16,
    CALLS_BEFORE_RELEASE = 256,
    RELEASES = 60, /* after 64 the services spare the flash: PSA_ERROR_FLASH_ABUSE */
    WITHOUT = 2000,
    UART_LINE = 37, /* UART 2, a character went out */
    TIMER_LINE = 3,
    TIMER_MIN = 300, /* cycles */
    TIMER_SPREAD = 0x7FF
};
#define UART(off) ARMV8M_REG(BOARD_UART2_NS_BASE + (off))
#define TIMER(off) ARMV8M_REG(0x40000000u + (off))
#define NVIC_ISER(n) ARMV8M_REG(0xE000E100u + 4u * (n))
#define NVIC_IPR(line) (*(volatile uint8_t *)(0xE000E400u + (line)))
#define SYST_CSR ARMV8M_REG(0xE000E010)

static volatile uint32_t calls[KERNEL_THREADS + 1]; /* the last: from an interrupt */
static volatile uint32_t again[KERNEL_THREADS];     /* the door asked for another call */
static volatile uint32_t busy[KERNEL_THREADS];
static volatile uint32_t mixed;
static volatile uint32_t first_mixed; /* which thread, and what of it */
static volatile uint32_t held[KERNEL_THREADS]; /* the most calls of others between a thread's call and its answer */

static volatile uint32_t timer_interrupts;
static volatile uint32_t timer_reload;
static volatile uint32_t waited[2]; /* the most cycles of the timer's interrupt: without calls, with */

static void mix(uint32_t self, uint32_t what) {
    if (mixed++ == 0)
        first_mixed = self << 16 | what;
}

/* Another word for each register of each thread. */
static uint32_t word(uint32_t self, uint32_t n) {
    return (self + 1) * 0x01010101u ^ n * 0x9E3779B9u;
}

static void fill(struct watched *w, uint32_t self, uint32_t aligned) {
    for (uint32_t i = 0; i < 13; i++)
        w->r[i] = word(self, i);
    w->r[11] = aligned != 0 ? w->r[11] & ~4u : w->r[11] | 4u;
    for (uint32_t i = 0; i < 32; i++)
        w->s[i] = (word(self, 16 + i) & 0x007FFFFF) | 0x3F800000;
    w->apsr = word(self, 15) & (uint32_t)STATUS_MASK;
    w->fpscr = (self + 1) << 28;
}

/* What must be as before: all but r0 to r3 and r12. */
static void compare(uint32_t self, const struct watched *in, const struct watched *out) {
    for (uint32_t i = 4; i < 12; i++)
        if (in->r[i] != out->r[i])
            mix(self, i);
    if (((in->apsr ^ out->apsr) & (uint32_t)STATUS_MASK) != 0)
        mix(self, 0x100);
    if (prm_diff(in->s, out->s, sizeof in->s) != 0)
        mix(self, 0x200);
    if (in->fpscr != out->fpscr)
        mix(self, 0x300);
    if (out->sp != (in->r[11] & 4))
        mix(self, 0x400);
}

static uint32_t calling(void) {
    return timer_interrupts >= WITHOUT;
}

/* A whole call: until there is an answer. */
static void call(uint32_t self, uint32_t what, const struct primum_vector *vectors, struct watched *out) {
    struct watched in;

    while (calling() == 0)
        ;
    fill(&in, self, calls[self] & 1);
    in.r[0] = what;
    in.r[1] = (uint32_t)(uintptr_t)vectors;
    in.r[2] = 0;
    in.r[3] = 0;
    in.r[12] = PRIMUM_DOOR_VERSION;
    for (;;) {
        watched_call(&in, out);
        compare(self, &in, out);
        if (out->r[12] != PRIMUM_DOOR_VERSION) {
            mix(self, 0x500);
            return;
        }
        in.r[2] = out->r[1];
        if (out->r[0] == (uint32_t)PSA_ERROR_CONNECTION_BUSY) {
            busy[self]++;
            primum_door_wait();
        } else if (out->r[1] == 0) {
            calls[self]++;
            return;
        }
        again[self] += out->r[0] != (uint32_t)PSA_ERROR_CONNECTION_BUSY;
    }
}

/* As primum/door.h asks of a kernel: a thread that waits for the door lets the others go on. */
void primum_door_wait(void) {
    kernel_sleep(1);
}

static void expect(uint32_t self, const struct watched *out, psa_status_t status, uint32_t length) {
    if (out->r[0] != (uint32_t)status || out->r[2] != length || out->r[3] != 0)
        mix(self, 0x600);
}

/* Urgent: sleeps for a few ticks, and then is gone on with before all others. */
static void urgent(void) {
    const uint32_t self = KERNEL_URGENT;
    struct watched out;

    for (;;) {
        const uint32_t before = calls[1] + calls[2];
        call(self, PRIMUM_DOOR_CALL(PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_NOTHING, 0, 0), NULL, &out);
        expect(self, &out, PSA_SUCCESS, 0);
        const uint32_t between = calls[1] + calls[2] - before;
        held[self] = between > held[self] ? between : held[self];
        kernel_sleep(1 + (word(self, calls[self]) & 7));
    }
}

static volatile float sum; /* what FPU work there is between two calls */

static volatile uint32_t verified;

/* Its signature is checked in one of the calls: the longest there are. */
static void write_release(uint32_t self) {
    static uint8_t block[PSA_FWU_MAX_WRITE_SIZE];

    if (threads_release.len == 0 || psa_fwu_start(0, NULL, 0) != PSA_SUCCESS)
        mix(self, 0x730);
    for (uint32_t at = 0; at < threads_release.len; at += sizeof block) {
        const uint32_t left = threads_release.len - at;
        const uint32_t len = left < sizeof block ? left : sizeof block;
        memcpy(block, threads_release.bytes + at, len);
        if (psa_fwu_write(0, at, block, len) != PSA_SUCCESS)
            mix(self, 0x731);
    }
    if (psa_fwu_cancel(0) != PSA_SUCCESS || psa_fwu_clean(0) != PSA_SUCCESS)
        mix(self, 0x732);
    verified++;
}

/* Longer calls, which end as they must: the block begins no release. */
static void write_block(uint32_t self) {
    static const uint8_t block[PSA_FWU_MAX_WRITE_SIZE] = {0xD8, 0x6B, 0xA2, 0x02, 0x59, 0x0F, 0xFF};

    if (psa_fwu_start(0, NULL, 0) != PSA_SUCCESS || psa_fwu_write(0, 0, block, sizeof block) != PSA_SUCCESS ||
        psa_fwu_cancel(0) != PSA_SUCCESS || psa_fwu_clean(0) != PSA_SUCCESS)
        mix(self, 0x710);
}

/* The work of 256 bytes is the longest that comes without flash. */
static void draw(uint32_t self) {
    static uint8_t last[256], drawn[256];

    if (psa_generate_random(drawn, sizeof drawn) != PSA_SUCCESS || prm_diff(last, drawn, sizeof drawn) == 0)
        mix(self, 0x720);
    memcpy(last, drawn, sizeof last);
}

static void querying(void) {
    static const uint32_t component = 0;
    static psa_fwu_component_info_t first, info;
    const struct primum_vector vectors[] = {primum_piece(&component, sizeof component), primum_piece(&info, sizeof info)};
    const uint32_t self = 1;
    struct watched out;

    if (psa_fwu_query(0, &first) != PSA_SUCCESS || first.max_size == 0)
        mix(self, 0x700);
    for (;;) {
        memset(&info, 0xA5, sizeof info);
        call(self, PRIMUM_DOOR_CALL(PRIMUM_SERVICE_UPDATE, PRIMUM_UPDATE_QUERY, 1, 1), vectors, &out);
        expect(self, &out, PSA_SUCCESS, sizeof info);
        if (prm_diff(&first, &info, sizeof info) != 0)
            mix(self, 0x701);
        sum = sum * 0.5f + 1.0f;
        if (calls[self] % CALLS_BEFORE_BLOCK == 0)
            write_block(self);
        if (calls[self] % CALLS_BEFORE_RELEASE == 0 && verified < RELEASES)
            write_release(self);
        if (calls[self] % CALLS_BEFORE_DRAW == 0)
            draw(self);
        if (calls[self] % CALLS_BEFORE_SIGN == 0 && primum_alive() != PSA_SUCCESS)
            mix(self, 0x702);
    }
}

static void unprivileged(void) {
    const uint32_t self = 2;
    struct watched out;

    for (;;) {
        call(self, PRIMUM_DOOR_CALL(PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_ABANDON, 0, 0), NULL, &out);
        expect(self, &out, PSA_ERROR_NOT_PERMITTED, 0);
        call(self, PRIMUM_DOOR_CALL(PRIMUM_SERVICE_DOOR, 77, 0, 0), NULL, &out);
        expect(self, &out, PSA_ERROR_NOT_SUPPORTED, 0);
    }
}

/*
 * A call on a stack that holds nothing else, with interrupts masked: below what the caller had there, there is the frame that the
 * core made, with the answers and registers of the caller's own, and nothing more.
 */
static void check_stack(uint32_t aligned) {
    enum { WORDS = 256, OF_WATCHED = 28, FRAME = 26, PATTERN = 0x5A5A5A5A };
    static uint32_t stack[WORDS] __attribute__((aligned(8)));
    struct watched in, out;

    fill(&in, 0, aligned);
    in.r[0] = PRIMUM_DOOR_CALL(PRIMUM_SERVICE_DOOR, PRIMUM_DOOR_NOTHING, 0, 0);
    in.r[1] = in.r[2] = in.r[3] = 0;
    in.r[12] = PRIMUM_DOOR_VERSION;
    for (uint32_t i = 0; i < WORDS; i++)
        stack[i] = PATTERN;
    watched_call_on(&in, &out, &stack[WORDS]);
    compare(0, &in, &out);
    expect(0, &out, PSA_SUCCESS, 0);
    const uint32_t below = WORDS - FRAME - OF_WATCHED - (in.r[11] & 4) / 2;
    const uint32_t *const frame = &stack[below];
    for (uint32_t i = 0; i < 4; i++)
        if (frame[i] != out.r[i])
            mix(0, 0x900 + i);
    if (frame[4] != out.r[12])
        mix(0, 0x904);
    for (uint32_t i = 0; i < 16; i++) /* kept by the core if it had to */
        if (frame[8 + i] != in.s[i] && frame[8 + i] != PATTERN)
            mix(0, 0x910 + i);
    for (uint32_t i = 0; i < below; i++)
        if (stack[i] != PATTERN)
            mix(0, 0xA00 + i);
}

/* For tests/system/test_threads.sh: a name and a number in each line. */
static void finish(void) {
    const struct {
        const char *name;
        uint32_t n;
    } lines[] = {
        {"switches ", kernel_seen.switches},
        {"calls_urgent ", calls[0]},
        {"calls_query ", calls[1]},
        {"calls_unprivileged ", calls[2]},
        {"calls_interrupt ", calls[KERNEL_THREADS]},
        {"asked_again ", again[0] + again[1] + again[2]},
        {"verified ", verified},
        {"busy ", busy[0] + busy[1] + busy[2]},
        {"others_before_urgent ", held[KERNEL_URGENT]},
        {"interrupts ", kernel_seen.ticks + kernel_seen.device},
        {"inside ", kernel_seen.inside},
        {"registers_inside ", kernel_seen.dirty},
        {"registers_outside ", kernel_seen.full},
        {"wait_without ", waited[0]},
        {"wait_with ", waited[1]},
        {"first_mixed ", first_mixed},
        {"mixed ", mixed},
    };

    SYST_CSR = 0;
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        prm_console_text("threads: ");
        prm_console_text(lines[i].name);
        prm_console_decimal(lines[i].n);
        prm_console_put('\n');
    }
    prm_console_text("threads: end\n");
    for (;;)
        __asm__ volatile("wfi");
}

/* A call from here is turned away, whatever is under way. */
void kernel_on_tick(void) {
    if (kernel_seen.switches >= THREADS_SWITCHES)
        finish();
    if (kernel_seen.ticks % 8 != 0 || calling() == 0)
        return;
    psa_fwu_component_info_t info;
    calls[KERNEL_THREADS]++;
    if (psa_fwu_query(0, &info) != PSA_ERROR_NOT_PERMITTED)
        mix(KERNEL_THREADS, 0x800);
}

static void on_timer(uint32_t left) {
    const uint32_t late = timer_reload - left;
    volatile uint32_t *const most = &waited[calling()];

    if (timer_interrupts != 0 && late > *most)
        *most = late;
    timer_interrupts++;
    timer_reload = TIMER_MIN + (kernel_random() & TIMER_SPREAD);
    TIMER(8) = timer_reload;
    TIMER(4) = timer_reload;
    TIMER(12) = 1;
    UART(0) = 'x';
}

void kernel_on_device(void) {
    const uint32_t left = TIMER(4);
    uint32_t exception;

    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    if (exception == 16 + TIMER_LINE)
        on_timer(left);
    else
        UART(12) = 15;
}

/* SysTick is the kernel's. */
void app_on_tick(void) {
}

void kernel_devices_start(void) {
    UART(16) = 16;
    UART(8) = 5; /* out alone, with an interrupt */
    NVIC_IPR(TIMER_LINE) = 0;
    NVIC_IPR(UART_LINE) = 0x20;
    NVIC_ISER(UART_LINE / 32) = 1u << (UART_LINE % 32);
    NVIC_ISER(TIMER_LINE / 32) = 1u << (TIMER_LINE % 32);
    timer_reload = TIMER_MIN;
    TIMER(8) = timer_reload;
    TIMER(4) = timer_reload;
    TIMER(0) = 9; /* runs, with an interrupt */
}

void app_main(void) {
    static const struct kernel_thread threads[] = {{urgent, 0}, {querying, 0}, {unprivileged, 1}};

    check_stack(1);
    check_stack(0);
    kernel_start(threads, THREADS_SEED, THREADS_TICK_LEVEL, 0xFF);
}
