/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_p256_field.c - the arithmetic that P-256 stands on, in C, beside OpenSSL's: numbers at random with words at their
 * edges. The assembly is compared with this C on the board (test_p256_board).
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "providers/p256/p256_comb.h"
#include "providers/p256/p256_inverse.h"
#include "providers/p256/p256_scalar.h"
#include "providers/p256/p256_secret.h"
#include "tests/unit/unit.h"

enum { FIELD_ROUNDS = 200000, SCALAR_ROUNDS = 20000, INVERSES = 10000, COLUMN_ROUNDS = 300 };

static BN_CTX *ctx;
static BIGNUM *bn_p, *bn_n, *bn_a, *bn_b, *bn_r, *bn_expected, *bn_down, *bn_half;

static void to_bn(BIGNUM *x, const uint32_t a[P256_WORDS]) {
    uint8_t bytes[32];

    prm_p256_store(bytes, a);
    assert_non_null(BN_bin2bn(bytes, sizeof bytes, x));
}

static int setup(void **state) {
    (void)state;
    BIGNUM **const all[] = {&bn_p, &bn_n, &bn_a, &bn_b, &bn_r, &bn_expected, &bn_down, &bn_half};
    ctx = BN_CTX_new();
    for (size_t i = 0; i < COUNT_OF(all); i++)
        *all[i] = BN_new();
    to_bn(bn_p, prm_p256_p);
    to_bn(bn_n, prm_p256_n);
    BN_set_bit(bn_a, 256);
    BN_mod_inverse(bn_down, bn_a, bn_p, ctx); /* 1 / 2^256 */
    BN_set_word(bn_a, 2);
    BN_mod_inverse(bn_half, bn_a, bn_p, ctx);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    BIGNUM *const all[] = {bn_p, bn_n, bn_a, bn_b, bn_r, bn_expected, bn_down, bn_half};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        BN_free(all[i]);
    BN_CTX_free(ctx);
    return 0;
}

static uint64_t seed = 256;

/* A number below m; half of its words are at an edge, one in 32 is near m. */
static void number(uint32_t a[P256_WORDS], const uint32_t m[P256_WORDS]) {
    static const uint32_t edge[4] = {0, UINT32_MAX, 1, UINT32_MAX - 1};
    uint32_t gone[P256_WORDS];

    do {
        const uint64_t kind = fx_random(&seed);
        for (unsigned i = 0; i < P256_WORDS; i++)
            a[i] = (kind >> 4 * i & 1) != 0 ? edge[kind >> (4 * i + 1) & 3] : (uint32_t)fx_random(&seed);
        if ((kind >> 40 & 31) == 0) {
            prm_p256_copy(a, m);
            a[0] -= 1u + (uint32_t)(kind >> 50 & 3);
        }
    } while (prm_p256_minus(gone, a, m) == 0);
    to_bn(bn_a, a);
}

static void same(const uint32_t r[P256_WORDS], const char *what) {
    to_bn(bn_r, r);
    if (BN_cmp(bn_r, bn_expected) != 0)
        fail_msg("%s of %s and %s: %s instead of %s", what, BN_bn2hex(bn_a), BN_bn2hex(bn_b), BN_bn2hex(bn_r),
                 BN_bn2hex(bn_expected));
}

/* Five operations a round: a million in all. */
static void the_field_is_right(void **state) {
    uint32_t a[P256_WORDS], b[P256_WORDS], r[P256_WORDS];

    (void)state;
    for (unsigned i = 0; i < FIELD_ROUNDS; i++) {
        number(b, prm_p256_p);
        BN_copy(bn_b, bn_a);
        number(a, prm_p256_p);
        BN_mod_mul(bn_expected, bn_a, bn_b, bn_p, ctx);
        BN_mod_mul(bn_expected, bn_expected, bn_down, bn_p, ctx);
        prm_p256_mul(r, a, b);
        same(r, "product");
        BN_mod_sqr(bn_expected, bn_a, bn_p, ctx);
        BN_mod_mul(bn_expected, bn_expected, bn_down, bn_p, ctx);
        prm_p256_sqr(r, a);
        same(r, "square");
        BN_mod_add_quick(bn_expected, bn_a, bn_b, bn_p);
        prm_p256_add(r, a, b);
        same(r, "sum");
        BN_mod_sub_quick(bn_expected, bn_a, bn_b, bn_p);
        prm_p256_sub(r, a, b);
        same(r, "difference");
        BN_mod_mul(bn_expected, bn_a, bn_half, bn_p, ctx);
        prm_p256_half(r, a);
        same(r, "half");
        prm_p256_half(a, a); /* over its own input */
        same(a, "half in place");
    }
}

