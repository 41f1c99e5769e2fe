/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/openssl/cipher_openssl.h"

#include <limits.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#define CHUNK 4096 /* bytes that pass through EVP at once: its lengths are int */

/* Runs `len` bytes at `data` through a cipher in place. */
static int update_in_place(EVP_CIPHER_CTX *evp, uint8_t *data, size_t len) {
    int done = 0;

    for (size_t off = 0; off < len; off += (size_t)done) {
        const size_t n = len - off < CHUNK ? len - off : CHUNK;
        if (EVP_EncryptUpdate(evp, data + off, &done, data + off, (int)n) != 1 || done != (int)n)
            return 0;
    }
    return 1;
}

static prm_result openssl_ctr_xor(void *ctx, const uint8_t key[PRM_AES128_SIZE], const uint8_t iv[PRM_AES128_SIZE],
                                  uint32_t block, uint8_t *data, size_t len) {
    uint8_t counter[PRM_AES128_SIZE];
    prm_result result = prm_cipher_run(block, len);

    (void)ctx;
    if (result == PRM_OK) {
        EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
        prm_cipher_counter(iv, block, counter);
        if (evp == NULL || EVP_EncryptInit_ex(evp, EVP_aes_128_ctr(), NULL, key, counter) != 1 ||
            !update_in_place(evp, data, len))
            result = PRM_ERR_CRYPTO;
        EVP_CIPHER_CTX_free(evp);
        ERR_clear_error();
    }
    if (result != PRM_OK && len > 0)
        OPENSSL_cleanse(data, len);
    return result;
}

static prm_result openssl_kw_unwrap(void *ctx, const uint8_t kek[PRM_AES128_SIZE], prm_span wrapped, uint8_t *key) {
    uint8_t plain[PRM_KW_WRAPPED_MAX];
    int len = 0;
    prm_result result = prm_cipher_wrapped(wrapped.len);

    (void)ctx;
    if (result != PRM_OK)
        return result;
    EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
    if (evp == NULL) {
        result = PRM_ERR_CRYPTO;
    } else {
        EVP_CIPHER_CTX_set_flags(evp, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
        if (EVP_DecryptInit_ex(evp, EVP_aes_128_wrap(), NULL, kek, NULL) != 1)
            result = PRM_ERR_CRYPTO;
        else if (EVP_DecryptUpdate(evp, plain, &len, wrapped.ptr, (int)wrapped.len) != 1 ||
                 len != (int)(wrapped.len - PRM_KW_EXTRA_SIZE))
            result = PRM_ERR_ENC_KEY;
    }
    if (result == PRM_OK)
        memcpy(key, plain, wrapped.len - PRM_KW_EXTRA_SIZE);
    else
        memset(key, 0, wrapped.len - PRM_KW_EXTRA_SIZE);
    EVP_CIPHER_CTX_free(evp);
    OPENSSL_cleanse(plain, sizeof plain);
    ERR_clear_error();
    return result;
}

static prm_result openssl_hkdf_sha256(void *ctx, prm_span salt, prm_span secret, prm_span info, uint8_t *out,
                                      size_t len) {
    static char digest[] = "SHA256";
    static uint8_t nothing[1];
    OSSL_PARAM params[5], *p = params;

    (void)ctx;
    if (len == 0 || len > PRM_HKDF_OUT_MAX || info.len > PRM_HKDF_INFO_MAX)
        return PRM_ERR_ARGUMENT;
    *p++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0);
    *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
                                             secret.len > 0 ? (void *)(uintptr_t)secret.ptr : nothing, secret.len);
    *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.len > 0 ? (void *)(uintptr_t)salt.ptr : nothing,
                                             salt.len);
    *p++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.len > 0 ? (void *)(uintptr_t)info.ptr : nothing,
                                             info.len);
    *p = OSSL_PARAM_construct_end();
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *kctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
    const int ok = kctx != NULL && EVP_KDF_derive(kctx, out, len, params) == 1;
    EVP_KDF_CTX_free(kctx);
    EVP_KDF_free(kdf);
    ERR_clear_error();
    if (!ok)
        OPENSSL_cleanse(out, len);
    return ok ? PRM_OK : PRM_ERR_CRYPTO;
}

/* The peer's key, checked by the import to be on the curve; NULL if it isn't, or memory is short. */
static EVP_PKEY *peer_key(const uint8_t peer_public[PRM_P256_POINT_SIZE]) {
    static char group[] = "prime256v1";
    uint8_t point[1 + PRM_P256_POINT_SIZE] = {4};
    EVP_PKEY *peer = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);

    memcpy(point + 1, peer_public, PRM_P256_POINT_SIZE);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &peer, EVP_PKEY_PUBLIC_KEY, params) != 1)
        peer = NULL;
    EVP_PKEY_CTX_free(ctx);
    return peer;
}

