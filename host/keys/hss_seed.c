/* SPDX-License-Identifier: Apache-2.0 */
/* hss_seed.c - the seed in the file: plain, or encrypted with AES-256-GCM under a passphrase by scrypt (RFC 7914). */
#define _GNU_SOURCE /* getentropy */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "host/keys/hss_state.h"
#include "host/file/secret.h"

/* 32 MiB and about 0.1 s for each guess. */
#define SCRYPT_N 32768u
#define SCRYPT_R 8u
#define SCRYPT_P 1u
#define SCRYPT_MEM (64u << 20)

static int derive(const struct hss_sealed *sealed, const char *passphrase, uint8_t key[32]) {
    return EVP_PBE_scrypt(passphrase, strlen(passphrase), sealed->salt, sizeof sealed->salt, SCRYPT_N, SCRYPT_R,
                          SCRYPT_P, SCRYPT_MEM, key, 32) == 1;
}

static int encrypt(struct hss_sealed *sealed, const uint8_t key[32], const uint8_t *seed) {
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0;
    const int ok = ctx != NULL && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, sealed->nonce) == 1 &&
                   EVP_EncryptUpdate(ctx, sealed->seed, &n, seed, HSS_SEED_SIZE) == 1 &&
                   EVP_EncryptFinal_ex(ctx, sealed->seed + n, &n) == 1 &&
                   EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, sizeof sealed->tag, sealed->tag) == 1;

    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

static int decrypt(const struct hss_sealed *sealed, const uint8_t key[32], uint8_t *seed) {
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    uint8_t tag[sizeof sealed->tag];
    int n = 0;

    memcpy(tag, sealed->tag, sizeof tag);
    const int ok = ctx != NULL && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, sealed->nonce) == 1 &&
                   EVP_DecryptUpdate(ctx, seed, &n, sealed->seed, HSS_SEED_SIZE) == 1 &&
                   EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) == 1 &&
                   EVP_DecryptFinal_ex(ctx, seed + n, &n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

int hss_seed_seal(const uint8_t seed[HSS_SEED_SIZE], const char *passphrase, struct hss_sealed *out) {
    uint8_t key[32];

    memset(out, 0, sizeof *out);
    if (passphrase == NULL) {
        memcpy(out->seed, seed, HSS_SEED_SIZE);
        return PRIMUM_OK;
    }
    out->kind = HSS_SEAL_PASSPHRASE;
    const int ok = getentropy(out->salt, sizeof out->salt) == 0 && getentropy(out->nonce, sizeof out->nonce) == 0 &&
                   derive(out, passphrase, key) && encrypt(out, key, seed);
    OPENSSL_cleanse(key, sizeof key);
    return ok ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL could not encrypt the seed");
}

int hss_seed_open(const struct hss_sealed *sealed, const char *path, const char *passphrase,
                  uint8_t seed[HSS_SEED_SIZE]) {
    uint8_t key[32];

    if (sealed->kind == HSS_SEAL_NONE) {
        memcpy(seed, sealed->seed, HSS_SEED_SIZE);
        return PRIMUM_OK;
    }
    const int ok = passphrase != NULL && derive(sealed, passphrase, key) && decrypt(sealed, key, seed);
    OPENSSL_cleanse(key, sizeof key);
    if (ok)
        return PRIMUM_OK;
    OPENSSL_cleanse(seed, HSS_SEED_SIZE);
    return primum_fail(PRIMUM_REFUSED, "%s: the passphrase is wrong", path);
}

int hss_seed_passphrase(const struct hss_sealed *sealed, const char *path, const char *passphrase_file, char **out) {
    *out = NULL;
    if (sealed->kind == HSS_SEAL_NONE)
        return PRIMUM_OK;
    if (passphrase_file != NULL)
        return primum_secret_read(passphrase_file, out);
    char *prompt = primum_format("Passphrase of %s: ", path);
    const int status = primum_secret_ask(prompt, out);
    free(prompt);
    return status;
}