static void inverses_are_right(void **state) {
    uint32_t a[P256_WORDS], r[P256_WORDS];

    (void)state;
    for (unsigned i = 0; i < INVERSES; i++) {
        const int of_p = i % 2 == 0;
        number(a, of_p ? prm_p256_p : prm_p256_n);
        if (BN_is_zero(bn_a))
            BN_zero(bn_expected);
        else
            assert_non_null(BN_mod_inverse(bn_expected, bn_a, of_p ? bn_p : bn_n, ctx));
        prm_p256_inverse(r, a, of_p ? &prm_p256_modulus_p : &prm_p256_modulus_n);
        same(r, "inverse");
    }
    prm_p256_copy(a, prm_p256_plain_one);
    a[0] = 0;
    BN_zero(bn_expected);
    prm_p256_inverse(r, a, &prm_p256_modulus_p);
    same(r, "inverse of 0");
}

static void scalars_are_right(void **state) {
    uint32_t a[P256_WORDS], b[P256_WORDS], r[P256_WORDS], top[P256_WORDS];
    uint8_t bytes[32];

    (void)state;
    for (unsigned i = 0; i < P256_WORDS; i++)
        top[i] = UINT32_MAX;
    for (unsigned i = 0; i < SCALAR_ROUNDS; i++) {
        number(b, i % 3 == 0 ? top : prm_p256_n); /* one of the two may be anything */
        BN_copy(bn_b, bn_a);
        number(a, i % 3 == 1 ? top : prm_p256_n);
        BN_mod_mul(bn_expected, bn_a, bn_b, bn_n, ctx);
        prm_p256_scalar_mul(r, a, b);
        same(r, "product mod n");
        BN_nnmod(bn_expected, bn_a, bn_n, ctx);
        prm_p256_scalar_reduce(r, a);
        same(r, "reduced mod n");
        prm_p256_store(bytes, a);
        assert_int_equal(prm_p256_scalar_load(r, bytes),
                         !BN_is_zero(bn_a) && BN_cmp(bn_a, bn_n) < 0 ? UINT32_MAX : 0);
        if (i % 3 == 2) {
            BN_mod_add(bn_expected, bn_a, bn_b, bn_n, ctx);
            prm_p256_scalar_add(r, a, b);
            same(r, "sum mod n");
        }
    }
}

/* 0, n, and what is above: none is a secret; 1 and n - 1 are. */
static void scalars_at_the_ends(void **state) {
    uint8_t bytes[32];
    uint32_t r[P256_WORDS], a[P256_WORDS];

    (void)state;
    for (int off = -2; off < 3; off++) {
        prm_p256_copy(a, prm_p256_n);
        a[0] += (uint32_t)off;
        prm_p256_store(bytes, a);
        assert_int_equal(prm_p256_scalar_load(r, bytes), off < 0 ? UINT32_MAX : 0);
    }
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(prm_p256_scalar_load(r, bytes), 0);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(prm_p256_scalar_load(r, bytes), 0);
    bytes[31] = 1;
    assert_int_equal(prm_p256_scalar_load(r, bytes), UINT32_MAX);
}

/* Each column stands for what its entry does: together they are the number again. */
static void columns_are_the_number(void **state) {
    uint32_t a[P256_WORDS], odd[P256_WORDS];

    (void)state;
    for (unsigned round = 0; round < COLUMN_ROUNDS; round++) {
        do
            number(a, prm_p256_n);
        while (BN_is_zero(bn_a));
        const uint32_t minus = prm_p256_make_odd(odd, a);
        BN_zero(bn_r);
        for (uint32_t i = P256_COLUMNS; i-- > 0;) {
            const uint32_t column = prm_p256_column(odd, i, &prm_p256_comb);
            BN_lshift1(bn_r, bn_r);
            BN_zero(bn_b);
            for (int t = 0; t < P256_TEETH; t++) {
                const int plus = t == P256_TEETH - 1 || (column >> t & 1) != 0;
                BN_one(bn_expected);
                BN_lshift(bn_expected, bn_expected, t * P256_COLUMNS);
                BN_set_negative(bn_expected, !plus);
                BN_add(bn_b, bn_b, bn_expected);
            }
            assert_true(column < P256_TABLE || column >= 0u - P256_TABLE);
            BN_set_negative(bn_b, BN_is_negative(bn_b) ^ (column >> 31 != 0));
            BN_add(bn_r, bn_r, bn_b);
        }
        BN_set_negative(bn_r, BN_is_negative(bn_r) ^ (minus != 0));
        BN_nnmod(bn_r, bn_r, bn_n, ctx);
        to_bn(bn_a, a);
        assert_int_equal(BN_cmp(bn_r, bn_a), 0);
    }
}

