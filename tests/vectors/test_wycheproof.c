/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_wycheproof.c - ECDSA P-256 by our own curve, OpenSSL and p256-m: every verdict of Wycheproof's (r, s) cases, and on signatures of
 * our own, right and wrong, the same witness from all to the last bit.
 */
#include "tests/vectors/vectors.h"

#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"
#include "providers/p256/p256_verify.h"
#include "tests/vectors/published.h"

#define FILE_NAME "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json"

static prm_result plain_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_crypto_openssl.sha256(parts, n, out);
}

static const struct prm_crypto own = {.sha256 = plain_sha256, .p256_witness = prm_p256_witness};
static const struct prm_crypto *const providers[] = {&prm_crypto_openssl, &prm_crypto_mbedtls, &own};

/* 1 if all say that the signature is right, 0 if all say that it isn't; fails the test if they differ in anything. */
static int verdict(const uint8_t key[64], const uint8_t digest[32], const uint8_t sig[64]) {
    static const uint8_t none[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    uint8_t witness[COUNT_OF(providers)][32];
    prm_result result[COUNT_OF(providers)];

    for (size_t i = 0; i < COUNT_OF(providers); i++) {
        memset(witness[i], 0x5A, 32);
        result[i] = providers[i]->p256_witness(key, digest, sig, witness[i]);
        if (result[i] != PRM_OK)
            assert_memory_equal(witness[i], none, 32);
    }
    for (size_t i = 1; i < COUNT_OF(providers); i++) {
        assert_result(result[i], result[0]);
        assert_memory_equal(witness[0], witness[i], 32);
    }
    return result[0] == PRM_OK && memcmp(witness[0], sig, 32) == 0;
}

struct tally {
    unsigned valid, invalid, size, wrong;
};

static void one_case(const json_t *test, const uint8_t key[64], struct tally *t) {
    uint8_t msg[4096], sig[256], digest[COUNT_OF(providers)][32];
    const int expected = strcmp(vectors_string(test, "result"), "valid") == 0;
    const prm_span message = prm_span_of(msg, fx_unhex(vectors_string(test, "msg"), msg, sizeof msg));
    const size_t len = fx_unhex(vectors_string(test, "sig"), sig, sizeof sig);

    for (size_t i = 0; i < COUNT_OF(providers); i++)
        assert_result(providers[i]->sha256(&message, 1, digest[i]), PRM_OK);
    assert_memory_equal(digest[0], digest[1], 32);
    if (len != PRM_P256_SIG_SIZE) {
        /* prm_release_verify() hands only 64 bytes on: SIG_FORMAT. Every such case is stated to be invalid. */
        t->size++;
        t->wrong += expected != 0;
        return;
    }
    const int said = verdict(key, digest[0], sig);
    if (said != expected) {
        print_error("tcId %d: %s\n", (int)json_integer_value(json_object_get(test, "tcId")),
                    vectors_string(test, "comment"));
        t->wrong++;
    }
    t->valid += said != 0;
    t->invalid += said == 0;
}

static void every_verdict_is_as_stated(void **state) {
    struct tally t = {0, 0, 0, 0};
    size_t g, i;
    json_t *group, *test;

    (void)state;
    vectors_need(FILE_NAME);
    json_t *root = vectors_json(FILE_NAME);
    json_array_foreach(json_object_get(root, "testGroups"), g, group) {
        uint8_t key[65];
        const char *hex = vectors_string(json_object_get(group, "publicKey"), "uncompressed");
        assert_string_equal(vectors_string(group, "sha"), "SHA-256");
        assert_int_equal(fx_unhex(hex, key, sizeof key), 65);
        assert_int_equal(key[0], 4);
        json_array_foreach(json_object_get(group, "tests"), i, test) {
            one_case(test, key + 1, &t);
        }
    }
    print_message("%u valid, %u invalid, %u not 64 bytes (all stated invalid): %u wrong\n", t.valid, t.invalid, t.size,
                  t.wrong);
    assert_int_equal(t.wrong, 0);
    assert_true(t.valid > 0 && t.invalid > 0);
    assert_int_equal(t.valid + t.invalid + t.size, json_integer_value(json_object_get(root, "numberOfTests")));
    json_decref(root);
}

/* RFC 6979 A.2.5: both messages, and each with the other's signature. */
static void published_signatures_are_right(void **state) {
    static const struct {
        const char *text, *sig;
    } published[] = {{"sample", RFC6979_SAMPLE}, {"test", RFC6979_TEST}};
    uint8_t key[64], digest[32], sig[64];

    (void)state;
    assert_int_equal(fx_unhex(RFC6979_KEY, key, sizeof key), sizeof key);
    for (size_t m = 0; m < COUNT_OF(published); m++) {
        const prm_span message = prm_span_of(published[m].text, strlen(published[m].text));

        for (size_t i = 0; i < COUNT_OF(published); i++) {
            assert_int_equal(fx_unhex(published[i].sig, sig, sizeof sig), sizeof sig);
            assert_result(providers[i]->sha256(&message, 1, digest), PRM_OK);
            assert_int_equal(verdict(key, digest, sig), m == i);
        }
        for (size_t bit = 0; bit < 512; bit++) {
            assert_int_equal(fx_unhex(published[m].sig, sig, sizeof sig), sizeof sig);
            sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(verdict(key, digest, sig), 0);
        }
    }
}

/* FIPS 180-4's own example, the empty message, and one of two blocks, by both. */
static void published_digests_are_right(void **state) {
    static const struct {
        const char *text, *digest;
    } published[] = {
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    uint8_t expected[32], digest[32];

    (void)state;
    for (size_t m = 0; m < COUNT_OF(published); m++) {
        const prm_span message = prm_span_of(published[m].text, strlen(published[m].text));

        assert_int_equal(fx_unhex(published[m].digest, expected, sizeof expected), sizeof expected);
        for (size_t i = 0; i < COUNT_OF(providers); i++) {
            assert_result(providers[i]->sha256(&message, 1, digest), PRM_OK);
            assert_memory_equal(digest, expected, sizeof digest);
        }
    }
}

static void all_give_the_same_witness(void **state) {
    uint64_t seed = 77;
    unsigned right = 0;

    (void)state;
    for (unsigned round = 0; round < 1200; round++) {
        struct fx_key key;
        uint8_t digest[32], sig[64];
        char name[24];
        snprintf(name, sizeof name, "round %u", round / 8);
        fx_key_make(&key, name);
        fx_random_fill(&seed, digest, sizeof digest);
        fx_sign(&key, digest, sig);
        switch (round % 8) {
        case 0:
        case 1:
            break;
        case 2: /* one bit of the digest, the key, r, s */
            digest[fx_random(&seed) % 32] ^= (uint8_t)(1u << fx_random(&seed) % 8);
            break;
        case 3:
            sig[fx_random(&seed) % 64] ^= (uint8_t)(1u << fx_random(&seed) % 8);
            break;
        case 4:
            key.anchor.public_key[fx_random(&seed) % 64] ^= (uint8_t)(1u << fx_random(&seed) % 8);
            break;
        case 5:
            fx_random_fill(&seed, sig, sizeof sig);
            break;
        case 6: /* leading zeros and tiny numbers */
            memset(sig + (round % 16 < 8 ? 0 : 32), 0, 31);
            break;
        default: /* digests of 0, which are refused, and above the order */
            memset(digest, round % 16 < 8 ? 0x00 : 0xFF, 32);
            fx_sign(&key, digest, sig);
        }
        const int said = verdict(key.anchor.public_key, digest, sig);
        assert_true(said == (round % 8 < 2 || round % 16 == 15));
        right += said != 0;
    }
    assert_int_equal(right, 375);
}

/* Keys and signatures for which the sum's two terms are equal, opposite, or meet G: the special cases of the addition.
 */
static void special_points_give_the_same_witness(void **state) {
    /* G itself as the key, and -G. */
    static const char g[] = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    static const char minus_g[] = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                                  "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a";
    uint8_t key[64], digest[32], sig[64];

    (void)state;
    for (unsigned which = 0; which < 2; which++) {
        assert_int_equal(fx_unhex(which == 0 ? g : minus_g, key, sizeof key), 64);
        for (unsigned e = 0; e < 14; e++) {
            for (unsigned r = 1; r < 14; r++) {
                memset(digest, 0, sizeof digest);
                memset(sig, 0, sizeof sig);
                digest[31] = (uint8_t)e;
                sig[31] = (uint8_t)r;
                sig[63] = (uint8_t)(1 + (e + r) % 3);
                (void)verdict(key, digest, sig);
            }
        }
    }
    /* e = r over -G: the point at infinity, which both refuse. */
    memset(digest, 0, sizeof digest);
    memset(sig, 0, sizeof sig);
    digest[31] = sig[31] = 9;
    sig[63] = 1;
    uint8_t witness[32];
    for (size_t i = 0; i < COUNT_OF(providers); i++)
        assert_result(providers[i]->p256_witness(key, digest, sig, witness), PRM_ERR_SIG_INVALID);
}

static void keys_off_the_curve_are_refused(void **state) {
    static const char p_hex[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    struct fx_key key;
    uint8_t digest[32] = {1}, sig[64], bad[64], witness[32];

    (void)state;
    fx_key_make(&key, "key");
    fx_sign(&key, digest, sig);
    for (unsigned which = 0; which < 6; which++) {
        memcpy(bad, key.anchor.public_key, 64);
        if (which < 2)
            memset(bad + 32 * which, 0, 32);
        else if (which == 2)
            memset(bad, 0, 64);
        else if (which == 3)
            memset(bad, 0xFF, 64);
        else
            assert_int_equal(fx_unhex(p_hex, bad + 32 * (which - 4), 32), 32);
        for (size_t i = 0; i < COUNT_OF(providers); i++)
            assert_result(providers[i]->p256_witness(bad, digest, sig, witness), PRM_ERR_SIG_INVALID);
    }
    for (unsigned bit = 0; bit < 512; bit++) {
        memcpy(bad, key.anchor.public_key, 64);
        bad[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(verdict(bad, digest, sig), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_digests_are_right),
        cmocka_unit_test(published_signatures_are_right),
        cmocka_unit_test(every_verdict_is_as_stated),
        cmocka_unit_test(all_give_the_same_witness),
        cmocka_unit_test(special_points_give_the_same_witness),
        cmocka_unit_test(keys_off_the_curve_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
