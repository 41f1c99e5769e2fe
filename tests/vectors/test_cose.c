/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cose.c - the COSE working group's COSE_Sign1 cases through our parser, our Sig_structure and both providers:
 * nothing that must be refused is accepted; what must be accepted is, but for the differences of policy in the table
 * below.
 */
#include "tests/vectors/vectors.h"

#include "codec/cose.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"

static const struct {
    const char *file;
    int stated; /* 1: must be accepted by a general COSE library */
    prm_result ours;
    const char *why; /* where the two differ */
} cases[] = {
    {"cose/RFC8152/Appendix_C_2_1.json", 1, PRM_OK, NULL},
    {"cose/sign1-tests/sign-pass-01.json", 1, PRM_ERR_SIG_ALGORITHM, "the algorithm stands in the unprotected header"},
    {"cose/sign1-tests/sign-pass-02.json", 1, PRM_OK, NULL},
    {"cose/sign1-tests/sign-pass-03.json", 1, PRM_ERR_CBOR_TYPE, "without the tag 18"},
    {"cose/sign1-tests/sign-fail-01.json", 0, PRM_ERR_SIG_FORMAT, NULL},
    {"cose/sign1-tests/sign-fail-02.json", 0, PRM_ERR_SIG_INVALID, NULL},
    {"cose/sign1-tests/sign-fail-03.json", 0, PRM_ERR_SIG_ALGORITHM, NULL},
    {"cose/sign1-tests/sign-fail-04.json", 0, PRM_ERR_CBOR_TYPE, NULL},
    {"cose/sign1-tests/sign-fail-06.json", 0, PRM_ERR_SIG_FORMAT, NULL},
    {"cose/sign1-tests/sign-fail-07.json", 0, PRM_ERR_SIG_INVALID, NULL},
    {"cose/ecdsa-examples/ecdsa-sig-01.json", 1, PRM_ERR_SIG_FORMAT,
     "a header that is neither alg nor kid (content type)"},
    {"cose/ecdsa-examples/ecdsa-sig-02.json", 1, PRM_ERR_SIG_ALGORITHM, "P-384 with SHA-384"},
    {"cose/ecdsa-examples/ecdsa-sig-03.json", 1, PRM_ERR_SIG_ALGORITHM, "P-521 with SHA-512"},
    {"cose/ecdsa-examples/ecdsa-sig-04.json", 1, PRM_ERR_SIG_ALGORITHM, "P-256 with SHA-512"},
};

static const struct prm_crypto *const providers[] = {&prm_crypto_openssl, &prm_crypto_mbedtls};

/* Base64url without padding, for 32 bytes. */
static void unbase64(const char *text, uint8_t out[32]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0;
    unsigned have = 0;
    size_t n = 0;

    for (; *text != '\0' && n < 32; text++) {
        const char *at = strchr(digits, *text);
        assert_non_null(at);
        bits = bits << 6 | (uint32_t)(at - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (uint8_t)(bits >> have);
        }
    }
    assert_int_equal(n, 32);
}

/* PRM_OK if both providers say that `sig` is right over these bytes, SIG_INVALID if both say it isn't. */
static prm_result check(const json_t *key, const prm_span *parts, size_t n, const uint8_t *sig) {
    uint8_t public_key[64], digest[32], witness[2][32];
    prm_result result[2];

    unbase64(vectors_string(key, "x"), public_key);
    unbase64(vectors_string(key, "y"), public_key + 32);
    for (size_t i = 0; i < COUNT_OF(providers); i++) {
        assert_result(providers[i]->sha256(parts, n, digest), PRM_OK);
        result[i] = providers[i]->p256_witness(public_key, digest, sig, witness[i]);
        assert_result(result[i], result[0]);
    }
    assert_memory_equal(witness[0], witness[1], 32);
    if (result[0] != PRM_OK)
        return result[0];
    return memcmp(witness[0], sig, 32) == 0 ? PRM_OK : PRM_ERR_SIG_INVALID;
}

