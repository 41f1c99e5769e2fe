/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_image_elf.c - what is signed of an ELF file is what objcopy -O binary makes of it, whatever the file's layout; or
 * it is refused, and the segment, section or address is named. Nothing is left out silently.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "boot/boot.h"
#include "host/device/device.h"
#include "host/release/image.h"
#include "tests/system/image/elf_maker.h"
#include "tests/system/image/image_rig.h"

#define TEXT {.vma = 0, .lma = 0, .size = 0x400, .in_file = 0x400, .fill = 1, .vectors = 1, .name = ".text"}
#define AT(off, len, ...) {.vma = (off), .lma = (off), .size = (len), .in_file = (len), .fill = 7, __VA_ARGS__}
#define BSS(off, len, ...) {.vma = (off), .lma = (off), .size = (len), .in_file = 0, __VA_ARGS__}
#define INFO(len) {.size = (len), .in_file = (len), .info = 1, .name = ".debug_info"}

struct row {
    const char *name;
    const char *refused; /* words that the refusal must have; NULL: as objcopy has it */
    struct elf_plan plan; /* addresses are offsets from the image's place */
};

static const struct row rows[] = {
    {"one part", NULL, {.parts = 1, .part = {TEXT}}},
    {"table of segments behind everything", NULL, {.segments = ELF_TABLE_LAST, .parts = 1, .part = {TEXT}}},
    {"two parts, table behind", NULL, {.segments = ELF_TABLE_LAST, .parts = 2, .part = {TEXT, AT(0x400, 0x80, .name = ".data")}}},
    {"two parts, table between", NULL, {.segments = ELF_TABLE_BETWEEN, .parts = 2, .part = {TEXT, AT(0x400, 0x80, .name = ".data")}}},
    {"two parts, table first", NULL, {.parts = 2, .part = {TEXT, AT(0x400, 0x80, .name = ".data")}}},
    {"three parts, table between", NULL,
     {.segments = ELF_TABLE_BETWEEN, .parts = 3, .part = {TEXT, AT(0x400, 0x80, .name = ".a"), AT(0x480, 0x80, .name = ".b")}}},
    {"a gap between parts", NULL, {.parts = 2, .part = {TEXT, AT(0x900, 0x80, .name = ".data")}}},
    {"a large gap", NULL, {.parts = 2, .part = {TEXT, AT(0x8000, 4, .name = ".end")}}},
    {"gap, table behind", NULL, {.segments = ELF_TABLE_LAST, .parts = 2, .part = {TEXT, AT(0x900, 0x80, .name = ".data")}}},
    {"parts of one segment", NULL, {.parts = 2, .part = {TEXT, AT(0x400, 0x80, .shares = 1, .name = ".rodata")}}},
    {"three in one segment", NULL,
     {.parts = 3, .part = {TEXT, AT(0x400, 0x80, .shares = 1, .name = ".a"), AT(0x480, 0x40, .shares = 1, .name = ".b")}}},
    {"segments in falling order", NULL, {.reversed = 1, .parts = 2, .part = {TEXT, AT(0x400, 0x80, .name = ".data")}}},
    {"falling order, gap", NULL, {.reversed = 1, .parts = 2, .part = {TEXT, AT(0x1400, 0x80, .name = ".data")}}},
    {"falling order, table behind", NULL,
     {.reversed = 1, .segments = ELF_TABLE_LAST, .parts = 3, .part = {TEXT, AT(0x400, 0x80, .name = ".a"), AT(0x500, 0x80, .name = ".b")}}},
    {"bss behind", NULL, {.parts = 2, .part = {TEXT, BSS(0x400, 0x1000, .name = ".bss")}}},
    {"bss in the segment", NULL, {.parts = 2, .part = {TEXT, BSS(0x400, 0x1000, .shares = 1, .name = ".bss")}}},
    {"bss before data", NULL, {.parts = 3, .part = {TEXT, BSS(0x400, 0x80, .name = ".bss"), AT(0x480, 0x80, .name = ".data")}}},
    {"an empty section", NULL, {.parts = 2, .part = {TEXT, AT(0x400, 0, .name = ".empty")}}},
    {"an empty section far away", NULL, {.parts = 2, .part = {TEXT, AT(0x100000, 0, .name = ".empty")}}},
    {"data copied at start: LMA is not VMA", NULL,
     {.parts = 2, .part = {TEXT, {.vma = 0x10000000, .lma = 0x400, .size = 0x80, .in_file = 0x80, .fill = 9, .name = ".data"}}}},
    {"LMA is not VMA, gap, table between", NULL,
     {.segments = ELF_TABLE_BETWEEN, .parts = 2, .part = {TEXT, {.vma = 0x10000000, .lma = 0x800, .size = 0x80, .in_file = 0x80, .fill = 9, .name = ".data"}}}},
    {"the file's own headers loaded", NULL, {.headers_loaded = 1, .parts = 1, .part = {TEXT}}},
    {"own headers loaded, table between", NULL,
     {.headers_loaded = 1, .segments = ELF_TABLE_BETWEEN, .parts = 2, .part = {TEXT, AT(0x400, 0x80, .name = ".data")}}},
    {"own headers loaded, table behind", NULL, {.headers_loaded = 1, .segments = ELF_TABLE_LAST, .parts = 1, .part = {TEXT}}},
    {"debug information", NULL, {.parts = 2, .part = {TEXT, INFO(0x3000)}}},
    {"200 MiB of debug information", NULL, {.parts = 2, .part = {TEXT, INFO(200u << 20)}}},
    {"eight parts", NULL,
     {.parts = 8, .part = {TEXT, AT(0x400, 4, .name = ".a"), AT(0x404, 4, .name = ".b"), AT(0x410, 4, .name = ".c"),
                           AT(0x420, 4, .name = ".d"), AT(0x440, 4, .name = ".e"), AT(0x480, 4, .name = ".f"), AT(0x500, 4, .name = ".g")}}},
    {"overlap that agrees", NULL,
     {.parts = 2, .part = {TEXT, {.vma = 0x100, .lma = 0x100, .size = 0x80, .in_file = 0x80, .fill = 1, .name = ".twice"}}}},
    {"overlap that differs", ".text and section .twice give different bytes",
     {.parts = 2, .part = {TEXT, {.vma = 0x100, .lma = 0x100, .size = 0x80, .in_file = 0x80, .fill = 2, .name = ".twice"}}}},
    {"one byte of overlap that differs", "give different bytes",
     {.parts = 2, .part = {TEXT, AT(0x3FF, 0x80, .name = ".late")}}},
    {"a section in no segment", "section .lost is to be loaded, but no segment contains it",
     {.parts = 2, .part = {TEXT, AT(0x400, 0x80, .no_segment = 1, .name = ".lost")}}},
    {"a segment without a section", "segment 1 holds bytes that belong to no section",
     {.parts = 2, .part = {TEXT, AT(0x400, 0x80, .no_section = 1, .name = "")}}},
    {"no table of sections", "", {.no_sections = 1, .parts = 2, .part = {TEXT, AT(0x400, 0x80, .name = "")}}},
    {"no sections, overlap that differs", "segment 0 and segment 1 give different bytes",
     {.no_sections = 1, .parts = 2, .part = {TEXT, AT(0x100, 0x80, .name = "")}}},
    {"another processor", "not a 32-bit little-endian Arm", {.machine = EM_386, .parts = 1, .part = {TEXT}}},
    {"RISC-V", "not a 32-bit little-endian Arm", {.machine = EM_RISCV, .parts = 1, .part = {TEXT}}},
    {"64 bits", "not a 32-bit little-endian Arm", {.class_ = ELFCLASS64, .parts = 1, .part = {TEXT}}},
    {"big-endian", "not a 32-bit little-endian Arm", {.data = ELFDATA2MSB, .parts = 1, .part = {TEXT}}},
    {"not linked", "is not linked", {.type = ET_REL, .parts = 1, .part = {TEXT}}},
    {"position-independent", "is not linked", {.type = ET_DYN, .parts = 1, .part = {TEXT}}},
    {"bss alone", "nothing to load", {.parts = 1, .part = {BSS(0, 0x400, .name = ".bss")}}},
    {"no vector table", "can't start", {.parts = 1, .part = {AT(0, 0x400, .name = ".text")}}},
    {"starts too high", "is linked at", {.parts = 1, .part = {{.vma = 0x100, .lma = 0x100, .size = 0x400, .in_file = 0x400, .vectors = 1, .name = ".text"}}}},
    {"beyond the slot", "a slot has room for", {.parts = 2, .part = {TEXT, AT(0x4000000, 4, .name = ".far")}}},
};

