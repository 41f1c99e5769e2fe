/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - text that somebody else wrote, and our own.
 *
 * Foreign text (names in a release, labels of a token, file names, what a device says) may hold bytes that steer a
 * terminal or turn the reading direction. Messages, and all that the command prints, go through primum_text_plain(), which
 * writes such characters as \u009b, and bytes that are no UTF-8 as \xff.
 */
#ifndef PRIMUM_TEXT_H
#define PRIMUM_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/span.h"

#define PRIMUM_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* printf into memory. Owns: the caller frees. Never NULL. */
char *primum_format(const char *format, ...) PRIMUM_PRINTF(1, 2);

/* Bytes as lower-case hex, with a final NUL: `out` holds 2*len+1. */
void primum_hex(const uint8_t *bytes, size_t len, char *out);

/* The other way: 1 if `text` begins with `len` bytes in lower-case hex; 0 at the first character that is none. */
int primum_unhex(const char *text, size_t len, uint8_t *out);

/* A decimal number to UINT64_MAX, nothing else in the text; 0 if it isn't one. */
int primum_parse_u64(const char *text, uint64_t *out);

/*
 * The code point at the start of `text` and its bytes, 1 to 4; 0 if the bytes there are no UTF-8 (RFC 3629). `text` is
 * not empty.
 */
unsigned primum_utf8(prm_span text, uint32_t *code);

/* 1 for a code point that shows nothing of its own, or changes how others are shown: controls, direction, invisible. */
int primum_text_is_odd(uint32_t code);

/* Foreign text with odd characters escaped. Owns: the caller frees. */
char *primum_text_plain(prm_span text);
/* The same in double quotes, in which \ and " are escaped too. Owns: the caller frees. */
char *primum_text_quoted(prm_span text);

/* 1 if all of it is UTF-8. */
int primum_text_is_utf8(prm_span text);

/*
 * Text that is going to be signed: UTF-8, no odd characters, no blank at either end, 1 to `most` bytes. PRIMUM_OK, or
 * PRIMUM_USAGE after saying what is wrong; `what` is what messages call it.
 */
int primum_text_check(const char *what, const char *text, size_t most);

#endif
