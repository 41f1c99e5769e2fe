/* SPDX-License-Identifier: Apache-2.0 */
#include "host/trust/trust_sign.h"

#include <string.h>

#include <openssl/evp.h>

#include "host/keys/hss_key.h"
#include "host/keys/keys.h"
#include "host/keys/pkcs11.h"
#include "host/trust/trust_evaluate.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update.h"

enum { HEADS = 64 }; /* bytes around a signature, at most */

int primum_trust_signing_begin(const char *path, struct primum_bytes *bytes, struct primum_trust_signing *out) {
    memset(out, 0, sizeof *out);
    const int status = primum_trust_file_parse(path, bytes, &out->file);

    if (status != PRIMUM_OK)
        return status;
    out->signatures = out->file.signatures;
    memcpy(out->signature, out->file.signature, sizeof out->signature);
    return out->file.rest.len == 0
               ? primum_trust_evaluate(&out->file.view)
               : primum_fail(PRIMUM_REFUSED,
                             "%s has a release behind it; sign the manifest before they are put together", path);
}

void primum_trust_signing_free(struct primum_trust_signing *signing) {
    for (uint32_t i = 0; i < signing->adds; i++)
        primum_bytes_free(&signing->added[i]);
    primum_trust_file_free(&signing->file);
}

/* 1 if the signature is right by the signer's key; `*raw` then is it in COSE's form. Owns: the caller frees `*raw`. */
static int is_right(const struct primum_trust_signing *signing, const struct primum_signer *signer, prm_span signature,
                    struct primum_bytes *raw) {
    struct primum_bytes message = primum_trust_message(signer, signing->file.payload);
    size_t len = 0;

    *raw = (struct primum_bytes){primum_alloc(signature.len + PRM_P256_SIG_SIZE), 0};
    const int right = primum_signer_check(signer, primum_span(&message), signature, raw->data, &len);
    raw->len = len;
    primum_bytes_free(&message);
    return right;
}

/* 1 if the block names the key. */
static int names(prm_span block, const struct primum_signer *signer, prm_span *signature) {
    struct prm_cose_sign1 parsed;

    if (prm_cose_signature_parse(block, &parsed) != PRM_OK || parsed.kid.len != sizeof signer->kid ||
        memcmp(parsed.kid.ptr, signer->kid, sizeof signer->kid) != 0)
        return 0;
    *signature = parsed.signature;
    return 1;
}

/* A key id alone proves nothing: who wrote the block may have put anybody's there. */
static int signed_already(const struct primum_trust_signing *signing, const struct primum_signer *signer) {
    struct primum_bytes raw;
    prm_span signature;
    int right = 0;

    for (uint32_t i = 0; i < signing->signatures && !right; i++) {
        if (!names(signing->signature[i], signer, &signature))
            continue;
        right = is_right(signing, signer, signature, &raw);
        primum_bytes_free(&raw);
    }
    return right;
}

/* Takes out blocks that name the key and aren't its: its own is about to take their place. */
static void drop_false(struct primum_trust_signing *signing, const struct primum_signer *signer) {
    prm_span signature;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < signing->signatures; i++) {
        if (names(signing->signature[i], signer, &signature))
            primum_warn("signature %u named this key and was not its: somebody put it there, and it is taken out",
                        i + 1);
        else
            signing->signature[kept++] = signing->signature[i];
    }
    signing->signatures = kept;
}

int primum_trust_signing_check(const struct primum_trust_signing *signing, const struct primum_signer *signer) {
    size_t len = signing->file.payload.len + signer->sig_len + HEADS;

    for (uint32_t i = 0; i < signing->signatures; i++)
        len += signing->signature[i].len;
    if (signed_already(signing, signer))
        return primum_fail(PRIMUM_REFUSED, "this key has signed already, and counts once");
    if (signing->signatures == PRM_TRUST_SIGNATURES_MAX || len > PRM_UPDATE_TRUST_MAX)
        return primum_fail(PRIMUM_REFUSED,
                           "with one more signature no device could take it: %u signatures, %u bytes at most",
                           PRM_TRUST_SIGNATURES_MAX, PRM_UPDATE_TRUST_MAX);
    return PRIMUM_OK;
}

