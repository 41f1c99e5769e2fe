/* SPDX-License-Identifier: Apache-2.0 */
/* elf_maker.h - ELF files of any layout, also those that no linker makes. */
#ifndef PRM_TESTS_ELF_MAKER_H
#define PRM_TESTS_ELF_MAKER_H

#include <elf.h>
#include <stdint.h>

#define ELF_PARTS_MAX 8u

/* A piece of the file: a section, a segment, or both at once. */
struct elf_part {
    uint32_t vma, lma;
    uint32_t size;     /* in memory */
    uint32_t in_file;  /* bytes in the file: size, or 0 for .bss */
    uint8_t fill;      /* the bytes: fill, fill + 1, … */
    uint8_t vectors;   /* begins with a vector table for this component: 1 */
    uint8_t no_section, no_segment;
    uint8_t shares;    /* lies in the segment of the part before */
    uint8_t info;      /* debug information: not loaded */
    const char *name;
};

enum elf_where { ELF_TABLE_FIRST, ELF_TABLE_BETWEEN, ELF_TABLE_LAST };

struct elf_plan {
    enum elf_where segments; /* where the table of segments stands */
    uint8_t no_sections;     /* no table of sections */
    uint8_t headers_loaded;  /* one more segment, of the file's own headers alone */
    uint8_t reversed;        /* segments in falling order */
    uint8_t class_, data;    /* 0: ELFCLASS32, ELFDATA2LSB */
    uint16_t machine, type;  /* 0: EM_ARM, ET_EXEC */
    uint32_t parts;
    struct elf_part part[ELF_PARTS_MAX];
};

/* Writes the file. `sp` and `entry_off` make the vector table: entry = the part's lma + entry_off. Ends the test if it can't. */
void elf_make(const char *path, const struct elf_plan *plan, uint32_t sp, uint32_t entry_off);

#endif
