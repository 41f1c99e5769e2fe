/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_key.c - key files of every kind: public and private, P-256 and HSS-LMS. */
#include "tests/fuzz/fuzz_files.h"

#include "tests/fuzz/fuzz.h"

const struct fuzz_line fuzz_lines[] = {{"key show", {"@", NULL}}, {"key show", {"@", "--json", NULL}}};
const unsigned fuzz_lines_count = 2;

void fuzz_make(const char *path) {
    const char *const keygen[] = {"--alg", "HSS-LMS", "--height", "5", "-o", "k", NULL};

    MUST(fuzz_run("keygen", keygen) == 0 && rename("k.hss.pub", path) == 0);
}

void fuzz_prepare(void) {
}
