/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_comb.h"

#include "providers/p256/p256_scalar.h"

uint32_t prm_p256_make_odd(uint32_t r[P256_WORDS], const uint32_t k[P256_WORDS]) {
    uint32_t other[P256_WORDS];
    const uint32_t even = prm_launder((k[0] & 1u) - 1u);

    (void)prm_p256_minus(other, prm_p256_n, k);
    prm_p256_select(r, even, k, other);
    return even;
}

const struct prm_p256_shape prm_p256_comb = {P256_TEETH, P256_COLUMNS, P256_TEETH * P256_COLUMNS - 1, P256_WORDS};

/* 2^i is added where bit i + 1 is set and subtracted where not, but the last, which is added. Returns 1 for added. */
static uint32_t digit(const uint32_t *k, uint32_t i, const struct prm_p256_shape *shape) {
    const uint32_t word = (i + 1) / 32;

    if (i == shape->last)
        return 1;
    return word < shape->words ? k[word] >> (i + 1) % 32 & 1u : 0;
}

uint32_t prm_p256_column(const uint32_t *k, uint32_t i, const struct prm_p256_shape *shape) {
    const uint32_t top = shape->teeth - 1u;
    uint32_t entry = digit(k, i + top * shape->stride, shape) - 1u; /* subtracted: all ones, and the others turned round */

    for (uint32_t t = 0; t < top; t++)
        entry ^= digit(k, i + t * shape->stride, shape) << t;
    return entry;
}
