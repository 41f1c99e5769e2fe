/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The field's arithmetic in C, for cores without UMAAL and for hosts; contract in p256_field.h.
 *
 * p + 1 is a multiple of 2^96, so Montgomery's factor for a word is the word itself, and adding the word's multiple of p is
 * adding and subtracting words: no multiplication. Four words go at once. With M = m0 + m1 2^32 + m2 2^64 + m3 2^96,
 *
 *     (M p + M) / 2^96 = M (1 + 2^96 - 2^128 + 2^160)
 *
 * is what the words above those four get.
 *
 * CT: a 64-bit product of 32-bit words takes the same time for all words on the cores that this is for (Cortex-M33 and
 * up; on a Cortex-M3 it doesn't).
 */
#include "providers/p256/p256_point.h"

/*
 * r = the number of nine words (top, t) less p if it isn't below p: it must be below 2 p.
 */
static void reduce_once(uint32_t r[P256_WORDS], const uint32_t t[P256_WORDS], uint32_t top) {
    const uint32_t below = prm_p256_minus(r, t, prm_p256_p);
    /* below and top = 1 can't be told from the eight words: then the ninth pays what was borrowed. */
    const uint32_t keep = (uint32_t)prm_launder(below & (top - 1u));

    prm_p256_select(r, keep, r, t);
}

/*
 * One half of Montgomery's reduction: takes words 0 to 3 of t away, by adding their multiple of p, and adds it to t from
 * word 4 on. `carry` is what comes into word 8 + 4 `later` from the half before; the new one is returned.
 */
static int64_t fold(uint32_t *t, int64_t carry) {
    const int64_t m0 = t[0], m1 = t[1], m2 = t[2];
    int64_t acc = t[3] + m0;
    const int64_t m3 = (uint32_t)acc;
    const int64_t addend[8] = {m1, m2, m3 + m0, m1 - m0, m2 - m1 + m0 + carry, m3 - m2 + m1, m2 - m3, m3};

    for (unsigned i = 0; i < 8; i++) {
        acc = (acc >> 32) + t[4 + i] + addend[i];
        t[4 + i] = (uint32_t)acc;
    }
    return acc >> 32;
}

void prm_p256_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t t[2 * P256_WORDS] = {0};

    for (unsigned i = 0; i < P256_WORDS; i++) {
        const uint64_t word = a[i];
        uint64_t acc = 0;
        for (unsigned j = 0; j < P256_WORDS; j++) {
            acc = word * b[j] + t[i + j] + (acc >> 32);
            t[i + j] = (uint32_t)acc;
        }
        t[i + P256_WORDS] = (uint32_t)(acc >> 32);
    }
    reduce_once(r, t + 8, (uint32_t)fold(t + 4, fold(t, 0)));
}

void prm_p256_sqr(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    prm_p256_mul(r, a, a);
}

void prm_p256_add(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t sum[P256_WORDS];
    uint64_t acc = 0;

    for (unsigned i = 0; i < P256_WORDS; i++) {
        acc = (acc >> 32) + a[i] + b[i];
        sum[i] = (uint32_t)acc;
    }
    reduce_once(r, sum, (uint32_t)(acc >> 32));
}

/* r = a + (p if the mask is all ones, 0 if it is 0). Returns what is carried out of it. */
static uint32_t add_p(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], uint32_t mask) {
    uint64_t acc = 0;

    for (unsigned i = 0; i < P256_WORDS; i++) {
        acc = (acc >> 32) + a[i] + (prm_p256_p[i] & mask);
        r[i] = (uint32_t)acc;
    }
    return (uint32_t)(acc >> 32);
}

void prm_p256_sub(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    const uint32_t below = prm_p256_minus(r, a, b);

    (void)add_p(r, r, below);
}

void prm_p256_half(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    uint32_t above = add_p(r, a, prm_launder(0u - (a[0] & 1u)));

    for (unsigned i = P256_WORDS; i-- > 0;) {
        const uint32_t word = r[i];
        r[i] = word >> 1 | above << 31;
        above = word & 1u;
    }
}

void prm_p256_lookup(struct prm_p256_affine *r, const struct prm_p256_affine *table, uint32_t n, uint32_t index) {
    *r = table[0];
    for (uint32_t i = 1; i < n; i++) {
        const uint32_t other = i ^ index;
        const uint32_t here = prm_launder(((other | (0u - other)) >> 31) - 1u);
        prm_p256_select(r->x, here, r->x, table[i].x);
        prm_p256_select(r->y, here, r->y, table[i].y);
    }
}
