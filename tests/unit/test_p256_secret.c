/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_p256_secret.c - key pairs, signatures and agreement by our own curve beside OpenSSL's: at random, at the ends of what a secret
 * may be, for secrets that make an addition exceptional, with noise and without, and what must be refused.
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "providers/openssl/crypto_openssl.h"
#include "providers/p256/p256_point.h"
#include "providers/p256/p256_secret.h"
#include "tests/unit/unit.h"
#include "tests/vectors/published.h"

static BN_CTX *ctx;
static EC_GROUP *group;
static BIGNUM *n;
static uint64_t seed = 6979;

static int setup(void **state) {
    (void)state;
    ctx = BN_CTX_new();
    group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    n = BN_new();
    return EC_GROUP_get_order(group, n, ctx) != 1;
}

static int teardown(void **state) {
    (void)state;
    BN_free(n);
    EC_GROUP_free(group);
    BN_CTX_free(ctx);
    return 0;
}

/* k times the point, or the generator if there is none; 0 if that isn't on the curve. */
static int openssl_multiply(const uint8_t k[32], const uint8_t *peer, uint8_t out[64]) {
    EC_POINT *const point = EC_POINT_new(group);
    BIGNUM *const scalar = BN_bin2bn(k, 32, NULL);
    uint8_t octets[65] = {4};
    int good;

    if (peer != NULL) {
        memcpy(octets + 1, peer, 64);
        good = EC_POINT_oct2point(group, point, octets, sizeof octets, ctx) == 1 &&
               EC_POINT_mul(group, point, NULL, point, scalar, ctx) == 1;
    } else {
        good = EC_POINT_mul(group, point, scalar, NULL, NULL, ctx) == 1;
    }
    good = good && EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, octets, sizeof octets, ctx) == 65;
    memcpy(out, octets + 1, 64);
    EC_POINT_free(point);
    BN_free(scalar);
    return good;
}

static void secret_of(const BIGNUM *x, uint8_t secret[32]) {
    BIGNUM *const r = BN_new();

    BN_nnmod(r, x, n, ctx);
    assert_int_equal(BN_bn2binpad(r, secret, 32), 32);
    BN_free(r);
}

/* Everything that there is of a secret, by both. */
static void as_openssl(const uint8_t secret[32], const uint8_t *noise) {
    struct fx_key peer;
    uint8_t own[64], expected[64], shared[32], sig[64], witness[32], digest[32];

    fx_key_make(&peer, "peer");
    assert_int_equal(openssl_multiply(secret, NULL, expected), 1);
    assert_result(prm_p256_public(secret, noise, own), PRM_OK);
    assert_memory_equal(own, expected, sizeof own);
    assert_int_equal(openssl_multiply(secret, peer.anchor.public_key, expected), 1);
    assert_result(prm_p256_agree(secret, peer.anchor.public_key, noise, shared), PRM_OK);
    assert_memory_equal(shared, expected, sizeof shared);
    fx_random_fill(&seed, digest, sizeof digest);
    assert_result(prm_p256_sign(&prm_crypto_openssl, secret, own, digest, noise, sig), PRM_OK);
    assert_result(prm_crypto_openssl.p256_witness(own, digest, sig, witness), PRM_OK);
    assert_memory_equal(witness, sig, sizeof witness);
}

static void secrets_at_random(void **state) {
    uint8_t secret[32], noise[PRM_P256_NOISE_SIZE];

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        fx_random_fill(&seed, secret, sizeof secret);
        fx_random_fill(&seed, noise, sizeof noise);
        if (i % 16 == 15)
            memset(noise, i % 32 == 15 ? 0x00 : 0xFF, sizeof noise);
        secret[0] &= 0x7F;
        as_openssl(secret, i % 2 != 0 ? noise : NULL);
    }
}

static void secrets_at_the_ends(void **state) {
    BIGNUM *const x = BN_new();
    uint8_t secret[32], noise[PRM_P256_NOISE_SIZE];

    (void)state;
    fx_random_fill(&seed, noise, sizeof noise);
    for (unsigned i = 1; i <= 70; i++) {
        BN_set_word(x, i);
        secret_of(x, secret);
        as_openssl(secret, i % 2 != 0 ? noise : NULL);
        BN_set_negative(x, 1);
        secret_of(x, secret);
        as_openssl(secret, i % 2 == 0 ? noise : NULL);
    }
    BN_free(x);
}

/*
 * The comb's last addition doubles if twice what was walked equals the last column's sum, T: if the secret is 2 T modulo n.
 * One of these, and a shift of it by a column, for each T.
 */
