/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_release.c - releases, as `primum inspect` shows them in its three forms. */
#include "tests/fuzz/fuzz_files.h"

#include "tests/fuzz/fuzz.h"

const struct fuzz_line fuzz_lines[] = {
    {"inspect", {"@", NULL}}, {"inspect", {"@", "--json", NULL}}, {"inspect", {"@", "--diag", NULL}}};
const unsigned fuzz_lines_count = 3;

void fuzz_make(const char *path) {
    const char *const keygen[] = {"--alg", "ESP256", "-o", "k", NULL};
    const char *const sign[] = {"--vendor=example.com",
                                "--class=pump",
                                "--sequence=1",
                                "--version=1.0.0",
                                "--image=a=app",
                                "--services=a=services",
                                "--name=Name",
                                "--key=k.pem",
                                "--use-before=9",
                                "-o",
                                path,
                                NULL};

    fuzz_image("app", 0, 0);
    fuzz_image("services", 0, 1);
    MUST(fuzz_run("keygen", keygen) == 0 && fuzz_run("sign", sign) == 0);
}

void fuzz_prepare(void) {
}
