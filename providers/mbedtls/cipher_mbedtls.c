/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/mbedtls/cipher_mbedtls.h"

#include <string.h>

#include <psa/crypto.h>

#include "base/harden.h"

static prm_result result_of(psa_status_t status) {
    return status == PSA_SUCCESS ? PRM_OK : PRM_ERR_CRYPTO;
}

/* A volatile AES key for one operation. */
static psa_status_t aes_key(const uint8_t key[PRM_AES128_SIZE], psa_algorithm_t alg, psa_key_id_t *id) {
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;

    psa_set_key_type(&attributes, PSA_KEY_TYPE_AES);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_DECRYPT);
    psa_set_key_algorithm(&attributes, alg);
    return psa_import_key(&attributes, key, PRM_AES128_SIZE, id);
}

/* Whole blocks in place; the rest through a block of its own, since PSA takes an unaligned end in place from no one. */
static psa_status_t ctr_run(psa_cipher_operation_t *op, uint8_t *data, size_t len) {
    const size_t whole = len - len % PRM_AES128_SIZE;
    uint8_t end[PRM_AES128_SIZE];
    size_t n = 0;
    psa_status_t status = PSA_SUCCESS;

    if (whole > 0)
        status = psa_cipher_update(op, data, whole, data, whole, &n);
    if (status == PSA_SUCCESS && n != whole)
        status = PSA_ERROR_GENERIC_ERROR;
    if (status != PSA_SUCCESS || len == whole)
        return status;
    status = psa_cipher_update(op, data + whole, len - whole, end, sizeof end, &n);
    if (status == PSA_SUCCESS && n != len - whole)
        status = PSA_ERROR_GENERIC_ERROR;
    if (status == PSA_SUCCESS)
        memcpy(data + whole, end, n);
    prm_wipe(end, sizeof end);
    return status;
}

static prm_result mbedtls_ctr_xor(void *ctx, const uint8_t key[PRM_AES128_SIZE], const uint8_t iv[PRM_AES128_SIZE],
                                  uint32_t block, uint8_t *data, size_t len) {
    psa_cipher_operation_t op = PSA_CIPHER_OPERATION_INIT;
    psa_key_id_t id = PSA_KEY_ID_NULL;
    uint8_t counter[PRM_AES128_SIZE];
    prm_result result = prm_cipher_run(block, len);

    (void)ctx;
    if (result == PRM_OK) {
        psa_status_t status = aes_key(key, PSA_ALG_CTR, &id);
        prm_cipher_counter(iv, block, counter);
        if (status == PSA_SUCCESS)
            status = psa_cipher_decrypt_setup(&op, id, PSA_ALG_CTR);
        if (status == PSA_SUCCESS)
            status = psa_cipher_set_iv(&op, counter, sizeof counter);
        if (status == PSA_SUCCESS)
            status = ctr_run(&op, data, len);
        (void)psa_cipher_abort(&op);
        (void)psa_destroy_key(id);
        result = result_of(status);
    }
    if (result != PRM_OK)
        prm_wipe(data, len);
    return result;
}

/* RFC 3394 2.2.2 in place: wrapped[0..8) ends as the integrity value, the rest as the key. */
static psa_status_t kw_steps(psa_cipher_operation_t *op, uint8_t *wrapped, size_t len) {
    const size_t n = len / 8 - 1;
    uint8_t in[PRM_AES128_SIZE], out[PRM_AES128_SIZE];
    psa_status_t status = PSA_SUCCESS;
    size_t done = 0;

    /* t counts from 6n down to 1: at most 24, so it fits the last byte of the 64-bit value it is XORed into. */
    for (size_t t = 6 * n; t > 0 && status == PSA_SUCCESS; t--) {
        uint8_t *r = wrapped + 8 * ((t - 1) % n + 1);
        memcpy(in, wrapped, 8);
        memcpy(in + 8, r, 8);
        in[7] ^= (uint8_t)t;
        status = psa_cipher_update(op, in, sizeof in, out, sizeof out, &done);
        if (status == PSA_SUCCESS && done != sizeof out)
            status = PSA_ERROR_GENERIC_ERROR;
        memcpy(wrapped, out, 8);
        memcpy(r, out + 8, 8);
    }
    prm_wipe(in, sizeof in);
    prm_wipe(out, sizeof out);
    return status;
}

