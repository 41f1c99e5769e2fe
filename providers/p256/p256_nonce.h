/* SPDX-License-Identifier: Apache-2.0 */
/* p256_nonce.h - the nonces of RFC 6979, for P-256 and SHA-256. */
#ifndef PRM_PROVIDERS_P256_NONCE_H
#define PRM_PROVIDERS_P256_NONCE_H

#include "providers/p256/p256_field.h"
#include "seam/crypto.h"

struct prm_p256_nonce {
    const struct prm_crypto *crypto;
    uint8_t key[32], value[32]; /* K and V */
};

/*
 * RFC 6979 3.2 a to g for a secret and `e`, the digest modulo n; `extra`, if not NULL, PRM_P256_NOISE_SIZE bytes that are added
 * to the seed (3.6). Errors: CRYPTO.
 */
PRM_MUST_USE prm_result prm_p256_nonce_begin(struct prm_p256_nonce *n, const struct prm_crypto *crypto,
                                             const uint8_t secret[32], const uint32_t e[P256_WORDS],
                                             const uint8_t *extra);

/* 3.2 h: the nonce, in [1, n-1]. Errors: CRYPTO, also after more candidates outside than there are by chance. */
PRM_MUST_USE prm_result prm_p256_nonce_take(struct prm_p256_nonce *n, uint32_t k[P256_WORDS]);

#endif
