/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test application, hard-float, with threads: calls through the door in every way that a thread can, while ticks and switches come at
 * every cycle, or at random. What is looked for is a context that got another's: an answer that belongs to another question,
 * a register, a flag or a stack that changed, something in the FPU that wasn't there.
 *
 *   forms     each state of a caller: either stack, privileged or not, FPU in use or not, interrupts masked in each way
 *   pointers  vectors at every byte around what the application's own MPU forbids
 *   sweep     a tick, and a switch to a thread that calls too, at each cycle from call to return of each kind of call
 *   random    three threads, ticks at random times, among which interrupts that call
 *   wrong     kernels that do it wrong on purpose
 *   refused   a thread on a stack that its MPU forbids it: a fault and a reset for each
 *
 * DOOR_SWITCHES is how many switches `random` makes, DOOR_STEP in which steps all but the first sweep go, and the longest call of all.
 */
#include <string.h>

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "primum/alive.h"
#include "psa/update.h"
#include "sdk/call.h"
#include "tests/board/door/kernel.h"
#include "tests/board/door/pointers.h"
#include "tests/board/door/raw_call.h"
#include "tests/board/door/refused.h"
#include "tests/board/door/test_service.h"

extern const char primum_door[];

static volatile uint32_t calls;
static volatile uint32_t mixed;
static volatile uint32_t ticks;
static volatile uint32_t turned_away; /* calls from interrupts */
static volatile uint32_t busy;

static void report(const char *section) {
    prm_console_text("door: ");
    prm_console_text(section);
    prm_console_text(": ");
    prm_console_decimal(calls);
    prm_console_text(" calls, ");
    prm_console_decimal(ticks);
    prm_console_text(" ticks, ");
    prm_console_decimal(kernel_switches);
    prm_console_text(" switches, ");
    prm_console_decimal(turned_away);
    prm_console_text(" from interrupts, ");
    prm_console_decimal(busy);
    prm_console_text(" busy, ");
    prm_console_decimal(mixed);
    prm_console_text(" mixed\n");
    calls = ticks = kernel_switches = turned_away = busy = 0;
}

static void must(const char *what, int holds) {
    if (holds)
        return;
    if (mixed++ < 10) {
        prm_console_text("door: WRONG ");
        prm_console_text(what);
        prm_console_put('\n');
    }
}

/* Somebody else may go on meanwhile. */
void primum_door_wait(void) {
    busy++;
    kernel_yield();
}

static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* The watchdog wants to hear of us; with no tick on its way. */
static void live(uint32_t n) {
    if (n % 64u != 0)
        return;
    kernel_tick_once(0);
    (void)primum_alive();
}

/* --- calls whose answers depend on the question ------------------------------------------ */

static void ask_nothing(uint32_t seed) {
    (void)seed;
    must("nothing", primum_door_call(PRIMUM_DOOR_CALL(0, PRIMUM_DOOR_NOTHING, 0, 0), NULL, NULL) == PSA_SUCCESS);
}

static void ask_turn(uint32_t seed) {
    uint8_t in[64], out[64] = {0};
    const uint32_t len = seed % 65u;
    uint32_t lengths[2];
    const struct primum_vector v[] = {primum_piece(in, len), primum_piece(out, len)};

    for (uint32_t i = 0; i < len; i++)
        in[i] = (uint8_t)(seed + i * 3);
    const psa_status_t status = primum_door_call(PRIMUM_DOOR_CALL(TEST_SERVICE, TEST_TURN, 1, 1), v, lengths);
    int right = status == PSA_SUCCESS && lengths[0] == len && lengths[1] == 0;
    for (uint32_t i = 0; i < len; i++)
        right = right && out[i] == (uint8_t)(in[len - 1 - i] ^ TEST_TURNED);
    must("turn", right);
}

static void ask_toil_of(uint32_t seed, uint32_t turns) {
    const struct test_toil what = {seed & 0x7FFFu, turns};
    uint32_t result = 0;
    const struct primum_vector v[] = {primum_piece(&what, sizeof what), primum_piece(&result, sizeof result)};
    const psa_status_t status = primum_door_call(PRIMUM_DOOR_CALL(TEST_SERVICE, TEST_TOIL, 1, 1), v, NULL);

    must("toil", (uint32_t)status == what.seed && result == test_toiled(what.seed, turns));
}

