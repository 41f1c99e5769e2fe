/* SPDX-License-Identifier: Apache-2.0 */
/* test_boot_fit.c - a manifest is for this device and not below the floor, and says so itself, for every component. */
#include "tests/unit/unit.h"

#include "boot/boot_stages.h"
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
    prm_word word = {0, 0};
    const prm_result result = prm_release_verify_fit(&d.fuses, c, 1, sequence, floor, &word);

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

static void nothing_below_the_floor(void **state) {
    static const uint64_t edges[] = {0,
                                     1,
                                     2,
                                     UINT32_MAX - 1,
                                     UINT32_MAX,
                                     (uint64_t)UINT32_MAX + 1,
                                     (UINT64_C(1) << 62) - 1,
                                     UINT64_C(1) << 62,
                                     INT64_MAX - 1,
                                     INT64_MAX,
                                     UINT64_C(1) << 63,
                                     (UINT64_C(1) << 63) + 1,
                                     UINT64_MAX - 1,
                                     UINT64_MAX};
    const struct prm_suit_component c = right();

    (void)state;
    for (size_t s = 0; s < COUNT_OF(edges); s++) {
        for (size_t f = 0; f < COUNT_OF(edges); f++) {
            /* From 2^63 on, neither a sequence number nor a floor is one: refused. */
            const int fine = edges[s] <= INT64_MAX && edges[f] <= INT64_MAX && edges[s] >= edges[f];
            assert_result(fit(&c, edges[s], edges[f]), fine ? PRM_OK : PRM_ERR_FLOOR);
        }
    }
    uint64_t seed = 11;
    for (unsigned round = 0; round < 100000; round++) {
        const uint64_t sequence = fx_random(&seed) >> fx_random(&seed) % 64,
                       floor = fx_random(&seed) >> fx_random(&seed) % 64;
        const int fine = sequence <= INT64_MAX && floor <= INT64_MAX && sequence >= floor;
        assert_result(fit(&c, sequence, floor), fine ? PRM_OK : PRM_ERR_FLOOR);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_condition_must_be_there, setup),
        cmocka_unit_test_setup(every_bit_of_an_identity_counts, setup),
        cmocka_unit_test_setup(identities_do_not_stand_in_for_each_other, setup),
        cmocka_unit_test_setup(nothing_below_the_floor, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
