/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_verify.c - releases and trust manifests, judged by keys, by a trust manifest's root keys, and by a device. */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_files.h"

const struct fuzz_line fuzz_lines[] = {{"verify", {"@", "--trust", "%/k.pub.pem", NULL}},
                                       {"verify", {"@", "--root-key", "%/k.pub.pem", "--json", NULL}},
                                       {"verify", {"@", "--device", "%/d.json", "--json", NULL}}};
const unsigned fuzz_lines_count = 3;

static void make_keys(void) {
    const char *const keygen[] = {"--alg", "ESP256", "-o", "k", NULL};

    MUST(fuzz_run("keygen", keygen) == 0);
}

void fuzz_prepare(void) {
    const char *const made[] = {"d", "--vendor=example.com", "--class=pump", "--trust=k.pub.pem", "--rot=k.pem", NULL};
    const char *const describe[] = {"d", "-o", "d.json", NULL};

    make_keys();
    MUST(fuzz_run("device new", made) == 0 && fuzz_run("device describe", describe) == 0);
}

void fuzz_make(const char *path) {
    const char *const sign[] = {"--vendor=example.com", "--class=pump", "--sequence=1", "--version=1.0.0", "--image=a=app",
                                "--services=a=services", "--key=k.pem", "-o", path, NULL};

    fuzz_image("app", 0, 0);
    fuzz_image("services", 0, 1);
    make_keys();
    MUST(fuzz_run("sign", sign) == 0);
}
