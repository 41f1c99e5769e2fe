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
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unicorn/unicorn.h>
#include <unistd.h>

#include "base/result.h"
#include "tests/vectors/lms_model.h"

enum {
    ROM = 0x10000000,
    ROM_SIZE = 0x100000,
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
    EXIT = ROM + ROM_SIZE - 16,
    BLOCKS_MAX = 200000, /* of the emulator: more are an endless loop */
    JOBS = 2,
    CHAINS = 51, /* N24, W4: the fewest instructions that show everything */
    TYPE_LMS = 10,
    TYPE_OTS = 7,
    N = 24,
    MAX = 15
};

static const int reg_ids[] = {
    UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,  UC_ARM_REG_R4,  UC_ARM_REG_R5,
    UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
    UC_ARM_REG_R12, UC_ARM_REG_SP,  UC_ARM_REG_LR,  UC_ARM_REG_XPSR, UC_ARM_REG_PC};
enum { REGS = sizeof reg_ids / sizeof reg_ids[0], R_SP = 13, R_LR, R_XPSR, R_PC };

/* The machine before an instruction that is to be left out. */
struct step {
    uint32_t reg[REGS];
    uint8_t stack[DEPTH + ABOVE];
};

struct function {
    const char *name;
    uint32_t from, to;
};
static struct function functions[] = {
    {"prm_hss_witness", 0, 0}, {"chain_part", 0, 0}, {"prm_sha256_thumb2_blocks", 0, 0},
    {"copy", 0, 0}, {"absorb", 0, 0}, {"lms_crypto", 0, 0}};
enum { VERIFY, CHAIN_PART, BLOCKS, COPY, ABSORB, PROVIDER, FUNCTIONS };

static uc_engine *fast, *slow;
static uint8_t *rom, *stack, *data;
static size_t n_blocks, stride = 40;
static size_t chain_at, forged_chain; /* 2: chain 0 is being made, is wrong */
static size_t every, others;           /* instructions seen: those all of which are left out, and the others */
static uint32_t it;                          /* ITSTATE of the instruction that is next */
static size_t sig_len, job;
static const char *kind;

/* Shared by the jobs. */
static struct shared {
    _Atomic size_t passed, failed;
} * shared;

_Noreturn static void die(const char *what) {
    fprintf(stderr, "skip_lms: %s\n", what);
    exit(3);
}

static void must(uc_err err, const char *what) {
    if (err != UC_ERR_OK) {
        fprintf(stderr, "skip_lms: %s\n", uc_strerror(err));
        die(what);
    }
}

/* ---- the program ---- */

static uint8_t *page_memory(size_t size) {
    uint8_t *p = aligned_alloc(0x1000, size);

    if (p == NULL)
        die("out of memory");
    memset(p, 0, size);
    return p;
}

static void find_symbols(const uint8_t *elf, const Elf32_Shdr *table, const Elf32_Shdr *names) {
    const Elf32_Sym *sym = (const void *)(elf + table->sh_offset);

    for (size_t i = 0; i < table->sh_size / sizeof *sym; i++) {
        const char *name = (const char *)elf + names->sh_offset + sym[i].st_name;
        for (size_t k = 0; k < FUNCTIONS; k++) {
            if (strcmp(name, functions[k].name) == 0) {
                functions[k].from = sym[i].st_value & ~1u;
                functions[k].to = functions[k].from + sym[i].st_size;
            }
        }
    }
}

static void load(const char *path) {
    static uint8_t elf[4 << 20];
    FILE *f = fopen(path, "rb");
    const size_t size = f != NULL ? fread(elf, 1, sizeof elf, f) : 0;
    const Elf32_Ehdr *eh = (const void *)elf;

    if (size < sizeof *eh || size == sizeof elf || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0)
        die("no ELF file there: scripts/build.sh firmware");
    fclose(f);
    rom = page_memory(ROM_SIZE);
    for (unsigned i = 0; i < eh->e_phnum; i++) {
        const Elf32_Phdr *ph = (const void *)(elf + eh->e_phoff + i * sizeof *ph);
        if (ph->p_type == PT_LOAD && ph->p_paddr >= ROM && ph->p_paddr - ROM + ph->p_filesz <= ROM_SIZE)
            memcpy(rom + (ph->p_paddr - ROM), elf + ph->p_offset, ph->p_filesz);
    }
    const Elf32_Shdr *sh = (const void *)(elf + eh->e_shoff);
    for (unsigned i = 0; i < eh->e_shnum; i++)
        if (sh[i].sh_type == SHT_SYMTAB)
            find_symbols(elf, &sh[i], &sh[sh[i].sh_link]);
    for (size_t k = 0; k < FUNCTIONS; k++)
        if (functions[k].to == functions[k].from)
            die(functions[k].name);
}

