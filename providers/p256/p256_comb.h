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
 * An odd number is a sum of 2^i for all i up to `last`, each added or subtracted. Written in rows, the teeth, of `stride`
 * digits each, it goes by in columns.
 */
struct prm_p256_shape {
    uint16_t teeth, stride, last, words;
};
extern const struct prm_p256_shape prm_p256_comb; /* for prm_p256_table */

/*
 * Column i of an odd number of shape->words words, as its entry in a table: a bit for each row but the highest, from the
 * lowest on, set if it has the sign of the highest; all bits above are set if that one is subtracted. CT: independent of k.
 */
uint32_t prm_p256_column(const uint32_t *k, uint32_t i, const struct prm_p256_shape *shape);

#endif
