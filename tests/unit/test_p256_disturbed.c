/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_p256_disturbed.c - what leaves signing, key pairs and agreement if a product on the way is wrong by a bit, as a disturbed
 * core makes it: nothing, or what is right. And that noise reaches what it is to blind. The linker puts what stands here in the
 * place of the curve's own products, modulo p and modulo n, inversion and comb (--wrap).
 */
#include "providers/openssl/crypto_openssl.h"
#include "providers/p256/p256_inverse.h"
#include "providers/p256/p256_secret.h"
#include "providers/p256/p256_walk.h"
#include "tests/unit/unit.h"

enum { NEVER = -1, SAMPLES = 120, PRODUCTS_MAX = 12000 };

static long at = NEVER;          /* the product that is to be wrong */
static long made;                /* how many there were, modulo p and modulo n */
static uint32_t product[PRODUCTS_MAX]; /* the lowest word of each */
static uint32_t comb_of[P256_WORDS], inverted[P256_WORDS];
static uint64_t seed = 1905;

void __real_prm_p256_scalar_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
void __wrap_prm_p256_scalar_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
void __real_prm_p256_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
void __wrap_prm_p256_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
uint32_t __real_prm_p256_base(struct prm_p256_walk *w, const uint32_t k[P256_WORDS], const uint8_t *noise);
uint32_t __wrap_prm_p256_base(struct prm_p256_walk *w, const uint32_t k[P256_WORDS], const uint8_t *noise);
void __real_prm_p256_inverse(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const struct prm_p256_modulus *m);
void __wrap_prm_p256_inverse(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const struct prm_p256_modulus *m);

static void count(uint32_t r[P256_WORDS]) {
    if (made == at)
        r[made % P256_WORDS] ^= 1u << made % 32;
    assert_true(made < PRODUCTS_MAX);
    product[made++] = r[0];
}

void __wrap_prm_p256_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    __real_prm_p256_mul(r, a, b);
    count(r);
}

void __wrap_prm_p256_scalar_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]) {
    __real_prm_p256_scalar_mul(r, a, b);
    count(r);
}

uint32_t __wrap_prm_p256_base(struct prm_p256_walk *w, const uint32_t k[P256_WORDS], const uint8_t *noise) {
    memcpy(comb_of, k, sizeof comb_of);
    return __real_prm_p256_base(w, k, noise);
}

void __wrap_prm_p256_inverse(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const struct prm_p256_modulus *m) {
    if (m == &prm_p256_modulus_n)
        memcpy(inverted, a, sizeof inverted);
    __real_prm_p256_inverse(r, a, m);
}

static uint8_t secret[32], key[64], digest[32], peer[64];

static prm_result public_of(const uint8_t *noise, uint8_t out[64]) {
    return prm_p256_public(secret, noise, out);
}
static prm_result sign(const uint8_t *noise, uint8_t out[64]) {
    return prm_p256_sign(&prm_crypto_openssl, secret, key, digest, noise, out);
}
static prm_result unchecked(const uint8_t *noise, uint8_t out[64]) {
    return prm_p256_sign_unchecked(&prm_crypto_openssl, secret, digest, noise, out);
}
static prm_result agree(const uint8_t *noise, uint8_t out[64]) {
    memset(out + 32, 0, 32);
    return prm_p256_agree(secret, peer, noise, out);
}

typedef prm_result (*operation)(const uint8_t *noise, uint8_t out[64]);

static prm_result run(operation what, long wrong, const uint8_t *noise, uint8_t out[64]) {
    at = wrong;
    made = 0;
    const prm_result result = what(noise, out);
    at = NEVER;
    return result;
}

static int setup(void **state) {
    struct fx_key other;

    (void)state;
    fx_random_fill(&seed, secret, sizeof secret);
    fx_random_fill(&seed, digest, sizeof digest);
    secret[0] &= 0x7F;
    fx_key_make(&other, "peer");
    memcpy(peer, other.anchor.public_key, sizeof peer);
    return prm_p256_public(secret, NULL, key) != PRM_OK;
}

