/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz_text.h"

#include <sys/mman.h>
#include <unistd.h>

#include "host/file/file.h"
#include "tests/fuzz/fuzz.h"

void fuzz_plain(const char *text, size_t len) {
    uint32_t code;

    for (size_t at = 0, n; at < len; at += n) {
        n = primum_utf8(prm_span_of(text + at, len - at), &code);
        MUST(n > 0);
        MUST(code == '\n' || code == '\t' || !primum_text_is_odd(code));
    }
}

static void hear(void *ctx, const char *line) {
    (void)ctx;
    fuzz_plain(line, strlen(line));
    MUST(strchr(line, '\n') == NULL);
}

void fuzz_hear(void) {
    primum_on_message(hear, NULL);
}

int fuzz_file(const uint8_t *data, size_t size, char path[FUZZ_PATH]) {
    const int fd = memfd_create("input", MFD_CLOEXEC);

    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, FUZZ_PATH, "/proc/self/fd/%d", fd);
    return fd;
}
