/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_p256_exceptional.c - who makes up a signature chooses both scalars, and who makes up a key knows its secret: so any addition
 * of a verification can be made one of equal points, or of opposite ones. Here each of them is, for several pairs of
 * scalars, and the witness has to be OpenSSL's all the same.
 *
 * The walk is followed with numbers in the place of points: the sum is a + b t, for a key Q = t G. For an addition of
 * da + db t, t is solved for so that the two are equal, or opposite.
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "providers/openssl/crypto_openssl.h"
#include "providers/p256/p256_point.h"
#include "providers/p256/p256_verify.h"
#include "tests/unit/unit.h"

enum { ADDITIONS_MAX = 160, PAIRS = 4, WINDOW = 4 };

struct addition {
    BIGNUM *a, *b, *da, *db; /* modulo n */
};

static struct addition additions[ADDITIONS_MAX];
static size_t count;
static BN_CTX *ctx;
static EC_GROUP *group;
static BIGNUM *n, *a, *b;

static void add(const BIGNUM *da, const BIGNUM *db) {
    assert_true(count < ADDITIONS_MAX);
    additions[count++] = (struct addition){BN_dup(a), BN_dup(b), BN_dup(da), BN_dup(db)};
    BN_mod_add(a, a, da, n, ctx);
    BN_mod_add(b, b, db, n, ctx);
}

static uint32_t bit(const uint32_t x[P256_WORDS], uint32_t i) {
    return i < 256 ? x[i / 32] >> i % 32 & 1u : 0;
}

static void words_of(uint32_t w[P256_WORDS], const BIGNUM *x) {
    uint8_t bytes[32];

    assert_int_equal(BN_bn2binpad(x, bytes, 32), 32);
    prm_p256_load(w, bytes);
}

static void words_are(const uint32_t w[P256_WORDS], const BIGNUM *x) {
    uint32_t other[P256_WORDS];

    words_of(other, x);
    assert_memory_equal(w, other, sizeof other);
}

/* Where a window stands. */
struct window {
    uint32_t length;
    int value;
};

/* Digit i of u. 1 if that is an addition, of r times the point. */
static int take(struct window *w, const uint32_t u[P256_WORDS], uint32_t i, BIGNUM *r) {
    const int digit = (int)bit(u, i - 1) - (int)bit(u, i);

    if (w->length == 0 && digit == 0)
        return 0;
    w->value = w->length == 0 ? digit : 2 * w->value + digit;
    if (++w->length != WINDOW && (w->length != 1 || i >= WINDOW - 1))
        return 0;
    w->length = 0;
    BN_set_word(r, (BN_ULONG)abs(w->value));
    BN_set_negative(r, w->value < 0);
    BN_nnmod(r, r, n, ctx);
    return 1;
}

/* The walk of p256_verify.c. */
static void follow(const uint32_t u1[P256_WORDS], const uint32_t u2[P256_WORDS]) {
    BIGNUM *const d = BN_new(), *const zero = BN_new();
    struct window w1 = {0, 0}, w2 = {0, 0};

    BN_zero(a), BN_zero(b), BN_zero(zero);
    for (uint32_t i = 257; i-- > 0;) {
        BN_mod_lshift1_quick(a, a, n);
        BN_mod_lshift1_quick(b, b, n);
        if (take(&w1, u1, i, d))
            add(d, zero);
        if (take(&w2, u2, i, d))
            add(zero, d);
    }
    /* They are what was asked for, or it isn't the walk of anything. */
    words_are(u1, a);
    words_are(u2, b);
    BN_free(d), BN_free(zero);
}

/* t with a + b t = sign (da + db t). 0 if there is none, or none that is a secret. */
static int solve(BIGNUM *t, const struct addition *x, int sign) {
    BIGNUM *const up = BN_new(), *const down = BN_new();

    if (sign > 0) {
        BN_mod_sub(up, x->da, x->a, n, ctx);
        BN_mod_sub(down, x->b, x->db, n, ctx);
    } else {
        BN_mod_add(up, x->da, x->a, n, ctx);
        BN_mod_sub(up, n, up, n, ctx);
        BN_mod_add(down, x->b, x->db, n, ctx);
    }
    const int there = !BN_is_zero(up) && !BN_is_zero(down);
    if (there) {
        BN_mod_inverse(down, down, n, ctx);
        BN_mod_mul(t, up, down, n, ctx);
    }
    BN_free(up), BN_free(down);
    return there;
}

static void same_witness(const BIGNUM *t, const uint8_t digest[32], const uint8_t sig[64]) {
    EC_POINT *const q = EC_POINT_new(group);
    uint8_t key[65], witness[2][32];

    EC_POINT_mul(group, q, t, NULL, NULL, ctx);
    assert_int_equal(EC_POINT_point2oct(group, q, POINT_CONVERSION_UNCOMPRESSED, key, sizeof key, ctx), sizeof key);
    const prm_result expected = prm_crypto_openssl.p256_witness(key + 1, digest, sig, witness[0]);
    assert_result(prm_p256_witness(key + 1, digest, sig, witness[1]), expected);
    assert_memory_equal(witness[0], witness[1], 32);
    EC_POINT_free(q);
}

static void every_addition_made_exceptional(void **state) {
    BIGNUM *const e = BN_new(), *const r = BN_new(), *const s = BN_new(), *const u = BN_new(), *const t = BN_new();
    uint32_t u1[P256_WORDS], u2[P256_WORDS];
    uint8_t digest[32], sig[64];
    uint64_t seed = 11;
    size_t met = 0, all = 0;

    (void)state;
    for (unsigned pair = 0; pair < PAIRS; pair++) {
        fx_random_fill(&seed, digest, sizeof digest);
        fx_random_fill(&seed, sig, sizeof sig);
        digest[0] &= 0x7F, sig[0] &= 0x7F, sig[32] &= 0x7F;
        BN_bin2bn(digest, 32, e), BN_bin2bn(sig, 32, r), BN_bin2bn(sig + 32, 32, s);
        BN_mod_inverse(s, s, n, ctx);
        BN_mod_mul(u, e, s, n, ctx);
        words_of(u1, u);
        BN_mod_mul(u, r, s, n, ctx);
        words_of(u2, u);
        count = 0;
        follow(u1, u2);
        assert_true(count > 80);
        for (size_t i = 0; i < count; i++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                if (solve(t, &additions[i], sign)) {
                    same_witness(t, digest, sig);
                    met++;
                }
            }
            BN_free(additions[i].a), BN_free(additions[i].b), BN_free(additions[i].da), BN_free(additions[i].db);
        }
        all += 2 * (count - 1); /* the first is to infinity */
    }
    print_message("%zu additions of equal or opposite points, of %zu\n", met, all);
    /* As long as only one of the two has gone in, the one is a multiple of the other that no key changes. */
    assert_true(met >= all - PAIRS * 100 && met > all / 2);
    BN_free(e), BN_free(r), BN_free(s), BN_free(u), BN_free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_addition_made_exceptional)};

    ctx = BN_CTX_new();
    group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    n = BN_new(), a = BN_new(), b = BN_new();
    EC_GROUP_get_order(group, n, ctx);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    BN_free(n), BN_free(a), BN_free(b);
    EC_GROUP_free(group);
    BN_CTX_free(ctx);
    return failed;
}
