/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_files.h - the command's readers of foreign files, by the verbs that use them: whatever is in the file, nothing
 * is read out of bounds, nothing leaks, and nothing that steers a terminal or turns text is printed or said.
 */
#ifndef PRM_TESTS_FUZZ_FILES_H
#define PRM_TESTS_FUZZ_FILES_H

#include <stddef.h>
#include <stdint.h>

/* A command line; "@" is the file, "%/NAME" one that was prepared, NULL ends it. */
struct fuzz_line {
    const char *verb;
    const char *word[8];
};

/* Of the fuzzer that this is linked into. */
extern const struct fuzz_line fuzz_lines[];
extern const unsigned fuzz_lines_count;

/* Files that the lines name, by verbs that are run in an empty folder, once. */
void fuzz_prepare(void);

/* A file of the right kind into `path`, by verbs that are run in an empty folder; for the seed. */
void fuzz_make(const char *path);

/* Runs a verb in the current folder; its exit status. */
int fuzz_run(const char *verb, const char *const *word);

/* The seed of fuzz_make(), if the environment asks for one. Calls exit() then. */
void fuzz_files_seed(void);

/* A firmware image that the board would start, for seeds. */
void fuzz_image(const char *path, uint32_t slot, uint32_t component);

#endif
