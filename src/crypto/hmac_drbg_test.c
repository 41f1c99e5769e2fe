/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hmac_drbg.h"

/* What the figures below give, as an independent implementation has it (tests/unit/test_hmac_drbg.c). */
static const uint8_t expected[PRM_SHA256_SIZE] = {
    0x44, 0xFC, 0xE3, 0x91, 0xD7, 0x0C, 0x06, 0xAE, 0x79, 0x98, 0x0A, 0x4A, 0xF2, 0x8F, 0x1E, 0x52,
    0x53, 0xDA, 0x81, 0x79, 0x66, 0x6A, 0x33, 0xDA, 0x82, 0x66, 0xFD, 0x59, 0x1F, 0x5A, 0x5E, 0x03};

prm_result prm_hmac_drbg_test(const struct prm_crypto *crypto) {
    struct prm_hmac_drbg drbg;
    uint8_t figures[48], got[PRM_SHA256_SIZE];
    const prm_span all = prm_span_of(figures, sizeof figures);
    const prm_span half = prm_span_of(figures, sizeof figures / 2);

    for (uint8_t i = 0; i < sizeof figures; i++)
        figures[i] = i;
    PRM_TRY(prm_hmac_drbg_instantiate(&drbg, crypto, &all, 1));
    PRM_TRY(prm_hmac_drbg_reseed(&drbg, crypto, &half, 1));
    PRM_TRY(prm_hmac_drbg_generate(&drbg, crypto, half, got, sizeof got));
    return prm_diff(got, expected, sizeof got) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}
