/* SPDX-License-Identifier: Apache-2.0 */
/* Agreement with a key in the PSA core's store, by p256-m: for tests, see cipher_mbedtls.h. */
#include "providers/mbedtls/cipher_mbedtls.h"

#include <string.h>

#include <psa/crypto.h>

#include "base/harden.h"

static prm_result mbedtls_agree(void *ctx, const uint8_t peer_public[PRM_P256_POINT_SIZE],
                                uint8_t shared[PRM_P256_SHARED_SIZE]) {
    const struct prm_cipher_mbedtls *own = ctx;
    uint8_t point[1 + PRM_P256_POINT_SIZE] = {4};
    size_t len = 0;

    memcpy(point + 1, peer_public, PRM_P256_POINT_SIZE);
    const psa_status_t status =
        psa_raw_key_agreement(PSA_ALG_ECDH, own->key, point, sizeof point, shared, PRM_P256_SHARED_SIZE, &len);
    if (status == PSA_SUCCESS && len == PRM_P256_SHARED_SIZE)
        return PRM_OK;
    prm_wipe(shared, PRM_P256_SHARED_SIZE);
    /* Of the arguments only the point comes from outside; the key was checked when it was imported. */
    return status == PSA_ERROR_INVALID_ARGUMENT ? PRM_ERR_ENC_POINT : PRM_ERR_CRYPTO;
}

static psa_status_t import_scalar(const uint8_t *scalar, psa_key_id_t *id) {
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;

    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_DERIVE);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDH);
    return psa_import_key(&attributes, scalar, 32, id);
}

prm_result prm_cipher_mbedtls_open(struct prm_cipher_mbedtls *own, const uint8_t *scalar, struct prm_cipher *out) {
    psa_key_id_t id = PSA_KEY_ID_NULL;

    *own = (struct prm_cipher_mbedtls){0};
    PRM_TRY(prm_cipher_mbedtls_start(out));
    if (scalar != NULL) {
        const psa_status_t status = import_scalar(scalar, &id);
        if (status != PSA_SUCCESS) {
            *out = (struct prm_cipher){.ctx = NULL};
            return status == PSA_ERROR_INVALID_ARGUMENT ? PRM_ERR_ARGUMENT : PRM_ERR_CRYPTO;
        }
        out->agree = mbedtls_agree;
    }
    own->key = id;
    out->ctx = own;
    return PRM_OK;
}

void prm_cipher_mbedtls_close(struct prm_cipher_mbedtls *own) {
    (void)psa_destroy_key(own->key);
    *own = (struct prm_cipher_mbedtls){0};
}
