/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/symbols.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/machine.h"

static uint8_t *read_whole(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");

    if (f == NULL || fseek(f, 0, SEEK_END) != 0)
        die("can't read %s", path);
    *size = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(*size + 1);
    if (bytes == NULL || fread(bytes, 1, *size, f) != *size)
        die("can't read %s", path);
    bytes[*size] = 0;
    fclose(f);
    return bytes;
}

static void check_loaded(const uint8_t *elf, uint32_t rom_base, const uint8_t *rom, size_t rom_size) {
    const Elf32_Ehdr *eh = (const void *)elf;

    for (unsigned i = 0; i < eh->e_phnum; i++) {
        const Elf32_Phdr *ph = (const void *)(elf + eh->e_phoff + i * sizeof *ph);
        if (ph->p_type != PT_LOAD || ph->p_filesz == 0)
            continue;
        if (ph->p_paddr < rom_base || ph->p_paddr - rom_base + ph->p_filesz > rom_size ||
            memcmp(rom + (ph->p_paddr - rom_base), elf + ph->p_offset, ph->p_filesz) != 0)
            die("the device's ROM is not this ELF");
    }
}

static int by_address(const void *a, const void *b) {
    const struct symbol *x = a, *y = b;

    return x->address < y->address ? -1 : x->address > y->address;
}

static void take_table(struct symbols *s, const uint8_t *elf, const Elf32_Shdr *table, const char *names) {
    const Elf32_Sym *sym = (const void *)(elf + table->sh_offset);
    const size_t n = table->sh_size / sizeof *sym;

    s->list = calloc(n, sizeof *s->list);
    if (s->list == NULL)
        die("out of memory");
    for (size_t i = 0; i < n; i++) {
        if (ELF32_ST_TYPE(sym[i].st_info) != STT_FUNC || sym[i].st_shndx == SHN_UNDEF)
            continue;
        struct symbol *to = &s->list[s->n++];
        to->address = sym[i].st_value & ~1u;
        to->size = sym[i].st_size;
        snprintf(to->name, sizeof to->name, "%s", names + sym[i].st_name);
    }
    qsort(s->list, s->n, sizeof *s->list, by_address);
}

void symbols_load(struct symbols *s, const char *path, uint32_t rom_base, const uint8_t *rom, size_t rom_size) {
    size_t size;
    uint8_t *elf = read_whole(path, &size);
    const Elf32_Ehdr *eh = (const void *)elf;

    *s = (struct symbols){.n = 0};
    if (size < sizeof *eh || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 || eh->e_ident[EI_CLASS] != ELFCLASS32)
        die("%s is not a 32-bit ELF file", path);
    check_loaded(elf, rom_base, rom, rom_size);
    const Elf32_Shdr *sections = (const void *)(elf + eh->e_shoff);
    for (unsigned i = 0; i < eh->e_shnum; i++)
        if (sections[i].sh_type == SHT_SYMTAB)
            take_table(s, elf, &sections[i], (const char *)elf + sections[sections[i].sh_link].sh_offset);
    free(elf);
    if (s->n == 0)
        die("%s has no symbols", path);
}

const struct symbol *symbols_at(const struct symbols *s, uint32_t address) {
    const struct symbol *found = NULL;

    for (size_t i = 0; i < s->n && s->list[i].address <= address; i++)
        if (address < s->list[i].address + (s->list[i].size != 0 ? s->list[i].size : 2))
            found = &s->list[i];
    return found;
}

int symbols_has(const struct symbols *s, const char *name) {
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->list[i].name, name) == 0)
            return 1;
    return 0;
}

uint32_t symbols_find(const struct symbols *s, const char *name) {
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->list[i].name, name) == 0)
            return s->list[i].address;
    die("the ELF has no function %s", name);
}
