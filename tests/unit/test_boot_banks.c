/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boot_banks.c - banks with two components: application and services are one release, and run together or not at
 * all; services alone where the journal says that the application is still to come.
 */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct fx_key key, other;
static const struct fx_key *const anchors[] = {&key, &other, NULL};
static const struct prm_crypto *provider = &prm_crypto_openssl;

static int setup(void **state) {
    (void)state;
    fx_key_make(&key, "key");
    fx_key_make(&other, "other");
    fx_device_init(&d, provider, anchors);
    fx_device_two(&d);
    return 0;
}

/* Boots, and expects `bank` to run: its services, with the application's place, or without one. */
static void boots(uint32_t bank, int whole) {
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);

    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_result(result, PRM_OK);
    assert_int_equal(d.plan.bank, bank);
    assert_int_equal(d.plan.first, 1);
    assert_int_equal(fx_plan_address(&d), fx_services_address(bank));
    assert_int_equal(d.plan.image_size, FX_IMAGE_SIZE);
    assert_int_equal(d.plan.app_base, whole ? fx_image_address(bank) : 0);
    assert_int_equal(d.plan.app_size, whole ? FX_IMAGE_SIZE : 0);
}

static void refuses(prm_result a, prm_result b) {
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);

    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_result(result, PRM_ERR_NOTHING_TO_RUN);
    assert_result(d.report.slot[0].result, a);
    assert_result(d.report.slot[1].result, b);
}

static void services_are_started_first(void **state) {
    (void)state;
    refuses(PRM_ERR_SLOT_EMPTY, PRM_ERR_SLOT_EMPTY);
    for (uint32_t bank = 0; bank < 2; bank++) {
        setup(NULL);
        fx_install(&d, bank, &key, 5, 1);
        boots(bank, 1);
        fx_install(&d, bank ^ 1u, &other, 6, 2);
        boots(bank ^ 1u, 1);
        assert_true(d.plan.sequence == 6);
    }
}

/* A byte of either image: the bank is refused, and the other one runs if there is one. */
static void both_must_be_right(void **state) {
    (void)state;
    for (uint32_t bank = 0; bank < 2; bank++) {
        for (uint32_t component = 0; component < 2; component++) {
            for (uint32_t at = 0; at < FX_IMAGE_SIZE; at += 17) {
                setup(NULL);
                fx_install(&d, bank, &key, 9, 1);
                fx_place(&d, bank, component)[at] ^= 0x10;
                refuses(bank == 0 ? PRM_ERR_IMAGE_DIGEST : PRM_ERR_SLOT_EMPTY,
                        bank == 1 ? PRM_ERR_IMAGE_DIGEST : PRM_ERR_SLOT_EMPTY);
                fx_install(&d, bank ^ 1u, &key, 8, 2);
                boots(bank ^ 1u, 1);
                assert_result(d.report.slot[bank].result, PRM_ERR_IMAGE_DIGEST);
                fx_place(&d, bank, component)[at] ^= 0x10;
                boots(bank, 1);
            }
        }
    }
    /* Parts of two releases, authentic each, make none. */
    for (uint32_t component = 0; component < 2; component++) {
        uint8_t old[FX_IMAGE_SIZE];
        setup(NULL);
        fx_install(&d, 0, &key, 1, 1);
        memcpy(old, fx_place(&d, 0, component), sizeof old);
        fx_install(&d, 0, &key, 2, 2);
        memcpy(fx_place(&d, 0, component), old, sizeof old);
        refuses(PRM_ERR_IMAGE_DIGEST, PRM_ERR_SLOT_EMPTY);
    }
    /* Nor do the two in each other's place. */
    setup(NULL);
    fx_install(&d, 0, &key, 1, 1);
    uint8_t app[FX_IMAGE_SIZE];
    memcpy(app, fx_place(&d, 0, 0), sizeof app);
    memcpy(fx_place(&d, 0, 0), fx_place(&d, 0, 1), sizeof app);
    memcpy(fx_place(&d, 0, 1), app, sizeof app);
    refuses(PRM_ERR_IMAGE_DIGEST, PRM_ERR_SLOT_EMPTY);
}

