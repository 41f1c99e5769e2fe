/* SPDX-License-Identifier: Apache-2.0 */
#include "host/file/secret.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "host/file/file.h"

/* Bytes of the first line; Windows editors end it with CR LF. */
static size_t line_len(const struct primum_bytes *file) {
    const uint8_t *end = memchr(file->data, '\n', file->len);
    size_t len = end != NULL ? (size_t)(end - file->data) : file->len;

    while (len > 0 && file->data[len - 1] == '\r')
        len--;
    return len;
}

static int check(const char *path, prm_span line) {
    if (line.len == 0)
        return primum_fail(PRIMUM_USAGE, "%s: its first line, the secret, is empty", path);
    if (line.len > PRIMUM_SECRET_MAX)
        return primum_fail(PRIMUM_USAGE, "%s: its first line has %zu bytes, and a secret %d at most", path, line.len,
                           PRIMUM_SECRET_MAX);
    if (memchr(line.ptr, '\0', line.len) != NULL)
        return primum_fail(PRIMUM_USAGE, "%s: its first line holds a NUL byte, behind which a secret would be cut",
                           path);
    return PRIMUM_OK;
}

int primum_secret_read(const char *path, char **out) {
    struct primum_bytes file;
    int status = primum_read_file(path, &file);

    *out = NULL;
    if (status != PRIMUM_OK)
        return status;
    const prm_span line = prm_span_of(file.data, line_len(&file));
    status = check(path, line);
    if (status == PRIMUM_OK) {
        *out = primum_alloc(line.len + 1);
        memcpy(*out, line.ptr, line.len);
    }
    OPENSSL_cleanse(file.data, file.len);
    primum_bytes_free(&file);
    return status;
}

int primum_secret_ask(const char *prompt, char **out) {
    *out = NULL;
    if (!isatty(STDIN_FILENO))
        return primum_fail(PRIMUM_USAGE, "%sthere is no terminal to ask on; give --passphrase-file", prompt);
    *out = primum_alloc(PRIMUM_SECRET_MAX + 1);
    char *plain = primum_text_plain(prm_span_of(prompt, strlen(prompt)));
    const int failed = EVP_read_pw_string(*out, PRIMUM_SECRET_MAX + 1, plain, 0) != 0 || **out == '\0';
    free(plain);
    if (!failed)
        return PRIMUM_OK;
    primum_secret_free(*out);
    *out = NULL;
    return primum_fail(PRIMUM_USAGE, "nothing was typed");
}

void primum_secret_free(char *secret) {
    if (secret != NULL)
        OPENSSL_cleanse(secret, strlen(secret));
    free(secret);
}