int primum_trust_signing_add(struct primum_trust_signing *signing, const struct primum_signer *signer,
                             prm_span signature) {
    struct primum_bytes raw;
    const int right = is_right(signing, signer, signature, &raw);

    if (right) {
        drop_false(signing, signer);
        struct primum_bytes *added = &signing->added[signing->adds++];
        *added = primum_trust_signature(signer, primum_span(&raw));
        signing->signature[signing->signatures++] = primum_span(added);
    }
    primum_bytes_free(&raw);
    return right ? PRIMUM_OK : primum_fail(PRIMUM_REFUSED, "the signature is not right by the public key");
}

/* ---- By a file ---- */

static int sign_p256(struct primum_trust_signing *signing, const char *path, const char *secret_file) {
    uint8_t raw[PRM_P256_SIG_SIZE];
    struct primum_signer signer;
    EVP_PKEY *key = NULL;
    int status = primum_key_read_private(path, secret_file, &key);

    if (status == PRIMUM_OK)
        status = primum_signer_of(key, path, PRM_COSE_ESP256, &signer);
    if (status == PRIMUM_OK)
        status = primum_trust_signing_check(signing, &signer);
    if (status == PRIMUM_OK) {
        struct primum_bytes message = primum_trust_message(&signer, signing->file.payload);
        status = primum_key_sign(key, primum_span(&message), raw);
        primum_bytes_free(&message);
    }
    EVP_PKEY_free(key);
    return status == PRIMUM_OK ? primum_trust_signing_add(signing, &signer, prm_span_of(raw, sizeof raw)) : status;
}

static int sign_hss(struct primum_trust_signing *signing, const char *path, const char *secret_file) {
    struct primum_hss_public pub;
    struct primum_signer signer;
    struct primum_hss_signature signature = {{NULL, 0}, 0, 0};
    int status = primum_hss_public_of(path, &pub);

    if (status == PRIMUM_OK &&
        primum_signer_make(PRM_COSE_HSS_LMS, prm_span_of(pub.bytes, pub.len), &signer) != PRIMUM_OK)
        status = primum_fail(PRIMUM_REFUSED, "%s is not a key for HSS-LMS", path);
    if (status == PRIMUM_OK)
        status = primum_trust_signing_check(signing, &signer);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes message = primum_trust_message(&signer, signing->file.payload);
    status = primum_hss_sign(path, secret_file, &pub, primum_span(&message), &signature);
    primum_bytes_free(&message);
    if (status == PRIMUM_OK)
        status = primum_trust_signing_add(signing, &signer, primum_span(&signature.bytes));
    primum_bytes_free(&signature.bytes);
    return status;
}

/* ---- By a token ---- */

static int sign_with_token(struct primum_trust_signing *signing, struct primum_pkcs11 *token) {
    uint8_t raw[PRM_P256_SIG_SIZE], hash[PRM_SHA256_SIZE];
    struct primum_signer signer;
    EVP_PKEY *key = NULL;
    int status = primum_pkcs11_public(token, &key);

    if (status == PRIMUM_OK)
        status = primum_signer_of(key, primum_pkcs11_name(token), PRM_COSE_ESP256, &signer);
    EVP_PKEY_free(key);
    if (status == PRIMUM_OK)
        status = primum_trust_signing_check(signing, &signer);
    if (status != PRIMUM_OK)
        return status;
    struct primum_bytes message = primum_trust_message(&signer, signing->file.payload);
    const prm_span bytes = primum_span(&message);
    status = prm_crypto_openssl.sha256(&bytes, 1, hash) == PRM_OK ? primum_pkcs11_sign(token, hash, raw)
                                                                  : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");
    primum_bytes_free(&message);
    return status == PRIMUM_OK ? primum_trust_signing_add(signing, &signer, prm_span_of(raw, sizeof raw)) : status;
}

static int sign_token(struct primum_trust_signing *signing, const char *uri, const char *secret_file) {
    struct primum_pkcs11 *token;
    int status = primum_pkcs11_open(uri, secret_file, &token);

    if (status == PRIMUM_OK)
        status = primum_pkcs11_find_private(token);
    if (status == PRIMUM_OK)
        status = sign_with_token(signing, token);
    primum_pkcs11_close(token);
    return status;
}

int primum_trust_signing_sign(struct primum_trust_signing *signing, const char *key, const char *secret_file) {
    if (primum_pkcs11_is_uri(key))
        return sign_token(signing, key, secret_file);
    return primum_hss_is_key(key) ? sign_hss(signing, key, secret_file) : sign_p256(signing, key, secret_file);
}

struct primum_bytes primum_trust_signing_write(const struct primum_trust_signing *signing) {
    return primum_trust_file_write(signing->file.payload, signing->signature, signing->signatures);
}
