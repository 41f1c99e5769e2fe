/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_comb.h"

#include "providers/p256/p256_scalar.h"

enum { DIGITS = P256_TEETH * P256_COLUMNS, BITS = 32 * P256_WORDS };

uint32_t prm_p256_make_odd(uint32_t r[P256_WORDS], const uint32_t k[P256_WORDS]) {
    uint32_t other[P256_WORDS];
    const uint32_t even = prm_launder((k[0] & 1u) - 1u);

    (void)prm_p256_minus(other, prm_p256_n, k);
    prm_p256_select(r, even, k, other);
    return even;
}

/*
 * An odd number is the sum of 2^i for each i < DIGITS, added where bit i + 1 is set and subtracted where not, but the
 * highest, which is added. Returns 1 for added.
 */
static uint32_t digit(const uint32_t k[P256_WORDS], uint32_t i) {
    if (i + 1 < BITS)
        return k[(i + 1) / 32] >> (i + 1) % 32 & 1u;
    return i == DIGITS - 1 ? 1 : 0;
}

uint32_t prm_p256_column(const uint32_t k[P256_WORDS], uint32_t i) {
    uint32_t entry = digit(k, i + 4 * P256_COLUMNS) - 1u; /* subtracted: all ones, and the others turned round */

    for (uint32_t t = 0; t < P256_TEETH - 1; t++)
        entry ^= digit(k, i + t * P256_COLUMNS) << t;
    return entry;
}
