/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_scalar.h"

#define N_FACTOR 0xEE00BC4Fu /* -1/n modulo 2^32 */

const uint32_t prm_p256_n[P256_WORDS] = {0xFC632551, 0xF3B9CAC2, 0xA7179E84, 0xBCE6FAAD,
                                         0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0xFFFFFFFF};
/* 2^512 mod n */
static const uint32_t to_m[P256_WORDS] = {0xBE79EEA2, 0x83244C95, 0x49BD6FA6, 0x4699799C,
                                          0x2B6BEC59, 0x2845B239, 0xF3D95620, 0x66E12D94};

/* r = (top, t) less n if it isn't below n: it must be below 2 n. */
static void reduce_once(uint32_t r[P256_WORDS], const uint32_t t[P256_WORDS], uint32_t top) {
    uint32_t less[P256_WORDS];
    const uint32_t below = prm_p256_minus(less, t, prm_p256_n);

    prm_p256_select(r, prm_launder(below & (top - 1u)), less, t);
}

/* t += x y, of which y has eight words; what comes out above them goes into t[8], with what is there. Returns the carry. */
static uint32_t add_multiple(uint32_t t[P256_WORDS + 1], uint32_t x, const uint32_t y[P256_WORDS]) {
    uint64_t acc = 0;

    for (unsigned i = 0; i < P256_WORDS; i++) {
        acc = (uint64_t)x * y[i] + t[i] + (acc >> 32);
        t[i] = (uint32_t)acc;
    }
    acc = (acc >> 32) + t[P256_WORDS];
    t[P256_WORDS] = (uint32_t)acc;
    return (uint32_t)(acc >> 32);
}

/* Montgomery's multiplication, a word of a at a time: r = a b / 2^256, for b below n and any a. */
static void montgomery(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t t[P256_WORDS + 2] = {0};

    for (unsigned i = 0; i < P256_WORDS; i++) {
        uint32_t carry = add_multiple(t, a[i], b);
        carry += add_multiple(t, t[0] * N_FACTOR, prm_p256_n);
        for (unsigned j = 0; j < P256_WORDS; j++)
            t[j] = t[j + 1];
        t[P256_WORDS] = carry;
    }
    reduce_once(r, t, t[P256_WORDS]);
}

void prm_p256_scalar_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t m[P256_WORDS];

    montgomery(m, a, to_m);
    montgomery(r, b, m);
}

void prm_p256_scalar_reduce(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    reduce_once(r, a, 0);
}

void prm_p256_scalar_add(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t sum[P256_WORDS];
    uint64_t acc = 0;

    for (unsigned i = 0; i < P256_WORDS; i++) {
        acc = (acc >> 32) + a[i] + b[i];
        sum[i] = (uint32_t)acc;
    }
    reduce_once(r, sum, (uint32_t)(acc >> 32));
}

uint32_t prm_p256_scalar_load(uint32_t r[P256_WORDS], const uint8_t bytes[32]) {
    uint32_t gone[P256_WORDS];

    prm_p256_load(r, bytes);
    const uint32_t bits = prm_p256_bits(r);
    return prm_p256_minus(gone, r, prm_p256_n) & (0u - ((bits | (0u - bits)) >> 31));
}
