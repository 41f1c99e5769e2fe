/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skip_sha256 - leaves out every single instruction of the Thumb-2 SHA-256, while it hashes forged messages.
 *
 * usage: skip_sha256 ELF      (the firmware's test_sha256_board.elf)
 *
 * A forgery is a message M' and one instruction without which its digest is that of another message, M. What is tried
 * is what a word that was not loaded, not swapped, not stored or not copied makes of it: the M' that differ from M in a
 * word swapped; the M of which all words are the same, or zero, so that a register or buffer that still holds an
 * earlier word holds the right one; M' that differ in a word, in half a block, in a block, or all of the rest; and M'
 * a word of which is the address of M. The stack is as another hash, of M, left it. A check is one forgery and one
 * instruction.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/board/core.h"

enum {
    STACK = 0x38000000, /* and what is written: parts and digest are in its upper half */
    STACK_SIZE = 0x2000,
    PARTS = STACK + 0x1800,
    OUT = STACK + 0x1900,
    SP = STACK + 0x1400,
    MESSAGE_SIZE = 0x1000,
    COPY = 0x800, /* of M, in the attacker's memory after M' */
    STEPS_MAX = 20000,
    JOBS = 2
};
#define MESSAGE 0x80000000u

/* Before an instruction. */
struct step {
    uint32_t reg[CORE_REGS];
    uint8_t stack[0x400]; /* below SP */
    uint8_t out[32];
};

/* On the same memory: one that goes fast, and one that notes each step. */
static uc_engine *fast, *slow;
static uint8_t *stack, *message;
static struct core_function entry = {"prm_sha256_thumb2", 0, 0};
static struct step *steps;
static size_t n_steps;
static uint32_t it; /* ITSTATE of the instruction that is next */
static uint32_t seed = 1;

static uint32_t random32(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    return seed ^= seed << 5;
}

/* ---- the machine ---- */

static void on_code(uc_engine *u, uint64_t pc, uint32_t size, void *user) {
    (void)size, (void)user;
    if (n_steps == STEPS_MAX)
        core_die("more steps than there is room for");
    struct step *s = &steps[n_steps++];
    core_registers(u, (uint32_t)pc, it, s->reg);
    memcpy(s->stack, stack + (SP - STACK) - sizeof s->stack, sizeof s->stack);
    memcpy(s->out, stack + (OUT - STACK), sizeof s->out);
    it = core_it_after((uint32_t)pc, it);
}

static void machines(void) {
    uc_hook code;

    stack = core_memory(STACK_SIZE);
    message = core_memory(MESSAGE_SIZE);
    steps = calloc(STEPS_MAX, sizeof *steps);
    if (steps == NULL)
        core_die("out of memory");
    const struct core_region regions[] = {{STACK, stack, STACK_SIZE, UC_PROT_READ | UC_PROT_WRITE},
                                          {MESSAGE, message, MESSAGE_SIZE, UC_PROT_READ}};
    fast = core_engine(regions, 2);
    slow = core_engine(regions, 2);
    core_must(uc_hook_add(slow, &code, UC_HOOK_CODE, (void *)(uintptr_t)on_code, NULL, 1, 0), "hook");
}

/* ---- messages ---- */

struct shape {
    uint32_t len, cut; /* in two parts, if cut is not 0 */
};

static int hash(uc_engine *uc, const struct shape *shape, const uint8_t *bytes, const uint8_t *copy,
                uint8_t digest[32]) {
    const uint32_t parts[4] = {MESSAGE, shape->cut != 0 ? shape->cut : shape->len, MESSAGE + shape->cut,
                               shape->len - shape->cut};
    const uint32_t reg[CORE_REGS] = {PARTS, shape->cut != 0 ? 2 : 1, OUT, [CORE_SP] = SP, [CORE_LR] = CORE_EXIT | 1u,
                                [CORE_XPSR] = CORE_THUMB, [CORE_PC] = entry.from};

    memset(message, 0, MESSAGE_SIZE);
    memcpy(message, bytes, shape->len);
    memcpy(message + COPY, copy, shape->len);
    memcpy(stack + (PARTS - STACK), parts, sizeof parts);
    memset(stack + (OUT - STACK), 0, 32);
    n_steps = 0;
    it = 0;
    if (!core_run(uc, reg))
        return 0;
    memcpy(digest, stack + (OUT - STACK), 32);
    return 1;
}

/* Shared by the jobs. */
static struct shared {
    _Atomic size_t passed, failed, forgeries;
    uint8_t hits[CORE_ROM_SIZE / 2];
} * shared;
static size_t turn, job;

/* What the instruction before which `s` is leaves, if it is left out; and goes on from there. */
static int run_without(struct step *s) {
    memcpy(stack + (SP - STACK) - sizeof s->stack, s->stack, sizeof s->stack);
    memcpy(stack + (OUT - STACK), s->out, sizeof s->out);
    core_leave_out(s->reg);
    return core_run(fast, s->reg);
}

/* Each instruction left out while M' is hashed. */
static void forge(const struct shape *shape, const uint8_t *original, const uint8_t *forged) {
    static uint8_t stale[STACK_SIZE];
    uint8_t right[32], digest[32];

    if (turn++ % JOBS != job || memcmp(original, forged, shape->len) == 0)
        return;
    if (!hash(fast, shape, original, original, right))
        core_die("the hash doesn't end");
    if (!hash(slow, shape, forged, original, digest) || memcmp(digest, right, 32) == 0)
        core_die("not a forgery");
    memcpy(stale, stack, sizeof stale);
    for (size_t k = 0; k < n_steps; k++) {
        const uint32_t here = steps[k].reg[CORE_PC];

        memcpy(stack, stale, sizeof stale);
        if (run_without(&steps[k]) && memcmp(stack + (OUT - STACK), right, 32) == 0) {
            shared->failed++;
            shared->hits[(here - CORE_ROM) / 2] = 1;
        } else {
            shared->passed++;
        }
    }
    shared->forgeries++;
}

enum { LEN_MAX = 128 };

static void fill_random(uint8_t *p, size_t len) {
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)(random32() >> 11);
}

