/* SPDX-License-Identifier: Apache-2.0 */
#include <psa/crypto.h>

#include "firmware/services/services.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"
#include "providers/mbedtls/cipher_mbedtls.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "update/update_open.h"

enum { POINT_SIZE = 1 + PRM_P256_POINT_SIZE };

static struct prm_cipher_mbedtls own;
static struct prm_cipher cipher;
static struct prm_suit_keys keys;
static struct prm_update_opener opener;
static uint8_t kid[PRM_SHA256_SIZE];

/* A key is named as an anchor is: by the first 8 bytes of SHA-256 over its public half. */
static prm_result name_key(void) {
    uint8_t point[POINT_SIZE];
    size_t len = 0;

    if (psa_export_public_key(own.key, point, sizeof point, &len) != PSA_SUCCESS || len != sizeof point)
        return PRM_ERR_CRYPTO;
    const prm_span public_key = prm_span_of(point + 1, PRM_P256_POINT_SIZE);
    return prm_crypto_mbedtls.sha256(&public_key, 1, kid);
}

const struct prm_update_opener *services_opener(void) {
    uint8_t scalar[BOARD_KEY_SIZE];

    for (unsigned i = 0; i < sizeof scalar; i++)
        scalar[i] = ((const volatile uint8_t *)BOARD_KEY_BASE)[i];
    prm_mps2_close_key();
    prm_result result = prm_cipher_mbedtls_open(&own, scalar, &cipher);
    prm_wipe(scalar, sizeof scalar);
    if (result == PRM_OK)
        result = name_key();
    if (result != PRM_OK)
        return NULL;
    keys = (struct prm_suit_keys){.cipher = &cipher, .agree_kid = prm_span_of(kid, PRM_KEY_ID_SIZE)};
    prm_update_opener_init(&opener, &keys);
    return &opener;
}
