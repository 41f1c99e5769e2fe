/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_scalar.h - arithmetic modulo n, the number of points of P-256. Numbers are plain, eight words, the lowest first.
 * CT: all of it.
 */
#ifndef PRM_PROVIDERS_P256_SCALAR_H
#define PRM_PROVIDERS_P256_SCALAR_H

#include "providers/p256/p256_field.h"

extern const uint32_t prm_p256_n[P256_WORDS];

/* r = a b modulo n; one of the two may be any number of 256 bits. */
void prm_p256_scalar_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* r = a modulo n, for any number of 256 bits. */
void prm_p256_scalar_reduce(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]);
/* r = a + b modulo n. */
void prm_p256_scalar_add(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* Takes 32 bytes, big-endian. Returns all ones if they are in [1, n-1], else 0. */
uint32_t prm_p256_scalar_load(uint32_t r[P256_WORDS], const uint8_t bytes[32]);

#endif
