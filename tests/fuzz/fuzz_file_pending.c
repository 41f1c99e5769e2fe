/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_pending.c - files that wait for signatures; the signature is the file itself. */
#include "tests/fuzz/fuzz_files.h"

#include "tests/fuzz/fuzz.h"

const struct fuzz_line fuzz_lines[] = {
    {"sign", {"--attach", "@", "--pending", "@", "-o", "/nonexistent/out.suit", NULL}},
    {"sign", {"--attach", "@", "--pending", "@", "-o", "/tmp/primum-fuzz-none.suit", NULL}}};
const unsigned fuzz_lines_count = 2;

void fuzz_make(const char *path) {
    const char *const keygen[] = {"--alg", "ESP256", "-o", "k", NULL};
    const char *const sign[] = {"--vendor=example.com",
                                "--class=pump",
                                "--sequence=1",
                                "--version=1.0.0",
                                "--image=a=app",
                                "--components=1",
                                "--public=k.pub.pem",
                                "--to-be-signed=tbs",
                                "-o",
                                "w.suit",
                                NULL};

    fuzz_image("app", 0, 0);
    MUST(fuzz_run("keygen", keygen) == 0 && fuzz_run("sign", sign) == 0 && rename("w.pending", path) == 0);
}

void fuzz_prepare(void) {
}
