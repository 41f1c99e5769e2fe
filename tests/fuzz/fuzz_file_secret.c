/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_file_secret.c - files of passphrases and PINs: what is taken is the first line, whole, and nothing else. */
#include <unistd.h>

#include "host/file/file.h"
#include "host/file/secret.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static const char seed[] = "correct horse\r\nbattery\n";

    (void)argc;
    (void)argv;
    fuzz_seed(seed, sizeof seed - 1);
    fuzz_hear();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH], *secret;
    const int fd = fuzz_file(data, size, path);

    if (primum_secret_read(path, &secret) == PRIMUM_OK) {
        const size_t len = strlen(secret);
        MUST(len > 0 && len <= PRIMUM_SECRET_MAX && len <= size && memcmp(secret, data, len) == 0);
        MUST(memchr(secret, '\n', len) == NULL && secret[len - 1] != '\r');
        /* What stands behind it in its line are the ends of lines. */
        size_t at = len;
        while (at < size && data[at] == '\r')
            at++;
        MUST(at == size || data[at] == '\n');
    } else {
        MUST(secret == NULL);
    }
    primum_secret_free(secret);
    close(fd);
    return 0;
}
