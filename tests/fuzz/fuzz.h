/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz.h - what every fuzzer here begins with: the entry point, and checks that end the process. */
#ifndef PRM_TESTS_FUZZ_H
#define PRM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #condition);                                 \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* If the environment asks for a seed (PRM_FUZZ_SEED names a file), writes it and ends the process. */
static inline void fuzz_seed(const void *bytes, size_t len) {
    const char *path = getenv("PRM_FUZZ_SEED");

    if (path == NULL)
        return;
    FILE *f = fopen(path, "wb");
    MUST(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
    exit(0);
}

#endif
