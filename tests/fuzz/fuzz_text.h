/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_text.h - the input as a file, and what is said of it: nothing that steers a terminal or turns text. */
#ifndef PRM_TESTS_FUZZ_TEXT_H
#define PRM_TESTS_FUZZ_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Ends the process unless it is UTF-8 without odd characters, but for ends of lines and tabs. */
void fuzz_plain(const char *text, size_t len);

/* From here on every message is looked at: plain, and one line. */
void fuzz_hear(void);

/* A file in memory with these bytes, and its name. The caller closes. */
enum { FUZZ_PATH = 32 };
int fuzz_file(const uint8_t *data, size_t size, char path[FUZZ_PATH]);

#endif