/* What became of disturbed calls. What is refused is zeros. */
struct outcome {
    unsigned refused, right, wrong;
};

static void disturb(operation what, long from, long to, long step, struct outcome *o) {
    static const uint8_t zeros[64];
    uint8_t expected[64], out[64];

    assert_result(run(what, NEVER, NULL, expected), PRM_OK);
    for (long i = from; i < to; i += step) {
        memset(out, 0x5A, sizeof out);
        if (run(what, i, NULL, out) == PRM_OK) {
            if (memcmp(out, expected, sizeof out) == 0)
                o->right++;
            else
                o->wrong++;
            continue;
        }
        assert_memory_equal(out, zeros, sizeof zeros);
        o->refused++;
    }
    print_message("%u refused, %u right, %u wrong\n", o->refused, o->right, o->wrong);
}

static void a_wrong_product_does_not_leave(void **state) {
    static const operation all[] = {public_of, sign, agree};
    uint8_t out[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        struct outcome o = {0, 0, 0};
        assert_result(run(all[i], NEVER, NULL, out), PRM_OK);
        disturb(all[i], 0, made, made / SAMPLES, &o);
        assert_int_equal(o.wrong, 0);
        assert_true(o.refused > SAMPLES * 9 / 10);
    }
}

/* What is wrong in the end, after the point was found to be on the curve, is caught by the look at the signature alone. */
static void nor_does_a_wrong_signature(void **state) {
    struct outcome without = {0, 0, 0}, with = {0, 0, 0};
    uint8_t out[64];

    (void)state;
    assert_result(run(unchecked, NEVER, NULL, out), PRM_OK);
    const long all = made;
    disturb(unchecked, all - 5, all, 1, &without);
    disturb(sign, all - 5, all, 1, &with);
    assert_int_equal(without.wrong, 5);
    assert_int_equal(with.wrong, 0);
    assert_int_equal(with.refused, 5);
}

/* The share of products, in thousandths, that are the same with one noise as with the other. */
static unsigned same(operation what, const uint8_t *one, const uint8_t *other) {
    static uint32_t before[PRODUCTS_MAX];
    uint8_t out[2][64];
    long equal = 0;

    assert_result(run(what, NEVER, one, out[0]), PRM_OK);
    const long all = made;
    memcpy(before, product, sizeof before);
    assert_result(run(what, NEVER, other, out[1]), PRM_OK);
    if (what != unchecked)
        assert_memory_equal(out[0], out[1], sizeof out[0]);
    for (long i = 0; i < all && i < made; i++)
        equal += before[i] == product[i];
    print_message("%ld and %ld products, %ld the same\n", all, made, equal);
    return (unsigned)(1000 * equal / all);
}

static void noise_blinds(void **state) {
    uint8_t noise[PRM_P256_NOISE_SIZE], other[PRM_P256_NOISE_SIZE];
    uint8_t out[64];

    (void)state;
    fx_random_fill(&seed, noise, sizeof noise);
    memcpy(other, noise, sizeof other);
    assert_int_equal(same(public_of, noise, other), 1000);
    other[9] ^= 1; /* of the coordinates: what is left are the last steps, back to the affine point */
    assert_true(same(public_of, noise, other) < 20);
    assert_true(same(public_of, noise, NULL) < 20);
    assert_true(same(agree, noise, NULL) < 120); /* and, here, the multiples of the peer's point, which is public */
    memcpy(other, noise, sizeof other);
    other[33] ^= 1; /* of the multiple of n */
    assert_true(same(agree, noise, other) < 200);
    /* 1/k is made of another number than k: of k itself without noise. */
    assert_result(run(unchecked, NEVER, NULL, out), PRM_OK);
    assert_memory_equal(comb_of, inverted, sizeof comb_of);
    assert_result(run(unchecked, NEVER, noise, out), PRM_OK);
    assert_memory_not_equal(comb_of, inverted, sizeof comb_of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_product_does_not_leave),
        cmocka_unit_test(nor_does_a_wrong_signature),
        cmocka_unit_test(noise_blinds),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
