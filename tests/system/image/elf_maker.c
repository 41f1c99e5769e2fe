/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/image/elf_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(int ok, const char *what) {
    if (!ok) {
        perror(what);
        abort();
    }
}

static void put(FILE *f, long at, const void *bytes, size_t len) {
    must(fseek(f, at, SEEK_SET) == 0 && fwrite(bytes, 1, len, f) == len, "elf_make");
}

/* What a part's bytes are. Long ones, of debug information, stay a hole of the file. */
static void put_part(FILE *f, long at, const struct elf_part *part, uint32_t sp, uint32_t entry_off) {
    if (part->in_file > (16u << 20)) {
        put(f, at + (long)part->in_file - 1, "", 1);
        return;
    }
    uint8_t *bytes = calloc(1, part->in_file + 8u);
    must(bytes != NULL, "elf_make");
    for (uint32_t i = 0; i < part->in_file; i++)
        bytes[i] = (uint8_t)(part->fill + i);
    const uint32_t table[2] = {sp, (part->lma + entry_off) | 1u};
    if (part->vectors != 0)
        memcpy(bytes, table, sizeof table);
    put(f, at, bytes, part->in_file);
    free(bytes);
}

struct plans {
    uint32_t off[ELF_PARTS_MAX];
    uint32_t segments_off, end;
    Elf32_Phdr segment[ELF_PARTS_MAX + 1];
    uint16_t segments;
};

static uint16_t count_segments(const struct elf_plan *plan) {
    uint16_t n = plan->headers_loaded;

    for (uint32_t i = 0; i < plan->parts; i++)
        n = (uint16_t)(n + (plan->part[i].no_segment == 0 && plan->part[i].shares == 0 && plan->part[i].info == 0));
    return n;
}

static void place(const struct elf_plan *plan, struct plans *out) {
    const uint32_t table = count_segments(plan) * (uint32_t)sizeof(Elf32_Phdr);
    uint32_t at = sizeof(Elf32_Ehdr);

    if (plan->segments == ELF_TABLE_FIRST) {
        out->segments_off = at;
        at += table;
    }
    for (uint32_t i = 0; i < plan->parts; i++) {
        if (plan->segments == ELF_TABLE_BETWEEN && i == 1) {
            out->segments_off = at;
            at += table;
        }
        out->off[i] = at;
        at += (plan->part[i].in_file + 3u) & ~3u;
    }
    if (plan->segments == ELF_TABLE_LAST || (plan->segments == ELF_TABLE_BETWEEN && plan->parts < 2)) {
        out->segments_off = at;
        at += table;
    }
    out->end = at;
}

static void plan_segments(const struct elf_plan *plan, struct plans *out) {
    if (plan->headers_loaded != 0)
        out->segment[out->segments++] =
            (Elf32_Phdr){PT_LOAD, 0, plan->part[0].lma - 0x1000u, plan->part[0].lma - 0x1000u, 52, 52, PF_R, 4};
    for (uint32_t i = 0; i < plan->parts; i++) {
        const struct elf_part *part = &plan->part[i];
        if (part->no_segment != 0 || part->info != 0)
            continue;
        if (part->shares != 0) {
            Elf32_Phdr *last = &out->segment[out->segments - 1];
            last->p_filesz = part->in_file != 0 ? out->off[i] + part->in_file - last->p_offset : last->p_filesz;
            last->p_memsz = part->lma + part->size - last->p_paddr;
            continue;
        }
        out->segment[out->segments++] =
            (Elf32_Phdr){PT_LOAD, out->off[i], part->vma, part->lma, part->in_file, part->size, PF_R, 4};
    }
    for (uint16_t i = 0; plan->reversed != 0 && i < out->segments / 2; i++) {
        const Elf32_Phdr swap = out->segment[i];
        out->segment[i] = out->segment[out->segments - 1 - i];
        out->segment[out->segments - 1 - i] = swap;
    }
}

/* The table of sections and its names, behind everything else. Returns the number of sections. */
static uint16_t put_sections(FILE *f, const struct elf_plan *plan, const struct plans *plans, uint32_t *table) {
    Elf32_Shdr section[ELF_PARTS_MAX + 2] = {{0}};
    char names[256] = "";
    uint32_t len = 1;
    uint16_t n = 1;

    for (uint32_t i = 0; i < plan->parts; i++) {
        const struct elf_part *part = &plan->part[i];
        if (part->no_section != 0)
            continue;
        section[n++] = (Elf32_Shdr){len, part->in_file != 0 || part->size == 0 ? SHT_PROGBITS : SHT_NOBITS,
                                    part->info != 0 ? 0 : SHF_ALLOC, part->vma, plans->off[i],
                                    part->in_file != 0 ? part->in_file : part->size, 0, 0, 1, 0};
        len += (uint32_t)snprintf(names + len, sizeof names - len, "%s", part->name) + 1;
    }
    section[n++] = (Elf32_Shdr){len, SHT_STRTAB, 0, 0, plans->end, len + 10, 0, 0, 1, 0};
    (void)snprintf(names + len, sizeof names - len, ".shstrtab");
    put(f, (long)plans->end, names, len + 10);
    *table = (plans->end + len + 10 + 3u) & ~3u;
    put(f, (long)*table, section, n * sizeof section[0]);
    return n;
}

void elf_make(const char *path, const struct elf_plan *plan, uint32_t sp, uint32_t entry_off) {
    FILE *f = fopen(path, "w+b");
    struct plans plans = {.segments = 0};
    uint32_t table = 0;
    uint16_t sections = 0;

    must(f != NULL, path);
    place(plan, &plans);
    plan_segments(plan, &plans);
    for (uint32_t i = 0; i < plan->parts; i++)
        put_part(f, (long)plans.off[i], &plan->part[i], sp, entry_off);
    put(f, (long)plans.segments_off, plans.segment, plans.segments * sizeof plans.segment[0]);
    if (plan->no_sections == 0)
        sections = put_sections(f, plan, &plans, &table);
    Elf32_Ehdr header = {.e_type = plan->type != 0 ? plan->type : ET_EXEC,
                         .e_machine = plan->machine != 0 ? plan->machine : EM_ARM,
                         .e_version = EV_CURRENT,
                         .e_phoff = plans.segments != 0 ? plans.segments_off : 0,
                         .e_shoff = table,
                         .e_flags = 0x05000200,
                         .e_ehsize = sizeof header,
                         .e_phentsize = sizeof(Elf32_Phdr),
                         .e_phnum = plans.segments,
                         .e_shentsize = sections != 0 ? sizeof(Elf32_Shdr) : 0,
                         .e_shnum = sections,
                         .e_shstrndx = (uint16_t)(sections != 0 ? sections - 1 : 0)};
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = plan->class_ != 0 ? plan->class_ : ELFCLASS32;
    header.e_ident[EI_DATA] = plan->data != 0 ? plan->data : ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    put(f, 0, &header, sizeof header);
    must(fclose(f) == 0, path);
}
