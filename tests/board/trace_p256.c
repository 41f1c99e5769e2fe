/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_p256 - runs the device's own P-256 (the assembly, and the C as compiled for it) with one secret after the other,
 * and compares each instruction's address, and the address of each access to memory, with those for the first secret.
 *
 * usage: trace_p256 ELF [SECRETS]     (the firmware's test_p256_board.elf; 16 secrets unless given)
 *
 * With another secret go another seed and other noise. That a difference is seen shows verification, which takes its
 * time by the signature. Ends with `N passed, N failed`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/result.h"
#include "tests/board/core.h"
#include "tests/vectors/published.h"

enum {
    STACK = 0x38000000,
    STACK_SIZE = 0x4000,
    TOP = STACK + 0x3F00, /* the stack pointer at the call; the fifth argument stands there */
    DATA = 0x60000000,
    DATA_SIZE = 0x1000,
    SECRET = DATA,
    NOISE = DATA + 0x40,
    DIGEST = DATA + 0x80,
    PEER = DATA + 0xC0,
    OUT = DATA + 0x100,
    SEED = DATA + 0x140,
    SIG = DATA + 0x180,
    EVENTS_MAX = 8000000,
    ACCESS = 1 /* an access's address has a bit that no instruction's has */
};

static struct core_function functions[] = {
    {"prm_p256_public", 0, 0}, {"prm_p256_sign_unchecked", 0, 0}, {"prm_p256_agree", 0, 0},
    {"prm_p256_from_seed", 0, 0}, {"prm_p256_witness", 0, 0}, {"crypto", 0, 0}};
enum { PUBLIC, SIGN, AGREE, FROM_SEED, WITNESS, CRYPTO, FUNCTIONS };

struct trace {
    uint64_t *event;
    size_t n;
};

static uint8_t *stack, *data;
static uc_engine *uc;
static struct trace first;
static size_t at;        /* in the run at hand */
static size_t differing; /* where it first differed, SIZE_MAX if nowhere */
static uint64_t saw;
static int recording;

static void take(uint64_t event) {
    if (recording) {
        if (first.n == EVENTS_MAX)
            core_die("a longer trace than there is room for");
        first.event[first.n++] = event;
        return;
    }
    if (differing == SIZE_MAX && (at >= first.n || first.event[at] != event)) {
        differing = at;
        saw = event;
    }
    at++;
}

static void on_instruction(uc_engine *u, uint64_t pc, uint32_t size, void *user) {
    (void)u, (void)size, (void)user;
    take(pc << 1);
}

static void on_access(uc_engine *u, uc_mem_type type, uint64_t address, int size, int64_t value, void *user) {
    (void)u, (void)size, (void)value, (void)user;
    take(address << 4 | (type == UC_MEM_WRITE ? 2 : 0) | ACCESS);
}

static uint64_t next(uint64_t *x) {
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static void fill(uint32_t address, size_t len, uint64_t *x) {
    for (size_t i = 0; i < len; i++)
        data[address - DATA + i] = (uint8_t)(next(x) >> 24);
}

static void hex(uint32_t address, const char *text) {
    for (size_t i = 0; text[2 * i] != '\0'; i++) {
        unsigned byte = 0;
        if (sscanf(text + 2 * i, "%2x", &byte) != 1)
            core_die("no hex digits");
        data[address - DATA + i] = (uint8_t)byte;
    }
}

/* Secrets at the ends first: 1, n - 1 and 2; then at random. */
static void choose(size_t which) {
    static const char *const ends[] = {"0000000000000000000000000000000000000000000000000000000000000001",
                                       "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550",
                                       "0000000000000000000000000000000000000000000000000000000000000002"};
    uint64_t x = 0x9E3779B97F4A7C15u * (which + 1);

    fill(SECRET, 32, &x);
    data[SECRET - DATA] &= 0x7F;
    fill(NOISE, 64, &x);
    fill(SEED, 40, &x);
    if (which > 0 && which <= sizeof ends / sizeof ends[0])
        hex(SECRET, ends[which - 1]);
}

/* What the function returned. */
static uint32_t call(size_t function, const uint32_t *argument, size_t n) {
    uint32_t reg[CORE_REGS] = {0}, r0 = 0;

    memset(stack, 0, STACK_SIZE);
    for (size_t i = 0; i < n && i < 4; i++)
        reg[i] = argument[i];
    if (n > 4)
        memcpy(stack + (TOP - STACK), &argument[4], 4);
    reg[CORE_SP] = TOP;
    reg[CORE_LR] = CORE_EXIT | 1u;
    reg[CORE_PC] = functions[function].from;
    reg[CORE_XPSR] = CORE_THUMB;
    at = 0;
    differing = SIZE_MAX;
    if (!core_run(uc, reg))
        core_die("it did not return");
    core_must(uc_reg_read(uc, UC_ARM_REG_R0, &r0), "read r0");
    if (!recording && differing == SIZE_MAX && at != first.n)
        differing = at;
    return r0;
}

/* 1 if it is the same for all secrets. */
static int same(const char *name, size_t function, const uint32_t *argument, size_t n, size_t secrets) {
    first.n = 0;
    for (size_t i = 0; i < secrets; i++) {
        choose(i);
        recording = i == 0;
        const uint32_t result = call(function, argument, n);
        if (function != FROM_SEED && result != PRM_OK) {
            printf("WRONG %s: secret %zu gives 0x%08x\n", name, i, result);
            return 0;
        }
        if (!recording && differing != SIZE_MAX) {
            printf("WRONG %s: secret %zu differs at event %zu of %zu: 0x%llx\n", name, i, differing, first.n,
                   (unsigned long long)(saw & ACCESS ? saw >> 4 : saw >> 1));
            return 0;
        }
    }
    printf("ok    %s: %zu instructions and accesses, the same for %zu secrets\n", name, first.n, secrets);
    return 1;
}

/* Two signatures that take different ways. */
static int seen(void) {
    static const uint32_t argument[] = {PEER, DIGEST, SIG, OUT};
    const char *const sigs[] = {RFC6979_SAMPLE, RFC6979_TEST};

    first.n = 0;
    for (unsigned i = 0; i < 2; i++) {
        recording = i == 0;
        hex(SIG, sigs[i]);
        (void)call(WITNESS, argument, 4);
    }
    printf("%s a difference is seen\n", differing != SIZE_MAX ? "ok   " : "WRONG");
    return differing != SIZE_MAX;
}

int main(int argc, char **argv) {
    const size_t secrets = argc == 3 ? strtoul(argv[2], NULL, 10) : 16;
    uc_hook hook[2];

    if (argc < 2 || argc > 3 || secrets < 2)
        core_die("usage: trace_p256 ELF [SECRETS]");
    core_load(argv[1], functions, FUNCTIONS);
    stack = core_memory(STACK_SIZE);
    data = core_memory(DATA_SIZE);
    first.event = malloc(EVENTS_MAX * sizeof *first.event);
    if (first.event == NULL)
        core_die("out of memory");
    const struct core_region regions[] = {{STACK, stack, STACK_SIZE, UC_PROT_READ | UC_PROT_WRITE},
                                          {DATA, data, DATA_SIZE, UC_PROT_READ | UC_PROT_WRITE}};
    core_blocks_max = EVENTS_MAX;
    uc = core_engine(regions, 2);
    core_must(uc_hook_add(uc, &hook[0], UC_HOOK_CODE, (void *)(uintptr_t)on_instruction, NULL, 1, 0), "hook");
    core_must(uc_hook_add(uc, &hook[1], UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)(uintptr_t)on_access, NULL, 1, 0),
              "hook");
    hex(PEER, RFC6979_KEY);
    memset(data + (DIGEST - DATA), 0x5A, 32);

    const uint32_t public_key[] = {SECRET, NOISE, OUT}, plain[] = {SECRET, 0, OUT};
    const uint32_t sign[] = {functions[CRYPTO].from, SECRET, DIGEST, NOISE, OUT};
    const uint32_t sign_plain[] = {functions[CRYPTO].from, SECRET, DIGEST, 0, OUT};
    const uint32_t agree[] = {SECRET, PEER, NOISE, OUT}, agree_plain[] = {SECRET, PEER, 0, OUT};
    const uint32_t seed[] = {SEED, OUT};
    const int good[] = {same("public, blinded", PUBLIC, public_key, 3, secrets),
                        same("public", PUBLIC, plain, 3, secrets),
                        same("sign, blinded", SIGN, sign, 5, secrets),
                        same("sign", SIGN, sign_plain, 5, secrets),
                        same("agree, blinded", AGREE, agree, 4, secrets),
                        same("agree", AGREE, agree_plain, 4, secrets),
                        same("from seed", FROM_SEED, seed, 2, secrets),
                        seen()};
    size_t passed = 0;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        passed += good[i] != 0;
    printf("%zu passed, %zu failed\n", passed, sizeof good / sizeof good[0] - passed);
    return passed == sizeof good / sizeof good[0] ? 0 : 1;
}
