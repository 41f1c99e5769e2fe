/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto_mbedtls.h - the crypto seam over Mbed TLS 3.6: SHA-256 from its library, P-256 from p256-m, the implementation
 * that is its own PSA driver. The PSA core itself (key store, heap) stays out of the immutable root:
 * docs/decisions/0003-crypto-in-the-root.md.
 */
#ifndef PRM_PROVIDERS_MBEDTLS_CRYPTO_MBEDTLS_H
#define PRM_PROVIDERS_MBEDTLS_CRYPTO_MBEDTLS_H

#include "seam/crypto.h"

extern const struct prm_crypto prm_crypto_mbedtls;

/* See struct prm_crypto. In a file of its own, since it is built around the library's curve arithmetic. */
PRM_MUST_USE prm_result prm_mbedtls_p256_witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                                 const uint8_t digest[PRM_SHA256_SIZE],
                                                 const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]);

#endif