/* As prm_release_verify() does it, but that the payload may be attached and external data may be there. */
static prm_result verify(const json_t *root) {
    static uint8_t bytes[2048], external[256];
    const json_t *sign = json_object_get(json_object_get(root, "input"), "sign0");
    const char *external_hex = json_string_value(json_object_get(sign, "external"));
    const prm_span aad =
        prm_span_of(external, external_hex != NULL ? fx_unhex(external_hex, external, sizeof external) : 0);
    const char *hex = vectors_string(json_object_get(root, "output"), "cbor");
    struct prm_cose_sign1 s;
    struct prm_cose_tbs tbs;
    const prm_result parsed = prm_cose_sign1_parse(prm_span_of(bytes, fx_unhex(hex, bytes, sizeof bytes)), &s);

    if (parsed != PRM_OK)
        return parsed;
    if (s.alg != PRM_COSE_ES256 && s.alg != PRM_COSE_ESP256)
        return PRM_ERR_SIG_ALGORITHM;
    if (s.signature.len != PRM_P256_SIG_SIZE)
        return PRM_ERR_SIG_FORMAT;
    prm_cose_sign1_tbs(&s, aad, s.payload, &tbs);
    return check(json_object_get(sign, "key"), tbs.part, PRM_COSE_TBS_PARTS, s.signature.ptr);
}

/* The stated bytes to be signed and the signature at the end of the message, whatever its headers say. */
static prm_result verify_stated(const json_t *root) {
    static uint8_t bytes[2048], tbs[2048];
    const char *hex = vectors_string(json_object_get(root, "output"), "cbor");
    const size_t n = fx_unhex(hex, bytes, sizeof bytes);
    const char *stated = vectors_string(json_object_get(root, "intermediates"), "ToBeSign_hex");
    const prm_span part = prm_span_of(tbs, fx_unhex(stated, tbs, sizeof tbs));

    assert_true(n > 64);
    return check(json_object_get(json_object_get(json_object_get(root, "input"), "sign0"), "key"), &part, 1,
                 bytes + n - 64);
}

static void every_verdict_is_as_stated_or_a_policy(void **state) {
    unsigned accepted = 0, refused = 0, policy = 0;

    (void)state;
    vectors_need(cases[0].file);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        json_t *root = vectors_json(cases[i].file);
        assert_int_equal(json_is_true(json_object_get(root, "fail")), !cases[i].stated);
        const prm_result result = verify(root);
        if (result != cases[i].ours)
            print_error("%s: ", cases[i].file);
        assert_result(result, cases[i].ours);
        accepted += result == PRM_OK;
        if (result != PRM_OK && cases[i].stated) {
            char name[16];
            assert_non_null(cases[i].why);
            print_message("policy: %s: %s (%s)\n", cases[i].file, cases[i].why, unit_name(result, name));
            policy++;
        } else {
            refused += result != PRM_OK;
        }
        json_decref(root);
    }
    print_message("%u accepted and %u refused as stated, %u refused by policy\n", accepted, refused, policy);
    assert_int_equal(accepted, 2);
    assert_int_equal(refused, 6);
    assert_int_equal(policy, 6);
}

/* Where it is only the wrapping that our policy refuses, the signature itself is right by both providers. */
static void what_policy_refuses_has_a_right_signature(void **state) {
    static const char *const files[] = {"cose/sign1-tests/sign-pass-01.json", "cose/sign1-tests/sign-pass-03.json",
                                        "cose/ecdsa-examples/ecdsa-sig-01.json", "cose/sign1-tests/sign-pass-02.json",
                                        "cose/RFC8152/Appendix_C_2_1.json"};

    (void)state;
    vectors_need(files[0]);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        json_t *root = vectors_json(files[i]);
        assert_result(verify_stated(root), PRM_OK);
        json_decref(root);
    }
}

/* Every single-bit flip of the two that are accepted: of protected header, payload and signature none is. */
static void no_flip_of_what_is_signed_is_accepted(void **state) {
    static const char *const files[] = {"cose/RFC8152/Appendix_C_2_1.json", "cose/sign1-tests/sign-pass-02.json"};
    unsigned flips = 0, accepted = 0;

    (void)state;
    vectors_need(files[0]);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        uint8_t bytes[512];
        json_t *root = vectors_json(files[i]);
        json_t *output = json_object_get(root, "output");
        const size_t n = fx_unhex(vectors_string(output, "cbor"), bytes, sizeof bytes);
        for (size_t bit = 0; bit < n * 8; bit++, flips++) {
            char hex[1025];
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            json_object_set_new(output, "cbor", json_string(fx_hex(bytes, n, hex)));
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            accepted += verify(root) == PRM_OK;
        }
        json_decref(root);
    }
    print_message("%u flips, %u accepted (the unsigned key id)\n", flips, accepted);
    /* The key id (2 bytes) stands in the unprotected header here, which no signature covers: our own releases protect
     * it. */
    assert_int_equal(accepted, 2 * 2 * 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verdict_is_as_stated_or_a_policy),
        cmocka_unit_test(what_policy_refuses_has_a_right_signature),
        cmocka_unit_test(no_flip_of_what_is_signed_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
