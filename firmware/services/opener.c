/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/services/services.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"
#include "providers/mbedtls/cipher_mbedtls.h"
#include "update/update_open.h"

static struct prm_cipher cipher;
static struct prm_suit_keys keys;
static struct prm_update_opener opener;
static uint8_t kid[PRM_SHA256_SIZE];
static uint8_t secret[BOARD_KEY_SIZE];

_Static_assert(BOARD_KEY_SIZE == PRM_P256_SECRET_SIZE, "the device's key is a P-256 one");

/* A key is named as an anchor is: by the first 8 bytes of SHA-256 over its public half. */
static prm_result name_key(void) {
    uint8_t noise[PRM_P256_NOISE_SIZE];
    uint8_t public_key[PRM_P256_PUBLIC_SIZE];
    const prm_span whole = prm_span_of(public_key, sizeof public_key);

    const prm_result result = services_crypto.p256_public(secret, services_noise(noise), public_key);
    prm_wipe(noise, sizeof noise);
    PRM_TRY(result);
    return services_crypto.sha256(&whole, 1, kid);
}

/* By our own curve, which is the root's; blinded where there are random numbers. */
static prm_result agree(void *ctx, const uint8_t peer[PRM_P256_POINT_SIZE], uint8_t shared[PRM_P256_SHARED_SIZE]) {
    uint8_t noise[PRM_P256_NOISE_SIZE];

    (void)ctx;
    const prm_result result = services_crypto.p256_agree(secret, peer, services_noise(noise), shared);
    prm_wipe(noise, sizeof noise);
    return result == PRM_ERR_SIG_INVALID ? PRM_ERR_ENC_POINT : result;
}

const struct prm_update_opener *services_opener(void) {
    for (unsigned i = 0; i < sizeof secret; i++)
        secret[i] = ((const volatile uint8_t *)BOARD_KEY_BASE)[i];
    prm_mps2_close_key();
    prm_result result = prm_cipher_mbedtls_start(&cipher);
    if (result == PRM_OK)
        result = name_key();
    if (result != PRM_OK) {
        prm_wipe(secret, sizeof secret);
        return NULL;
    }
    cipher.agree = agree;
    keys = (struct prm_suit_keys){.cipher = &cipher, .agree_kid = prm_span_of(kid, PRM_KEY_ID_SIZE)};
    prm_update_opener_init(&opener, &keys);
    return &opener;
}