static int in(uint32_t pc, size_t k) {
    return pc >= functions[k].from && pc < functions[k].to;
}

/* ---- the machine ---- */

static uint32_t halfword(uint32_t pc) {
    return pc - ROM < ROM_SIZE ? (uint32_t)(rom[pc - ROM] | rom[pc - ROM + 1] << 8) : 0;
}

static uint32_t it_next(uint32_t state) {
    return (state & 7u) == 0 ? 0 : (state & 0xE0u) | (state << 1 & 0x1Fu);
}

/* Returns 1 if the exit was reached. */
static int run(uc_engine *uc, const uint32_t reg[REGS]) {
    uint32_t value[REGS], pc;
    void *from[REGS];

    memcpy(value, reg, sizeof value);
    value[R_PC] |= 1u;
    for (size_t i = 0; i < REGS; i++)
        from[i] = &value[i];
    must(uc_reg_write_batch(uc, (int *)(uintptr_t)reg_ids, from, REGS), "write registers");
    n_blocks = 0;
    const uc_err err = uc_emu_start(uc, value[R_PC], 0, 0, 0);
    must(uc_reg_read(uc, UC_ARM_REG_PC, &pc), "read pc");
    return err == UC_ERR_OK && pc == EXIT;
}

static int accepted(uc_engine *uc) {
    uint32_t r0;

    must(uc_reg_read(uc, UC_ARM_REG_R0, &r0), "read r0");
    return r0 == PRM_OK && memcmp(stack + (WITNESS - STACK), data + 28, N) == 0;
}

static void try_without(const struct step *s) {
    uint32_t reg[REGS];
    const uint32_t code = halfword(s->reg[R_PC]);
    const uint32_t state = it_next((s->reg[R_XPSR] >> 25 & 3u) | (s->reg[R_XPSR] >> 8 & 0xFCu));

    memcpy(reg, s->reg, sizeof reg);
    memcpy(stack + (ARGS - STACK) - DEPTH, s->stack, sizeof s->stack);
    reg[R_XPSR] = (reg[R_XPSR] & ~0x0600FC00u) | (state & 3u) << 25 | (state & 0xFCu) << 8;
    reg[R_PC] += code >> 11 >= 0x1D ? 4 : 2;
    if (run(fast, reg) && accepted(fast)) {
        shared->failed++;
        printf("%s: taken without the instruction at %08x, chain %zu\n", kind, s->reg[R_PC], chain_at);
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
    void *to[REGS];

    (void)size, (void)user;
    if (pc == functions[CHAIN_PART].from)
        chain_at++;
    const uint32_t code = halfword((uint32_t)pc), state = it;
    const size_t blocks = n_blocks;
    it = (code & 0xFF00u) == 0xBF00 && (code & 0xFu) != 0 ? code & 0xFFu : it_next(it);
    if (!wanted((uint32_t)pc))
        return;
    for (size_t i = 0; i < REGS; i++)
        to[i] = &s.reg[i];
    must(uc_reg_read_batch(u, (int *)(uintptr_t)reg_ids, to, REGS), "read registers");
    s.reg[R_PC] = (uint32_t)pc;
    s.reg[R_XPSR] = (s.reg[R_XPSR] & ~0x0600FC00u) | (state & 3u) << 25 | (state & 0xFCu) << 8;
    memcpy(s.stack, stack + (ARGS - STACK) - DEPTH, sizeof s.stack);
    memcpy(keep, stack, sizeof keep);
    try_without(&s);
    memcpy(stack, keep, sizeof keep);
    n_blocks = blocks;
}

static void on_block(uc_engine *u, uint64_t pc, uint32_t size, void *user) {
    (void)pc, (void)size, (void)user;
    if (++n_blocks > BLOCKS_MAX)
        uc_emu_stop(u);
}

static uc_engine *engine(void) {
    const uint64_t exits[] = {EXIT};
    uc_engine *uc;
    uc_hook block;

    must(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &uc), "open");
    must(uc_ctl_set_cpu_model(uc, UC_CPU_ARM_CORTEX_M33), "Cortex-M33");
    must(uc_mem_map_ptr(uc, ROM, ROM_SIZE, UC_PROT_READ | UC_PROT_EXEC, rom), "map");
    must(uc_mem_map_ptr(uc, STACK, STACK_SIZE, UC_PROT_READ | UC_PROT_WRITE, stack), "map");
    must(uc_mem_map_ptr(uc, DATA, DATA_SIZE, UC_PROT_READ, data), "map");
    must(uc_ctl_exits_enable(uc), "exits");
    must(uc_ctl_set_exits(uc, (uint64_t *)(uintptr_t)exits, 1), "exits");
    must(uc_hook_add(uc, &block, UC_HOOK_BLOCK, (void *)(uintptr_t)on_block, NULL, 1, 0), "hook");
    return uc;
}

