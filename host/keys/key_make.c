/* SPDX-License-Identifier: Apache-2.0 */
/* key_make.c - new P-256 keys, and what opening a key is going to need. */
#define _GNU_SOURCE /* memmem */
#include <string.h>
#include <strings.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "host/keys/hss_key.h"
#include "host/keys/hss_state.h"
#include "host/keys/keys.h"
#include "host/keys/pkcs11.h"

/* scrypt (RFC 7914): 16 MiB for each guess, which is as much as OpenSSL opens again without being told a limit. */
enum { SCRYPT_N = 16384, SCRYPT_R = 8, SCRYPT_P = 1, SALT_SIZE = 16 };

/* The key as PKCS#8 under a passphrase; NULL if OpenSSL can't. */
static X509_SIG *seal(EVP_PKEY *key, const char *passphrase) {
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
    X509_ALGOR *how = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, SALT_SIZE, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
    X509_SIG *sealed =
        plain != NULL && how != NULL ? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, how) : NULL;

    /* It owns the algorithm if it succeeds. */
    if (sealed == NULL)
        X509_ALGOR_free(how);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return sealed;
}

static int take(BIO *bio, int ok, struct primum_bytes *out) {
    char *data = NULL;
    const long len = ok ? BIO_get_mem_data(bio, &data) : 0;

    *out = (struct primum_bytes){primum_alloc((size_t)len), (size_t)len};
    if (len > 0)
        memcpy(out->data, data, (size_t)len);
    return ok && len > 0 ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL could not encode the key");
}

static int encode_private(EVP_PKEY *key, const char *passphrase, struct primum_bytes *out) {
    BIO *bio = BIO_new(BIO_s_secmem());
    X509_SIG *sealed = passphrase != NULL ? seal(key, passphrase) : NULL;
    int ok = bio != NULL;

    if (ok && passphrase != NULL)
        ok = sealed != NULL && PEM_write_bio_PKCS8(bio, sealed) == 1;
    else if (ok)
        ok = PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
    const int status = take(bio, ok, out);
    X509_SIG_free(sealed);
    BIO_free(bio);
    return status;
}

static int give_passphrase(char *buf, int size, int rwflag, void *passphrase) {
    const size_t len = passphrase != NULL ? strlen(passphrase) : 0;

    (void)rwflag;
    if (len > (size_t)size)
        return -1;
    if (len > 0)
        memcpy(buf, passphrase, len);
    return (int)len;
}

/* What was encoded is the key, and opens. */
static int reopen(const struct primum_bytes *pem, const char *passphrase, EVP_PKEY *key) {
    BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->len);
    EVP_PKEY *again =
        bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, (void *)(uintptr_t)passphrase) : NULL;
    const int same = again != NULL && EVP_PKEY_eq(again, key) == 1;

    EVP_PKEY_free(again);
    BIO_free(bio);
    return same ? PRIMUM_OK : primum_fail(PRIMUM_IO, "the new key could not be opened again; nothing is written");
}

int primum_key_make(const char *passphrase, struct primum_key_made *out) {
    struct prm_anchor anchor;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    int status = key != NULL ? PRIMUM_OK : primum_fail(PRIMUM_IO, "OpenSSL could not generate a key");

    memset(out, 0, sizeof *out);
    if (status == PRIMUM_OK)
        status = primum_key_anchor(key, "the new key", &anchor);
    if (status == PRIMUM_OK)
        status = encode_private(key, passphrase, &out->private_pem);
    if (status == PRIMUM_OK)
        status = primum_key_public_pem(key, &out->public_pem);
    if (status == PRIMUM_OK)
        status = reopen(&out->private_pem, passphrase, key);
    if (status == PRIMUM_OK)
        memcpy(out->id, anchor.key_id, sizeof out->id);
    else
        primum_key_made_free(out);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return status;
}

void primum_key_made_free(struct primum_key_made *made) {
    if (made->private_pem.data != NULL)
        OPENSSL_cleanse(made->private_pem.data, made->private_pem.len);
    primum_bytes_free(&made->private_pem);
    primum_bytes_free(&made->public_pem);
}

/* 1 if the file's beginning holds the text. */
static int begins_with(const char *path, const char *text) {
    char start[2048];
    FILE *file = fopen(path, "rb");
    const size_t n = file != NULL ? fread(start, 1, sizeof start, file) : 0;

    if (file != NULL)
        fclose(file);
    const int found = memmem(start, n, text, strlen(text)) != NULL;
    OPENSSL_cleanse(start, sizeof start);
    return found;
}

/* 1 if OpenSSL can read the file as a public key; HSS-LMS ones it can't. */
int primum_key_is_public(const char *path) {
    BIO *bio = BIO_new_file(path, "rb");
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    const int yes = key != NULL;

    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return yes;
}

int primum_key_is_private(const char *path) {
    return begins_with(path, "PRIVATE KEY-----");
}

int primum_key_wants_secret(const char *key) {
    struct hss_state s;

    if (primum_pkcs11_is_uri(key))
        return strstr(key, "pin-value=") == NULL && strstr(key, "pin-source=") == NULL;
    if (!primum_hss_is_key(key))
        return begins_with(key, "ENCRYPTED");
    const int sealed = hss_state_read(key, &s) == PRIMUM_OK && s.sealed.kind != HSS_SEAL_NONE;
    hss_state_close(&s);
    return sealed;
}
