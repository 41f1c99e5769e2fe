/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - what all rooms of the host share: exit codes, messages, bytes, files, text.
 *
 * A function that can fail returns an exit code after saying what is wrong.
 */
#ifndef PRIMUM_FILE_H
#define PRIMUM_FILE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/span.h"
#include "host/file/text.h"

enum primum_exit {
    PRIMUM_OK = 0,
    PRIMUM_REFUSED = 1, /* the answer is no: not trusted, recovery, won't overwrite */
    PRIMUM_USAGE = 2,   /* the command line is wrong */
    PRIMUM_IO = 3       /* a file, a program or a time limit failed */
};

/*
 * Says what is wrong in one line, and returns `code`, so that a function can end with it. Whoever links these rooms takes
 * the lines (primum_on_message); nothing below cli/ prints. Odd characters are escaped.
 */
int primum_fail(int code, const char *format, ...) PRIMUM_PRINTF(2, 3);
/* The same with ": <what errno says>", and PRIMUM_IO. */
int primum_fail_errno(const char *format, ...) PRIMUM_PRINTF(1, 2);
/* "warning: ...", nothing more. */
void primum_warn(const char *format, ...) PRIMUM_PRINTF(1, 2);
/* A NULL `take`: they are dropped, as they are before the first call. */
void primum_on_message(void (*take)(void *ctx, const char *line), void *ctx);

/*
 * How far work is that takes long: of `count` pieces `done` after so many seconds, several times a second and once at the end.
 * Nobody is told before the first call.
 */
typedef void (*primum_progress_fn)(void *ctx, const char *title, uint32_t done, uint32_t count, double seconds);
void primum_on_progress(primum_progress_fn take, void *ctx);
void primum_progress(const char *title, uint32_t done, uint32_t count, double seconds);

/* vprintf into memory, as primum_format(). */
char *primum_vformat(const char *format, va_list args) PRIMUM_PRINTF(1, 0);

/* The text of a result ("signed by a key that is not ..."); its short code ("SIG2") in `code`. */
const char *primum_result_text(prm_result result);
void primum_result_code(prm_result result, char code[5]);

/* Bytes on the heap. Owns: `data`; free with primum_bytes_free(). */
struct primum_bytes {
    uint8_t *data;
    size_t len;
};

void primum_bytes_free(struct primum_bytes *bytes);
static inline prm_span primum_span(const struct primum_bytes *bytes) {
    return prm_span_of(bytes->data, bytes->len);
}

/* Memory that can't be had ends the process with PRIMUM_IO: a command line has nothing better to do. */
void *primum_alloc(size_t len);

/* Reads a whole file (at most 1 GiB). PRIMUM_OK, or PRIMUM_IO after saying what is wrong. */
int primum_read_file(const char *path, struct primum_bytes *out);

/* The same from an open file; `path` is for messages. Owns: the caller frees `*out`, whatever the answer. */
int primum_read_fd(int fd, const char *path, struct primum_bytes *out);

/*
 * Writes a whole file that belongs to us, as those in a device's folder do: at any time it is what it was, or complete.
 * With PRIMUM_KEEP an existing file is left alone and the answer is PRIMUM_REFUSED. PRIMUM_OK, PRIMUM_IO otherwise.
 * What a person named is written through output.h.
 */
enum primum_overwrite { PRIMUM_KEEP, PRIMUM_REPLACE };
int primum_write_file(const char *path, prm_span bytes, unsigned mode, enum primum_overwrite overwrite);

/* All of `bytes` to a descriptor, and to the disk. 0, or -1 with errno. */
int primum_write_all(int fd, prm_span bytes);

#endif