/* The plan with addresses instead of offsets; those that are not near the image stay. */
static struct elf_plan placed(const struct elf_plan *plan) {
    struct elf_plan out = *plan;
    const uint32_t base = image_base();

    for (uint32_t i = 0; i < out.parts; i++) {
        out.part[i].lma += base;
        out.part[i].vma += out.part[i].vma >= 0x10000000u ? 0x28000000u : base;
    }
    return out;
}

static void test_elf_layouts(void **state) {
    unsigned equal = 0, refused = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct elf_plan plan = placed(&rows[i].plan);
        struct primum_bytes got = {NULL, 0}, want = {NULL, 0};
        char words[1024] = "";

        elf_make("image.elf", &plan, image_sp(), 0x100);
        const int status = image_read("image.elf", &got, words, sizeof words);
        if (rows[i].refused != NULL && rows[i].refused[0] != '\0') {
            if (status != PRIMUM_REFUSED || strstr(words, rows[i].refused) == NULL)
                fail_msg("%s: status %d, said: %s", rows[i].name, status, words);
            refused++;
            continue;
        }
        if (status != PRIMUM_OK)
            fail_msg("%s: status %d, said: %s", rows[i].name, status, words);
        /* objcopy finds nothing where there are no sections: what its segments hold is checked by hand. */
        if (plan.no_sections == 0) {
            image_objcopy("binary", "image.elf", "image.bin");
            assert_int_equal(primum_read_file("image.bin", &want), PRIMUM_OK);
            if (got.len != want.len || memcmp(got.data, want.data, got.len) != 0)
                fail_msg("%s: %zu bytes, objcopy has %zu, or they differ", rows[i].name, got.len, want.len);
        } else {
            assert_int_equal(got.len, 0x480);
            assert_int_equal(got.data[0x400], 7);
        }
        equal++;
        primum_bytes_free(&got);
        primum_bytes_free(&want);
    }
    print_message("%u layouts as objcopy has them, %u refused by name\n", equal, refused);
    assert_true(equal >= 25 && refused >= 12 && equal + refused >= 40);
}

