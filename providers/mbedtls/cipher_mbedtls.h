/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cipher_mbedtls.h - the cipher seam over the PSA Crypto API of Mbed TLS 3.6.
 *
 * RAM is static: the PSA core's key slots and a pool of two blocks (psa_pool.h), no heap. Content keys are volatile PSA
 * keys for the time of a call. CT: AES is Mbed TLS's table lookups, which is constant
 * time only where memory has no data cache, as on the Cortex-M33.
 *
 * Images link it with psa_config.h, without a curve, and put their own agreement in. Tests link cipher_mbedtls_key.c too, with
 * psa_config_curve.h: agreement by p256-m. They take the crypto seam from crypto_mbedtls_psa (the same source as
 * crypto_mbedtls, on this build of Mbed TLS), not from crypto_mbedtls: two configurations of one library don't mix.
 */
#ifndef PRM_PROVIDERS_MBEDTLS_CIPHER_MBEDTLS_H
#define PRM_PROVIDERS_MBEDTLS_CIPHER_MBEDTLS_H

#include "seam/cipher.h"

/*
 * Starts the PSA core if it isn't running, and fills the seam, but for agreement, which is NULL. ctx is NULL and not used.
 * On failure `*out` is zeros. Errors: CRYPTO.
 */
PRM_MUST_USE prm_result prm_cipher_mbedtls_start(struct prm_cipher *out);

/* Owns: the PSA key, until prm_cipher_mbedtls_close(). Not to be moved while the seam is used. */
struct prm_cipher_mbedtls {
    uint32_t key; /* PSA key id; 0: none */
};

/*
 * The same, and puts the P-256 private key `scalar` (32 bytes, big-endian; NULL: none, and
 * then `agree` is NULL) into its key store, usable for ECDH only and never to be exported, and fills the seam. The
 * caller wipes its copy. On failure `*out` is zeros. Errors: ARGUMENT (not in [1, n-1]), CRYPTO.
 */
PRM_MUST_USE prm_result prm_cipher_mbedtls_open(struct prm_cipher_mbedtls *own, const uint8_t *scalar,
                                                struct prm_cipher *out);

/* Destroys the key. The seam must not be used any more. */
void prm_cipher_mbedtls_close(struct prm_cipher_mbedtls *own);

#endif