static void ask_toil(uint32_t seed) {
    ask_toil_of(seed, 400);
}

static void ask_query(uint32_t seed) {
    psa_fwu_component_info_t info;

    memset(&info, 0xA5, sizeof info);
    const psa_status_t status = psa_fwu_query((psa_fwu_component_t)(seed % 3), &info);
    must("query", seed % 3 == 2 ? status == PSA_ERROR_DOES_NOT_EXIST : status == PSA_SUCCESS && info.state == PSA_FWU_READY);
}

static void ask_refused(uint32_t seed) {
    const struct primum_vector v[] = {{0x38010000u + (seed & 0xFFCu), 4}, {0x38010000u, 4}};

    must("refused", primum_door_call(PRIMUM_DOOR_CALL(TEST_SERVICE, TEST_TURN, 1, 1), v, NULL) == PSA_ERROR_INVALID_ARGUMENT);
}

typedef void (*ask)(uint32_t seed);
/* The seed where all calls of a kind are to take the same time: 64 bytes; component 0. */
enum { SWEPT = 129 };
static const ask kinds[] = {ask_nothing, ask_turn, ask_refused, ask_query, ask_toil};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* One call with every register known: nothing but the five of the answer may be another afterwards. */
static void ask_raw(uint32_t seed, uint32_t with_fp) {
    struct raw_call call = {.r = {PRIMUM_DOOR_CALL(0, PRIMUM_DOOR_NOTHING, 0, 0), 0, 0, 0, PRIMUM_DOOR_VERSION},
                            .door = (uint32_t)(uintptr_t)primum_door | 1u,
                            .flags = seed << 27};

    for (uint32_t i = 0; i < 8; i++)
        call.kept[i] = seed * (i + 3);
    for (uint32_t i = 0; i < 32; i++)
        call.fp[i] = seed ^ (i << 8);
    if (with_fp != 0)
        raw_call_fp(&call);
    else
        raw_call(&call);
    must("the answer of a raw call", (call.r[0] == 0 && call.r[1] == 0) || call.r[1] != 0 ||
                                         call.r[0] == (uint32_t)PSA_ERROR_CONNECTION_BUSY);
    must("the rest of the answer", call.r[2] == 0 && call.r[3] == 0 && call.r[4] == PRIMUM_DOOR_VERSION);
    for (uint32_t i = 0; i < 8; i++)
        must("registers", call.kept[i] == call.kept_after[i]);
    must("flags", (call.flags & 0xF8000000u) == (call.flags_after & 0xF8000000u));
    for (uint32_t i = 0; i < 32 && with_fp != 0; i++)
        must("the FPU", call.fp[i] == (seed ^ (i << 8)));
    /* What was begun is ended. */
    while (call.r[1] != 0 && call.r[1] != PRIMUM_DOOR_ANEW) {
        call.r[2] = call.r[1];
        call.r[0] = PRIMUM_DOOR_CALL(0, PRIMUM_DOOR_NOTHING, 0, 0);
        call.r[1] = 0;
        raw_call(&call);
    }
}

/* --- interrupts -------------------------------------------------------------------------------- */

static volatile uint32_t tick_calls;   /* each so many ticks the interrupt calls too */
static volatile uint32_t tick_switches; /* and pends a switch */

/* Fills the FPU with its own, so that what comes back is known to have been saved. */
static void use_fpu(void) {
    __asm__ volatile("vmov s0, %0\n\tvmov s7, %0\n\tvmov s15, %0\n\tvmov s31, s0\n\tvmov s31, %1" ::"r"(0xDEAD0000u),
                     "r"(0xDEAD0001u)
                     : "s0", "s7", "s15", "s31");
}

static void on_tick(void) {
    ticks++;
    use_fpu();
    if (tick_calls != 0 && ticks % tick_calls == 0) {
        must("an interrupt is turned away",
             primum_door_call(PRIMUM_DOOR_CALL(0, PRIMUM_DOOR_NOTHING, 0, 0), NULL, NULL) == PSA_ERROR_BAD_STATE);
        turned_away++;
    }
    if (tick_switches != 0)
        kernel_switch_to(kernel_current == 0 ? 1 : 0);
}

void app_on_tick(void) {
}

/* --- forms ------------------------------------------------------------------------------------ */

