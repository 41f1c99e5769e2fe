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

/* The same for each word, written out: a loop would cost as much as its work. */
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)

/* What a word of p is: added or subtracted where the mask is all ones. */
#define P0(mask) (mask)
#define P1(mask) (mask)
#define P2(mask) (mask)
#define P3(mask) 0u
#define P4(mask) 0u
#define P5(mask) 0u
#define P6(mask) ((mask) & 1u)
#define P7(mask) (mask)

/*
 * r = the number of nine words (top, t), or less p if that isn't negative: it must be below 2 p. r may be t.
 */
static void settle(uint32_t r[P256_WORDS], const uint32_t t[P256_WORDS], uint32_t top) {
    int64_t less = 0;
    uint64_t sum = 0;

#define LESS_P(i)                                                                 \
    less = (less >> 32) + (int64_t)t[i] - (int64_t)P##i(UINT32_MAX);              \
    r[i] = (uint32_t)less;
    EACH(LESS_P)
    const uint32_t mask = prm_launder(top + (uint32_t)(less >> 32));
#define PLUS_P(i)                                                                 \
    sum = (sum >> 32) + r[i] + P##i(mask);                                        \
    r[i] = (uint32_t)sum;
    EACH(PLUS_P)
}

/* t[at] takes what is carried and the addend, and leaves what it carries. */
#define TAKE(at, addend)                                           \
    do {                                                           \
        acc = (acc >> 32) + (int64_t)t[at] + (int64_t)(addend);    \
        t[at] = (uint32_t)acc;                                     \
    } while (0)

/* What each word above the four gets; proofs/ shows that it is the multiple of p, for all words. */
#define ADDENDS(DO)            \
    DO(4, m1);                 \
    DO(5, m2);                 \
    DO(6, m3 + m0);            \
    DO(7, m1 - m0);            \
    DO(8, m2 - m1 + m0 + carry); \
    DO(9, m3 - m2 + m1);       \
    DO(10, m2 - m3);           \
    DO(11, m3);

/*
 * One half of Montgomery's reduction: takes words 0 to 3 of t away, by adding their multiple of p, and adds it to t from
 * word 4 on. `carry` is what comes into word 8 from the half before; the new one, into word 12, is returned.
 */
static int64_t fold(uint32_t *t, int64_t carry) {
    const int64_t m0 = t[0], m1 = t[1], m2 = t[2];
    int64_t acc = 0;

    TAKE(3, m0);
    const int64_t m3 = t[3];
    ADDENDS(TAKE)
    return acc >> 32;
}

/* t += word b */
static void row(uint32_t *t, uint32_t word, const uint32_t b[P256_WORDS]) {
    uint64_t acc = 0;

#define MULTIPLY(j)                                                               \
    acc = (uint64_t)word * b[j] + t[j] + (uint32_t)(acc >> 32);                   \
    t[j] = (uint32_t)acc;
    EACH(MULTIPLY)
    t[P256_WORDS] = (uint32_t)(acc >> 32);
}

void prm_p256_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint32_t t[2 * P256_WORDS];

    for (unsigned i = 0; i < P256_WORDS; i++)
        t[i] = 0;
    for (unsigned i = 0; i < P256_WORDS; i++)
        row(t + i, a[i], b);
    settle(r, t + 8, (uint32_t)fold(t + 4, fold(t, 0)));
}

void prm_p256_sqr(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    prm_p256_mul(r, a, a);
}

void prm_p256_add(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    uint64_t acc = 0;

#define PLUS(i)                                                                   \
    acc = (acc >> 32) + a[i] + b[i];                                              \
    r[i] = (uint32_t)acc;
    EACH(PLUS)
    settle(r, r, (uint32_t)(acc >> 32));
}

void prm_p256_sub(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    int64_t acc = 0;
    uint64_t sum = 0;

#define MINUS(i)                                                                  \
    acc = (acc >> 32) + (int64_t)a[i] - (int64_t)b[i];                            \
    r[i] = (uint32_t)acc;
    EACH(MINUS)
    const uint32_t mask = prm_launder((uint32_t)(acc >> 32));
    EACH(PLUS_P)
}

void prm_p256_half(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]) {
    const uint32_t mask = prm_launder(0u - (a[0] & 1u));
    uint64_t sum = 0;

#define PLUS_P_OR_NOT(i)                                                          \
    sum = (sum >> 32) + a[i] + P##i(mask);                                        \
    r[i] = (uint32_t)sum;
    EACH(PLUS_P_OR_NOT)
    uint32_t above = (uint32_t)(sum >> 32);
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
