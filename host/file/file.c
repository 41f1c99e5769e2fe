/* SPDX-License-Identifier: Apache-2.0 */
#include "host/file/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (1024u << 20) /* a firmware with all its debug information has hundreds of MiB */

/* ---- Messages ---- */

static struct {
    void (*take)(void *ctx, const char *line);
    void *ctx;
} messages;

void primum_on_message(void (*take)(void *ctx, const char *line), void *ctx) {
    messages.take = take;
    messages.ctx = ctx;
}

static struct {
    primum_progress_fn take;
    void *ctx;
} progress;

void primum_on_progress(primum_progress_fn take, void *ctx) {
    progress.take = take;
    progress.ctx = ctx;
}

void primum_progress(const char *title, uint32_t done, uint32_t count, double seconds) {
    if (progress.take != NULL)
        progress.take(progress.ctx, title, done, count, seconds);
}

static void say(const char *before, const char *format, va_list args, const char *after) PRIMUM_PRINTF(2, 0);

static void say(const char *before, const char *format, va_list args, const char *after) {
    char *said = primum_vformat(format, args);
    char *plain = primum_text_plain(prm_span_of(said, strlen(said)));
    char *line = primum_format("%s%s%s", before, plain, after);

    if (messages.take != NULL)
        messages.take(messages.ctx, line);
    free(line);
    free(plain);
    free(said);
}

int primum_fail(int code, const char *format, ...) {
    va_list args;

    va_start(args, format);
    say("", format, args, "");
    va_end(args);
    return code;
}

int primum_fail_errno(const char *format, ...) {
    char *reason = primum_format(": %s", strerror(errno));
    va_list args;

    va_start(args, format);
    say("", format, args, reason);
    va_end(args);
    free(reason);
    return PRIMUM_IO;
}

void primum_warn(const char *format, ...) {
    va_list args;

    va_start(args, format);
    say("warning: ", format, args, "");
    va_end(args);
}

const char *primum_result_text(prm_result result) {
    switch (result) {
    case PRM_OK:
        return "ok";
#define PRM_X(name, a, b, c, n, text)                                                                                  \
    case PRM_##name:                                                                                                   \
        return text;
        PRM_RESULTS(PRM_X)
#undef PRM_X
    default:
        return "an unknown result; the report or this program is from another version";
    }
}

void primum_result_code(prm_result result, char code[5]) {
    memcpy(code, "OK", 3);
    if (result == PRM_OK)
        return;
    for (unsigned i = 0; i < 3; i++) {
        const char c = (char)(result >> (8 * i));
        code[i] = c >= 'A' && c <= 'Z' ? c : '?';
    }
    code[3] = (char)('0' + ((result >> 24) % 10));
    code[4] = '\0';
}

void *primum_alloc(size_t len) {
    void *p = calloc(1, len > 0 ? len : 1);

    if (p == NULL)
        exit(primum_fail(PRIMUM_IO, "out of memory (%zu bytes)", len));
    return p;
}

void primum_bytes_free(struct primum_bytes *bytes) {
    free(bytes->data);
    *bytes = (struct primum_bytes){NULL, 0};
}

int primum_read_fd(int fd, const char *path, struct primum_bytes *out) {
    size_t cap = 4096;
    struct stat st;

    if (fstat(fd, &st) == 0 && st.st_size > 0 && (uintmax_t)st.st_size < FILE_MAX)
        cap = (size_t)st.st_size + 1;
    out->data = primum_alloc(cap);
    out->len = 0;
    for (;;) {
        const ssize_t n = read(fd, out->data + out->len, cap - out->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return primum_fail_errno("can't read %s", path);
        if (n == 0)
            return PRIMUM_OK;
        out->len += (size_t)n;
        if (out->len > FILE_MAX)
            return primum_fail(PRIMUM_IO, "%s is larger than 1 GiB; that is no file of ours", path);
        if (out->len < cap)
            continue;
        uint8_t *more = primum_alloc(cap * 2);
        memcpy(more, out->data, out->len);
        free(out->data);
        out->data = more;
        cap *= 2;
    }
}

int primum_read_file(const char *path, struct primum_bytes *out) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    *out = (struct primum_bytes){NULL, 0};
    if (fd < 0)
        return primum_fail_errno("can't open %s", path);
    const int status = primum_read_fd(fd, path, out);
    close(fd);
    if (status != PRIMUM_OK)
        primum_bytes_free(out);
    return status;
}

int primum_write_all(int fd, prm_span bytes) {
    for (size_t done = 0; done < bytes.len;) {
        const ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        done += (size_t)n;
    }
    return fsync(fd);
}
