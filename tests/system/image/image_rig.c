/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/image/image_rig.h"

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

int image_read(const char *path, struct primum_bytes *out, char *words, size_t size) {
    fflush(stderr);
    const int saved = dup(2), to = open("words", O_RDWR | O_CREAT | O_TRUNC, 0600);

    assert_true(saved >= 0 && to >= 0 && dup2(to, 2) == 2);
    const int status = primum_image_read(path, &primum_board_layout, 0, 0, out);
    fflush(stderr);
    assert_true(dup2(saved, 2) == 2);
    const ssize_t len = pread(to, words, size - 1, 0);
    words[len > 0 ? len : 0] = '\0';
    close(saved);
    close(to);
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