static prm_result mbedtls_kw_unwrap(void *ctx, const uint8_t kek[PRM_AES128_SIZE], prm_span wrapped, uint8_t *key) {
    static const uint8_t integrity[8] = {0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6};
    psa_cipher_operation_t op = PSA_CIPHER_OPERATION_INIT;
    psa_key_id_t id = PSA_KEY_ID_NULL;
    uint8_t work[PRM_KW_WRAPPED_MAX];

    (void)ctx;
    PRM_TRY(prm_cipher_wrapped(wrapped.len));
    const size_t len = wrapped.len - PRM_KW_EXTRA_SIZE;
    memcpy(work, wrapped.ptr, wrapped.len);
    psa_status_t status = aes_key(kek, PSA_ALG_ECB_NO_PADDING, &id);
    if (status == PSA_SUCCESS)
        status = psa_cipher_decrypt_setup(&op, id, PSA_ALG_ECB_NO_PADDING);
    if (status == PSA_SUCCESS)
        status = kw_steps(&op, work, wrapped.len);
    (void)psa_cipher_abort(&op);
    (void)psa_destroy_key(id);

    prm_result result = result_of(status);
    if (result == PRM_OK && prm_diff(work, integrity, sizeof integrity) != 0)
        result = PRM_ERR_ENC_KEY;
    if (result == PRM_OK)
        memcpy(key, work + PRM_KW_EXTRA_SIZE, len);
    else
        prm_wipe(key, len);
    prm_wipe(work, sizeof work);
    return result;
}

static prm_result mbedtls_hkdf_sha256(void *ctx, prm_span salt, prm_span secret, prm_span info, uint8_t *out,
                                      size_t len) {
    psa_key_derivation_operation_t op = PSA_KEY_DERIVATION_OPERATION_INIT;

    (void)ctx;
    if (len == 0 || len > PRM_HKDF_OUT_MAX || info.len > PRM_HKDF_INFO_MAX)
        return PRM_ERR_ARGUMENT;
    psa_status_t status = psa_key_derivation_setup(&op, PSA_ALG_HKDF(PSA_ALG_SHA_256));
    if (status == PSA_SUCCESS && salt.len > 0)
        status = psa_key_derivation_input_bytes(&op, PSA_KEY_DERIVATION_INPUT_SALT, salt.ptr, salt.len);
    if (status == PSA_SUCCESS)
        status = psa_key_derivation_input_bytes(&op, PSA_KEY_DERIVATION_INPUT_SECRET, secret.ptr, secret.len);
    if (status == PSA_SUCCESS)
        status = psa_key_derivation_input_bytes(&op, PSA_KEY_DERIVATION_INPUT_INFO, info.ptr, info.len);
    if (status == PSA_SUCCESS)
        status = psa_key_derivation_output_bytes(&op, out, len);
    (void)psa_key_derivation_abort(&op);
    if (status != PSA_SUCCESS)
        prm_wipe(out, len);
    return result_of(status);
}

prm_result prm_cipher_mbedtls_start(struct prm_cipher *out) {
    *out = (struct prm_cipher){.ctx = NULL};
    PRM_TRY(result_of(psa_crypto_init()));
    *out = (struct prm_cipher){
        .ctr_xor = mbedtls_ctr_xor,
        .kw_unwrap = mbedtls_kw_unwrap,
        .hkdf_sha256 = mbedtls_hkdf_sha256,
    };
    return PRM_OK;
}