/* Makes and flashes a release of these images into bank A. */
static void flash(prm_span app, prm_span services, struct fx_spec spec) {
    uint8_t envelope[2048];

    spec.sequence = 1; /* at the floor: it needs no journal */
    spec.key[0] = &key;
    spec.image[0] = spec.image[1] = app;
    spec.services[0] = spec.services[1] = services;
    const size_t n = fx_envelope(&spec, envelope, sizeof envelope);
    fx_flash_slot(&d, 0, prm_span_of(envelope, n), app);
    if (services.ptr != NULL)
        memcpy(fx_place(&d, 0, 1), services.ptr, services.len < FX_SERVICES_SIZE ? services.len : FX_SERVICES_SIZE);
}

/* Signed, but with the stack or the entry of one of them in the other's memory. */
static void each_stays_in_its_own_memory(void **state) {
    const struct {
        uint32_t component, at, value;
    } cases[] = {
        {0, 0, FX_SERVICES_RAM_BASE + 0x1000},  {1, 0, FX_RAM_BASE + 0x1000},
        {0, 4, FX_FLASH_BASE + FX_SLOT_A_OFF + FX_SERVICES_OFF + 9},
        {1, 4, FX_FLASH_BASE + FX_SLOT_A_OFF + FX_IMAGES_OFF + 9},
        {1, 0, FX_SERVICES_RAM_BASE + FX_SERVICES_RAM_SIZE + 8},
        {1, 0, FX_SERVICES_RAM_BASE - 8},
        {1, 4, FX_FLASH_BASE + FX_SLOT_B_OFF + FX_SERVICES_OFF + 9},
        {1, 4, FX_FLASH_BASE + FX_SLOT_A_OFF + FX_SERVICES_OFF + 8},
    };

    (void)state;
    for (size_t i = 0; i <= COUNT_OF(cases); i++) {
        uint8_t image[2][FX_IMAGE_SIZE];
        setup(NULL);
        fx_image(0, 1, image[0]);
        fx_services(0, 1, image[1]);
        if (i < COUNT_OF(cases))
            prm_store_le32(image[cases[i].component] + cases[i].at, cases[i].value);
        flash(prm_span_of(image[0], FX_IMAGE_SIZE), prm_span_of(image[1], FX_IMAGE_SIZE), (struct fx_spec){0});
        if (i < COUNT_OF(cases))
            refuses(PRM_ERR_IMAGE_ENTRY, PRM_ERR_SLOT_EMPTY);
        else
            boots(0, 1);
    }
}

static void each_stays_in_its_own_place(void **state) {
    static uint8_t app[FX_SERVICES_SIZE + 8], services[FX_SERVICES_SIZE + 8];

    (void)state;
    _Static_assert(FX_SERVICES_SIZE >= FX_APP_SIZE, "both buffers are large enough");
    for (unsigned which = 0; which < 3; which++) {
        setup(NULL);
        memset(app, 0x11, sizeof app);
        memset(services, 0x22, sizeof services);
        fx_image(0, 1, app);
        fx_services(0, 1, services);
        const uint32_t app_size = FX_APP_SIZE + (which == 1 ? 1 : 0);
        const uint32_t services_size = FX_SERVICES_SIZE + (which == 2 ? 1 : 0);
        /* What doesn't fit is claimed in the manifest; as much of it is flashed as there is room for. */
        uint8_t envelope[2048];
        const struct fx_spec spec = {.sequence = 1,
                                     .key = {&key},
                                     .image = {prm_span_of(app, app_size), prm_span_of(app, app_size)},
                                     .services = {prm_span_of(services, services_size),
                                                  prm_span_of(services, services_size)}};
        fx_flash_slot(&d, 0, prm_span_of(envelope, fx_envelope(&spec, envelope, sizeof envelope)),
                      prm_span_of(app, FX_APP_SIZE));
        memcpy(fx_place(&d, 0, 1), services, FX_SERVICES_SIZE);
        const prm_result result = fx_boot(&d);
        assert_null(fx_boot_wrong(&d, result));
        assert_result(d.report.slot[0].result, which == 0 ? PRM_OK : PRM_ERR_IMAGE_SIZE);
    }
}