static prm_result openssl_agree(void *ctx, const uint8_t peer_public[PRM_P256_POINT_SIZE],
                                uint8_t shared[PRM_P256_SHARED_SIZE]) {
    EVP_PKEY_CTX *own = EVP_PKEY_CTX_new(ctx, NULL);
    EVP_PKEY *peer = peer_key(peer_public);
    size_t len = PRM_P256_SHARED_SIZE;
    prm_result result = PRM_ERR_CRYPTO;

    if (peer == NULL)
        result = PRM_ERR_ENC_POINT;
    else if (own != NULL && EVP_PKEY_derive_init(own) == 1 && EVP_PKEY_derive_set_peer(own, peer) == 1 &&
             EVP_PKEY_derive(own, shared, &len) == 1 && len == PRM_P256_SHARED_SIZE)
        result = PRM_OK;
    if (result != PRM_OK)
        OPENSSL_cleanse(shared, PRM_P256_SHARED_SIZE);
    EVP_PKEY_free(peer);
    EVP_PKEY_CTX_free(own);
    ERR_clear_error();
    return result;
}

/* The first pass: plaintext goes through a scratch that is wiped, the tag decides. */
static prm_result gcm_check(EVP_CIPHER_CTX *evp, const uint8_t *key, const uint8_t *nonce, prm_span aad,
                            prm_span sealed) {
    const size_t len = sealed.len - PRM_GCM_TAG_SIZE;
    uint8_t scratch[CHUNK];
    uint8_t tag[PRM_GCM_TAG_SIZE];
    int n = 0;
    int ok = aad.len <= INT_MAX && EVP_DecryptInit_ex(evp, EVP_aes_128_gcm(), NULL, key, nonce) == 1;

    if (ok && aad.len > 0)
        ok = EVP_DecryptUpdate(evp, NULL, &n, aad.ptr, (int)aad.len) == 1;
    for (size_t off = 0; ok && off < len; off += (size_t)n) {
        const size_t part = len - off < sizeof scratch ? len - off : sizeof scratch;
        ok = EVP_DecryptUpdate(evp, scratch, &n, sealed.ptr + off, (int)part) == 1 && n == (int)part;
    }
    OPENSSL_cleanse(scratch, sizeof scratch);
    memcpy(tag, sealed.ptr + len, sizeof tag);
    ok = ok && EVP_CIPHER_CTX_ctrl(evp, EVP_CTRL_AEAD_SET_TAG, (int)sizeof tag, tag) == 1;
    if (!ok)
        return PRM_ERR_CRYPTO;
    return EVP_DecryptFinal_ex(evp, scratch, &n) == 1 ? PRM_OK : PRM_ERR_ENC_TAG;
}

static prm_result openssl_gcm_open(void *ctx, const uint8_t key[PRM_AES128_SIZE],
                                   const uint8_t nonce[PRM_GCM_NONCE_SIZE], prm_span aad, prm_span sealed,
                                   uint8_t *out) {
    uint8_t iv[PRM_AES128_SIZE] = {0};
    prm_result result = PRM_ERR_CRYPTO;

    if (sealed.len < PRM_GCM_TAG_SIZE)
        return PRM_ERR_ARGUMENT;
    const size_t len = sealed.len - PRM_GCM_TAG_SIZE;
    EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
    if (evp != NULL)
        result = gcm_check(evp, key, nonce, aad, sealed);
    EVP_CIPHER_CTX_free(evp);
    ERR_clear_error();
    if (len == 0)
        return result;
    if (result != PRM_OK) {
        OPENSSL_cleanse(out, len);
        return result;
    }
    /* GCM's key stream for data starts at nonce | 2 (SP 800-38D 7.2); no length that would make it wrap passed. */
    memmove(out, sealed.ptr, len);
    memcpy(iv, nonce, PRM_GCM_NONCE_SIZE);
    iv[PRM_AES128_SIZE - 1] = 2;
    return openssl_ctr_xor(ctx, key, iv, 0, out, len);
}

struct prm_cipher prm_cipher_openssl(EVP_PKEY *key) {
    return (struct prm_cipher){
        .ctx = key,
        .ctr_xor = openssl_ctr_xor,
        .kw_unwrap = openssl_kw_unwrap,
        .hkdf_sha256 = openssl_hkdf_sha256,
        .agree = key != NULL ? openssl_agree : NULL,
        .gcm_open = openssl_gcm_open,
    };
}
