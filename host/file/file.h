/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - what all rooms of the host share: exit codes, messages, bytes, files, text.
 *
 * A function that can fail returns an exit code after saying what is wrong.
 */
#ifndef PRIMUM_FILE_H
#define PRIMUM_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/span.h"

enum primum_exit {
    PRIMUM_OK = 0,
    PRIMUM_REFUSED = 1, /* the answer is no: not trusted, recovery, won't overwrite */
    PRIMUM_USAGE = 2,   /* the command line is wrong */
    PRIMUM_IO = 3       /* a file, a program or a time limit failed */
};

#define PRIMUM_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Prints "primum: <message>" on stderr and returns `code`, so that a verb can end with it. */
int primum_fail(int code, const char *format, ...) PRIMUM_PRINTF(2, 3);
/* The same with ": <what errno says>", and PRIMUM_IO. */
int primum_fail_errno(const char *format, ...) PRIMUM_PRINTF(1, 2);
/* "primum: warning: ...", nothing more. */
void primum_warn(const char *format, ...) PRIMUM_PRINTF(1, 2);

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

/*
 * Writes a whole file so that `path` is at any time either what it was or complete: a temporary file beside it, synced,
 * then renamed. With `keep`, an existing file is left alone and the answer is PRIMUM_REFUSED. PRIMUM_OK, PRIMUM_IO
 * otherwise.
 */
enum primum_overwrite { PRIMUM_KEEP, PRIMUM_REPLACE };
int primum_write_file(const char *path, prm_span bytes, unsigned mode, enum primum_overwrite overwrite);

/* printf into memory. Owns: the caller frees. Never NULL. */
char *primum_format(const char *format, ...) PRIMUM_PRINTF(1, 2);

/* Bytes as lower-case hex, with a final NUL: `out` holds 2*len+1. */
void primum_hex(const uint8_t *bytes, size_t len, char *out);

/* A decimal number to UINT64_MAX, nothing else in the text; 0 if it isn't one. */
int primum_parse_u64(const char *text, uint64_t *out);

#endif