/* A word of a random message swapped. */
static void swapped_words(const struct shape *shape) {
    uint8_t m[LEN_MAX], f[LEN_MAX];

    fill_random(m, sizeof m);
    for (size_t i = 0; i + 4 <= shape->len; i += 4) {
        memcpy(f, m, sizeof f);
        for (size_t b = 0; b < 4; b++)
            f[i + b] = m[i + 3 - b];
        forge(shape, m, f);
    }
}

/* From each word on, one word, or everything to the next 32 or 64 bytes or the end, is another. */
static void other_words(const struct shape *shape, const uint8_t *m) {
    static const size_t up_to[] = {32, 64, LEN_MAX};
    uint8_t f[LEN_MAX];

    for (size_t i = 0; i < shape->len; i += 4) {
        memcpy(f, m, sizeof f);
        fill_random(f + i, shape->len - i < 4 ? shape->len - i : 4);
        forge(shape, m, f);
        for (size_t k = 0; k < 3; k++) {
            if (i % up_to[k] == 0) {
                fill_random(f + i, shape->len - i < up_to[k] ? shape->len - i : up_to[k]);
                forge(shape, m, f);
            }
        }
    }
}

/* M begins with the address of what follows it: the copy of M, in the attacker's memory. All else of M' is another. */
static void led_astray(const struct shape *shape) {
    uint8_t m[LEN_MAX], f[LEN_MAX];

    for (size_t at = 0; at + 32 < shape->len; at += 64) {
        const uint32_t there = __builtin_bswap32((uint32_t)(MESSAGE + COPY + at + 32));

        fill_random(m, sizeof m);
        memcpy(m + at, &there, sizeof there);
        memcpy(f, m, sizeof f);
        fill_random(f + at + 32, sizeof f - at - 32);
        forge(shape, m, f);
    }
}

static void all_forgeries(void) {
    static const struct shape shapes[] = {{64, 0}, {128, 0}, {55, 0}, {119, 0}, {119, 10}};
    uint8_t m[LEN_MAX];

    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        swapped_words(&shapes[k]);
        memset(m, 0, sizeof m);
        other_words(&shapes[k], m);
        fill_random(m, 4);
        for (size_t i = 4; i < sizeof m; i++)
            m[i] = m[i - 4];
        other_words(&shapes[k], m);
        led_astray(&shapes[k]);
    }
}

int main(int argc, char **argv) {
    pid_t pid[JOBS];
    int status, bad = 0;

    if (argc != 2)
        core_die("usage: skip_sha256 ELF");
    core_load(argv[1], &entry, 1);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        core_die("out of memory");
    for (job = 0; job < JOBS; job++) {
        pid[job] = fork();
        if (pid[job] == 0) {
            machines();
            all_forgeries();
            return 0;
        }
    }
    for (size_t i = 0; i < JOBS; i++)
        bad |= pid[i] < 0 || waitpid(pid[i], &status, 0) != pid[i] || status != 0;
    for (size_t i = 0; i < sizeof shared->hits; i++)
        if (shared->hits[i] != 0)
            printf("a forgery without the instruction at %08zx\n", CORE_ROM + 2 * i);
    printf("%zu forgeries\n%zu passed, %zu failed\n", (size_t)shared->forgeries, (size_t)shared->passed,
           (size_t)shared->failed);
    return bad || shared->failed != 0 || shared->passed == 0;
}