static void secrets_that_meet_the_last_column(void **state) {
    BIGNUM *const sum = BN_new(), *const power = BN_new();
    uint8_t secret[32];

    (void)state;
    for (unsigned entry = 0; entry < 2 * P256_TABLE; entry++) {
        BN_zero(sum);
        for (unsigned t = 0; t < P256_TEETH; t++) {
            BN_one(power);
            BN_lshift(power, power, (int)t * P256_COLUMNS);
            BN_set_negative(power, (entry >> t & 1) == 0);
            BN_add(sum, sum, power);
        }
        for (unsigned shift = 0; shift < 3; shift++) {
            secret_of(sum, secret);
            as_openssl(secret, NULL);
            BN_lshift1(sum, sum);
        }
    }
    BN_free(sum);
    BN_free(power);
}

/* A window's last addition doubles if 16 times what was walked equals the window: twice a window, modulo n. */
static void secrets_that_meet_the_last_window(void **state) {
    BIGNUM *const x = BN_new();
    uint8_t secret[32];

    (void)state;
    for (int window = -15; window <= 15; window += 2) {
        for (int times = 1; times <= 17; times++) {
            BN_set_word(x, (BN_ULONG)(window < 0 ? -window : window) * (BN_ULONG)times);
            BN_set_negative(x, window < 0);
            secret_of(x, secret);
            as_openssl(secret, NULL);
        }
    }
    BN_free(x);
}

