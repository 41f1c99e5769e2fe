/* SPDX-License-Identifier: Apache-2.0 */
/* symbols.h - the functions of an ELF32 file, and what of it is loaded. */
#ifndef PRM_TESTS_FAULT_SYMBOLS_H
#define PRM_TESTS_FAULT_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct symbol {
    uint32_t address; /* Thumb bit clear */
    uint32_t size;    /* bytes */
    char name[64];
};

/* Owns: `list`, until the process ends. */
struct symbols {
    struct symbol *list; /* by address */
    size_t n;
};

/* Reads the function symbols; also checks that `rom` starts with what the file loads at `rom_base`. Dies if not. */
void symbols_load(struct symbols *s, const char *path, uint32_t rom_base, const uint8_t *rom, size_t rom_size);

/* The function at an address; NULL if in none. */
const struct symbol *symbols_at(const struct symbols *s, uint32_t address);

int symbols_has(const struct symbols *s, const char *name);

/* The address of a function; dies if there is none of that name. */
uint32_t symbols_find(const struct symbols *s, const char *name);

#endif