/* The entry is the generator times bn_a, in Montgomery form. */
static void is_multiple(const EC_GROUP *group, const struct prm_p256_affine *entry) {
    EC_POINT *const point = EC_POINT_new(group);
    BIGNUM *const x = BN_new(), *const y = BN_new(), *const up = BN_new();

    BN_set_bit(up, 256);
    assert_int_equal(EC_POINT_mul(group, point, bn_a, NULL, NULL, ctx), 1);
    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, ctx), 1);
    BN_mod_mul(bn_expected, x, up, bn_p, ctx);
    same(entry->x, "x of a table");
    BN_mod_mul(bn_expected, y, up, bn_p, ctx);
    same(entry->y, "y of a table");
    BN_free(x), BN_free(y), BN_free(up);
    EC_POINT_free(point);
}

/* The two tables of the generator, made anew. */
static void the_tables_are_right(void **state) {
    EC_GROUP *const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);

    (void)state;
    for (unsigned entry = 0; entry < P256_TABLE; entry++) {
        BN_zero(bn_a);
        BN_set_bit(bn_a, (P256_TEETH - 1) * P256_COLUMNS);
        for (unsigned t = 0; t < P256_TEETH - 1; t++) {
            BN_zero(bn_b);
            BN_set_bit(bn_b, (int)t * P256_COLUMNS);
            BN_set_negative(bn_b, (entry >> t & 1) == 0);
            BN_add(bn_a, bn_a, bn_b);
        }
        is_multiple(group, &prm_p256_table[entry]);
    }
    for (unsigned entry = 0; entry < P256_MULTIPLES; entry++) {
        BN_set_word(bn_a, entry == 0 ? 1 : entry + 3);
        is_multiple(group, &prm_p256_multiples[entry]);
    }
    EC_GROUP_free(group);
}

/* FIPS 186-5 A.2.1: the seed modulo n - 1, plus 1; also for seeds around its multiples. */
static void seeds_give_their_secrets(void **state) {
    uint8_t bytes[PRM_P256_SEED_SIZE], secret[PRM_P256_SECRET_SIZE];

    (void)state;
    for (unsigned round = 0; round < 400; round++) {
        fx_random_fill(&seed, bytes, sizeof bytes);
        if (round < 3)
            memset(bytes, round == 0 ? 0x00 : 0xFF, round == 2 ? 8 : sizeof bytes);
        BN_copy(bn_b, bn_n);
        BN_sub_word(bn_b, 1);
        if (round >= 3 && round % 4 == 0) { /* a multiple of n - 1, or 1 more or less */
            BN_set_word(bn_r, fx_random(&seed) >> 1);
            BN_mul(bn_a, bn_b, bn_r, ctx);
            if (round % 12 == 4)
                BN_add_word(bn_a, 1);
            else if (round % 12 == 8)
                BN_sub_word(bn_a, 1);
            assert_int_equal(BN_bn2binpad(bn_a, bytes, sizeof bytes), sizeof bytes);
        }
        BN_bin2bn(bytes, sizeof bytes, bn_a);
        BN_mod(bn_expected, bn_a, bn_b, ctx);
        BN_add_word(bn_expected, 1);
        prm_p256_from_seed(bytes, secret);
        BN_bin2bn(secret, sizeof secret, bn_r);
        assert_int_equal(BN_cmp(bn_r, bn_expected), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_field_is_right),      cmocka_unit_test(inverses_are_right),
        cmocka_unit_test(scalars_are_right),       cmocka_unit_test(scalars_at_the_ends),
        cmocka_unit_test(columns_are_the_number),  cmocka_unit_test(the_tables_are_right),
        cmocka_unit_test(seeds_give_their_secrets),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