static void set_masks(uint32_t which) {
    __asm__ volatile("msr primask, %0\n\tmsr basepri, %1\n\tmsr faultmask, %2\n\tisb" ::"r"(which & 1u),
                     "r"((which & 2u) != 0 ? 0x80u : 0u), "r"(which >> 2 & 1u)
                     : "memory");
}

static void each_form(uint32_t masks) {
    for (uint32_t m = 0; m < masks; m++) {
        for (uint32_t i = 0; i < 2 * KINDS; i++) {
            set_masks(m);
            if (i % 2 == 1)
                use_fpu();
            kinds[i / 2](i * 77 + m);
            set_masks(0);
            calls++;
        }
        for (uint32_t fp = 0; fp < 2; fp++) {
            set_masks(m);
            ask_raw(m * 0x01010101u + 5u, fp);
            set_masks(0);
            calls++;
        }
    }
}

static void form_privileged(void) {
    each_form(8);
    kernel_yield();
}

/* The masks aren't an unprivileged thread's to set. */
static void form_unprivileged(void) {
    each_form(1);
    kernel_stop();
}

/*
 * What a call costs, the library's part included: on the emulator, where an instruction is 64 ns and a count of SysTick 50. The
 * smallest of some, since the counts round.
 */
static void cost(const char *what, ask kind) {
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < 16; i++) {
        const uint32_t counts = kernel_counts_of(kind, SWEPT);
        least = counts < least ? counts : least;
    }
    prm_console_text("door: ");
    prm_console_text(what);
    prm_console_text(" takes ");
    prm_console_decimal((least * 25u + 16u) / 32u);
    prm_console_text(" instructions\n");
}

static void costs(void) {
    cost("an empty call", ask_nothing);
    cost("a call refused", ask_refused);
    cost("a call of 64 bytes in and out", ask_turn);
    cost("psa_fwu_query", ask_query);
}

/* A pointer counts as its thread's, not as the services'. */
static void pointers_privileged(void) {
    pointers_protect();
    must("pointers, privileged", pointers_try(1, &calls) == 0);
    kernel_yield();
}

static void pointers_unprivileged(void) {
    must("pointers, unprivileged", pointers_try(0, &calls) == 0);
    kernel_stop();
}

static void pointers(void) {
    must("the port's look at addresses", pointers_look(&calls) == 0);
    kernel_start(on_tick, 0);
    kernel_thread(0, pointers_privileged, 0);
    kernel_thread(1, pointers_unprivileged, 1);
    kernel_run();
    pointers_open();
    report("pointers");
}

static void forms(void) {
    each_form(8); /* on the main stack */
    kernel_start(on_tick, 0);
    kernel_thread(0, form_privileged, 0);
    kernel_thread(1, form_unprivileged, 1);
    kernel_run();
    report("forms");
}

/* --- sweep ------------------------------------------------------------------------------------ */

static uint32_t step;

/* From ticks before the call to one that comes after it. */
static void sweeper(void) {
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        uint32_t missed = 0;
        for (uint32_t d = 1; missed < 20; d += kind == KINDS - 1 ? DOOR_STEP : step) {
            const uint32_t before = ticks;
            kernel_tick_once(d);
            kinds[kind](SWEPT);
            const uint32_t after = ticks;
            live(d);
            kernel_tick_once(0);
            missed = after == before ? missed + 1 : 0;
            calls++;
        }
        for (uint32_t d = 1, miss = 0; kind == 0 && miss < 20; d++) {
            const uint32_t before = ticks;
            kernel_tick_once(d);
            ask_raw(SWEPT, 1);
            miss = ticks == before ? miss + 1 : 0;
            kernel_tick_once(0);
            calls++;
        }
    }
    kernel_stop();
}

/* Calls once whenever it is switched to, and goes back. */
static void disturber(void) {
    for (uint32_t n = 0;; n++) {
        ask_turn(n);
        calls++;
        kernel_yield();
    }
}

static void sweep(uint32_t every, uint32_t beside, uint32_t calling, uint32_t unprivileged, const char *name) {
    step = every;
    tick_calls = calling;
    tick_switches = 1;
    kernel_start(on_tick, beside);
    kernel_thread(0, sweeper, 0);
    kernel_thread(1, disturber, unprivileged);
    kernel_run();
    report(name);
}

/* --- random ----------------------------------------------------------------------------------- */

