/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cose.c - the COSE working group's COSE_Sign1 cases through our parser, our Sig_structure and both providers:
 * nothing that must be refused is accepted; what must be accepted is, but for the differences of policy in the table
 * below.
 */
#include "tests/vectors/vectors.h"

#include <strings.h>

#include "codec/cose.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"

/* What the messages of RFC 8152 C.2.1, and those that were made of it, consist of. */
#define KEY_X "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8"
#define KEY_Y "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4"
#define KID "a10442313154" /* and the head of the payload */
#define TEXT "546869732069732074686520636f6e74656e742e"
#define SIG(digits) "5840" digits
#define SIG_C21                                                        \
    SIG("8eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e" \
        "2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36")
#define SIG_PASS_01                                                    \
    SIG("87db0d2e5571843b78ac33ecb2830df7b6e0a4d5b7376de336b23c591c90c425" \
        "317e56127fbe04370097ce347087b233bf722b64072beb4486bda4031d27244f")
#define SIG_PASS_02                                                    \
    SIG("10729cd711cb3813d8d8e944a8da7111e7b258c9bdca6135f7ae1adbee950989" \
        "1267837e1e33bd36c150326ae62755c6bd8e540c3e8f92d7d225e8db72b8820b")
#define SIG_FAIL_07                                                    \
    SIG("6520bbaf2081d7e0ed0f95f76eb0733d667005f7467cec4b87b9381a6ba1ede8" \
        "e00df29f32a37230f39a842a54821fdd223092819d7728efb9d3a0080b75380b")
#define TBS "846a5369676e617475726531" /* ["Signature1", ... */

/* A message as figures, hex digits. NULL: none. */
struct message {
    const char *cbor, *external, *tbs;
};

static const struct {
    const char *file;
    int stated; /* 1: must be accepted by a general COSE library */
    prm_result ours;
    const char *why;          /* where the two differ */
    struct message published; /* cbor NULL: only in its file */
} cases[] = {
    {"cose/RFC8152/Appendix_C_2_1.json", 1, PRM_OK, NULL,
     {.cbor = "d28443a10126" KID TEXT SIG_C21, .tbs = TBS "43a101264054" TEXT}},
    {"cose/sign1-tests/sign-pass-01.json", 1, PRM_ERR_SIG_ALGORITHM, "the algorithm stands in the unprotected header",
     {.cbor = "d28441a0a201260442313154" TEXT SIG_PASS_01, .tbs = TBS "404054" TEXT}},
    {"cose/sign1-tests/sign-pass-02.json", 1, PRM_OK, NULL,
     {.cbor = "d28443a10126" KID TEXT SIG_PASS_02,
      .external = "11aa22bb33cc44dd55006699",
      .tbs = TBS "43a101264c11aa22bb33cc44dd5500669954" TEXT}},
    {"cose/sign1-tests/sign-pass-03.json", 1, PRM_ERR_CBOR_TYPE, "without the tag 18",
     {.cbor = "8443a10126" KID TEXT SIG_C21, .tbs = TBS "43a101264054" TEXT}},
    {"cose/sign1-tests/sign-fail-01.json", 0, PRM_ERR_SIG_KIND, NULL, {.cbor = "d903e68443a10126" KID TEXT SIG_C21}},
    {"cose/sign1-tests/sign-fail-02.json", 0, PRM_ERR_SIG_INVALID, NULL,
     {.cbor = "d28443a10126" KID "546869732069732074686520636f6e74656e742f" SIG_C21}},
    {"cose/sign1-tests/sign-fail-03.json", 0, PRM_ERR_SIG_ALGORITHM, NULL,
     {.cbor = "d28445a1013903e6" KID TEXT SIG_C21}},
    {"cose/sign1-tests/sign-fail-04.json", 0, PRM_ERR_CBOR_TYPE, NULL,
     {.cbor = "d2844aa10167756e6b6e6f776e" KID TEXT SIG_C21}},
    {"cose/sign1-tests/sign-fail-06.json", 0, PRM_ERR_SIG_FORMAT, NULL, {.cbor = "d28445a201260300" KID TEXT SIG_C21}},
    {"cose/sign1-tests/sign-fail-07.json", 0, PRM_ERR_SIG_INVALID, NULL,
     {.cbor = "d28443a10126" KID TEXT SIG_FAIL_07}},
    {"cose/ecdsa-examples/ecdsa-sig-01.json", 1, PRM_ERR_SIG_FORMAT,
     "a header that is neither alg nor kid (content type)", {.cbor = NULL}},
    {"cose/ecdsa-examples/ecdsa-sig-02.json", 1, PRM_ERR_SIG_ALGORITHM, "P-384 with SHA-384", {.cbor = NULL}},
    {"cose/ecdsa-examples/ecdsa-sig-03.json", 1, PRM_ERR_SIG_ALGORITHM, "P-521 with SHA-512", {.cbor = NULL}},
    {"cose/ecdsa-examples/ecdsa-sig-04.json", 1, PRM_ERR_SIG_ALGORITHM, "P-256 with SHA-512", {.cbor = NULL}},
};
enum { PUBLISHED = 10 }; /* the first so many have figures here */

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

