/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/image/image_rig.h"

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

static char folder[] = "/tmp/primum-image-XXXXXX";

uint32_t image_base(void) {
    return prm_boot_image_base(&primum_board_layout, 0, 0);
}

uint32_t image_sp(void) {
    return primum_board_layout.component[0].ram_base + primum_board_layout.component[0].ram_size;
}

int image_enter(void **state) {
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

int image_leave(void **state) {
    char *command = primum_format("rm -rf %s", folder);
    const int status = chdir("/") == 0 ? system(command) : -1;

    (void)state;
    free(command);
    return status;
}

/* What was said, line after line, cut at its size. */
struct heard {
    char *words;
    size_t size;
};

static void hear(void *ctx, const char *line) {
    struct heard *heard = ctx;
    const size_t len = strlen(heard->words);

    snprintf(heard->words + len, heard->size - len, "%s\n", line);
}

int image_read(const char *path, struct primum_bytes *out, char *words, size_t size) {
    struct heard heard = {words, size};

    words[0] = '\0';
    primum_on_message(hear, &heard);
    const int status = primum_image_read(path, &primum_board_layout, 0, 0, out);
    primum_on_message(NULL, NULL);
    return status;
}

void image_write(const char *path, prm_span bytes) {
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
}

void image_objcopy(const char *format, const char *from, const char *to) {
    char *command = primum_format("arm-none-eabi-objcopy -O %s %s %s", format, from, to);
    const int status = system(command);

    if (status != 0)
        fail_msg("%s: %d", command, status);
    free(command);
}
