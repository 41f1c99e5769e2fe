/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skip_lms - leaves out instructions of the verification of an HSS/LMS signature that isn't right.
 *
 * usage: skip_lms ELF [STRIDE]     (the firmware's lms_board.elf)
 *
 * Who has seen a signature knows where its chains end, and each value on the way there. So a forgery is a right
 * signature of which one chain is given further on than the message's digit says, by one step or at its end: as if the
 * digit were larger, which is what another message for the same signature needs. The chain is one of the hash's or of
 * the checksum's. The last forgery is another message with the right signature. Left out is each instruction while that
 * chain is made, before the first and after the last, and one in STRIDE while the others are made; none in the
 * compression, in copy() and in absorb(), which are skip_sha256's. None may give PRM_OK with the root as the witness.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/result.h"
#include "tests/board/core.h"
#include "tests/vectors/lms_model.h"

enum {
    STACK = 0x38000000,
    STACK_SIZE = 0x4000,
    ARGS = STACK + 0x3000, /* where the stack pointer is at the call: key, parts and signature stand there and above */
    WITNESS = ARGS + 0x60,
    DEPTH = 0x800,         /* that much of the stack below is put back, and ABOVE */
    ABOVE = 0x100,
    DATA = 0x60000000,     /* key, message, signature */
    DATA_SIZE = 0x4000,
    KEY = DATA,
    MESSAGE = DATA + 0x100,
    SIG = DATA + 0x200,
    MESSAGE_LEN = 40,
    JOBS = 2,
    CHAINS = 51, /* N24, W4: the fewest instructions that show everything */
    TYPE_LMS = 10,
    TYPE_OTS = 7,
    N = 24,
    MAX = 15
};

/* The machine before an instruction that is to be left out. */
struct step {
    uint32_t reg[CORE_REGS];
    uint8_t stack[DEPTH + ABOVE];
};

static struct core_function functions[] = {
    {"prm_hss_witness", 0, 0}, {"chain_part", 0, 0}, {"prm_sha256_thumb2_blocks", 0, 0},
    {"copy", 0, 0}, {"absorb", 0, 0}, {"lms_crypto", 0, 0}};
enum { VERIFY, CHAIN_PART, BLOCKS, COPY, ABSORB, PROVIDER, FUNCTIONS };

static uc_engine *fast, *slow;
static uint8_t *stack, *data;
static size_t stride = 40;
static size_t chain_at, forged_chain; /* 2: chain 0 is being made, is wrong */
static size_t every, others;           /* instructions seen: those all of which are left out, and the others */
static uint32_t it;                          /* ITSTATE of the instruction that is next */
static size_t sig_len, job;
static const char *kind;

/* Shared by the jobs. */
static struct shared {
    _Atomic size_t passed, failed;
} * shared;

static int in(uint32_t pc, size_t k) {
    return pc >= functions[k].from && pc < functions[k].to;
}

/* ---- the machine ---- */

static int accepted(uc_engine *uc) {
    uint32_t r0;

    core_must(uc_reg_read(uc, UC_ARM_REG_R0, &r0), "read r0");
    return r0 == PRM_OK && memcmp(stack + (WITNESS - STACK), data + 28, N) == 0;
}

static void try_without(const struct step *s) {
    uint32_t reg[CORE_REGS];

    memcpy(reg, s->reg, sizeof reg);
    memcpy(stack + (ARGS - STACK) - DEPTH, s->stack, sizeof s->stack);
    core_leave_out(reg);
    if (core_run(fast, reg) && accepted(fast)) {
        shared->failed++;
        printf("%s: taken without the instruction at %08x, chain %zu\n", kind, s->reg[CORE_PC], chain_at);
        fflush(stdout);
    } else {
        shared->passed++;
    }
}

static int wanted(uint32_t pc) {
    if (in(pc, BLOCKS) || in(pc, COPY) || in(pc, ABSORB))
        return 0;
    if (chain_at <= 1 || chain_at == forged_chain || chain_at > CHAINS)
        return every++ % JOBS == job;
    return others++ % (stride * JOBS) == job;
}

/* The steps are tried at once, on the other engine and on its own copy of the stack's contents. */
static void on_code(uc_engine *u, uint64_t pc, uint32_t size, void *user) {
    static struct step s;
    static uint8_t keep[STACK_SIZE];

    (void)size, (void)user;
    if (pc == functions[CHAIN_PART].from)
        chain_at++;
    const uint32_t state = it;
    const size_t blocks = core_blocks;
    it = core_it_after((uint32_t)pc, it);
    if (!wanted((uint32_t)pc))
        return;
    core_registers(u, (uint32_t)pc, state, s.reg);
    memcpy(s.stack, stack + (ARGS - STACK) - DEPTH, sizeof s.stack);
    memcpy(keep, stack, sizeof keep);
    try_without(&s);
    memcpy(stack, keep, sizeof keep);
    core_blocks = blocks;
}

static void machines(void) {
    stack = core_memory(STACK_SIZE);
    const struct core_region regions[] = {{STACK, stack, STACK_SIZE, UC_PROT_READ | UC_PROT_WRITE},
                                          {DATA, data, DATA_SIZE, UC_PROT_READ}};
    fast = core_engine(regions, 2);
    slow = core_engine(regions, 2);
}

/* prm_hss_witness(provider, key, parts, 1, signature, witness) by the AAPCS: a span is aligned to 8, so it skips r1. */
static int verify(uc_engine *uc) {
    const uint32_t parts = ARGS + 0x40;
    const uint32_t on_stack[] = {parts, 1, SIG, (uint32_t)sig_len, WITNESS}, part[] = {MESSAGE, MESSAGE_LEN};
    const uint32_t reg[CORE_REGS] = {functions[PROVIDER].from, 0, KEY, 28 + N, [CORE_SP] = ARGS, [CORE_LR] = CORE_EXIT | 1u,
                                [CORE_XPSR] = CORE_THUMB, [CORE_PC] = functions[VERIFY].from};

    memset(stack, 0, STACK_SIZE);
    memcpy(stack + (ARGS - STACK), on_stack, sizeof on_stack);
    memcpy(stack + (parts - STACK), part, sizeof part);
    memset(stack + (WITNESS - STACK), 0xFF, 32);
    chain_at = every = others = 0;
    it = 0;
    if (!core_run(uc, reg))
        core_die("the verification doesn't end");
    return accepted(uc);
}

/* ---- forgeries ---- */

static struct lms_model_set set;

/* The digits of the right signature's message, as RFC 8554 4.4 has them. */
static void digits_of(uint8_t digit[CHAINS]) {
    uint8_t hashed[22 + N + MESSAGE_LEN], q[32];
    const prm_span part = prm_span_of(hashed, sizeof hashed);
    uint32_t sum = 0;

    memcpy(hashed, data + 12, 16);
    memcpy(hashed + 16, data + (SIG - DATA) + 4, 4);
    lms_be(hashed + 20, 0x8181, 2);
    memcpy(hashed + 22, data + (SIG - DATA) + 12, N);
    memcpy(hashed + 22 + N, data + (MESSAGE - DATA), MESSAGE_LEN);
    (void)lms_plain.sha256(&part, 1, q);
    for (size_t i = 0; i < 2 * N; i++) {
        digit[i] = i % 2 == 0 ? q[i / 2] >> 4 : q[i / 2] & 15u;
        sum += MAX - digit[i];
    }
    sum <<= set.ls;
    for (size_t i = 0; i < 3; i++)
        digit[2 * N + i] = (uint8_t)(sum >> (12 - 4 * i) & 15u);
}

/* Gives chain `i` `steps` further on. */
static void further(size_t i, uint32_t digit, uint32_t steps) {
    uint8_t *const y = data + (SIG - DATA) + 4 + 8 + N + N * i;
    struct prm_chain chain = {.steps = 0};

    memcpy(chain.block, data + 12, 16);
    memcpy(chain.block + 16, data + (SIG - DATA) + 4, 4);
    lms_be(chain.block + 20, (uint32_t)i, 2);
    memcpy(chain.block + PRM_CHAIN_VALUE_AT, y, N);
    lms_be(chain.block + 62, 8 * (PRM_CHAIN_VALUE_AT + N), 2);
    if (lms_plain.sha256_chain(&lms_plain, &chain, digit, digit + steps) != PRM_OK)
        core_die("no chain");
    memcpy(y, chain.block + PRM_CHAIN_VALUE_AT, N);
}

static void forge(const char *what, size_t chain) {
    uc_hook code;

    kind = what;
    forged_chain = chain + 2; /* the first part is the prefix */
    core_must(uc_hook_add(slow, &code, UC_HOOK_CODE, (void *)(uintptr_t)on_code, NULL, 1, 0), "hook");
    if (verify(slow))
        core_die("not a forgery");
    core_must(uc_hook_del(slow, code), "hook");
}

static void all_forgeries(void) {
    static uint8_t right[DATA_SIZE];
    uint8_t digit[CHAINS];
    size_t k = 0;

    digits_of(digit);
    if (!verify(fast))
        core_die("a right signature isn't taken");
    memcpy(right, data, sizeof right);
    while (digit[k] > MAX - 2)
        k++;
    further(k, digit[k], MAX - digit[k]);
    forge("a chain's end", k);
    memcpy(data, right, sizeof right);
    further(k, digit[k], 1);
    forge("a step ahead", k);
    memcpy(data, right, sizeof right);
    further(2 * N, digit[2 * N], MAX - digit[2 * N]);
    forge("the checksum's end", 2 * N);
    memcpy(data, right, sizeof right);
    data[MESSAGE - DATA] ^= 1;
    forge("another message", CHAINS);
}

int main(int argc, char **argv) {
    static uint8_t message[MESSAGE_LEN] = "signed";
    pid_t pid[JOBS];
    int status, bad = 0;

    if (argc < 2)
        core_die("usage: skip_lms ELF [STRIDE]");
    if (argc > 2)
        stride = (size_t)atoi(argv[2]);
    core_blocks_max = 200000;
    core_load(argv[1], functions, FUNCTIONS);
    data = core_memory(DATA_SIZE);
    if (!lms_model_set(TYPE_LMS, TYPE_OTS, &set) || set.p != CHAINS)
        core_die("another set");
    sig_len = lms_model_sign(&set, 1, message, sizeof message, data, data + (SIG - DATA));
    memcpy(data + (MESSAGE - DATA), message, sizeof message);
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
    printf("%zu passed, %zu failed\n", (size_t)shared->passed, (size_t)shared->failed);
    return bad || shared->failed != 0 || shared->passed == 0;
}
