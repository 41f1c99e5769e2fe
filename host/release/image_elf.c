/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_elf.c - what of an ELF file is to be loaded, and where (System V ABI, chapters 4 and 5).
 *
 * Sections say what objcopy -O binary takes; segments say where it goes and what a debugger loads. Where the two
 * disagree, one of them would be signed and the other be run, so the file is refused. A file without sections has its
 * segments alone.
 */
#include <elf.h>
#include <string.h>

#include "host/release/image_chunks.h"

struct elf {
    prm_span file;
    const char *path;
    Elf32_Ehdr header;
};

int primum_image_is_elf(prm_span file) {
    return file.len >= SELFMAG && memcmp(file.ptr, ELFMAG, SELFMAG) == 0;
}

/* The `len` bytes at `off`, or NULL if they are not all in the file. */
static const uint8_t *bytes_at(const struct elf *elf, uint64_t off, uint64_t len) {
    return off <= elf->file.len && len <= elf->file.len - off ? elf->file.ptr + off : NULL;
}

/* Entry `i` of a table. 0 if it is not in the file. */
static int entry(const struct elf *elf, uint32_t table, uint32_t i, void *out, size_t size) {
    const uint8_t *at = bytes_at(elf, (uint64_t)table + (uint64_t)i * size, size);

    if (at != NULL)
        memcpy(out, at, size);
    return at != NULL;
}

static int segment_at(const struct elf *elf, uint32_t i, Elf32_Phdr *out) {
    return entry(elf, elf->header.e_phoff, i, out, sizeof *out);
}

static int section_at(const struct elf *elf, uint32_t i, Elf32_Shdr *out) {
    return entry(elf, elf->header.e_shoff, i, out, sizeof *out);
}

/* A section's name, wholly in the file; "?" if there is none. */
static const char *name_of(const struct elf *elf, const Elf32_Shdr *section) {
    Elf32_Shdr names;

    if (!section_at(elf, elf->header.e_shstrndx, &names) || section->sh_name >= names.sh_size)
        return "?";
    const uint8_t *name = bytes_at(elf, (uint64_t)names.sh_offset + section->sh_name, names.sh_size - section->sh_name);
    return name != NULL && memchr(name, 0, names.sh_size - section->sh_name) != NULL ? (const char *)name : "?";
}

static int read_header(struct elf *elf) {
    Elf32_Ehdr *const header = &elf->header;

    if (elf->file.len < sizeof *header)
        return primum_fail(PRIMUM_REFUSED, "%s is an ELF file that ends in its header", elf->path);
    memcpy(header, elf->file.ptr, sizeof *header);
    if (header->e_ident[EI_CLASS] != ELFCLASS32 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
        header->e_machine != EM_ARM)
        return primum_fail(PRIMUM_REFUSED, "%s is not a 32-bit little-endian Arm ELF file", elf->path);
    if (header->e_type != ET_EXEC || header->e_phnum == 0)
        return primum_fail(PRIMUM_REFUSED, "%s is not linked: an executable with fixed addresses is needed", elf->path);
    if (header->e_phentsize != sizeof(Elf32_Phdr) ||
        (header->e_shnum != 0 && header->e_shentsize != sizeof(Elf32_Shdr)))
        return primum_fail(PRIMUM_REFUSED, "%s has tables with entries of an unknown size", elf->path);
    if (header->e_phnum == PN_XNUM || (header->e_shnum == 0 && header->e_shoff != 0))
        return primum_fail(PRIMUM_REFUSED, "%s has 65,280 sections or segments, or more", elf->path);
    if (bytes_at(elf, header->e_phoff, (uint64_t)header->e_phnum * sizeof(Elf32_Phdr)) == NULL ||
        bytes_at(elf, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf32_Shdr)) == NULL)
        return primum_fail(PRIMUM_REFUSED, "%s is cut off: a table lies outside the file", elf->path);
    return PRIMUM_OK;
}

static int is_loaded(const Elf32_Phdr *segment) {
    return segment->p_type == PT_LOAD && segment->p_filesz > 0;
}

static int has_bytes(const Elf32_Shdr *section) {
    return (section->sh_flags & SHF_ALLOC) != 0 && section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
           section->sh_size > 0;
}

/* Is the section's content part of the segment's? */
static int is_in(const Elf32_Shdr *section, const Elf32_Phdr *segment) {
    return section->sh_offset >= segment->p_offset &&
           (uint64_t)section->sh_offset + section->sh_size <= (uint64_t)segment->p_offset + segment->p_filesz;
}

