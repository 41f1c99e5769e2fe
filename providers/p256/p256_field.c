/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_field.h"

#include <string.h>

#include "providers/p256/p256_inverse.h"

const uint32_t prm_p256_p[P256_WORDS] = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0, 1, 0xFFFFFFFF};
const uint32_t prm_p256_plain_one[P256_WORDS] = {1};
const uint32_t prm_p256_one[P256_WORDS] = {1, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 0}; /* 2^256 mod p */
const uint32_t prm_p256_to_m[P256_WORDS] = {3, 0, 0xFFFFFFFF, 0xFFFFFFFB, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 4};
                                                                                                     /* 2^512 mod p */

uint32_t prm_p256_diff(const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t diff = 0;

    for (unsigned i = 0; i < P256_WORDS; i++)
        diff |= a[i] ^ b[i];
    return diff;
}

uint32_t prm_p256_bits(const uint32_t a[P256_WORDS]) {
    uint32_t bits = 0;

    for (unsigned i = 0; i < P256_WORDS; i++)
        bits |= a[i];
    return bits;
}

void prm_p256_copy(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    memcpy(r, a, 4 * P256_WORDS);
}

void prm_p256_select(uint32_t r[P256_WORDS], uint32_t mask, const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    for (unsigned i = 0; i < P256_WORDS; i++)
        r[i] = a[i] ^ ((a[i] ^ b[i]) & mask);
}

uint32_t prm_p256_minus(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    int64_t acc = 0;

    for (unsigned i = 0; i < P256_WORDS; i++) {
        acc = (acc >> 32) + a[i] - b[i];
        r[i] = (uint32_t)acc;
    }
    return (uint32_t)(acc >> 32);
}

void prm_p256_load(uint32_t r[P256_WORDS], const uint8_t bytes[32]) {
    for (unsigned i = 0; i < P256_WORDS; i++) {
        const uint8_t *at = bytes + 28 - 4 * i;
        r[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
}

void prm_p256_store(uint8_t bytes[32], const uint32_t a[P256_WORDS]) {
    for (unsigned i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(a[7 - i / 4] >> (24 - 8 * (i % 4)));
}

/* The inverse of x 2^256 is 1/x / 2^256: two multiplications by 2^512 make it 1/x 2^256. */
void prm_p256_invert(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    prm_p256_inverse(r, a, &prm_p256_modulus_p);
    prm_p256_mul(r, r, prm_p256_to_m);
    prm_p256_mul(r, r, prm_p256_to_m);
}
