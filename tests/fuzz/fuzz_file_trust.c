/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_trust.c - trust manifests, shown and judged. */
#include "tests/fuzz/fuzz_files.h"

#include "tests/fuzz/fuzz.h"

const struct fuzz_line fuzz_lines[] = {{"trust show", {"@", NULL}}, {"trust show", {"@", "--json", NULL}}};
const unsigned fuzz_lines_count = 2;

void fuzz_make(const char *path) {
    const char *const keygen[] = {"--alg", "ESP256", "-o", "k", NULL};
    const char *const make[] = {"--number=1", "--release-key=k.pub.pem,vendor=a.example,components=0", "-o", "t", NULL};
    const char *const sign[] = {"t", "--key=k.pem", "-o", path, NULL};

    MUST(fuzz_run("keygen", keygen) == 0 && fuzz_run("trust make", make) == 0 && fuzz_run("trust sign", sign) == 0);
}

void fuzz_prepare(void) {
}