/* The loaded segment that a section is in; 0 if there is none. */
static int find_segment(const struct elf *elf, const Elf32_Shdr *section, Elf32_Phdr *out) {
    for (uint32_t i = 0; i < elf->header.e_phnum; i++) {
        if (segment_at(elf, i, out) && is_loaded(out) && is_in(section, out))
            return 1;
    }
    return 0;
}

static int add_sections(const struct elf *elf, struct primum_chunks *out) {
    Elf32_Shdr section;
    Elf32_Phdr segment;

    for (uint32_t i = 0; i < elf->header.e_shnum; i++) {
        if (!section_at(elf, i, &section) || !has_bytes(&section))
            continue;
        const char *name = name_of(elf, &section);
        const uint8_t *bytes = bytes_at(elf, section.sh_offset, section.sh_size);
        if (bytes == NULL)
            return primum_fail(PRIMUM_REFUSED, "%s is cut off: section %s lies outside the file", elf->path, name);
        if (!find_segment(elf, &section, &segment))
            return primum_fail(PRIMUM_REFUSED, "%s: section %s is to be loaded, but no segment contains it", elf->path,
                               name);
        const struct primum_chunk chunk = {(uint64_t)segment.p_paddr + (section.sh_offset - segment.p_offset),
                                           prm_span_of(bytes, section.sh_size), "section", name, i};
        primum_chunks_add(out, &chunk);
    }
    return PRIMUM_OK;
}

/* Bytes of the segment before the end of the file's own header or of its table of segments, which linkers put into the
 * first page. */
static uint64_t own_headers(const struct elf *elf, const Elf32_Phdr *segment) {
    const uint64_t table = (uint64_t)elf->header.e_phoff + (uint64_t)elf->header.e_phnum * sizeof(Elf32_Phdr);
    const uint64_t end = elf->header.e_phoff == sizeof(Elf32_Ehdr) ? table : sizeof(Elf32_Ehdr);

    return segment->p_offset < end ? end - segment->p_offset : 0;
}

/* Is each byte of the segment part of a section, or zero, or of the file's own headers? */
static int is_covered(const struct elf *elf, const Elf32_Phdr *segment, const uint8_t *bytes) {
    Elf32_Shdr section;
    uint64_t at = own_headers(elf, segment);

    while (at < segment->p_filesz) {
        uint64_t next = at;
        for (uint32_t i = 0; i < elf->header.e_shnum && next == at; i++) {
            if (!section_at(elf, i, &section) || !has_bytes(&section) || !is_in(&section, segment))
                continue;
            const uint64_t start = section.sh_offset - segment->p_offset;
            if (start <= at && at < start + section.sh_size)
                next = start + section.sh_size;
        }
        if (next == at && bytes[at] != 0)
            return 0;
        at = next == at ? at + 1 : next;
    }
    return 1;
}

/* Looks at each loaded segment, and adds those of a file that has no sections. */
static int add_segments(const struct elf *elf, struct primum_chunks *out) {
    Elf32_Phdr segment;

    for (uint32_t i = 0; i < elf->header.e_phnum; i++) {
        if (!segment_at(elf, i, &segment) || !is_loaded(&segment))
            continue;
        const uint8_t *bytes = bytes_at(elf, segment.p_offset, segment.p_filesz);
        if (bytes == NULL)
            return primum_fail(PRIMUM_REFUSED, "%s is cut off: segment %u lies outside the file", elf->path, i);
        if (elf->header.e_shnum != 0 && !is_covered(elf, &segment, bytes))
            return primum_fail(PRIMUM_REFUSED,
                               "%s: segment %u holds bytes that belong to no section; what is to be signed?", elf->path,
                               i);
        if (elf->header.e_shnum != 0 || own_headers(elf, &segment) >= segment.p_filesz)
            continue;
        const struct primum_chunk chunk = {segment.p_paddr, prm_span_of(bytes, segment.p_filesz), "segment", NULL, i};
        primum_chunks_add(out, &chunk);
    }
    return PRIMUM_OK;
}

int primum_image_elf_read(prm_span file, struct primum_chunks *out) {
    struct elf elf = {.file = file, .path = out->path};
    int status = read_header(&elf);

    if (status == PRIMUM_OK)
        status = add_segments(&elf, out);
    if (status == PRIMUM_OK && elf.header.e_shnum != 0)
        status = add_sections(&elf, out);
    if (status == PRIMUM_OK && out->count == 0)
        status = primum_fail(PRIMUM_REFUSED, "%s has nothing to load: no section or segment with contents", out->path);
    return status;
}
