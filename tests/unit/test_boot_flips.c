/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boot_flips.c - every single-bit flip of a whole small release in its slot (header, envelope and image, all
 * bits), and every truncation: modified code never runs. Prints how many flips there were and for what reasons they
 * were refused.
 */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"

enum { HEADER_READ = 8 }; /* bytes of the header that a boot looks at */

static struct fx_device d;
static struct fx_key key, other;
static const struct fx_key *const anchors[] = {&key, &other, NULL};

static void start(const struct prm_crypto *provider, uint32_t slot) {
    fx_key_make(&key, "key");
    fx_key_make(&other, "other");
    fx_device_init(&d, provider, anchors);
    fx_install(&d, slot, &key, 5, 1);
    assert_result(fx_boot(&d), PRM_OK);
    assert_int_equal(d.plan.bank, slot);
}

struct tally {
    prm_result result;
    unsigned count;
};

static void count(struct tally *tally, size_t n, prm_result result) {
    size_t i = 0;

    while (i < n && tally[i].result != result && tally[i].count != 0)
        i++;
    assert_true(i < n);
    tally[i] = (struct tally){result, tally[i].count + 1};
}

/* Flips every bit of [off, off + len) of a slot; returns how many boots there were. */
static unsigned flip_all(uint32_t slot, uint32_t off, size_t len, struct tally *tally, size_t tallies) {
    uint8_t *bytes = d.bytes + d.layout.bank_off[slot] + off;
    unsigned booted = 0;

    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const prm_result result = fx_boot(&d);
        const char *wrong = fx_boot_wrong(&d, result);
        if (wrong != NULL)
            fail_msg("bit %u at %u: %s", (unsigned)bit, (unsigned)off, wrong);
        if (result == PRM_OK) {
            print_error("bit %u at %u: it boots\n", (unsigned)bit, (unsigned)off);
            booted++;
        } else {
            assert_result(result, PRM_ERR_NOTHING_TO_RUN);
        }
        count(tally, tallies, d.report.slot[slot].result);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    return booted;
}

static void every_flip(const struct prm_crypto *provider, uint32_t slot) {
    struct tally tally[24] = {{0, 0}};
    char name[16];

    start(provider, slot);
    const uint32_t envelope = fx_envelope_len(d.bytes + d.layout.bank_off[slot]);
    const unsigned booted = flip_all(slot, 0, HEADER_READ, tally, COUNT_OF(tally)) +
                            flip_all(slot, FX_ENVELOPE_OFF, envelope, tally, COUNT_OF(tally)) +
                            flip_all(slot, FX_IMAGES_OFF, FX_IMAGE_SIZE, tally, COUNT_OF(tally));
    unsigned flips = 0;
    for (size_t i = 0; i < COUNT_OF(tally) && tally[i].count != 0; i++) {
        print_message("    %-5s %u\n", unit_name(tally[i].result, name), tally[i].count);
        flips += tally[i].count;
    }
    print_message("slot %c: %u bytes of envelope, %u flips, %u booted\n", slot == 0 ? 'A' : 'B', (unsigned)envelope,
                  flips, booted);
    assert_int_equal(flips, (HEADER_READ + envelope + FX_IMAGE_SIZE) * 8);
    assert_int_equal(booted, 0);
    /* And unharmed it still boots. */
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

/*
 * What is in the slot beside header, envelope and image is not covered by anything, and changes nothing; nor does the digest
 * in the header, which says no more than the signatures.
 */
static void the_rest_of_the_slot_does_not_matter(void **state) {
    uint64_t seed = 1;

    (void)state;
    start(&prm_crypto_openssl, 0);
    const uint32_t envelope = fx_envelope_len(d.bytes + FX_SLOT_A_OFF);
    const uint32_t used = FX_ENVELOPE_OFF + envelope;
    fx_random_fill(&seed, d.bytes + FX_SLOT_A_OFF + HEADER_READ, FX_ENVELOPE_OFF - HEADER_READ);
    fx_random_fill(&seed, d.bytes + FX_SLOT_A_OFF + used, FX_IMAGES_OFF - used);
    fx_random_fill(&seed, d.bytes + FX_SLOT_A_OFF + FX_IMAGES_OFF + FX_IMAGE_SIZE,
                   FX_SLOT_SIZE - FX_IMAGES_OFF - FX_IMAGE_SIZE);
    assert_result(fx_boot(&d), PRM_OK);
    assert_null(fx_boot_wrong(&d, PRM_OK));
}

/* What was written of a release when the programmer stopped: every length of it, the header's claim right or shortened
 * too. */
static void every_truncation_is_refused(void **state) {
    static uint8_t whole[FX_SLOT_SIZE];
    static const uint8_t fills[] = {0xFF, 0x00};
    unsigned tried = 0;

    (void)state;
    start(&prm_crypto_openssl, 0);
    uint8_t *slot = d.bytes + FX_SLOT_A_OFF;
    memcpy(whole, slot, sizeof whole);
    const uint32_t used = FX_ENVELOPE_OFF + fx_envelope_len(slot);
    for (size_t f = 0; f < COUNT_OF(fills); f++) {
        for (uint32_t len = 0; len < used; len++, tried++) {
            memset(slot + len, fills[f], used - len);
            assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
            if (len >= FX_ENVELOPE_OFF) {
                fx_put_header(slot, len - FX_ENVELOPE_OFF);
                assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
            }
            memcpy(slot, whole, sizeof whole);
        }
        for (uint32_t len = 0; len < FX_IMAGE_SIZE; len++, tried++) {
            memset(slot + FX_IMAGES_OFF + len, fills[f], FX_IMAGE_SIZE - len);
            /* The last byte may happen to be the fill. */
            if (memcmp(slot, whole, sizeof whole) != 0)
                assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
            memcpy(slot, whole, sizeof whole);
        }
    }
    /* A claim that is longer than the envelope. */
    for (uint32_t len = used - FX_ENVELOPE_OFF + 1; len <= PRM_BANK_ENVELOPE_MAX + 64; len++, tried++) {
        fx_put_header(slot, len);
        assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
    }
    print_message("%u truncations and wrong lengths, 0 booted\n", tried);
    memcpy(slot, whole, sizeof whole);
    assert_result(fx_boot(&d), PRM_OK);
}

/* With an authentic lower release in the other slot, damage to the higher one makes the lower one run, and only that.
 */
static void flips_leave_the_run_to_the_other_slot(void **state) {
    (void)state;
    start(&prm_crypto_openssl, 1);
    fx_install(&d, 0, &other, 4, 9);
    uint8_t *slot = d.bytes + FX_SLOT_B_OFF;
    const uint32_t used = FX_ENVELOPE_OFF + fx_envelope_len(slot);
    for (uint32_t bit = 0; bit < used * 8; bit += 7) {
        if (bit / 8 >= HEADER_READ && bit / 8 < FX_ENVELOPE_OFF)
            continue;
        slot[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(fx_boot(&d), PRM_OK);
        assert_null(fx_boot_wrong(&d, PRM_OK));
        assert_int_equal(d.plan.bank, 0);
        slot[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_result(fx_boot(&d), PRM_OK);
    assert_int_equal(d.plan.bank, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flip_is_refused_openssl),         cmocka_unit_test(every_flip_is_refused_mbedtls),
        cmocka_unit_test(the_rest_of_the_slot_does_not_matter),  cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(flips_leave_the_run_to_the_other_slot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
