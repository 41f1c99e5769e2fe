/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inverse by division steps; contract and source in p256_inverse.h.
 *
 * f starts as the modulus, g as the number. A step halves g, after adding f to it if it is odd, and now and then changes
 * places; after 590 of them g is 0 and f is 1 or -1. d and e follow by the same steps modulo m, so that always
 * f = d a and g = e a: in the end d is 1/a or -1/a.
 *
 * Thirty steps look only at the lowest thirty bits of f and g. They are made on those, and give a matrix (u v; q r), by
 * which all of f, g, d, e are then multiplied at once and divided by 2^30.
 */
#include "providers/p256/p256_inverse.h"

enum { STEPS = 30, ROUNDS = 20, DIGITS = 9, TOP = DIGITS - 1 };
#define LOW ((1u << STEPS) - 1u)

/* Digits of 30 bits, the lowest first; the highest carries the sign. */
struct number {
    int32_t digit[DIGITS];
};

struct prm_p256_modulus {
    struct number m;
    uint32_t inverse; /* of m's lowest digit, modulo 2^30 */
};

const struct prm_p256_modulus prm_p256_modulus_p = {
    {{0x3FFFFFFF, 0x3FFFFFFF, 0x3FFFFFFF, 0x3F, 0, 0, 0x1000, 0x3FFFC000, 0xFFFF}}, 0x3FFFFFFF};
const struct prm_p256_modulus prm_p256_modulus_n = {
    {{0x3C632551, 0xEE72B0B, 0x3179E84F, 0x39BEAB69, 0x3FFFFFBC, 0x3FFFFFFF, 0xFFF, 0x3FFFC000, 0xFFFF}}, 0x11FF43B1};

struct matrix {
    int32_t u, v, q, r;
};

/* All ones if x is negative, else 0. */
static uint32_t sign(int32_t x) {
    return (uint32_t)(x >> 31);
}

/*
 * Thirty steps on the lowest bits. `theta` is -(delta + 1/2): negative as long as the two may change places. Multiplied by 0, 1 or -1
 * is what other places of constant-time code select by masks: here it is one instruction instead of three.
 */
static int32_t steps(int32_t theta, uint32_t f, uint32_t g, struct matrix *t) {
    uint32_t u = 1, v = 0, q = 0, r = 1;

    for (unsigned i = 0; i < STEPS; i++) {
        const uint32_t odd = prm_launder(g & 1u);
        const uint32_t swap = prm_launder(odd & (uint32_t)theta >> 31);
        const uint32_t by = prm_launder(odd - 2 * swap);
        /* g -= f or += f if g is odd; then, in case of a swap, f += g: the old g. */
        g += f * by;
        q += u * by;
        r += v * by;
        theta = (int32_t)(((uint32_t)theta ^ (0u - swap)) - 1u);
        f += g * swap;
        u += q * swap;
        v += r * swap;
        g >>= 1;
        u <<= 1;
        v <<= 1;
    }
    *t = (struct matrix){(int32_t)u, (int32_t)v, (int32_t)q, (int32_t)r};
    return theta;
}

/*
 * (d, e) = t (d, e) / 2^30 modulo m: as many times m is added as make the lowest digits 0. d and e stay within
 * (-2 m, m): one m is added for each that is negative. With m = 0 it is without a modulus: for f and g, whose lowest
 * digits are 0 already.
 */
static void turn(struct number *d, struct number *e, const struct matrix *t, const struct prm_p256_modulus *m) {
    const uint32_t sd = sign(d->digit[TOP]), se = sign(e->digit[TOP]);
    uint32_t md = ((uint32_t)t->u & sd) + ((uint32_t)t->v & se);
    uint32_t me = ((uint32_t)t->q & sd) + ((uint32_t)t->r & se);
    const uint32_t d0 = (uint32_t)d->digit[0], e0 = (uint32_t)e->digit[0];
    int64_t cd = 0, ce = 0;

    md -= (m->inverse * ((uint32_t)t->u * d0 + (uint32_t)t->v * e0) + md) & LOW;
    me -= (m->inverse * ((uint32_t)t->q * d0 + (uint32_t)t->r * e0) + me) & LOW;
    for (unsigned i = 0; i < DIGITS; i++) {
        /* A digit after the other, each for both: of few that are at hand at once, none has to wait in memory. */
        cd >>= STEPS;
        ce >>= STEPS;
        cd += (int64_t)t->u * d->digit[i];
        ce += (int64_t)t->q * d->digit[i];
        cd += (int64_t)t->v * e->digit[i];
        ce += (int64_t)t->r * e->digit[i];
        cd += (int64_t)(int32_t)md * m->m.digit[i];
        ce += (int64_t)(int32_t)me * m->m.digit[i];
        if (i > 0) {
            d->digit[i - 1] = (int32_t)((uint32_t)cd & LOW);
            e->digit[i - 1] = (int32_t)((uint32_t)ce & LOW);
        }
    }
    d->digit[TOP] = (int32_t)(cd >> STEPS);
    e->digit[TOP] = (int32_t)(ce >> STEPS);
}

/* d = -d where `minus` is all ones, then + m if it is negative. */
static void settle(struct number *d, uint32_t minus, const struct number *m) {
    const uint32_t add = prm_launder(sign(d->digit[TOP]) ^ minus);
    int32_t carry = 0;

    for (unsigned i = 0; i < DIGITS; i++) {
        const uint32_t digit = ((uint32_t)d->digit[i] ^ minus) - minus;
        carry += (int32_t)(digit + ((uint32_t)m->digit[i] & add));
        d->digit[i] = i < TOP ? (int32_t)((uint32_t)carry & LOW) : carry;
        carry >>= STEPS;
    }
}

static void from_words(struct number *x, const uint32_t a[P256_WORDS]) {
    uint32_t left = 0;

    for (unsigned i = 0; i < DIGITS; i++) {
        /* 2 i bits of word i went into the digit before. */
        const uint32_t word = i < P256_WORDS ? a[i] : 0;
        x->digit[i] = (int32_t)((word << 2 * i | left) & LOW);
        left = word >> (STEPS - 2 * i);
    }
}

static void to_words(uint32_t r[P256_WORDS], const struct number *x) {
    for (unsigned i = 0; i < P256_WORDS; i++)
        r[i] = (uint32_t)x->digit[i] >> 2 * i | (uint32_t)x->digit[i + 1] << (STEPS - 2 * i);
}

void prm_p256_inverse(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const struct prm_p256_modulus *m) {
    static const struct prm_p256_modulus none;
    struct number f = m->m, g, d = {{0}}, e = {{1}};
    int32_t theta = -1;
    struct matrix t;

    from_words(&g, a);
    for (unsigned i = 0; i < ROUNDS; i++) {
        theta = steps(theta, (uint32_t)f.digit[0], (uint32_t)g.digit[0], &t);
        turn(&d, &e, &t, m);
        turn(&f, &g, &t, &none);
    }
    /* In (-2 m, m): once into (-m, m), then with f's sign into [0, m). */
    settle(&d, 0, &m->m);
    settle(&d, sign(f.digit[TOP]), &m->m);
    to_words(r, &d);
}
