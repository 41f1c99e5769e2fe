/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/board/core.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int reg_ids[CORE_REGS] = {
    UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,  UC_ARM_REG_R4,  UC_ARM_REG_R5,
    UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
    UC_ARM_REG_R12, UC_ARM_REG_SP,  UC_ARM_REG_LR,  UC_ARM_REG_XPSR, UC_ARM_REG_PC};

size_t core_blocks, core_blocks_max = 4000;

static uint8_t *rom;

_Noreturn void core_die(const char *what) {
    fprintf(stderr, "skip: %s\n", what);
    exit(3);
}

void core_must(uc_err err, const char *what) {
    if (err != UC_ERR_OK) {
        fprintf(stderr, "skip: %s\n", uc_strerror(err));
        core_die(what);
    }
}

uint8_t *core_memory(size_t size) {
    uint8_t *p = aligned_alloc(0x1000, size);

    if (p == NULL)
        core_die("out of memory");
    memset(p, 0, size);
    return p;
}

/* ---- the program ---- */

static void find_symbols(const uint8_t *elf, const Elf32_Shdr *table, const Elf32_Shdr *names,
                         struct core_function *functions, size_t n) {
    const Elf32_Sym *sym = (const void *)(elf + table->sh_offset);

    for (size_t i = 0; i < table->sh_size / sizeof *sym; i++) {
        const char *name = (const char *)elf + names->sh_offset + sym[i].st_name;
        for (size_t k = 0; k < n; k++) {
            if (strcmp(name, functions[k].name) == 0) {
                functions[k].from = sym[i].st_value & ~1u;
                functions[k].to = functions[k].from + sym[i].st_size;
            }
        }
    }
}

void core_load(const char *path, struct core_function *functions, size_t n) {
    static uint8_t elf[4 << 20];
    FILE *f = fopen(path, "rb");
    const size_t size = f != NULL ? fread(elf, 1, sizeof elf, f) : 0;
    const Elf32_Ehdr *eh = (const void *)elf;

    if (size < sizeof *eh || size == sizeof elf || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0)
        core_die("no ELF file there: scripts/build.sh firmware");
    fclose(f);
    rom = core_memory(CORE_ROM_SIZE);
    for (unsigned i = 0; i < eh->e_phnum; i++) {
        const Elf32_Phdr *ph = (const void *)(elf + eh->e_phoff + i * sizeof *ph);
        if (ph->p_type == PT_LOAD && ph->p_paddr >= CORE_ROM && ph->p_paddr - CORE_ROM + ph->p_filesz <= CORE_ROM_SIZE)
            memcpy(rom + (ph->p_paddr - CORE_ROM), elf + ph->p_offset, ph->p_filesz);
    }
    const Elf32_Shdr *sh = (const void *)(elf + eh->e_shoff);
    for (unsigned i = 0; i < eh->e_shnum; i++)
        if (sh[i].sh_type == SHT_SYMTAB)
            find_symbols(elf, &sh[i], &sh[sh[i].sh_link], functions, n);
    for (size_t k = 0; k < n; k++)
        if (functions[k].to == functions[k].from)
            core_die(functions[k].name);
}

/* ---- the machine ---- */

static void on_block(uc_engine *u, uint64_t pc, uint32_t size, void *user) {
    (void)pc, (void)size, (void)user;
    if (++core_blocks > core_blocks_max)
        uc_emu_stop(u);
}

uc_engine *core_engine(const struct core_region *regions, size_t n) {
    const uint64_t exits[] = {CORE_EXIT};
    uc_engine *uc;
    uc_hook block;

    core_must(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &uc), "open");
    core_must(uc_ctl_set_cpu_model(uc, UC_CPU_ARM_CORTEX_M33), "Cortex-M33");
    core_must(uc_mem_map_ptr(uc, CORE_ROM, CORE_ROM_SIZE, UC_PROT_READ | UC_PROT_EXEC, rom), "map");
    for (size_t i = 0; i < n; i++)
        core_must(uc_mem_map_ptr(uc, regions[i].at, regions[i].size, regions[i].access, regions[i].bytes), "map");
    core_must(uc_ctl_exits_enable(uc), "exits");
    core_must(uc_ctl_set_exits(uc, (uint64_t *)(uintptr_t)exits, 1), "exits");
    core_must(uc_hook_add(uc, &block, UC_HOOK_BLOCK, (void *)(uintptr_t)on_block, NULL, 1, 0), "hook");
    return uc;
}

int core_run(uc_engine *uc, const uint32_t reg[CORE_REGS]) {
    uint32_t value[CORE_REGS], pc;
    void *from[CORE_REGS];

    memcpy(value, reg, sizeof value);
    value[CORE_PC] |= 1u;
    for (size_t i = 0; i < CORE_REGS; i++)
        from[i] = &value[i];
    core_must(uc_reg_write_batch(uc, (int *)(uintptr_t)reg_ids, from, CORE_REGS), "write registers");
    core_blocks = 0;
    const uc_err err = uc_emu_start(uc, value[CORE_PC], 0, 0, 0);
    core_must(uc_reg_read(uc, UC_ARM_REG_PC, &pc), "read pc");
    return err == UC_ERR_OK && pc == CORE_EXIT;
}

static uint32_t halfword(uint32_t pc) {
    return pc - CORE_ROM < CORE_ROM_SIZE ? (uint32_t)(rom[pc - CORE_ROM] | rom[pc - CORE_ROM + 1] << 8) : 0;
}

static uint32_t it_next(uint32_t it) {
    return (it & 7u) == 0 ? 0 : (it & 0xE0u) | (it << 1 & 0x1Fu);
}

uint32_t core_it_after(uint32_t pc, uint32_t it) {
    const uint32_t code = halfword(pc);

    return (code & 0xFF00u) == 0xBF00 && (code & 0xFu) != 0 ? code & 0xFFu : it_next(it);
}

/* XPSR with this ITSTATE: its low two bits are at 25, the others at 10. */
static uint32_t with_it(uint32_t xpsr, uint32_t it) {
    return (xpsr & ~0x0600FC00u) | (it & 3u) << 25 | (it & 0xFCu) << 8;
}

void core_registers(uc_engine *uc, uint32_t pc, uint32_t it, uint32_t reg[CORE_REGS]) {
    void *to[CORE_REGS];

    for (size_t i = 0; i < CORE_REGS; i++)
        to[i] = &reg[i];
    core_must(uc_reg_read_batch(uc, (int *)(uintptr_t)reg_ids, to, CORE_REGS), "read registers");
    reg[CORE_PC] = pc;
    reg[CORE_XPSR] = with_it(reg[CORE_XPSR], it);
}

void core_leave_out(uint32_t reg[CORE_REGS]) {
    const uint32_t xpsr = reg[CORE_XPSR];

    reg[CORE_XPSR] = with_it(xpsr, it_next((xpsr >> 25 & 3u) | (xpsr >> 8 & 0xFCu)));
    reg[CORE_PC] += halfword(reg[CORE_PC]) >> 11 >= 0x1D ? 4 : 2;
}