static volatile uint32_t finished;
static uint32_t tick_seed = 0x2545F491u;

void on_random_tick(void);
void on_random_tick(void) {
    ticks++;
    use_fpu();
    if (ticks % 8u == 0) {
        must("an interrupt is turned away",
             primum_door_call(PRIMUM_DOOR_CALL(0, PRIMUM_DOOR_NOTHING, 0, 0), NULL, NULL) == PSA_ERROR_BAD_STATE);
        turned_away++;
    }
    if (finished == 3)
        return;
    kernel_switch_to(next_random(&tick_seed) % 3u);
    kernel_tick_once(60u + next_random(&tick_seed) % 1500u);
}

/* Threads leave the FPU alone. */
static uint32_t no_fp;

/* What a thread keeps over everything: some in registers that only a switch saves. */
static void worker(uint32_t seed) {
    uint32_t random = seed;

    while (kernel_switches < DOOR_SWITCHES) {
        const uint32_t r = next_random(&random);
        if (r % 7u == 0)
            ask_raw(r, no_fp != 0 ? 0 : r >> 8 & 1u);
        else if (r % 7u == 1)
            ask_toil_of(r, r >> 20 & 0x3FFu);
        else
            kinds[r % KINDS](r);
        calls++;
        if (calls % 64u == 0)
            (void)primum_alive();
    }
    /* No call is left under way: whoever is last ends it. */
    finished++;
    while (finished < 3)
        kernel_yield();
    kernel_stop();
}

static void worker_0(void) {
    kernel_tick_once(100);
    worker(1);
}
static void worker_1(void) { worker(0x10000001u); }
static void worker_2(void) { worker(0x2A2A2A2Au); }

static void random_switches(uint32_t beside, const char *name) {
    finished = 0;
    /* With the tick beside: priorities of four bits, as the application may have it. Its PendSV then counts for more. */
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | (beside != 0 ? 3u << 8 : 0);
    kernel_start(on_random_tick, beside);
    kernel_thread(0, worker_0, 0);
    kernel_thread(1, worker_1, 1);
    kernel_thread(2, worker_2, 0);
    kernel_run();
    report(name);
}

/* --- kernels that do it wrong --------------------------------------------------------------------- */

/*
 * Switches threads in its tick, above the PendSV that the services hold off, and so in the middle of their work; but not in the
 * middle of its own PendSV, which would be its end. What it does to the FPU is its own fault: it looks at an EXC_RETURN that speaks
 * of the services.
 */
void switching_tick(void);
__attribute__((naked)) void switching_tick(void) {
    __asm__ volatile("push {r3, lr}\n"
                     "bl on_random_tick\n"
                     "pop.w {r3, lr}\n"
                     "tst lr, #0x48\n"
                     "it eq\n"
                     "bxeq lr\n"
                     "b kernel_pendsv\n");
}

/*
 * Lets an interrupt return to another thread than it came from: the process stack is exchanged for a stranger's, and nothing else.
 * The stranger calls too, and then has the stack changed back.
 */
static uint32_t strange_stack[KERNEL_STACK] __attribute__((aligned(8)));
static volatile uint32_t stack_of_the_other;
static volatile uint32_t exchanges;

void stranger_calls(void);
void stranger_calls(void) {
    static uint32_t n;
    uint8_t in = (uint8_t)n++, out = 0;
    const struct primum_vector v[] = {primum_piece(&in, 1), primum_piece(&out, 1)};
    struct raw_call call = {.door = (uint32_t)(uintptr_t)primum_door | 1u};
    uint32_t token = 0;

    do {
        call.r[0] = PRIMUM_DOOR_CALL(TEST_SERVICE, TEST_TURN, 1, 1);
        call.r[1] = (uint32_t)(uintptr_t)v;
        call.r[2] = token;
        call.r[3] = 0;
        call.r[4] = PRIMUM_DOOR_VERSION;
        raw_call(&call);
        token = call.r[1];
    } while (token != 0);
    /* The other's work may be under way, or its result may wait: then it is the other's alone. */
    busy += call.r[0] == (uint32_t)PSA_ERROR_CONNECTION_BUSY;
    must("the stranger's own answer", call.r[0] == (uint32_t)PSA_ERROR_CONNECTION_BUSY
                                          ? out == 0
                                          : call.r[0] == 0 && out == (uint8_t)(in ^ TEST_TURNED));
}

