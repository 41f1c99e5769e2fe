/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_public.c - HSS public keys in files, and checks with them.
 *
 * NAME.hss.pub is PEM ("PUBLIC KEY") of a SubjectPublicKeyInfo (RFC 9708, RFC 9802): id-alg-hss-lms-hashsig without
 * parameters, and the bytes of RFC 8554 6.1 in the bit string, with nothing around them. So its DER has one form only.
 */
#include "host/keys/hss_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The check hashes in small steps; OpenSSL's plain functions do that at a tenth of the cost of EVP. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "host/keys/hss_state.h"
#include "crypto/hss_verify.h"

#define OID_SIZE 15u
#define PREFIX_SIZE (2u + OID_SIZE + 3u)

static const uint8_t algorithm[OID_SIZE] = {0x30, 0x0D, 0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86,
                                            0xF7, 0x0D, 0x01, 0x09, 0x10, 0x03, 0x11};

static void prefix_make(size_t key_len, uint8_t out[PREFIX_SIZE]) {
    out[0] = 0x30;
    out[1] = (uint8_t)(OID_SIZE + 3u + key_len);
    memcpy(out + 2, algorithm, OID_SIZE);
    out[2 + OID_SIZE] = 0x03;
    out[3 + OID_SIZE] = (uint8_t)(1u + key_len);
    out[4 + OID_SIZE] = 0;
}

void primum_hss_kid(struct primum_hss_public *public_key) {
    uint8_t digest[32];

    hss_sha256(prm_span_of(public_key->bytes, public_key->len), digest);
    memcpy(public_key->kid, digest, sizeof public_key->kid);
}

int primum_hss_is_key(const char *path) {
    uint8_t start[sizeof HSS_MAGIC - 1u];
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return 0;
    const size_t n = fread(start, 1, sizeof start, file);
    fclose(file);
    return n == sizeof start && memcmp(start, HSS_MAGIC, n) == 0;
}

char *primum_hss_public_pem(const struct primum_hss_public *public_key) {
    uint8_t der[PREFIX_SIZE + PRIMUM_HSS_PUBLIC_MAX];
    char *text = NULL;
    BIO *bio = BIO_new(BIO_s_mem());

    prefix_make(public_key->len, der);
    memcpy(der + PREFIX_SIZE, public_key->bytes, public_key->len);
    if (bio == NULL || PEM_write_bio(bio, PEM_STRING_PUBLIC, "", der, (long)(PREFIX_SIZE + public_key->len)) <= 0)
        exit(primum_fail(PRIMUM_IO, "out of memory"));
    const long len = BIO_get_mem_data(bio, &text);
    char *copy = primum_format("%.*s", (int)len, text);
    BIO_free(bio);
    return copy;
}

/* A public key from its DER, or 0. */
static int from_der(const uint8_t *der, size_t len, struct primum_hss_public *out) {
    uint8_t prefix[PREFIX_SIZE];
    struct hss_set set;

    if (len <= PREFIX_SIZE + 12u || len > PREFIX_SIZE + sizeof out->bytes)
        return 0;
    out->len = len - PREFIX_SIZE;
    prefix_make(out->len, prefix);
    memcpy(out->bytes, der + PREFIX_SIZE, out->len);
    const uint32_t levels = hss_get32(out->bytes);
    return memcmp(der, prefix, PREFIX_SIZE) == 0 && levels >= 1 && levels <= 8 &&
           hss_set_from_types(hss_get32(out->bytes + 4), hss_get32(out->bytes + 8), &set) &&
           out->len == 4u + hss_key_len(&set);
}

int primum_hss_public_read(const char *pub_path, struct primum_hss_public *out) {
    struct primum_bytes file;
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long len = 0;
    int status = primum_read_file(pub_path, &file);

    memset(out, 0, sizeof *out);
    if (status != PRIMUM_OK)
        return status;
    BIO *bio = BIO_new_mem_buf(file.data, (int)file.len);
    if (bio == NULL || PEM_read_bio(bio, &name, &header, &der, &len) != 1 || strcmp(name, PEM_STRING_PUBLIC) != 0 ||
        !from_der(der, (size_t)len, out)) {
        memset(out, 0, sizeof *out);
        status = primum_fail(PRIMUM_REFUSED, "%s is not an HSS-LMS public key (the .hss.pub of a key is)", pub_path);
    } else {
        primum_hss_kid(out);
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    BIO_free(bio);
    primum_bytes_free(&file);
    ERR_clear_error();
    return status;
}

/* ---- Checking ---- */

static prm_result plain_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    for (size_t i = 0; i < n; i++)
        SHA256_Update(&ctx, parts[i].ptr, parts[i].len);
    SHA256_Final(out, &ctx);
    return PRM_OK;
}

static prm_result plain_pull(prm_part_fn next, void *arg, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    SHA256_CTX ctx;
    prm_span part;

    memset(out, 0, PRM_SHA256_SIZE);
    SHA256_Init(&ctx);
    for (size_t i = 0; i < n; i++) {
        const prm_result result = next(arg, i, &part);
        if (result != PRM_OK)
            return result;
        SHA256_Update(&ctx, part.ptr, part.len);
    }
    SHA256_Final(out, &ctx);
    return PRM_OK;
}

int primum_hss_check(const struct primum_hss_public *public_key, prm_span message, prm_span signature) {
    static const struct prm_crypto plain = {
        .sha256 = plain_sha256, .sha256_pull = plain_pull, .sha256_chain = prm_sha256_chain_plain};

    return prm_hss_verify(&plain, prm_span_of(public_key->bytes, public_key->len), &message, 1, signature) == PRM_OK;
}
