/* SPDX-License-Identifier: Apache-2.0 */
/* core.h - an emulated Cortex-M33 that runs a function of a bare program's ELF, for what leaves out instructions of it. */
#ifndef PRM_TESTS_BOARD_CORE_H
#define PRM_TESTS_BOARD_CORE_H

#include <stddef.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

enum {
    CORE_ROM = 0x10000000,
    CORE_ROM_SIZE = 0x100000,
    CORE_EXIT = CORE_ROM + CORE_ROM_SIZE - 16, /* a return to there ends a run */
    CORE_SP = 13,
    CORE_LR,
    CORE_XPSR,
    CORE_PC,
    CORE_REGS,
    CORE_THUMB = 0x01000000 /* XPSR at the beginning */
};

/* Where a function of the program is; given by name, found by core_load(). */
struct core_function {
    const char *name;
    uint32_t from, to;
};

struct core_region {
    uint32_t at;
    uint8_t *bytes; /* of core_memory() */
    size_t size;
    uint32_t access; /* UC_PROT_... */
};

/* Blocks of the emulator in this run: it ends at core_blocks_max, more are an endless loop. */
extern size_t core_blocks, core_blocks_max;

/* Prints and exits with 3. */
_Noreturn void core_die(const char *what);
void core_must(uc_err err, const char *what);

/* Zeros, aligned to pages. */
uint8_t *core_memory(size_t size);

/* The program, and where its functions are; all must be there. */
void core_load(const char *path, struct core_function *functions, size_t n);

/* A core with the program and these regions. */
uc_engine *core_engine(const struct core_region *regions, size_t n);

/* Runs from there; 1 if the exit was reached. */
int core_run(uc_engine *uc, const uint32_t reg[CORE_REGS]);

/*
 * ITSTATE as the emulator doesn't tell it within a block: call at each instruction, with what it was before; returns what
 * it is for the next.
 */
uint32_t core_it_after(uint32_t pc, uint32_t it);

/* The registers before the instruction at `pc`, under this ITSTATE. */
void core_registers(uc_engine *uc, uint32_t pc, uint32_t it, uint32_t reg[CORE_REGS]);

/* The same after it, if it wasn't executed. */
void core_leave_out(uint32_t reg[CORE_REGS]);

#endif
