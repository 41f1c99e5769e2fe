/* SPDX-License-Identifier: Apache-2.0 */
/* pkcs11_cose.c - signatures of tokens as COSE_Sign1 blocks of a release. */
#include "cli/pkcs11.h"
#include "cli/signer.h"
#include "providers/openssl/crypto_openssl.h"

static int find_signer(struct cli_pkcs11 *token, const char *pub_path, int32_t alg, struct cli_signer *out) {
    EVP_PKEY *key = NULL;
    int status;

    if (pub_path != NULL) {
        status = cli_signer_read(pub_path, alg, out);
        return status == CLI_OK && out->alg != alg
                   ? cli_fail(CLI_USAGE, "%s is not a P-256 key, and %s is", pub_path, cli_pkcs11_name(token))
                   : status;
    }
    status = cli_pkcs11_public(token, &key);
    if (status == CLI_OK)
        status = cli_signer_of(key, cli_pkcs11_name(token), alg, out);
    EVP_PKEY_free(key);
    return status;
}

/* What comes from a token is checked before it is used. */
static int sign(struct cli_pkcs11 *token, const struct cli_signer *signer, prm_span digest, struct cli_bytes *out) {
    struct cli_bytes message = cli_signer_message(signer, digest);
    const prm_span bytes = cli_span(&message);
    uint8_t hash[PRM_SHA256_SIZE], raw[PRM_P256_SIG_SIZE], sig[PRM_P256_SIG_SIZE];
    size_t len = 0;
    int status = prm_crypto_openssl.sha256(&bytes, 1, hash) == PRM_OK ? cli_pkcs11_sign(token, hash, raw)
                                                                      : cli_fail(CLI_IO, "OpenSSL gives no SHA-256");

    if (status == CLI_OK && !cli_signer_check(signer, bytes, prm_span_of(raw, sizeof raw), sig, &len))
        status = cli_fail(CLI_REFUSED, "%s: the token's signature is not right by the public key; is that of another?",
                          cli_pkcs11_name(token));
    if (status == CLI_OK)
        *out = cli_signer_block(signer, prm_span_of(sig, len));
    cli_bytes_free(&message);
    return status;
}

int cli_pkcs11_block_sign(prm_span digest, const char *uri, const char *pin_file, const char *pub_path, int32_t alg,
                          struct cli_bytes *out) {
    struct cli_pkcs11 *token;
    struct cli_signer signer;
    int status = cli_pkcs11_open(uri, pin_file, &token);

    *out = (struct cli_bytes){NULL, 0};
    if (status == CLI_OK)
        status = cli_pkcs11_find_private(token);
    if (status == CLI_OK)
        status = find_signer(token, pub_path, alg, &signer);
    if (status == CLI_OK)
        status = sign(token, &signer, digest, out);
    cli_pkcs11_close(token);
    return status;
}
