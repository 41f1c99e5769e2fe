/* SPDX-License-Identifier: Apache-2.0 */
/* p256_comb.h - a multiple of the generator, column by column of p256_point.h's comb. */
#ifndef PRM_PROVIDERS_P256_COMB_H
#define PRM_PROVIDERS_P256_COMB_H

#include "providers/p256/p256_point.h"

/*
 * r = k or n - k, whichever is odd, for k in [1, n-1]. Returns all ones if it is n - k, else 0. CT: independent of k.
 */
uint32_t prm_p256_make_odd(uint32_t r[P256_WORDS], const uint32_t k[P256_WORDS]);

/*
 * Column i of the odd number k: the entry of the table in the lowest bits (modulo P256_TABLE), and all bits above them set
 * if it is to be subtracted. CT: independent of k.
 */
uint32_t prm_p256_column(const uint32_t k[P256_WORDS], uint32_t i);

#endif