static void a_release_has_as_many_components_as_the_device(void **state) {
    (void)state;
    d.layout.components = 1;
    fx_install(&d, 0, &key, 1, 1);
    d.layout.components = 2;
    refuses(PRM_ERR_SUIT_COMPONENT, PRM_ERR_SLOT_EMPTY);
    fx_install(&d, 0, &key, 1, 1);
    boots(0, 1);
    d.layout.components = 1;
    refuses(PRM_ERR_SUIT_COMPONENT, PRM_ERR_SLOT_EMPTY);
}

static void every_component_says_whom_it_is_for(void **state) {
    static const uint32_t without[] = {PRM_SUIT_DID_VENDOR, PRM_SUIT_DID_CLASS, PRM_SUIT_DID_IMAGE,
                                       PRM_SUIT_DID_INVOKE};
    uint8_t image[2][FX_IMAGE_SIZE], manifest[1024], envelope[2048];
    const struct fx_spec signer = {.key = {&key}};
    char vendor[33], class_[33], digest[2][65];

    (void)state;
    fx_image(0, 1, image[0]);
    fx_services(0, 1, image[1]);
    for (size_t i = 0; i < COUNT_OF(without); i++) {
        setup(NULL);
        flash(prm_span_of(image[0], FX_IMAGE_SIZE), prm_span_of(image[1], FX_IMAGE_SIZE),
              (struct fx_spec){.without = without[i]});
        refuses(PRM_ERR_SUIT_MISSING, PRM_ERR_SLOT_EMPTY);
    }
    /* One component alone that doesn't: which = 0 or 1; 2 is as it should be. */
    fx_hex(fx_vendor, 16, vendor);
    fx_hex(fx_class, 16, class_);
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t bytes[PRM_SHA256_SIZE];
        fx_sha256(prm_span_of(image[i], FX_IMAGE_SIZE), bytes);
        fx_hex(bytes, sizeof bytes, digest[i]);
    }
    for (unsigned which = 0; which < 3; which++) {
        const char *who = which == 0 ? "1" : which == 1 ? "0" : "true";
        const size_t n = fx_cbor(manifest, sizeof manifest,
                                 "{1: 1, 2: 1, 3: <<{2: [[h'00'], [h'01']], 4: <<[12, true, 20, {2: h'%s'}, "
                                 "12, %s, 20, {1: h'%s'}, 12, 0, 20, {3: <<[-16, h'%s']>>, 14: 256}, 12, 1, 20, "
                                 "{3: <<[-16, h'%s']>>, 14: 256}, 12, true, 1, 15, 2, 15]>>}>>, "
                                 "7: <<[12, true, 3, 15]>>, 9: <<[12, 1, 23, 2]>>}",
                                 class_, who, vendor, digest[0], digest[1]);
        setup(NULL);
        const size_t len = fx_wrap(&signer, prm_span_of(manifest, n), envelope, sizeof envelope);
        fx_flash_slot(&d, 0, prm_span_of(envelope, len), prm_span_of(image[0], FX_IMAGE_SIZE));
        memcpy(fx_place(&d, 0, 1), image[1], FX_IMAGE_SIZE);
        if (which == 2)
            boots(0, 1);
        else
            refuses(PRM_ERR_SUIT_MISSING, PRM_ERR_SLOT_EMPTY);
    }
}

/* ---- services alone ---- */