__attribute__((naked)) static void stranger(void) {
    __asm__ volatile("bl stranger_calls\n"
                     "svc #1\n"
                     "b .\n");
}

static void exchanging_tick(void) {
    kernel_tick_once(0);
    ticks++;
    if (exchanges++ != 0)
        return;
    uint32_t *const frame = &strange_stack[KERNEL_STACK - 64];
    frame[6] = (uint32_t)(uintptr_t)stranger & ~1u;
    frame[7] = 1u << 24;
    uint32_t psp;
    __asm__ volatile("mrs %0, psp\n\tmsr psp, %1" : "=&r"(psp) : "r"(frame));
    stack_of_the_other = psp;
    kernel_switches++;
}

static void exchanging_svc(void) {
    __asm__ volatile("msr psp, %0" ::"r"(stack_of_the_other));
    kernel_switches++;
}

/*
 * Takes the caller's frame from it as well, as a kernel does that ends a thread and gives its memory away; behind the knock, and
 * before the services' work, where it is still the thread that is interrupted.
 */
#define ANOTHERS 0xC3C3C3C3u
static uint32_t taken[8];

void taking_tick(uint32_t exc_return);
void taking_tick(uint32_t exc_return) {
    const uint32_t first = exchanges == 0;

    if ((exc_return & 0x48u) != 0x08u)
        exchanges++;
    exchanging_tick();
    if (first == 0 || exchanges != 1)
        return;
    uint32_t *const frame = (uint32_t *)(uintptr_t)stack_of_the_other;
    for (uint32_t i = 0; i < 8; i++) {
        taken[i] = frame[i];
        frame[i] = ANOTHERS;
    }
}

__attribute__((naked)) static void taking_tick_entry(void) {
    __asm__ volatile("mov r0, lr\n"
                     "b taking_tick\n");
}

static void taking_svc(void) {
    uint32_t *const frame = (uint32_t *)(uintptr_t)stack_of_the_other;

    for (uint32_t i = 0; i < 8; i++) {
        must("memory that was the caller's", frame[i] == ANOTHERS);
        frame[i] = taken[i];
    }
    exchanging_svc();
}

static void owner_of_the_stack(void) {
    for (uint32_t fp = 0; fp < 2; fp++) {
        for (uint32_t d = 1, missed = 0; missed < 20; d += 3) {
            const uint32_t before = ticks;
            exchanges = 0;
            if (fp != 0)
                use_fpu();
            kernel_tick_once(d);
            ask_toil(SWEPT);
            missed = ticks == before ? missed + 1 : 0;
            live(d);
            calls++;
        }
    }
    kernel_handler(KERNEL_SVC, kernel_svc_handler);
    kernel_stop();
}

static void wrong(void) {
    no_fp = 1;
    finished = 0;
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY;
    kernel_start(on_random_tick, 0);
    kernel_handler(KERNEL_SYSTICK, switching_tick);
    kernel_thread(0, worker_0, 0);
    kernel_thread(1, worker_1, 0);
    kernel_thread(2, worker_2, 0);
    kernel_run();
    report("wrong, a kernel that switches in its tick");

    kernel_start(on_tick, 0);
    kernel_handler(KERNEL_SYSTICK, exchanging_tick);
    kernel_handler(KERNEL_SVC, exchanging_svc);
    kernel_thread(0, owner_of_the_stack, 0);
    kernel_run();
    report("wrong, an interrupt that returns to another thread");

    kernel_start(on_tick, 0);
    kernel_handler(KERNEL_SYSTICK, taking_tick_entry);
    kernel_handler(KERNEL_SVC, taking_svc);
    kernel_thread(0, owner_of_the_stack, 0);
    kernel_run();
    report("wrong, an interrupt that takes the caller's frame away");
}

static void all(void) {
    costs();
    forms();
    pointers();
    sweep(1, 0, 0, 0, "sweep");
    sweep(DOOR_STEP, 1, 0, 1, "sweep, the tick beside PendSV, an unprivileged thread");
    sweep(DOOR_STEP, 0, 2, 0, "sweep, interrupts that call");
    random_switches(0, "random");
    random_switches(1, "random, the tick beside PendSV");
    wrong();
}

void app_main(void) {
    if (refused_under_way() == 0)
        all();
    refused_stacks();
    prm_console_text("door: end\n");
}
