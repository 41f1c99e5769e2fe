/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_secret.h - P-256 with a secret: key pairs, ECDSA signatures, key agreement.
 *
 * A secret is a number in [1, n-1], 32 bytes, big-endian. `noise` is PRM_P256_NOISE_SIZE fresh random bytes, or NULL: with them the numbers
 * that are worked on differ from call to call (random projective coordinates, random multiples of n), which an observer
 * of power or radiation would otherwise average over. Nothing is right or wrong by them.
 *
 * Results are looked at before they leave: a point has to be on the curve, a signature has to be good. A disturbed calculation gives CRYPTO and zeros;
 * what it would have given can give the secret away. Everything that depends on the secret is wiped from the stack.
 * CT: no branch and no address depends on a secret, a nonce or noise.
 */
#ifndef PRM_PROVIDERS_P256_SECRET_H
#define PRM_PROVIDERS_P256_SECRET_H

#include "seam/crypto.h"

/*
 * A secret from PRM_P256_SEED_SIZE bytes: as a number modulo n - 1, plus 1 (FIPS 186-5 A.2.1). Seeds that are uniform give
 * secrets that are, to 2^-64. Any seed gives one.
 */
void prm_p256_from_seed(const uint8_t seed[PRM_P256_SEED_SIZE], uint8_t secret[PRM_P256_SECRET_SIZE]);

/* struct prm_crypto's p256_public, p256_sign and p256_agree. */
PRM_MUST_USE prm_result prm_p256_public(const uint8_t secret[PRM_P256_SECRET_SIZE], const uint8_t *noise,
                                        uint8_t public_key[PRM_P256_PUBLIC_SIZE]);
PRM_MUST_USE prm_result prm_p256_sign(const struct prm_crypto *crypto, const uint8_t secret[PRM_P256_SECRET_SIZE],
                                      const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                      const uint8_t digest[PRM_SHA256_SIZE], const uint8_t *noise,
                                      uint8_t sig[PRM_P256_SIG_SIZE]);
PRM_MUST_USE prm_result prm_p256_agree(const uint8_t secret[PRM_P256_SECRET_SIZE],
                                       const uint8_t peer[PRM_P256_PUBLIC_SIZE], const uint8_t *noise,
                                       uint8_t shared[32]);

/* prm_p256_sign but for the look at the result. For itself, and for tests: what it gives must not leave. */
PRM_MUST_USE prm_result prm_p256_sign_unchecked(const struct prm_crypto *crypto,
                                                const uint8_t secret[PRM_P256_SECRET_SIZE],
                                                const uint8_t digest[PRM_SHA256_SIZE], const uint8_t *noise,
                                                uint8_t sig[PRM_P256_SIG_SIZE]);

/*
 * What these bytes say isn't secret from here on, although it was made of secrets. Does nothing; a test of constant time puts its
 * own in the place of this one.
 */
void prm_p256_disclose(void *bytes, size_t len);

#endif