static void services_alone_are_enough_while_the_rest_comes(void **state) {
    uint64_t seed = 1;

    (void)state;
    for (uint32_t bank = 0; bank < 2; bank++) {
        setup(NULL);
        fx_install(&d, bank, &key, 5, 1);
        fx_bank_status(&d, bank, PRM_BANK_PARTIAL, 0);
        /* Even if the application happens to be there, it isn't looked at, and its place isn't told. */
        boots(bank, 0);
        assert_int_equal(d.plan.trial, PRM_NO);
        fx_random_fill(&seed, fx_place(&d, bank, 0), FX_APP_SIZE);
        boots(bank, 0);
        memset(fx_place(&d, bank, 0), 0xFF, FX_APP_SIZE);
        boots(bank, 0);
        fx_place(&d, bank, 1)[100] ^= 1;
        refuses(bank == 0 ? PRM_ERR_IMAGE_DIGEST : PRM_ERR_SLOT_EMPTY,
                bank == 1 ? PRM_ERR_IMAGE_DIGEST : PRM_ERR_SLOT_EMPTY);
    }
}

static void a_whole_release_goes_before_services_alone(void **state) {
    static const uint64_t whole[] = {1, 5, 9};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        for (uint32_t bank = 0; bank < 2; bank++) {
            setup(NULL);
            fx_install(&d, bank, &key, 5, 1);
            fx_bank_status(&d, bank, PRM_BANK_PARTIAL, 0);
            boots(bank, 0);
            fx_install(&d, bank ^ 1u, &key, whole[i], 2);
            boots(bank ^ 1u, 1);
            fx_place(&d, bank ^ 1u, 0)[9] ^= 1; /* until it breaks */
            boots(bank, 0);
        }
    }
}

/* The journal's word holds for one release only: put beside another one, it forbids it. */
static void partial_is_said_of_one_release(void **state) {
    (void)state;
    fx_install(&d, 0, &key, 5, 1);
    fx_bank_status(&d, 0, PRM_BANK_PARTIAL, 0);
    boots(0, 0);
    const struct prm_state of_5 = fx_state(&d);
    fx_install(&d, 0, &key, 6, 2);
    fx_state_put(&d, &of_5);
    memset(fx_place(&d, 0, 0), 0, FX_APP_SIZE);
    refuses(PRM_ERR_BANK_OTHER, PRM_ERR_SLOT_EMPTY);
    /* And of devices with services only: an application alone is never left out. */
    fx_device_init(&d, provider, anchors);
    fx_install(&d, 0, &key, 5, 1);
    fx_bank_status(&d, 0, PRM_BANK_PARTIAL, 0);
    assert_result(fx_boot(&d), PRM_OK);
    assert_null(fx_boot_wrong(&d, PRM_OK));
    fx_place(&d, 0, 0)[5] ^= 1;
    refuses(PRM_ERR_IMAGE_DIGEST, PRM_ERR_SLOT_EMPTY);
}

/* What nobody signed can't make services run without their application: any journal but one that says PARTIAL. */
static void no_other_status_leaves_the_application_out(void **state) {
    (void)state;
    for (unsigned status = 0; status < 256; status++) {
        setup(NULL);
        fx_install(&d, 0, &key, 5, 1);
        fx_place(&d, 0, 0)[5] ^= 1;
        fx_bank_status(&d, 0, (enum prm_bank_status)status, 3);
        const prm_result result = fx_boot(&d);
        assert_null(fx_boot_wrong(&d, result));
        assert_result(result, status == PRM_BANK_PARTIAL ? PRM_OK : PRM_ERR_NOTHING_TO_RUN);
    }
}

/* ---- errors ---- */

