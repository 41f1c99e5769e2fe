/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/signer.h"

#include <stdlib.h>
#include <string.h>

#include "host/keys/cose.h"
#include "host/keys/hss_check.h"
#include "host/keys/hss_state.h"
#include "host/keys/keys.h"
#include "providers/openssl/crypto_openssl.h"

static int make_p256(prm_span public_key, struct primum_signer *out) {
    if (public_key.len != PRM_P256_PUBLIC_SIZE || primum_check8(public_key, out->kid) != PRIMUM_OK)
        return PRIMUM_REFUSED;
    out->sig_len = PRM_P256_SIG_SIZE;
    return PRIMUM_OK;
}

static int make_hss(prm_span public_key, struct primum_signer *out) {
    struct hss_set set;

    if (public_key.len < 12 || public_key.len > PRIMUM_HSS_PUBLIC_MAX)
        return PRIMUM_REFUSED;
    const size_t levels = hss_get32(public_key.ptr);
    if (levels < 1 || levels > 8 ||
        !hss_set_from_types(hss_get32(public_key.ptr + 4), hss_get32(public_key.ptr + 8), &set) ||
        public_key.len != 4u + hss_key_len(&set) || primum_check8(public_key, out->kid) != PRIMUM_OK)
        return PRIMUM_REFUSED;
    out->sig_len = 4u + levels * hss_lms_sig_len(&set) + (levels - 1u) * hss_key_len(&set);
    return PRIMUM_OK;
}

int primum_signer_make(int32_t alg, prm_span public_key, struct primum_signer *out) {
    int status = PRIMUM_REFUSED;

    memset(out, 0, sizeof *out);
    if (alg == PRM_COSE_ESP256 || alg == PRM_COSE_ES256)
        status = make_p256(public_key, out);
    else if (alg == PRM_COSE_HSS_LMS)
        status = make_hss(public_key, out);
    if (status != PRIMUM_OK)
        return status;
    out->alg = alg;
    memcpy(out->public_key, public_key.ptr, public_key.len);
    out->public_len = public_key.len;
    return PRIMUM_OK;
}

int primum_signer_of(EVP_PKEY *key, const char *name, int32_t alg, struct primum_signer *out) {
    struct prm_anchor anchor;
    const int status = primum_key_anchor(key, name, &anchor);

    memset(out, 0, sizeof *out);
    return status == PRIMUM_OK ? primum_signer_make(alg, prm_span_of(anchor.public_key, sizeof anchor.public_key), out)
                               : status;
}

int primum_signer_read(const char *pub_path, int32_t p256_alg, struct primum_signer *out) {
    struct primum_hss_public hss;
    EVP_PKEY *key = NULL;
    int status;

    memset(out, 0, sizeof *out);
    if (!primum_key_is_public(pub_path)) {
        status = primum_hss_public_read(pub_path, &hss);
        if (status == PRIMUM_OK)
            status = primum_signer_make(PRM_COSE_HSS_LMS, prm_span_of(hss.bytes, hss.len), out);
        else if (status == PRIMUM_REFUSED)
            (void)primum_fail(status, "nor is it a P-256 public key in PEM (the .pub.pem of a key is)");
        return status;
    }
    status = primum_key_open_public(pub_path, &key);
    if (status == PRIMUM_OK)
        status = primum_signer_of(key, pub_path, p256_alg, out);
    EVP_PKEY_free(key);
    return status;
}

const char *primum_signer_alg_name(const struct primum_signer *signer) {
    return signer->alg == PRM_COSE_HSS_LMS ? "HSS-LMS" : signer->alg == PRM_COSE_ES256 ? "ES256" : "ESP256";
}

struct primum_bytes primum_signer_message(const struct primum_signer *signer, prm_span digest) {
    uint8_t header[PRIMUM_COSE_HEADER_MAX];

    return primum_cose_message(primum_cose_header(signer->alg, signer->kid, header), digest);
}

static int check_p256(const struct primum_signer *signer, prm_span message, const uint8_t sig[PRM_P256_SIG_SIZE]) {
    uint8_t digest[PRM_SHA256_SIZE], witness[32];

    return prm_crypto_openssl.sha256(&message, 1, digest) == PRM_OK &&
           prm_crypto_openssl.p256_witness(signer->public_key, digest, sig, witness) == PRM_OK &&
           memcmp(witness, sig, sizeof witness) == 0;
}

static int check_hss(const struct primum_signer *signer, prm_span message, prm_span signature) {
    struct primum_hss_public key = {.len = signer->public_len};

    memcpy(key.bytes, signer->public_key, signer->public_len);
    return primum_hss_check(&key, message, signature);
}

int primum_signer_check(const struct primum_signer *signer, prm_span message, prm_span signature, uint8_t *out,
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
    return primum_key_sig_from_der(signature, out) && check_p256(signer, message, out);
}

struct primum_bytes primum_signer_block(const struct primum_signer *signer, prm_span signature) {
    uint8_t header[PRIMUM_COSE_HEADER_MAX];
    uint8_t *zeros = primum_alloc(signer->sig_len);
    const prm_span sig = signature.ptr != NULL ? signature : prm_span_of(zeros, signer->sig_len);
    struct primum_bytes block = primum_cose_block(primum_cose_header(signer->alg, signer->kid, header), sig);

    free(zeros);
    return block;
}
