/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_field.c - proofs by CBMC, on all inputs, of what in the field is not multiplying words: no carry is lost, and results are below p. Each function is
 * one proof (scripts/prove.sh). Numbers are bit vectors wide enough for nothing to wrap.
 */
#include "providers/p256/p256_field_portable.c"

typedef unsigned __CPROVER_bitvector[416] wide;

uint32_t nondet_word(void);

const uint32_t prm_p256_p[P256_WORDS] = {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 0, 1, 0xFFFFFFFF};

static wide number(const uint32_t *a, unsigned words) {
    wide x = 0;

    for (unsigned i = words; i-- > 0;)
        x = x << 32 | (wide)a[i];
    return x;
}

static wide p_wide(void) {
    return number(prm_p256_p, P256_WORDS);
}

static void any(uint32_t *a, unsigned words) {
    for (unsigned i = 0; i < words; i++)
        a[i] = nondet_word();
}

static void below_p(uint32_t a[P256_WORDS]) {
    any(a, P256_WORDS);
    __CPROVER_assume(number(a, P256_WORDS) < p_wide());
}

/*
 * A half of the reduction, of any words and either carry: what is left, times 2^128, is what there was and the multiple
 * of p that took the lowest four words away. So what both halves leave of T, times 2^256, is T + M p with M below 2^256: right
 * modulo p, and below 2 p for T below 2^256 p, as a product of numbers below p is.
 */
void prove_fold(void) {
    uint32_t t[12];
    const uint32_t in = nondet_word();

    __CPROVER_assume(in < 2);
    any(t, 12);
    const wide before = number(t, 12) + ((wide)in << 256);
    const int64_t out = fold(t, (int64_t)in);
    const wide m = number(t, 4), left = number(t + 4, 8) + ((wide)(uint64_t)out << 256);

    __CPROVER_assert(out >= 0 && out <= 1, "one bit is carried out at most");
    __CPROVER_assert((left << 128) + (m << 224) + m == before + (m << 256) + (m << 192) + (m << 96), "no carry is lost");
}

void prove_settle(void) {
    uint32_t t[P256_WORDS], r[P256_WORDS];
    const uint32_t top = nondet_word();

    any(t, P256_WORDS);
    const wide before = number(t, P256_WORDS) + ((wide)top << 256);
    __CPROVER_assume(before < p_wide() << 1);
    settle(r, t, top);
    const wide after = number(r, P256_WORDS);
    __CPROVER_assert(after < p_wide(), "below p");
    __CPROVER_assert(after == before || after + p_wide() == before, "the same modulo p");
    settle(t, t, top);
    __CPROVER_assert(number(t, P256_WORDS) == after, "in place");
}

void prove_add(void) {
    uint32_t a[P256_WORDS], b[P256_WORDS], r[P256_WORDS];

    below_p(a);
    below_p(b);
    const wide sum = number(a, P256_WORDS) + number(b, P256_WORDS);
    prm_p256_add(r, a, b);
    const wide after = number(r, P256_WORDS);
    __CPROVER_assert(after < p_wide(), "below p");
    __CPROVER_assert(after == sum || after + p_wide() == sum, "the sum modulo p");
}

void prove_sub(void) {
    uint32_t a[P256_WORDS], b[P256_WORDS], r[P256_WORDS];

    below_p(a);
    below_p(b);
    prm_p256_sub(r, a, b);
    const wide back = number(r, P256_WORDS) + number(b, P256_WORDS), x = number(a, P256_WORDS);
    __CPROVER_assert(number(r, P256_WORDS) < p_wide(), "below p");
    __CPROVER_assert(back == x || back == x + p_wide(), "the difference modulo p");
}

void prove_half(void) {
    uint32_t a[P256_WORDS], r[P256_WORDS];

    below_p(a);
    prm_p256_half(r, a);
    const wide twice = number(r, P256_WORDS) << 1, x = number(a, P256_WORDS);
    __CPROVER_assert(number(r, P256_WORDS) < p_wide(), "below p");
    __CPROVER_assert(twice == x || twice == x + p_wide(), "twice it is what it was, modulo p");
}
