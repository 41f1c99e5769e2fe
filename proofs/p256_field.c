/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_field.c - proofs by CBMC, on all inputs, of what in the field is not multiplying words: no carry is lost, and results are below p. Each function is
 * one proof (scripts/prove.sh). Numbers are bit vectors wide enough for nothing to wrap.
 */
#include "providers/p256/p256_field_portable.c"

typedef unsigned __CPROVER_bitvector[416] wide;

uint32_t nondet_word(void);
int64_t nondet_long(void);

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
 * A word of the reduction: what is left in it and what it carries are what there was, what came and the addend, with nothing lost. The
 * sum of all words of a half, of which each carries into the next, is then what fold() is to do: t, its addends at their weights,
 * and the carry from before are left and carried out. The addends at their weights are M (1 + 2^96 - 2^128 + 2^160) 2^96, as
 * the head of the file has it, since m3 holds what m0 gave it. All of it at once is more than the solver
 * manages in ten minutes; that the words stand at the right weights show the million cases beside BN.
 */
void prove_take(void) {
    const int64_t came = nondet_long(), addend = nondet_long();
    int64_t acc = came;
    uint32_t t[1] = {nondet_word()};

    /* Four words are the most that an addend is made of, and so carries are of three bits and a sign. */
    __CPROVER_assume(addend >= -((int64_t)4 << 32) && addend <= (int64_t)4 << 32);
    __CPROVER_assume((came >> 32) >= -8 && (came >> 32) <= 8);
    const uint32_t before = t[0];
    TAKE(0, addend);
    __CPROVER_assert(t[0] + (acc >> 32) * ((int64_t)1 << 32) == (came >> 32) + before + addend, "nothing is lost");
    __CPROVER_assert((acc >> 32) >= -8 && (acc >> 32) <= 8, "and the next word may take it");
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
