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

/* 1/p and 1/n modulo 2^30 */
#define P256_P_INVERSE 0x3FFFFFFFu
#define P256_N_INVERSE 0x11FF43B1u

/* r = 1/a mod m, for m = p or n, of which `m_inverse` is the inverse modulo 2^30, and a below m; 0 for 0. CT: independent of a. */
void prm_p256_inverse(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t m[P256_WORDS],
                      uint32_t m_inverse);

#endif
