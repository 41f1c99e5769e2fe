/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boot_flips_two.c - every single-bit flip of a whole small release of two components in its bank (header,
 * envelope and both images, all bits): modified code never runs. Also of one whose application is still to come.
 */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"

enum { HEADER_READ = 8 }; /* bytes of the header that a boot looks at */

static struct fx_device d;
static struct fx_key key;
static const struct fx_key *const anchors[] = {&key, NULL};

static uint32_t start(const struct prm_crypto *provider, uint32_t bank) {
    fx_key_make(&key, "key");
    fx_device_init(&d, provider, anchors);
    fx_device_two(&d);
    fx_install(&d, bank, &key, 5, 1);
    assert_result(fx_boot(&d), PRM_OK);
    assert_int_equal(d.plan.bank, bank);
    return FX_ENVELOPE_OFF + fx_envelope_len(d.bytes + d.layout.bank_off[bank]);
}

/* Flips every bit of these bytes; returns how many boots there were. */
static unsigned flip_all(const char *what, uint8_t *bytes, size_t len) {
    unsigned booted = 0;

    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const prm_result result = fx_boot(&d);
        const char *wrong = fx_boot_wrong(&d, result);
        if (wrong != NULL)
            fail_msg("bit %u of %s: %s", (unsigned)bit, what, wrong);
        if (result == PRM_OK)
            booted++;
        else
            assert_result(result, PRM_ERR_NOTHING_TO_RUN);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    print_message("%s: %u flips, %u booted\n", what, (unsigned)len * 8, booted);
    return booted;
}

/* Header, without the digest, and envelope. */
static void flip_head(uint32_t bank, uint32_t used) {
    uint8_t *at = d.bytes + d.layout.bank_off[bank];

    assert_int_equal(flip_all("header", at, HEADER_READ), 0);
    assert_int_equal(flip_all("envelope", at + FX_ENVELOPE_OFF, used - FX_ENVELOPE_OFF), 0);
}

static void every_flip(const struct prm_crypto *provider, uint32_t bank) {
    const uint32_t used = start(provider, bank);

    flip_head(bank, used);
    assert_int_equal(flip_all("application", fx_place(&d, bank, 0), FX_IMAGE_SIZE), 0);
    assert_int_equal(flip_all("services", fx_place(&d, bank, 1), FX_IMAGE_SIZE), 0);
    assert_result(fx_boot(&d), PRM_OK);
}

static void every_flip_is_refused_openssl(void **state) {
    (void)state;
    every_flip(&prm_crypto_openssl, 0);
}

static void every_flip_is_refused_mbedtls(void **state) {
    (void)state;
    every_flip(&prm_crypto_mbedtls, 1);
}

/* Services alone: the same, but for the application, which is neither looked at nor handed over. */
static void every_flip_of_services_alone_is_refused(void **state) {
    (void)state;
    const uint32_t used = start(&prm_crypto_openssl, 0);
    fx_bank_status(&d, 0, PRM_BANK_PARTIAL, 0);
    assert_result(fx_boot(&d), PRM_OK);
    flip_head(0, used);
    assert_int_equal(flip_all("services", fx_place(&d, 0, 1), FX_IMAGE_SIZE), 0);
    memset(fx_place(&d, 0, 0), 0x33, FX_APP_SIZE);
    assert_result(fx_boot(&d), PRM_OK);
    assert_int_equal(d.plan.app_base, 0);
}

/* What lies between: progress marks, and what follows envelope and images. */
static void the_rest_of_the_bank_does_not_matter(void **state) {
    uint64_t seed = 1;

    (void)state;
    const uint32_t used = start(&prm_crypto_openssl, 0);
    fx_random_fill(&seed, d.bytes + FX_SLOT_A_OFF + used, FX_IMAGES_OFF - used);
    fx_random_fill(&seed, fx_place(&d, 0, 0) + FX_IMAGE_SIZE, FX_APP_SIZE - FX_IMAGE_SIZE);
    fx_random_fill(&seed, fx_place(&d, 0, 1) + FX_IMAGE_SIZE, FX_SERVICES_SIZE - FX_IMAGE_SIZE);
    assert_result(fx_boot(&d), PRM_OK);
    assert_null(fx_boot_wrong(&d, PRM_OK));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flip_is_refused_openssl),
        cmocka_unit_test(every_flip_is_refused_mbedtls),
        cmocka_unit_test(every_flip_of_services_alone_is_refused),
        cmocka_unit_test(the_rest_of_the_bank_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
