/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing.h - the root's instructions as a disassembler lists them: which registers each names, what it loads, where it
 * stands in the source. The listing is what `objdump --disassemble --line-numbers --no-show-raw-insn` prints of the ELF.
 */
#ifndef PRM_TESTS_FAULT_LISTING_H
#define PRM_TESTS_FAULT_LISTING_H

#include <stddef.h>
#include <stdint.h>

#include "ports/mps2-an505/board.h"

#define LISTING_UNITS (BOARD_TRUST_OFF / 2u) /* halfwords of code */
#define LISTING_FLAGS 0x10000u               /* among registers: the condition flags */

struct insn {
    uint8_t size;     /* bytes; 0: no instruction begins here */
    uint8_t width;    /* bytes of a load's value that come from memory; 0: no load */
    uint8_t boundary; /* it calls or returns */
    uint16_t file;    /* index into the listing's files; 0: unknown */
    uint32_t line;
    uint32_t named; /* bit r: it names register r, or uses it by what it is; LISTING_FLAGS */
    uint32_t loads; /* bit r: it loads register r from memory */
};

/* Owns: the names, until the process ends. */
struct listing {
    struct insn at[LISTING_UNITS];
    char **files; /* from the source root; files[0] is "?" */
    size_t n_files;
};

/* Reads a listing; dies if it has no instructions. NULL: an empty one. */
void listing_load(struct listing *l, const char *path);

static inline const struct insn *listing_at(const struct listing *l, uint32_t pc) {
    return &l->at[(pc - BOARD_ROM_BASE) / 2u % LISTING_UNITS];
}

#endif
