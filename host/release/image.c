/* SPDX-License-Identifier: Apache-2.0 */
#include "host/release/image.h"

#include <elf.h>
#include <string.h>

#include "boot/boot_stages.h"

/* What an image is for. */
struct place {
    const struct prm_layout *layout;
    uint32_t slot, component;
};

/* Address at which it runs there, or in the other slot; bytes that there are for it. */
static uint32_t address(const struct place *place, uint32_t slot) {
    return prm_boot_image_base(place->layout, slot, place->component);
}

static uint32_t room(const struct place *place) {
    return place->layout->component[place->component].size;
}

/*
 * Copies program header `i`; 0 if it isn't wholly in the file. Empty segments count as "not there" (p_type PT_NULL),
 * and so do those that hold the file's own headers alone, which a linker puts into the page before a section without
 * contents.
 */
static int load_phdr(const struct primum_bytes *file, const Elf32_Ehdr *header, uint32_t i, Elf32_Phdr *out) {
    const uint64_t off = (uint64_t)header->e_phoff + (uint64_t)i * sizeof *out;

    if (off + sizeof *out > file->len)
        return 0;
    memcpy(out, file->data + off, sizeof *out);
    if (out->p_type != PT_LOAD || out->p_filesz == 0 ||
        (uint64_t)out->p_offset + out->p_filesz <= header->e_phoff + (uint64_t)header->e_phnum * sizeof *out)
        out->p_type = PT_NULL;
    return out->p_type == PT_NULL || (uint64_t)out->p_offset + out->p_filesz <= file->len;
}

struct extent {
    uint64_t low, high; /* physical addresses, high excluded; low > high if there are no segments */
};

static int find_extent(const struct primum_bytes *file, const Elf32_Ehdr *header, struct extent *extent) {
    Elf32_Phdr segment;

    *extent = (struct extent){UINT64_MAX, 0};
    for (uint32_t i = 0; i < header->e_phnum; i++) {
        if (!load_phdr(file, header, i, &segment))
            return 0;
        if (segment.p_type == PT_NULL)
            continue;
        const uint64_t end = (uint64_t)segment.p_paddr + segment.p_filesz;
        extent->low = segment.p_paddr < extent->low ? segment.p_paddr : extent->low;
        extent->high = end > extent->high ? end : extent->high;
    }
    return 1;
}

static int check_extent(const char *path, const struct place *place, const struct extent *extent) {
    const uint32_t slot = place->slot;
    const uint32_t want = address(place, slot);
    const uint32_t other = address(place, slot ^ 1u);
    const char name = slot == 0 ? 'a' : 'b';

    if (extent->low > extent->high)
        return primum_fail(PRIMUM_REFUSED, "%s has no loadable segments", path);
    if (extent->low == other)
        return primum_fail(PRIMUM_REFUSED, "%s is linked for slot %c (0x%08x); slot %c needs it linked at 0x%08x", path,
                           slot == 0 ? 'b' : 'a', other, name, want);
    if (extent->low != want)
        return primum_fail(PRIMUM_REFUSED, "%s is linked at 0x%08llx; slot %c needs it linked at 0x%08x", path,
                           (unsigned long long)extent->low, name, want);
    if (extent->high - extent->low > room(place))
        return primum_fail(PRIMUM_REFUSED, "%s spans %llu bytes; a slot has room for %u", path,
                           (unsigned long long)(extent->high - extent->low), room(place));
    return PRIMUM_OK;
}

/* Replaces the ELF file in `file` by the flat image. */
static int flatten(const char *path, const struct place *place, struct primum_bytes *file) {
    Elf32_Ehdr header = {0};
    struct primum_bytes flat;
    struct extent extent;
    Elf32_Phdr segment;

    if (file->len >= sizeof header)
        memcpy(&header, file->data, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS32 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != EM_ARM || header.e_phentsize != sizeof segment)
        return primum_fail(PRIMUM_REFUSED, "%s is not a 32-bit little-endian Arm ELF file", path);
    if (!find_extent(file, &header, &extent))
        return primum_fail(PRIMUM_REFUSED, "%s is a damaged ELF file: a segment lies outside the file", path);
    const int status = check_extent(path, place, &extent);
    if (status != PRIMUM_OK)
        return status;
    flat.len = (size_t)(extent.high - extent.low);
    flat.data = primum_alloc(flat.len);
    for (uint32_t i = 0; i < header.e_phnum; i++) {
        if (load_phdr(file, &header, i, &segment) && segment.p_type == PT_LOAD)
            memcpy(flat.data + (segment.p_paddr - extent.low), file->data + segment.p_offset, segment.p_filesz);
    }
    primum_bytes_free(file);
    *file = flat;
    return PRIMUM_OK;
}

int primum_image_read(const char *path, const struct prm_layout *layout, uint32_t slot, uint32_t component,
                      struct primum_bytes *out) {
    const struct place place = {layout, slot, component};
    int status = primum_read_file(path, out);

    if (status != PRIMUM_OK)
        return status;
    if (out->len >= SELFMAG && memcmp(out->data, ELFMAG, SELFMAG) == 0)
        status = flatten(path, &place, out);
    else if (out->len == 0)
        status = primum_fail(PRIMUM_REFUSED, "%s is empty", path);
    else if (out->len > room(&place))
        status = primum_fail(PRIMUM_REFUSED, "%s has %zu bytes; a slot has room for %u", path, out->len, room(&place));
    if (status != PRIMUM_OK)
        primum_bytes_free(out);
    return status;
}
