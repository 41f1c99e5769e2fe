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
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unicorn/unicorn.h>
#include <unistd.h>

enum {
    ROM = 0x10000000,
    ROM_SIZE = 0x100000,
    STACK = 0x38000000, /* and what is written: parts and digest are in its upper half */
    STACK_SIZE = 0x2000,
    PARTS = STACK + 0x1800,
    OUT = STACK + 0x1900,
    SP = STACK + 0x1400,
    MESSAGE_SIZE = 0x1000,
    COPY = 0x800, /* of M, in the attacker's memory after M' */
    EXIT = ROM + ROM_SIZE - 16,
    STEPS_MAX = 20000,
    BLOCKS_MAX = 4000, /* of the emulator: more are an endless loop */
    JOBS = 2
};
#define MESSAGE 0x80000000u

static const int reg_ids[] = {
    UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,  UC_ARM_REG_R4,  UC_ARM_REG_R5,
    UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
    UC_ARM_REG_R12, UC_ARM_REG_SP,  UC_ARM_REG_LR,  UC_ARM_REG_XPSR, UC_ARM_REG_PC};
enum { REGS = sizeof reg_ids / sizeof reg_ids[0], R_SP = 13, R_LR, R_XPSR, R_PC };

/* Before an instruction. */
struct step {
    uint32_t reg[REGS];
    uint8_t stack[0x400]; /* below SP */
    uint8_t out[32];
};

/* On the same memory: one that goes fast, and one that notes each step. */
static uc_engine *fast, *slow;
static uint8_t *rom, *stack, *message;
static uint32_t entry;
static struct step *steps;
static size_t n_steps, n_blocks;
static uint32_t it; /* ITSTATE of the instruction that is next */
static uint32_t seed = 1;

_Noreturn static void die(const char *what) {
    fprintf(stderr, "skip_sha256: %s\n", what);
    exit(3);
}

static void must(uc_err err, const char *what) {
    if (err != UC_ERR_OK) {
        fprintf(stderr, "skip_sha256: %s\n", uc_strerror(err));
        die(what);
    }
}

static uint32_t random32(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    return seed ^= seed << 5;
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
        if (ELF32_ST_TYPE(sym[i].st_info) == STT_FUNC && strcmp(name, "prm_sha256_thumb2") == 0)
            entry = sym[i].st_value & ~1u;
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
    if (entry == 0)
        die("the ELF file has no prm_sha256_thumb2");
}

/* ---- the machine ---- */

static uint32_t halfword(uint32_t pc) {
    return pc - ROM < ROM_SIZE ? (uint32_t)(rom[pc - ROM] | rom[pc - ROM + 1] << 8) : 0;
}

static uint32_t it_next(uint32_t state) {
    return (state & 7u) == 0 ? 0 : (state & 0xE0u) | (state << 1 & 0x1Fu);
}

static void on_code(uc_engine *u, uint64_t pc, uint32_t size, void *user) {
    void *to[REGS];

    (void)size, (void)user;
    if (n_steps == STEPS_MAX)
        die("more steps than there is room for");
    struct step *s = &steps[n_steps++];
    for (size_t i = 0; i < REGS; i++)
        to[i] = &s->reg[i];
    must(uc_reg_read_batch(u, (int *)(uintptr_t)reg_ids, to, REGS), "read registers");
    s->reg[R_PC] = (uint32_t)pc;
    s->reg[R_XPSR] = (s->reg[R_XPSR] & ~0x0600FC00u) | (it & 3u) << 25 | (it & 0xFCu) << 8;
    memcpy(s->stack, stack + (SP - STACK) - sizeof s->stack, sizeof s->stack);
    memcpy(s->out, stack + (OUT - STACK), sizeof s->out);
    const uint32_t code = halfword((uint32_t)pc);
    it = (code & 0xFF00u) == 0xBF00 && (code & 0xFu) != 0 ? code & 0xFFu : it_next(it);
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
    must(uc_mem_map_ptr(uc, MESSAGE, MESSAGE_SIZE, UC_PROT_READ, message), "map");
    must(uc_ctl_exits_enable(uc), "exits");
    must(uc_ctl_set_exits(uc, (uint64_t *)(uintptr_t)exits, 1), "exits");
    must(uc_hook_add(uc, &block, UC_HOOK_BLOCK, (void *)(uintptr_t)on_block, NULL, 1, 0), "hook");
    return uc;
}