/* What a case's file says where it is here, else the same made of the figures. */
static json_t *message(size_t i) {
    const struct message *const m = &cases[i].published;
    json_t *root;

    if (vectors_here(cases[i].file)) {
        root = vectors_json(cases[i].file);
        if (m->cbor != NULL)
            assert_int_equal(strcasecmp(vectors_string(json_object_get(root, "output"), "cbor"), m->cbor), 0);
        return root;
    }
    assert_non_null(m->cbor);
    root = json_pack("{s:b, s:{s:{s:{s:s, s:s}}}, s:{s:s}, s:{s:s}}", "fail", !cases[i].stated, "input", "sign0", "key",
                     "x", KEY_X, "y", KEY_Y, "output", "cbor", m->cbor, "intermediates", "ToBeSign_hex",
                     m->tbs != NULL ? m->tbs : "");
    assert_non_null(root);
    if (m->external != NULL)
        json_object_set_new(json_object_get(json_object_get(root, "input"), "sign0"), "external",
                            json_string(m->external));
    return root;
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

struct verdicts {
    unsigned accepted, refused, policy;
};

static void judge(size_t i, struct verdicts *v) {
    json_t *root = message(i);
    char name[16];

    assert_int_equal(json_is_true(json_object_get(root, "fail")), !cases[i].stated);
    const prm_result result = verify(root);
    if (result != cases[i].ours)
        print_error("%s: ", cases[i].file);
    assert_result(result, cases[i].ours);
    v->accepted += result == PRM_OK;
    if (result != PRM_OK && cases[i].stated) {
        assert_non_null(cases[i].why);
        print_message("policy: %s: %s (%s)\n", cases[i].file, cases[i].why, unit_name(result, name));
        v->policy++;
    } else {
        v->refused += result != PRM_OK;
    }
    json_decref(root);
}

static void published_verdicts_are_as_stated_or_a_policy(void **state) {
    struct verdicts v = {0, 0, 0};

    (void)state;
    for (size_t i = 0; i < PUBLISHED; i++)
        judge(i, &v);
    print_message("%u accepted and %u refused as stated, %u refused by policy\n", v.accepted, v.refused, v.policy);
    assert_int_equal(v.accepted, 2);
    assert_int_equal(v.refused, 6);
    assert_int_equal(v.policy, 2);
}

static void verdicts_of_the_files_are_a_policy(void **state) {
    struct verdicts v = {0, 0, 0};

    (void)state;
    vectors_need(cases[PUBLISHED].file);
    for (size_t i = PUBLISHED; i < COUNT_OF(cases); i++)
        judge(i, &v);
    assert_int_equal(v.policy, 4);
}

/* Where it is only the wrapping that our policy refuses, the signature itself is right by both providers. */
static void what_policy_refuses_has_a_right_signature(void **state) {
    /* C.2.1, sign-pass-01 to 03; and, where its file is, ecdsa-sig-01. */
    static const size_t right[] = {0, 1, 2, 3, PUBLISHED};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(right); i++) {
        if (right[i] == PUBLISHED && !vectors_here(cases[PUBLISHED].file))
            continue;
        json_t *root = message(right[i]);
        assert_result(verify_stated(root), PRM_OK);
        json_decref(root);
    }
}

/* Every single-bit flip of the two that are accepted: of protected header, payload and signature none is. */
static void no_flip_of_what_is_signed_is_accepted(void **state) {
    static const size_t accepted_ones[] = {0, 2};
    unsigned flips = 0, accepted = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(accepted_ones); i++) {
        uint8_t bytes[512];
        json_t *root = message(accepted_ones[i]);
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
        cmocka_unit_test(published_verdicts_are_as_stated_or_a_policy),
        cmocka_unit_test(verdicts_of_the_files_are_a_policy),
        cmocka_unit_test(what_policy_refuses_has_a_right_signature),
        cmocka_unit_test(no_flip_of_what_is_signed_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
