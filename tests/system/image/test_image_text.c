/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_image_text.c - Intel HEX and S-records give the image that they were made of, or are refused by line; and a file
 * that is no firmware at all is not signed (a script, a key).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/release/image.h"
#include "tests/system/image/elf_maker.h"
#include "tests/system/image/image_rig.h"

static void make_elf(void) {
    const uint32_t base = image_base();
    const struct elf_plan plan = {.parts = 2,
                                  .part = {{base, base, 0x400, 0x400, 1, 1, 0, 0, 0, 0, ".text"},
                                           {base + 0x812, base + 0x812, 0x83, 0x83, 7, 0, 0, 0, 0, 0, ".data"}}};

    elf_make("image.elf", &plan, image_sp(), 0x100);
    image_objcopy("binary", "image.elf", "image.bin");
    image_objcopy("ihex", "image.elf", "image.hex");
    image_objcopy("srec", "image.elf", "image.srec");
    image_objcopy("srec --srec-forceS3", "image.elf", "image.s3");
}

static void test_same_image(void **state) {
    static const char *const files[] = {"image.bin", "image.hex", "image.srec", "image.s3"};
    struct primum_bytes want, got;
    char words[1024];

    (void)state;
    make_elf();
    assert_int_equal(image_read("image.elf", &want, words, sizeof words), PRIMUM_OK);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (image_read(files[i], &got, words, sizeof words) != PRIMUM_OK)
            fail_msg("%s: %s", files[i], words);
        assert_int_equal(got.len, want.len);
        assert_memory_equal(got.data, want.data, want.len);
        primum_bytes_free(&got);
    }
    primum_bytes_free(&want);
}

/* Each character changed, one after the other: never another image. Each line left out: refused, or the image has a hole there. */
static void damage(const char *path) {
    struct primum_bytes file, want, got;
    char words[1024];

    assert_int_equal(primum_read_file(path, &file), PRIMUM_OK);
    assert_int_equal(image_read(path, &want, words, sizeof words), PRIMUM_OK);
    for (size_t at = 0; at < file.len; at++) {
        const uint8_t before = file.data[at];
        file.data[at] = before == '0' ? '1' : '0';
        image_write("bad", primum_span(&file));
        const int status = image_read("bad", &got, words, sizeof words);
        if (status == PRIMUM_OK) {
            if (got.len != want.len || memcmp(got.data, want.data, want.len) != 0)
                fail_msg("%s: character %zu changed, and another image was taken", path, at);
            primum_bytes_free(&got);
        } else if (at > 80 && strstr(words, "line ") == NULL && strstr(words, "cut off") == NULL) {
            fail_msg("%s: character %zu changed; says: %s", path, at, words);
        }
        file.data[at] = before;
    }
    for (size_t len = 0; len + 2 < file.len; len += 7) {
        image_write("bad", prm_span_of(file.data, len));
        if (image_read("bad", &got, words, sizeof words) == PRIMUM_OK)
            fail_msg("%s: cut at %zu, and taken", path, len);
    }
    primum_bytes_free(&file);
    primum_bytes_free(&want);
}

static void test_damaged(void **state) {
    (void)state;
    make_elf();
    damage("image.hex");
    damage("image.srec");
}

struct bad {
    const char *name, *text, *words;
};

static const struct bad bads[] = {
    {"a script", "#!/bin/sh\necho flash it yourself\nexit 0\n", "can't start"},
    {"a key", "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n", "can't start"},
    {"zeros", "\0\0\0\0\0\0\0\0\0\0\0\0", "can't start"},
    {"seven bytes", "1234567", "can't start"},
    {"nothing", "", "is empty"},
    {"HEX without an end", ":0400000001020304F2\n", "the record that ends an Intel HEX file is missing"},
    {"HEX, wrong check", ":0400000001020304F3\n:00000001FF\n", "line 1 is damaged"},
    {"HEX, unknown type", ":0400000901020304E9\n:00000001FF\n", "line 1 is of an unknown type"},
    {"HEX, short line", ":0500000001020304F1\n:00000001FF\n", "line 1 is longer or shorter"},
    {"HEX behind its end", ":0400000001020304F2\n:00000001FF\n:0400000001020304F2\n", "line 3 stands behind"},
    {"HEX, end alone", ":00000001FF\n", "nothing to load"},
    {"HEX beyond 64 KiB", ":04FFFE0001020304F5\n:00000001FF\n", "line 1 goes beyond"},
    {"HEX that differs from itself", ":0400000001020304F2\n:0400000001020305F1\n:00000001FF\n", "is linked at"},
    {"HEX, a line of words", ":0400000001020304F2\nhello\n:00000001FF\n", "line 2 does not begin"},
    {"S-records without an end", "S1070000010203 04\n", "can't start"},
    {"S-records, wrong check", "S107000001020304EF\nS9030000FC\n", "line 1 is damaged"},
    {"S-records, missing line", "S107000001020304EE\nS5030002FA\nS9030000FC\n", "line 2 counts other records"},
    {"S-records, header among data", "S107000001020304EE\nS007000001020304EE\nS9030000FC\n", "line 2 is a header among data"},
    {"S-records, another type", "S107000001020304EE\nS207000401020304EA\nS9030000FC\n", "line 2 has another type"},
    {"S-records, unknown type", "S407000001020304EE\nS9030000FC\n", "line 1 is of an unknown type"},
};

static void test_no_firmware(void **state) {
    struct primum_bytes got;
    char words[1024];

    (void)state;
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        const size_t len = strcmp(bads[i].name, "zeros") == 0 ? 12 : strlen(bads[i].text);
        image_write("bad", prm_span_of(bads[i].text, len));
        const int status = image_read("bad", &got, words, sizeof words);
        if (status != PRIMUM_REFUSED || strstr(words, bads[i].words) == NULL)
            fail_msg("%s: status %d, said: %s", bads[i].name, status, words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_image),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_no_firmware),
    };
    return cmocka_run_group_tests_name("HEX, S-records, and what is no firmware (B7)", tests, image_enter, image_leave);
}
