/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_inverse.h - inversion modulo p and modulo the group's order n.
 *
 * Division steps as in D. J. Bernstein and B.-Y. Yang, "Fast constant-time gcd computation and modular inversion" (2019),
 * in the variant that starts with delta = 1/2, for which 590 steps are enough for 256 bits.
 */
#ifndef PRM_PROVIDERS_P256_INVERSE_H
#define PRM_PROVIDERS_P256_INVERSE_H

#include "providers/p256/p256_field.h"

struct prm_p256_modulus;
extern const struct prm_p256_modulus prm_p256_modulus_p, prm_p256_modulus_n;

/* r = 1/a mod m, for a below m; 0 for 0. CT: independent of a. */
void prm_p256_inverse(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const struct prm_p256_modulus *m);

#endif
