/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/signer.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "boot/boot_format.h"
#include "cli/cose.h"
#include "cli/hss_check.h"
#include "cli/hss_state.h"
#include "cli/keys.h"
#include "cli/release.h"
#include "providers/openssl/crypto_openssl.h"
#include "update/update.h"

static int make_p256(prm_span public_key, struct cli_signer *out) {
    if (public_key.len != PRM_P256_PUBLIC_SIZE || cli_check8(public_key, out->kid) != CLI_OK)
        return CLI_REFUSED;
    out->sig_len = PRM_P256_SIG_SIZE;
    return CLI_OK;
}

static int make_hss(prm_span public_key, struct cli_signer *out) {
    struct hss_set set;

    if (public_key.len < 12 || public_key.len > CLI_HSS_PUBLIC_MAX)
        return CLI_REFUSED;
    const size_t levels = hss_get32(public_key.ptr);
    if (levels < 1 || levels > 8 ||
        !hss_set_from_types(hss_get32(public_key.ptr + 4), hss_get32(public_key.ptr + 8), &set) ||
        public_key.len != 4u + hss_key_len(&set) || cli_check8(public_key, out->kid) != CLI_OK)
        return CLI_REFUSED;
    out->sig_len = 4u + levels * hss_lms_sig_len(&set) + (levels - 1u) * hss_key_len(&set);
    return CLI_OK;
}

int cli_signer_make(int32_t alg, prm_span public_key, struct cli_signer *out) {
    int status = CLI_REFUSED;

    memset(out, 0, sizeof *out);
    if (alg == PRM_COSE_ESP256 || alg == PRM_COSE_ES256)
        status = make_p256(public_key, out);
    else if (alg == PRM_COSE_HSS_LMS)
        status = make_hss(public_key, out);
    if (status != CLI_OK)
        return status;
    out->alg = alg;
    memcpy(out->public_key, public_key.ptr, public_key.len);
    out->public_len = public_key.len;
    return CLI_OK;
}

int cli_signer_of(EVP_PKEY *key, const char *name, int32_t alg, struct cli_signer *out) {
    struct prm_anchor anchor;
    const int status = cli_key_anchor(key, name, &anchor);

    memset(out, 0, sizeof *out);
    return status == CLI_OK ? cli_signer_make(alg, prm_span_of(anchor.public_key, sizeof anchor.public_key), out)
                            : status;
}

/* 1 if OpenSSL can read the file as a public key; HSS-LMS ones it can't. */
static int is_openssl_public(const char *path) {
    BIO *bio = BIO_new_file(path, "rb");
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    const int yes = key != NULL;

    EVP_PKEY_free(key);
    BIO_free(bio);
    ERR_clear_error();
    return yes;
}

int cli_signer_read(const char *pub_path, int32_t p256_alg, struct cli_signer *out) {
    struct cli_hss_public hss;
    EVP_PKEY *key = NULL;
    int status;

    memset(out, 0, sizeof *out);
    if (!is_openssl_public(pub_path)) {
        status = cli_hss_public_read(pub_path, &hss);
        if (status == CLI_OK)
            status = cli_signer_make(PRM_COSE_HSS_LMS, prm_span_of(hss.bytes, hss.len), out);
        else if (status == CLI_REFUSED)
            (void)cli_fail(status, "nor is it a P-256 public key in PEM (the .pub.pem of a key is)");
        return status;
    }
    status = cli_key_open_public(pub_path, &key);
    if (status == CLI_OK)
        status = cli_signer_of(key, pub_path, p256_alg, out);
    EVP_PKEY_free(key);
    return status;
}

const char *cli_signer_alg_name(const struct cli_signer *signer) {
    return signer->alg == PRM_COSE_HSS_LMS ? "HSS-LMS" : signer->alg == PRM_COSE_ES256 ? "ES256" : "ESP256";
}

struct cli_bytes cli_signer_message(const struct cli_signer *signer, prm_span digest) {
    uint8_t header[CLI_COSE_HEADER_MAX];

    return cli_cose_message(cli_cose_header(signer->alg, signer->kid, header), digest);
}

static int check_p256(const struct cli_signer *signer, prm_span message, const uint8_t sig[PRM_P256_SIG_SIZE]) {
    uint8_t digest[PRM_SHA256_SIZE], witness[32];

    return prm_crypto_openssl.sha256(&message, 1, digest) == PRM_OK &&
           prm_crypto_openssl.p256_witness(signer->public_key, digest, sig, witness) == PRM_OK &&
           memcmp(witness, sig, sizeof witness) == 0;
}

static int check_hss(const struct cli_signer *signer, prm_span message, prm_span signature) {
    struct cli_hss_public key = {.len = signer->public_len};

    memcpy(key.bytes, signer->public_key, signer->public_len);
    return cli_hss_check(&key, message, signature);
}

int cli_signer_check(const struct cli_signer *signer, prm_span message, prm_span signature, uint8_t *out,
                     size_t *out_len) {
    if (signer->alg == PRM_COSE_HSS_LMS) {
        if (!check_hss(signer, message, signature))
            return 0;
        memcpy(out, signature.ptr, signature.len);
        *out_len = signature.len;
        return 1;
    }
    *out_len = PRM_P256_SIG_SIZE;
    /* Both, where 64 bytes could be either. */
    if (signature.len == PRM_P256_SIG_SIZE && check_p256(signer, message, signature.ptr)) {
        memcpy(out, signature.ptr, signature.len);
        return 1;
    }
    return cli_key_sig_from_der(signature, out) && check_p256(signer, message, out);
}

struct cli_bytes cli_signer_block(const struct cli_signer *signer, prm_span signature) {
    uint8_t header[CLI_COSE_HEADER_MAX];
    uint8_t *zeros = cli_alloc(signer->sig_len);
    const prm_span sig = signature.ptr != NULL ? signature : prm_span_of(zeros, signer->sig_len);
    struct cli_bytes block = cli_cose_block(cli_cose_header(signer->alg, signer->kid, header), sig);

    free(zeros);
    return block;
}

int cli_envelope_fits(const struct prm_suit_envelope *envelope, size_t *header) {
    struct cli_bytes bank = cli_envelope_for_bank(envelope);
    struct cli_bytes whole = cli_envelope_write(envelope, NULL, 0);
    const size_t bank_len = bank.len, manifest_len = envelope->manifest_wrapped.len;

    *header = whole.len;
    cli_bytes_free(&bank);
    cli_bytes_free(&whole);
    if (bank_len > PRM_ENVELOPE_MAX || manifest_len > PRM_MANIFEST_MAX)
        return cli_fail(CLI_REFUSED,
                        "the manifest has %zu bytes of %u, the envelope in a bank %zu of %u: shorten the texts or use "
                        "fewer keys",
                        manifest_len, PRM_MANIFEST_MAX, bank_len, PRM_ENVELOPE_MAX);
    if (*header > PRM_UPDATE_HEADER_MAX)
        return cli_fail(CLI_REFUSED,
                        "what comes before the payloads has %zu bytes, and a device takes %u: encrypt to fewer keys, "
                        "or make the images smaller",
                        *header, PRM_UPDATE_HEADER_MAX);
    return CLI_OK;
}