static void rfc_6979(void **state) {
    static const struct {
        const char *text, *sig;
    } published[] = {{"sample", RFC6979_SAMPLE}, {"test", RFC6979_TEST}};
    uint8_t secret[32], key[64], made[64], sig[64], digest[32];

    (void)state;
    assert_int_equal(fx_unhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", secret, 32), 32);
    assert_int_equal(fx_unhex(RFC6979_KEY, key, sizeof key), sizeof key);
    assert_result(prm_p256_public(secret, NULL, made), PRM_OK);
    assert_memory_equal(made, key, sizeof key);
    for (size_t i = 0; i < COUNT_OF(published); i++) {
        const prm_span message = prm_span_of(published[i].text, strlen(published[i].text));
        assert_result(prm_crypto_openssl.sha256(&message, 1, digest), PRM_OK);
        assert_int_equal(fx_unhex(published[i].sig, sig, sizeof sig), sizeof sig);
        assert_result(prm_p256_sign(&prm_crypto_openssl, secret, key, digest, NULL, made), PRM_OK);
        assert_memory_equal(made, sig, sizeof sig);
    }
}

/* With noise the nonce, and so r, is another each time, and never the one without. */
static void noise_hedges_the_nonce(void **state) {
    uint8_t secret[32], key[64], digest[32] = {7}, noise[PRM_P256_NOISE_SIZE] = {0}, sig[PRM_P256_NOISE_SIZE + 2][64];

    (void)state;
    fx_random_fill(&seed, secret, sizeof secret);
    secret[0] &= 0x7F;
    assert_result(prm_p256_public(secret, NULL, key), PRM_OK);
    for (unsigned i = 0; i < COUNT_OF(sig); i++) {
        if (i > 1)
            noise[i - 2] ^= 1; /* each byte of it counts */
        assert_result(prm_p256_sign(&prm_crypto_openssl, secret, key, digest, i == 0 ? NULL : noise, sig[i]), PRM_OK);
        for (unsigned k = 0; k < i; k++)
            assert_memory_not_equal(sig[i], sig[k], 32);
    }
}

/* 0, n, above; then nothing leaves. */
static void no_secrets(void **state) {
    static const uint8_t zeros[64];
    struct fx_key peer;
    uint8_t secret[32], out[64], digest[32] = {1};

    (void)state;
    fx_key_make(&peer, "peer");
    for (unsigned i = 0; i < 4; i++) {
        BIGNUM *const x = BN_dup(n);
        BN_add_word(x, i);
        assert_int_equal(BN_bn2binpad(x, secret, 32), 32);
        BN_free(x);
        if (i == 3)
            memset(secret, 0, sizeof secret);
        memset(out, 0x5A, sizeof out);
        assert_result(prm_p256_public(secret, NULL, out), PRM_ERR_ARGUMENT);
        assert_memory_equal(out, zeros, 64);
        memset(out, 0x5A, sizeof out);
        assert_result(prm_p256_agree(secret, peer.anchor.public_key, NULL, out), PRM_ERR_ARGUMENT);
        assert_memory_equal(out, zeros, 32);
        memset(out, 0x5A, sizeof out);
        assert_result(prm_p256_sign(&prm_crypto_openssl, secret, peer.anchor.public_key, digest, NULL, out),
                      PRM_ERR_ARGUMENT);
        assert_memory_equal(out, zeros, 64);
    }
}

static prm_result fails(const prm_span *parts, size_t count, uint8_t out[PRM_SHA256_SIZE]) {
    static unsigned left = 7;

    if (left-- == 0)
        return PRM_ERR_CRYPTO;
    return prm_crypto_openssl.sha256(parts, count, out);
}

/* A signature that its own key doesn't take, and one whose hash failed, don't leave. */
static void what_is_not_good_does_not_leave(void **state) {
    static const struct prm_crypto failing = {.sha256 = fails};
    static const uint8_t zeros[64];
    struct fx_key other;
    uint8_t secret[32] = {1}, own[64], sig[64], digest[32] = {1};

    (void)state;
    fx_key_make(&other, "other");
    memset(sig, 0x5A, sizeof sig);
    assert_result(prm_p256_sign(&prm_crypto_openssl, secret, other.anchor.public_key, digest, NULL, sig),
                  PRM_ERR_CRYPTO);
    assert_memory_equal(sig, zeros, sizeof sig);
    assert_result(prm_p256_public(secret, NULL, own), PRM_OK);
    memset(sig, 0x5A, sizeof sig);
    assert_result(prm_p256_sign(&failing, secret, own, digest, NULL, sig), PRM_ERR_CRYPTO);
    assert_memory_equal(sig, zeros, sizeof sig);
}

/*
 * Peers that are no points: of the twist (x on no point of the curve), coordinates at p and above that are right modulo p, (0, 0), and
 * each point with a bit turned.
 */
static void peers_that_are_no_points(void **state) {
    static const uint8_t zeros[32];
    uint8_t secret[32] = {9}, peer[64], bad[64], shared[32];
    BIGNUM *const x = BN_new(), *const y = BN_new(), *const p = BN_new();
    EC_POINT *const point = EC_POINT_new(group);
    unsigned twist = 0;

    (void)state;
    EC_GROUP_get_curve(group, p, NULL, NULL, ctx);
    for (BN_ULONG i = 0; i < 60; i++) { /* x = i: on the curve or on its twist, half and half */
        BN_set_word(x, i);
        const int on = EC_POINT_set_compressed_coordinates(group, point, x, 0, ctx) == 1;
        memset(bad, 0, sizeof bad);
        if (on)
            assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, ctx), 1);
        else
            BN_set_word(y, 1234567 + i);
        assert_int_equal(BN_bn2binpad(x, bad, 32), 32);
        assert_int_equal(BN_bn2binpad(y, bad + 32, 32), 32);
        assert_result(prm_p256_agree(secret, bad, NULL, shared), on ? PRM_OK : PRM_ERR_SIG_INVALID);
        twist += !on;
        if (!on)
            continue;
        BN_add(x, x, p); /* x + p has 256 bits: right modulo p, and no coordinate */
        assert_int_equal(BN_bn2binpad(x, bad, 32), 32);
        assert_result(prm_p256_agree(secret, bad, NULL, shared), PRM_ERR_SIG_INVALID);
        assert_memory_equal(shared, zeros, sizeof shared);
    }
    assert_true(twist > 15);
    assert_int_equal(openssl_multiply(secret, NULL, peer), 1);
    for (unsigned bit = 0; bit < 512; bit++) {
        memcpy(bad, peer, sizeof bad);
        bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(prm_p256_agree(secret, bad, NULL, shared), PRM_ERR_SIG_INVALID);
    }
    memset(bad, 0, sizeof bad);
    assert_result(prm_p256_agree(secret, bad, NULL, shared), PRM_ERR_SIG_INVALID);
    assert_int_equal(BN_bn2binpad(p, bad, 32), 32);
    assert_result(prm_p256_agree(secret, bad, NULL, shared), PRM_ERR_SIG_INVALID);
    memset(bad, 0xFF, sizeof bad);
    assert_result(prm_p256_agree(secret, bad, NULL, shared), PRM_ERR_SIG_INVALID);
    BN_free(x), BN_free(y), BN_free(p);
    EC_POINT_free(point);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_at_random),
        cmocka_unit_test(secrets_at_the_ends),
        cmocka_unit_test(secrets_that_meet_the_last_column),
        cmocka_unit_test(secrets_that_meet_the_last_window),
        cmocka_unit_test(rfc_6979),
        cmocka_unit_test(noise_hedges_the_nonce),
        cmocka_unit_test(no_secrets),
        cmocka_unit_test(what_is_not_good_does_not_leave),
        cmocka_unit_test(peers_that_are_no_points),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
