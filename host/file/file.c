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

static void say(const char *prefix, const char *format, va_list args) PRIMUM_PRINTF(2, 0);

static void say(const char *prefix, const char *format, va_list args) {
    fflush(stdout);
    fputs(prefix, stderr);
    vfprintf(stderr, format, args);
}

int primum_fail(int code, const char *format, ...) {
    va_list args;

    va_start(args, format);
    say("primum: ", format, args);
    va_end(args);
    fputc('\n', stderr);
    return code;
}

int primum_fail_errno(const char *format, ...) {
    const int saved = errno;
    va_list args;

    va_start(args, format);
    say("primum: ", format, args);
    va_end(args);
    fprintf(stderr, ": %s\n", strerror(saved));
    return PRIMUM_IO;
}

void primum_warn(const char *format, ...) {
    va_list args;

    va_start(args, format);
    say("primum: warning: ", format, args);
    va_end(args);
    fputc('\n', stderr);
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

/* Reads to the end; fails on a file that grew beyond what fits. */
static int read_all(int fd, const char *path, struct primum_bytes *out) {
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
    const int status = read_all(fd, path, out);
    close(fd);
    if (status != PRIMUM_OK)
        primum_bytes_free(out);
    return status;
}

static int write_all(int fd, prm_span bytes) {
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

/* Gives the finished file its name; link() refuses where rename() would overwrite. */
static int publish(const char *temp, const char *path, enum primum_overwrite overwrite) {
    if (overwrite == PRIMUM_REPLACE)
        return rename(temp, path) == 0 ? PRIMUM_OK : primum_fail_errno("can't write %s", path);
    if (link(temp, path) == 0)
        return unlink(temp) == 0 ? PRIMUM_OK : primum_fail_errno("can't remove %s", temp);
    if (errno == EEXIST)
        return primum_fail(PRIMUM_REFUSED, "%s exists and is left as it is; choose another name", path);
    return primum_fail_errno("can't write %s", path);
}

int primum_write_file(const char *path, prm_span bytes, unsigned mode, enum primum_overwrite overwrite) {
    char *temp = primum_format("%s.XXXXXX", path);
    const int fd = mkstemp(temp);
    int status;

    if (fd < 0) {
        status = primum_fail_errno("can't write %s", path);
    } else {
        const int failed = write_all(fd, bytes) != 0 || fchmod(fd, (mode_t)mode) != 0;
        status = failed ? primum_fail_errno("can't write %s", path) : publish(temp, path, overwrite);
        close(fd);
        if (status != PRIMUM_OK)
            unlink(temp);
    }
    free(temp);
    return status;
}

char *primum_format(const char *format, ...) {
    va_list args;

    va_start(args, format);
    const int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = primum_alloc(len > 0 ? (size_t)len + 1 : 1);
    va_start(args, format);
    (void)vsnprintf(text, len > 0 ? (size_t)len + 1 : 1, format, args);
    va_end(args);
    return text;
}

void primum_hex(const uint8_t *bytes, size_t len, char *out) {
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

int primum_parse_u64(const char *text, uint64_t *out) {
    uint64_t value = 0;

    *out = 0;
    if (*text == '\0')
        return 0;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return 0;
        const uint64_t digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return 0;
        value = value * 10 + digit;
    }
    *out = value;
    return 1;
}
