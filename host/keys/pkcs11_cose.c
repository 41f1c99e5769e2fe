/* SPDX-License-Identifier: Apache-2.0 */
/* pkcs11_cose.c - signatures of tokens as COSE_Sign1 blocks of a release. */
#include "host/keys/pkcs11.h"
#include "host/keys/signer.h"
#include "providers/openssl/crypto_openssl.h"

static int find_signer(struct primum_pkcs11 *token, const char *pub_path, int32_t alg, struct primum_signer *out) {
    EVP_PKEY *key = NULL;
    int status;

    if (pub_path != NULL) {
        status = primum_signer_read(pub_path, alg, out);
        return status == PRIMUM_OK && out->alg != alg
                   ? primum_fail(PRIMUM_USAGE, "%s is not a P-256 key, and %s is", pub_path, primum_pkcs11_name(token))
                   : status;
    }
    status = primum_pkcs11_public(token, &key);
    if (status == PRIMUM_OK)
        status = primum_signer_of(key, primum_pkcs11_name(token), alg, out);
    EVP_PKEY_free(key);
    return status;
}

/* What comes from a token is checked before it is used. */
static int sign(struct primum_pkcs11 *token, const struct primum_signer *signer, prm_span digest,
                struct primum_bytes *out) {
    struct primum_bytes message = primum_signer_message(signer, digest);
    const prm_span bytes = primum_span(&message);
    uint8_t hash[PRM_SHA256_SIZE], raw[PRM_P256_SIG_SIZE], sig[PRM_P256_SIG_SIZE];
    size_t len = 0;
    int status = prm_crypto_openssl.sha256(&bytes, 1, hash) == PRM_OK
                     ? primum_pkcs11_sign(token, hash, raw)
                     : primum_fail(PRIMUM_IO, "OpenSSL gives no SHA-256");

    if (status == PRIMUM_OK && !primum_signer_check(signer, bytes, prm_span_of(raw, sizeof raw), sig, &len))
        status =
            primum_fail(PRIMUM_REFUSED, "%s: the token's signature is not right by the public key; is that of another?",
                        primum_pkcs11_name(token));
    if (status == PRIMUM_OK)
        *out = primum_signer_block(signer, prm_span_of(sig, len));
    primum_bytes_free(&message);
    return status;
}

int primum_pkcs11_block_sign(prm_span digest, const char *uri, const char *pin_file, const char *pub_path, int32_t alg,
                             struct primum_bytes *out) {
    struct primum_pkcs11 *token;
    struct primum_signer signer;
    int status = primum_pkcs11_open(uri, pin_file, &token);

    *out = (struct primum_bytes){NULL, 0};
    if (status == PRIMUM_OK)
        status = primum_pkcs11_find_private(token);
    if (status == PRIMUM_OK)
        status = find_signer(token, pub_path, alg, &signer);
    if (status == PRIMUM_OK)
        status = sign(token, &signer, digest, out);
    primum_pkcs11_close(token);
    return status;
}