/* Cut at each length, and with each byte of its headers changed: an image that objcopy makes too, or a refusal; no crash. */
static void test_elf_damaged(void **state) {
    const struct elf_plan plan = placed(&rows[5].plan);
    struct primum_bytes file, got;
    char words[1024];

    (void)state;
    elf_make("image.elf", &plan, image_sp(), 0x100);
    assert_int_equal(primum_read_file("image.elf", &file), PRIMUM_OK);
    for (size_t len = 0; len < file.len; len += len < 256 ? 1 : 13) {
        image_write("cut.elf", prm_span_of(file.data, len));
        if (image_read("cut.elf", &got, words, sizeof words) == PRIMUM_OK)
            fail_msg("cut at %zu of %zu: taken", len, file.len);
    }
    for (size_t at = 4; at < sizeof(Elf32_Ehdr) + 3 * sizeof(Elf32_Phdr); at++) {
        file.data[at] ^= 0x80;
        image_write("bad.elf", primum_span(&file));
        if (image_read("bad.elf", &got, words, sizeof words) == PRIMUM_OK)
            primum_bytes_free(&got);
        file.data[at] ^= 0x80;
    }
    primum_bytes_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elf_layouts),
        cmocka_unit_test(test_elf_damaged),
    };
    return cmocka_run_group_tests_name("what of an ELF file is signed (B8)", tests, image_enter, image_leave);
}