static void machines(void) {
    uc_hook code;

    stack = page_memory(STACK_SIZE);
    message = page_memory(MESSAGE_SIZE);
    steps = calloc(STEPS_MAX, sizeof *steps);
    if (steps == NULL)
        die("out of memory");
    fast = engine();
    slow = engine();
    must(uc_hook_add(slow, &code, UC_HOOK_CODE, (void *)(uintptr_t)on_code, NULL, 1, 0), "hook");
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

/* ---- messages ---- */

struct shape {
    uint32_t len, cut; /* in two parts, if cut is not 0 */
};

static int hash(uc_engine *uc, const struct shape *shape, const uint8_t *bytes, const uint8_t *copy,
                uint8_t digest[32]) {
    const uint32_t parts[4] = {MESSAGE, shape->cut != 0 ? shape->cut : shape->len, MESSAGE + shape->cut,
                               shape->len - shape->cut};
    const uint32_t reg[REGS] = {PARTS, shape->cut != 0 ? 2 : 1, OUT, [R_SP] = SP, [R_LR] = EXIT | 1u,
                                [R_XPSR] = 0x01000000, [R_PC] = entry};

    memset(message, 0, MESSAGE_SIZE);
    memcpy(message, bytes, shape->len);
    memcpy(message + COPY, copy, shape->len);
    memcpy(stack + (PARTS - STACK), parts, sizeof parts);
    memset(stack + (OUT - STACK), 0, 32);
    n_steps = 0;
    it = 0;
    if (!run(uc, reg))
        return 0;
    memcpy(digest, stack + (OUT - STACK), 32);
    return 1;
}

/* Shared by the jobs. */
static struct shared {
    _Atomic size_t passed, failed, forgeries;
    uint8_t hits[ROM_SIZE / 2];
} * shared;
static size_t turn, job;

/* What the instruction before which `s` is leaves, if it is left out; and goes on from there. */
static int run_without(struct step *s) {
    const uint32_t code = halfword(s->reg[R_PC]);
    const uint32_t state = it_next((s->reg[R_XPSR] >> 25 & 3u) | (s->reg[R_XPSR] >> 8 & 0xFCu));

    memcpy(stack + (SP - STACK) - sizeof s->stack, s->stack, sizeof s->stack);
    memcpy(stack + (OUT - STACK), s->out, sizeof s->out);
    s->reg[R_XPSR] = (s->reg[R_XPSR] & ~0x0600FC00u) | (state & 3u) << 25 | (state & 0xFCu) << 8;
    s->reg[R_PC] += code >> 11 >= 0x1D ? 4 : 2;
    return run(fast, s->reg);
}

/* Each instruction left out while M' is hashed. */
static void forge(const struct shape *shape, const uint8_t *original, const uint8_t *forged) {
    static uint8_t stale[STACK_SIZE];
    uint8_t right[32], digest[32];

    if (turn++ % JOBS != job || memcmp(original, forged, shape->len) == 0)
        return;
    if (!hash(fast, shape, original, original, right))
        die("the hash doesn't end");
    if (!hash(slow, shape, forged, original, digest) || memcmp(digest, right, 32) == 0)
        die("not a forgery");
    memcpy(stale, stack, sizeof stale);
    for (size_t k = 0; k < n_steps; k++) {
        const uint32_t here = steps[k].reg[R_PC];

        memcpy(stack, stale, sizeof stale);
        if (run_without(&steps[k]) && memcmp(stack + (OUT - STACK), right, 32) == 0) {
            shared->failed++;
            shared->hits[(here - ROM) / 2] = 1;
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
        die("usage: skip_sha256 ELF");
    load(argv[1]);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("out of memory");
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
            printf("a forgery without the instruction at %08zx\n", ROM + 2 * i);
    printf("%zu forgeries\n%zu passed, %zu failed\n", (size_t)shared->forgeries, (size_t)shared->passed,
           (size_t)shared->failed);
    return bad || shared->failed != 0 || shared->passed == 0;
}
