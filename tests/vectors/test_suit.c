/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_suit.c - the examples of draft-ietf-suit-manifest: all are parsed, the signed ones verify by both providers, the
 * unsigned ones are refused, and no single-bit flip of what was authenticated is accepted.
 */
#include "tests/vectors/vectors.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"
#include "suit/suit.h"
#include "tests/vectors/published.h"
#include "trust/release.h"

/* What our profile makes of each: prm_suit_select(), the same for the slots A and B. */
static const struct {
    const char *name;
    int is_signed;
    prm_result select;
} examples[] = {
    {"example0-signed", 1, PRM_OK},
    {"example0-unsigned", 0, PRM_OK},
    {"example1-signed", 1, PRM_OK},
    {"example1-unsigned", 0, PRM_OK},
    {"example2-signed-full", 1, PRM_OK},
    {"example2-signed-severed", 1, PRM_OK},
    {"example2-unsigned-severed", 0, PRM_OK},
    {"example3-signed", 1, PRM_OK},
    {"example3-unsigned", 0, PRM_OK},
    /* Loads an image into another component: the root runs images in place and refuses the section. */
    {"example4-signed", 1, PRM_ERR_SUIT_SECTION},
    {"example4-unsigned", 0, PRM_ERR_SUIT_SECTION},
    {"example5-signed", 1, PRM_OK},
    {"example5-unsigned", 0, PRM_OK},
};

static const struct prm_crypto *const providers[] = {&prm_crypto_openssl, &prm_crypto_mbedtls};
static struct prm_trust trust;
static uint8_t bytes[8192];

/* How many of the examples are here: all, or the first alone, which stands in published.h. */
static size_t known(void) {
    return vectors_here("suit/signing-key.pem") ? COUNT_OF(examples) : 1;
}

/* An example's bytes, in a buffer that lasts until the next. */
static prm_span example(size_t i) {
    static char hex[2 * sizeof bytes + 2];
    char name[64], path[512];

    snprintf(name, sizeof name, "suit/%s.hex", examples[i].name);
    FILE *f = fopen(vectors_path(name, path), "r");
    if (f == NULL && i == 0)
        return prm_span_of(bytes, fx_unhex(suit_example0, bytes, sizeof bytes));
    if (f == NULL)
        fail_msg("no %s", path);
    const size_t n = fread(hex, 1, sizeof hex - 1, f);
    fclose(f);
    hex[n] = '\0';
    return prm_span_of(bytes, fx_unhex(hex, bytes, sizeof bytes));
}

static void read_key(void) {
    trust = (struct prm_trust){.count = 1, .policy = PRM_TRUST_ALLOW_ES256, .need = {1, 0}};
    trust.anchor[0].roles = PRM_ROLE_RELEASE;
    trust.anchor[0].key_len = PRM_P256_PUBLIC_SIZE;
    assert_int_equal(fx_unhex(suit_examples_key, trust.anchor[0].public_key, PRM_P256_PUBLIC_SIZE), PRM_P256_PUBLIC_SIZE);
}

/* The figures in published.h are what the files say. */
static void the_figures_are_those_of_the_files(void **state) {
    uint8_t figure[256];
    char path[512];
    BIGNUM *x = NULL, *y = NULL;
    uint8_t key[PRM_P256_PUBLIC_SIZE];

    (void)state;
    vectors_need("suit/signing-key.pem");
    const prm_span all = example(0);
    assert_int_equal(fx_unhex(suit_example0, figure, sizeof figure), all.len);
    assert_memory_equal(figure, all.ptr, all.len);
    FILE *f = fopen(vectors_path("suit/signing-key.pem", path), "r");
    assert_non_null(f);
    EVP_PKEY *pem = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    assert_non_null(pem);
    assert_int_equal(EVP_PKEY_get_bn_param(pem, OSSL_PKEY_PARAM_EC_PUB_X, &x), 1);
    assert_int_equal(EVP_PKEY_get_bn_param(pem, OSSL_PKEY_PARAM_EC_PUB_Y, &y), 1);
    assert_int_equal(BN_bn2binpad(x, key, 32), 32);
    assert_int_equal(BN_bn2binpad(y, key + 32, 32), 32);
    read_key();
    assert_memory_equal(key, trust.anchor[0].public_key, sizeof key);
    BN_free(x);
    BN_free(y);
    EVP_PKEY_free(pem);
}

static prm_result verify(prm_span envelope, const struct prm_crypto *crypto) {
    struct prm_release_verified verified;
    struct prm_suit_envelope e;
    prm_word word = {0, 0};
    const prm_result parsed = prm_suit_envelope_parse(envelope, &e);

    if (parsed != PRM_OK)
        return parsed;
    const prm_result result = prm_release_verify(&e, crypto, &trust, &verified, &word);
    assert_true((prm_word_value(&word) == PRM_WORD_SIGNED) == (result == PRM_OK));
    return result;
}

