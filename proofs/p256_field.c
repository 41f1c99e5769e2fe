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
 * The reduction of a free number of 512 bits is too much for a solver at once; it is shown in parts, each on all inputs, that leave
 * nothing but adding up between them.
 *
 * prove_take: a word of it. What is left in the word and what it carries are what there was, what came and the addend, with
 * nothing lost. Let t'i be what is left in word i, ci what it carries, fi its addend. Then t'i + ci 2^32 = c(i-1) + ti + fi. Each of these times
 * 2^(32 i), added up from word 3 to 11, is
 *
 *     t'3 2^96 + ... + t'11 2^352 + c11 2^384 = t3 2^96 + ... + t11 2^352 + F,   F = f3 2^96 + ... + f11 2^352.
 *
 * prove_addends_are_linear, prove_addends_are_multiples_of_p: F = M p + M + carry 2^256, for M = m0 + m1 2^32 + m2 2^64 + m3 2^96. Each fi is
 * a sum of m0 to m3 and the carry with weights of -1, 0 and 1, and so F is right for all words if it is for each of the five alone.
 * m0 to m2 are t0 to t2, and m3 is t'3: M on the right is what the words 0 to 3 of t and t'3 are. Without those,
 *
 *     t'4 2^128 + ... + t'11 2^352 + c11 2^384 = t + carry 2^256 + M p,
 *
 * which is t modulo p. Twice that, for words 0 to 3 and 4 to 7, is (t + M' p) / 2^256 with M' below 2^256. t is a product of
 * numbers below p: the result is below 2 p, and not below 0. prove_settle: the rest.
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

#define PICK(at, addend) f[at] = (addend)
static void addends(int64_t f[12], int64_t m0, int64_t m1, int64_t m2, int64_t m3, int64_t carry) {
    f[3] = m0;
    ADDENDS(PICK)
}

void prove_addends_are_linear(void) {
    const int64_t m[4] = {nondet_word(), nondet_word(), nondet_word(), nondet_word()}, carry = nondet_long();
    int64_t f[12], unit[5][12];

    __CPROVER_assume(carry >= -8 && carry <= 8);
    addends(f, m[0], m[1], m[2], m[3], carry);
    for (unsigned j = 0; j < 5; j++)
        addends(unit[j], j == 0, j == 1, j == 2, j == 3, j == 4);
    for (unsigned i = 3; i < 12; i++) {
        int64_t sum = 0;
        for (unsigned j = 0; j < 5; j++) {
            const int64_t part = j < 4 ? m[j] : carry;
            __CPROVER_assert(unit[j][i] >= -1 && unit[j][i] <= 1, "weights of -1, 0, 1");
            sum += unit[j][i] == 0 ? 0 : unit[j][i] > 0 ? part : -part;
        }
        __CPROVER_assert(f[i] == sum, "linear");
        __CPROVER_assert(f[i] >= -((int64_t)4 << 32) && f[i] <= (int64_t)4 << 32, "as prove_take has it");
    }
}

void prove_addends_are_multiples_of_p(void) {
    int64_t f[12];

    for (unsigned j = 0; j < 5; j++) {
        wide sum = 0;
        addends(f, j == 0, j == 1, j == 2, j == 3, j == 4);
        for (unsigned i = 3; i < 12; i++)
            sum += (wide)f[i] << (32 * i); /* below 0: modulo 2^416, as both sides are */
        const wide one = (wide)1 << (32 * j);
        __CPROVER_assert(j == 4 ? sum == (wide)1 << 256 : sum == (p_wide() << (32 * j)) + one, "a multiple of p");
    }
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