static void an_error_at_each_call_leads_to_recovery_or_the_other_bank(void **state) {
    unsigned ran = 0, recovered = 0, lower = 0, calls = 0;

    (void)state;
    for (unsigned banks = 1; banks < 4; banks++) {
        for (uint32_t call = 0;; call++, calls++) {
            setup(NULL);
            if ((banks & 1u) != 0)
                fx_install(&d, 0, &key, 5, 1);
            if ((banks & 2u) != 0)
                fx_install(&d, 1, &other, 6, 2);
            d.faults.fail_at = call;
            const prm_result result = fx_boot(&d);
            const char *wrong = fx_boot_wrong(&d, result);
            if (wrong != NULL)
                fail_msg("call %u: %s", (unsigned)call, wrong);
            if (d.faults.calls <= call)
                break;
            if (result == PRM_OK) {
                assert_true((banks & (1u << d.plan.bank)) != 0);
                assert_int_equal(d.plan.app_base, fx_image_address(d.plan.bank));
            }
            ran += result == PRM_OK;
            recovered += result != PRM_OK;
            lower += banks == 3 && d.plan.bank == 0;
        }
    }
    print_message("%u errors: ran %u (the lower bank %u), recovery %u\n", calls, ran, lower, recovered);
    assert_true(lower > 0 && recovered > 0);
}

/* ---- the workspace ---- */

/* What the signature covers must fit where it is copied: one byte more, and the release is refused, not cut. */
static void a_manifest_is_as_large_as_the_workspace(void **state) {
    static uint8_t manifest[2 * PRM_MANIFEST_MAX], envelope[3 * PRM_MANIFEST_MAX];
    static char text[4 * PRM_MANIFEST_MAX];
    const struct fx_spec signer = {.key = {&key}};
    size_t fits = 0;

    (void)state;
    for (size_t len = PRM_MANIFEST_MAX - 100; len < PRM_MANIFEST_MAX + 40; len++) {
        setup(NULL);
        memset(text, 'a', 2 * len);
        text[2 * len] = '\0';
        const size_t n = fx_cbor(manifest, sizeof manifest,
                                 "{1: 1, 2: 1, 3: <<{2: [[h'00'], [h'01']], 4: <<[]>>}>>, 23: h'%s'}", text);
        const size_t m = fx_wrap(&signer, prm_span_of(manifest, n), envelope, sizeof envelope);
        fx_flash_slot(&d, 0, prm_span_of(envelope, m), prm_span_of(NULL, 0));
        /* Its bstr head has three bytes; without conditions it is refused after the signature. */
        refuses(n + 3 > PRM_MANIFEST_MAX ? PRM_ERR_CBOR_LIMIT : PRM_ERR_SUIT_MISSING, PRM_ERR_SLOT_EMPTY);
        fits += n + 3 == PRM_MANIFEST_MAX;
    }
    assert_int_equal(fits, 1);
}

static int setup_mbedtls(void **state) {
    provider = &prm_crypto_mbedtls;
    return setup(state);
}

static int teardown_mbedtls(void **state) {
    (void)state;
    provider = &prm_crypto_openssl;
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(services_are_started_first, setup),
        cmocka_unit_test_setup_teardown(services_are_started_first, setup_mbedtls, teardown_mbedtls),
        cmocka_unit_test_setup(both_must_be_right, setup),
        cmocka_unit_test_setup(each_stays_in_its_own_memory, setup),
        cmocka_unit_test_setup(each_stays_in_its_own_place, setup),
        cmocka_unit_test_setup(a_release_has_as_many_components_as_the_device, setup),
        cmocka_unit_test_setup(every_component_says_whom_it_is_for, setup),
        cmocka_unit_test_setup(services_alone_are_enough_while_the_rest_comes, setup),
        cmocka_unit_test_setup(a_whole_release_goes_before_services_alone, setup),
        cmocka_unit_test_setup(partial_is_said_of_one_release, setup),
        cmocka_unit_test_setup(no_other_status_leaves_the_application_out, setup),
        cmocka_unit_test_setup(an_error_at_each_call_leads_to_recovery_or_the_other_bank, setup),
        cmocka_unit_test_setup(a_manifest_is_as_large_as_the_workspace, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