static void all_are_parsed(void **state) {
    unsigned parsed = 0, selected = 0;

    (void)state;
    for (size_t i = 0; i < known(); i++) {
        struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
        struct prm_suit_envelope e;
        struct prm_suit_manifest m;
        assert_result(prm_suit_envelope_parse(example(i), &e), PRM_OK);
        assert_int_equal(e.signatures, examples[i].is_signed);
        assert_result(prm_suit_manifest_parse(e.manifest, &m), PRM_OK);
        assert_true(m.components >= 1);
        parsed++;
        for (uint32_t slot = 0; slot < 2; slot++) {
            const prm_result result = prm_suit_select(&m, slot, component);
            if (result != examples[i].select)
                print_error("%s, slot %u: ", examples[i].name, (unsigned)slot);
            assert_result(result, examples[i].select);
            selected += slot == 0 && result == PRM_OK;
        }
    }
    print_message("%u of %zu parsed, commands of %u within our profile\n", parsed, known(), selected);
    assert_int_equal(parsed, known());
}

static void what_they_say_is_read(void **state) {
    static const uint8_t digests[2][4] = {{0x00, 0x11, 0x22, 0x33}, {0x01, 0x23, 0x45, 0x67}};
    static const uint32_t sizes[2] = {34768, 76834};
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_envelope e;
    struct prm_suit_manifest m;

    (void)state;
    vectors_need("suit/signing-key.pem");
    /* Example 3 is the one with a try-each over two slots. */
    for (uint32_t slot = 0; slot < 2; slot++) {
        assert_result(prm_suit_envelope_parse(example(7), &e), PRM_OK);
        assert_result(prm_suit_manifest_parse(e.manifest, &m), PRM_OK);
        assert_true(m.sequence == 3);
        assert_result(prm_suit_select(&m, slot, component), PRM_OK);
        assert_memory_equal(component[0].digest, digests[slot], 4);
        assert_int_equal(component[0].size, sizes[slot]);
        assert_int_equal(component[0].vendor[0], 0xFA);
        assert_int_equal(component[0].class_[0], 0x14);
        assert_int_equal(component[0].did, PRM_SUIT_DID_VENDOR | PRM_SUIT_DID_CLASS | PRM_SUIT_DID_IMAGE);
    }
    assert_result(prm_suit_select(&m, 2, component), PRM_ERR_SUIT_COMPONENT);
}

static void the_signed_ones_verify_and_the_others_do_not(void **state) {
    unsigned verified = 0, refused = 0;

    (void)state;
    read_key();
    for (size_t i = 0; i < known(); i++) {
        for (size_t k = 0; k < COUNT_OF(providers); k++)
            assert_result(verify(example(i), providers[k]), examples[i].is_signed ? PRM_OK : PRM_ERR_SIG_NONE);
        verified += examples[i].is_signed != 0;
        refused += examples[i].is_signed == 0;
    }
    print_message("%u signed verified, %u unsigned refused\n", verified, refused);
    assert_int_equal(verified, known() == 1 ? 1 : 7);
    assert_int_equal(refused, known() == 1 ? 0 : 6);
    /* Without the policy, and by another key, none. */
    for (size_t i = 0; i < known(); i++) {
        if (!examples[i].is_signed)
            continue;
        trust.policy = 0;
        assert_result(verify(example(i), &prm_crypto_openssl), PRM_ERR_SIG_ALGORITHM);
        struct fx_key other;
        fx_key_make(&other, "other");
        read_key();
        trust.anchor[0] = other.anchor;
        assert_result(verify(example(i), &prm_crypto_openssl), PRM_ERR_SIG_INVALID);
        read_key();
    }
}

/* Every bit of the envelope up to the end of the manifest: tag, map, wrapper, manifest. */
static void no_flip_is_accepted(void **state) {
    unsigned flips = 0, accepted = 0;

    (void)state;
    read_key();
    for (size_t i = 0; i < known(); i++) {
        struct prm_suit_envelope e;
        const prm_span all = example(i);
        if (!examples[i].is_signed)
            continue;
        assert_result(prm_suit_envelope_parse(all, &e), PRM_OK);
        const size_t end = (size_t)(e.manifest.ptr + e.manifest.len - all.ptr);
        for (size_t bit = 0; bit < end * 8; bit++, flips++) {
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (verify(all, providers[bit % 2]) == PRM_OK) {
                print_error("%s: bit %u is accepted\n", examples[i].name, (unsigned)bit);
                accepted++;
            }
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        assert_result(verify(all, &prm_crypto_openssl), PRM_OK);
        for (size_t len = 0; len < all.len; len++)
            assert_true(verify(prm_span_of(all.ptr, len), &prm_crypto_openssl) != PRM_OK);
    }
    print_message("%u flips of wrapper and manifest, %u accepted\n", flips, accepted);
    assert_true(flips > 0);
    assert_int_equal(accepted, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figures_are_those_of_the_files),
        cmocka_unit_test(all_are_parsed),
        cmocka_unit_test(what_they_say_is_read),
        cmocka_unit_test(the_signed_ones_verify_and_the_others_do_not),
        cmocka_unit_test(no_flip_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
