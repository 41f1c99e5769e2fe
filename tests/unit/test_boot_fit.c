/* SPDX-License-Identifier: Apache-2.0 */
/* test_boot_fit.c - a manifest is for this device and not below the floor, and says so itself, for every component. */
#include "tests/unit/unit.h"

#include "boot/boot_verify.h"
#include "providers/openssl/crypto_openssl.h"

#define ALL (PRM_SUIT_DID_VENDOR | PRM_SUIT_DID_CLASS | PRM_SUIT_DID_IMAGE | PRM_SUIT_DID_INVOKE)
#define EXPECTED PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_DEVICE), PRM_K_FLOOR)

static struct fx_device d;
static const uint8_t digest[PRM_SHA256_SIZE] = {1};

static int setup(void **state) {
    static const struct fx_key *const none[] = {NULL};

    (void)state;
    fx_device_init(&d, &prm_crypto_openssl, none);
    return 0;
}

static struct prm_suit_component right(void) {
    return (struct prm_suit_component){
        .vendor = fx_vendor, .class_ = fx_class, .digest = digest, .size = 1, .did = ALL};
}

/* The verdict; the word is right exactly if it is PRM_OK. */
static prm_result fit(const struct prm_suit_component *c, uint64_t sequence, uint64_t floor) {
    static const struct prm_trust trust = {.base = 1};
    const struct prm_release_age age = {&trust, floor, 1};
    prm_word word = {0, 0};
    const prm_result result = prm_release_verify_fit(&d.fuses, c, 1, sequence, &age, &word);

    assert_true((prm_word_value(&word) == EXPECTED) == (result == PRM_OK));
    return result;
}

static void every_condition_must_be_there(void **state) {
    static const uint32_t all[] = {PRM_SUIT_DID_VENDOR, PRM_SUIT_DID_CLASS,  PRM_SUIT_DID_IMAGE,
                                   PRM_SUIT_DID_FETCH,  PRM_SUIT_DID_INVOKE, PRM_SUIT_DID_DEVICE};

    (void)state;
    for (uint32_t set = 0; set < 64; set++) {
        struct prm_suit_component c = right();
        uint32_t did = 0;
        for (unsigned i = 0; i < COUNT_OF(all); i++)
            did |= (set >> i & 1u) != 0 ? all[i] : 0;
        c.did = did;
        c.device = fx_device_id;
        assert_result(fit(&c, 1, 0), (did & ALL) == ALL ? PRM_OK : PRM_ERR_SUIT_MISSING);
    }
    for (unsigned missing = 1; missing < 8; missing++) {
        struct prm_suit_component c = right();
        c.vendor = (missing & 1u) != 0 ? NULL : c.vendor;
        c.class_ = (missing & 2u) != 0 ? NULL : c.class_;
        c.digest = (missing & 4u) != 0 ? NULL : c.digest;
        assert_result(fit(&c, 1, 0), PRM_ERR_SUIT_MISSING);
    }
}

static void every_bit_of_an_identity_counts(void **state) {
    (void)state;
    for (unsigned bit = 0; bit < 128; bit++) {
        uint8_t id[16];
        struct prm_suit_component c = right();
        memcpy(id, fx_vendor, 16);
        id[bit / 8] ^= (uint8_t)(1u << bit % 8);
        c.vendor = id;
        assert_result(fit(&c, 1, 0), PRM_ERR_DEVICE_VENDOR);
        c = right();
        memcpy(id, fx_class, 16);
        id[bit / 8] ^= (uint8_t)(1u << bit % 8);
        c.class_ = id;
        assert_result(fit(&c, 1, 0), PRM_ERR_DEVICE_CLASS);
        c = right();
        memcpy(id, fx_device_id, 16);
        id[bit / 8] ^= (uint8_t)(1u << bit % 8);
        c.device = id;
        assert_result(fit(&c, 1, 0), PRM_ERR_DEVICE_ID); /* the parameter is enough */
        c.did |= PRM_SUIT_DID_DEVICE;
        assert_result(fit(&c, 1, 0), PRM_ERR_DEVICE_ID);
    }
    struct prm_suit_component c = right();
    c.did |= PRM_SUIT_DID_DEVICE;
    assert_result(fit(&c, 1, 0), PRM_ERR_DEVICE_ID); /* a condition without its parameter */
    c.device = fx_device_id;
    assert_result(fit(&c, 1, 0), PRM_OK);
}

static void identities_do_not_stand_in_for_each_other(void **state) {
    (void)state;
    struct prm_suit_component c = right();
    c.vendor = fx_class;
    c.class_ = fx_vendor;
    assert_result(fit(&c, 1, 0), PRM_ERR_DEVICE_VENDOR);
    /* The vendor's is the first reason, then the class's, then the device's, then the floor. */
    c.class_ = fx_device_id;
    assert_result(fit(&c, 1, 2), PRM_ERR_DEVICE_VENDOR);
    c.vendor = fx_vendor;
    assert_result(fit(&c, 1, 2), PRM_ERR_DEVICE_CLASS);
    c = right();
    c.did |= PRM_SUIT_DID_DEVICE;
    c.device = fx_class;
    assert_result(fit(&c, 1, 2), PRM_ERR_DEVICE_ID);
}

/* test_floor.c knows all that there is to know of numbers. Here: the word has the difference, and not the branch alone. */
static void the_number_counts_in_the_word(void **state) {
    const struct prm_suit_component c = right();

    (void)state;
    assert_result(fit(&c, 5, 5), PRM_OK);
    assert_result(fit(&c, 4, 5), PRM_ERR_FLOOR);
    assert_result(fit(&c, 5, UINT64_MAX), PRM_ERR_FLOOR);
    assert_result(fit(&c, 5 + (UINT64_C(1) << 32), 5), PRM_OK);
    assert_result(fit(&c, 6 + (UINT64_C(1) << 32), 5), PRM_ERR_FLOOR_STEP);
    assert_result(fit(&c, 0, 0), PRM_ERR_SEQUENCE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_condition_must_be_there, setup),
        cmocka_unit_test_setup(every_bit_of_an_identity_counts, setup),
        cmocka_unit_test_setup(identities_do_not_stand_in_for_each_other, setup),
        cmocka_unit_test_setup(the_number_counts_in_the_word, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