/* prm_hss_witness(provider, key, parts, 1, signature, witness) by the AAPCS: the last three on the stack. */
static int verify(uc_engine *uc) {
    const uint32_t parts = ARGS + 0x40;
    const uint32_t on_stack[] = {1, SIG, (uint32_t)sig_len, WITNESS}, part[] = {MESSAGE, MESSAGE_LEN};
    const uint32_t reg[REGS] = {functions[PROVIDER].from, KEY, 28 + N, parts, [R_SP] = ARGS, [R_LR] = EXIT | 1u,
                                [R_XPSR] = 0x01000000, [R_PC] = functions[VERIFY].from};

    memset(stack, 0, STACK_SIZE);
    memcpy(stack + (ARGS - STACK), on_stack, sizeof on_stack);
    memcpy(stack + (parts - STACK), part, sizeof part);
    memset(stack + (WITNESS - STACK), 0xFF, 32);
    chain_at = every = others = 0;
    it = 0;
    if (!run(uc, reg))
        die("the verification doesn't end");
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
        die("no chain");
    memcpy(y, chain.block + PRM_CHAIN_VALUE_AT, N);
}

static void forge(const char *what, size_t chain) {
    uc_hook code;

    kind = what;
    forged_chain = chain + 2; /* the first part is the prefix */
    must(uc_hook_add(slow, &code, UC_HOOK_CODE, (void *)(uintptr_t)on_code, NULL, 1, 0), "hook");
    if (verify(slow))
        die("not a forgery");
    must(uc_hook_del(slow, code), "hook");
}

static void all_forgeries(void) {
    static uint8_t right[DATA_SIZE];
    uint8_t digit[CHAINS];
    size_t k = 0;

    digits_of(digit);
    if (!verify(fast))
        die("a right signature isn't taken");
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
        die("usage: skip_lms ELF [STRIDE]");
    if (argc > 2)
        stride = (size_t)atoi(argv[2]);
    load(argv[1]);
    data = page_memory(DATA_SIZE);
    if (!lms_model_set(TYPE_LMS, TYPE_OTS, &set) || set.p != CHAINS)
        die("another set");
    sig_len = lms_model_sign(&set, 1, message, sizeof message, data, data + (SIG - DATA));
    memcpy(data + (MESSAGE - DATA), message, sizeof message);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("out of memory");
    for (job = 0; job < JOBS; job++) {
        pid[job] = fork();
        if (pid[job] == 0) {
            stack = page_memory(STACK_SIZE);
            fast = engine();
            slow = engine();
            all_forgeries();
            return 0;
        }
    }
    for (size_t i = 0; i < JOBS; i++)
        bad |= pid[i] < 0 || waitpid(pid[i], &status, 0) != pid[i] || status != 0;
    printf("%zu passed, %zu failed\n", (size_t)shared->passed, (size_t)shared->failed);
    return bad || shared->failed != 0 || shared->passed == 0;
}
