/* SPDX-License-Identifier: Apache-2.0 */
/* test_boot.c - a whole boot: which slot runs, and for what reason another one doesn't. */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "codec/cose.h"
#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct fx_key key, other, stranger;
static const struct fx_key *const anchors[] = {&key, &other, NULL};
static const struct prm_crypto *provider = &prm_crypto_openssl;

static int setup(void **state) {
    (void)state;
    fx_key_make(&key, "key");
    fx_key_make(&other, "other");
    fx_key_make(&stranger, "stranger");
    fx_device_init(&d, provider, anchors);
    return 0;
}

/* Boots, and expects `slot` to run. */
static void boots(uint32_t slot) {
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);

    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_result(result, PRM_OK);
    assert_int_equal(d.plan.bank, slot);
}

/* Boots, and expects nothing to run, for these reasons. */
static void refuses(prm_result a, prm_result b) {
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);

    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_result(result, PRM_ERR_NOTHING_TO_RUN);
    assert_result(d.report.slot[0].result, a);
    assert_result(d.report.slot[1].result, b);
}

static void the_only_authentic_one_runs(void **state) {
    (void)state;
    refuses(PRM_ERR_SLOT_EMPTY, PRM_ERR_SLOT_EMPTY);
    for (uint32_t slot = 0; slot < 2; slot++) {
        setup(NULL);
        fx_install(&d, slot, &key, 5, 1);
        boots(slot);
        assert_result(d.report.slot[slot ^ 1u].result, PRM_ERR_SLOT_EMPTY);
        setup(NULL);
        fx_install(&d, slot, &other, 1, 1); /* the lowest sequence number there is */
        boots(slot);
    }
}

static void of_two_the_higher_runs(void **state) {
    static const uint64_t sequences[][2] = {
        {1, 2}, {2, 1}, {UINT32_MAX - 1, UINT32_MAX}, {UINT32_MAX, (uint64_t)UINT32_MAX + 1}, {1, UINT32_MAX}, {7, 7}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sequences); i++) {
        setup(NULL);
        fx_install(&d, 0, &key, sequences[i][0], 1);
        fx_install(&d, 1, &other, sequences[i][1], 2);
        boots(sequences[i][1] > sequences[i][0] ? 1 : 0);
        assert_true(d.report.slot[0].sequence == sequences[i][0]);
        assert_true(d.report.slot[1].sequence == sequences[i][1]);
    }
}

static void a_damaged_one_leaves_the_run_to_the_other(void **state) {
    (void)state;
    for (uint32_t higher = 0; higher < 2; higher++) {
        setup(NULL);
        fx_install(&d, higher, &key, 9, 1);
        fx_install(&d, higher ^ 1u, &key, 8, 2);
        boots(higher);
        d.bytes[d.layout.bank_off[higher] + FX_IMAGES_OFF + 100] ^= 1;
        boots(higher ^ 1u);
        assert_result(d.report.slot[higher].result, PRM_ERR_IMAGE_DIGEST);
        d.bytes[d.layout.bank_off[higher ^ 1u] + 60] ^= 1;
        assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
        assert_null(fx_boot_wrong(&d, PRM_ERR_NOTHING_TO_RUN));
        d.bytes[d.layout.bank_off[higher] + FX_IMAGES_OFF + 100] ^= 1;
        boots(higher);
    }
}

/* Flashes a release of this spec into `slot`; the images are added. */
static void flash(uint32_t slot, struct fx_spec spec) {
    static uint8_t image[2][FX_IMAGE_SIZE];
    uint8_t envelope[2048];

    for (uint32_t i = 0; i < 2; i++) {
        fx_image(i, 3, image[i]);
        if (spec.image[i].ptr == NULL)
            spec.image[i] = prm_span_of(image[i], FX_IMAGE_SIZE);
    }
    if (spec.key[0] == NULL)
        spec.key[0] = &key;
    const size_t n = fx_envelope(&spec, envelope, sizeof envelope);
    assert_true(n <= PRM_BANK_ENVELOPE_MAX);
    fx_flash_slot(&d, slot, prm_span_of(envelope, n), spec.image[slot]);
}

static void each_refusal_has_its_reason(void **state) {
    static const uint8_t elsewhere[16] = {9};
    static const struct {
        struct fx_spec spec;
        prm_result result;
    } cases[] = {
        {{.sequence = 7}, PRM_OK},
        {{.sequence = 7, .device = fx_device_id}, PRM_OK},
        {{.sequence = 7, .key = {&stranger}}, PRM_ERR_SIG_KEY},
        {{.sequence = 7, .key = {&stranger, &other}}, PRM_OK},
        {{.sequence = 7, .alg = PRM_COSE_ES256}, PRM_ERR_SIG_ALGORITHM},
        {{.sequence = 7, .alg = -35}, PRM_ERR_SIG_ALGORITHM},
        {{.sequence = 7, .vendor = elsewhere}, PRM_ERR_DEVICE_VENDOR},
        {{.sequence = 7, .class_ = elsewhere}, PRM_ERR_DEVICE_CLASS},
        {{.sequence = 7, .device = elsewhere}, PRM_ERR_DEVICE_ID},
        {{.sequence = 6}, PRM_ERR_FLOOR},
        {{.sequence = 0}, PRM_ERR_SEQUENCE},
        {{.sequence = 8 + (UINT64_C(1) << 32)}, PRM_ERR_FLOOR_STEP},
        {{.sequence = UINT64_C(1) << 48}, PRM_ERR_SEQUENCE},
        {{.sequence = INT64_MAX}, PRM_ERR_SEQUENCE},
        {{.sequence = UINT64_C(1) << 63}, PRM_ERR_SUIT_MISSING},
        {{.sequence = UINT64_MAX}, PRM_ERR_SUIT_MISSING},
        {{.sequence = 7, .without = PRM_SUIT_DID_VENDOR}, PRM_ERR_SUIT_MISSING},
        {{.sequence = 7, .without = PRM_SUIT_DID_CLASS}, PRM_ERR_SUIT_MISSING},
        {{.sequence = 7, .without = PRM_SUIT_DID_IMAGE}, PRM_ERR_SUIT_MISSING},
        {{.sequence = 7, .without = PRM_SUIT_DID_INVOKE}, PRM_ERR_SUIT_MISSING},
        {{.sequence = 7, .claimed_size = {1, 1}}, PRM_ERR_IMAGE_DIGEST},
        {{.sequence = 7, .claimed_size = {FX_IMAGE_SIZE - 1, FX_IMAGE_SIZE - 1}}, PRM_ERR_IMAGE_DIGEST},
        {{.sequence = 7, .claimed_size = {FX_IMAGE_SIZE + 1, FX_IMAGE_SIZE + 1}}, PRM_ERR_IMAGE_DIGEST},
        {{.sequence = 7, .claimed_size = {FX_SLOT_SIZE - FX_IMAGES_OFF, 0x2000}}, PRM_ERR_IMAGE_DIGEST},
        {{.sequence = 7, .claimed_size = {FX_SLOT_SIZE - FX_IMAGES_OFF + 1, 0x2001}}, PRM_ERR_IMAGE_SIZE},
        {{.sequence = 7, .claimed_size = {UINT32_MAX, UINT32_MAX}}, PRM_ERR_IMAGE_SIZE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (uint32_t slot = 0; slot < 2; slot++) {
            setup(NULL);
            assert_result(d.counter.advance_to(d.counter.ctx, 7), PRM_OK);
            flash(slot, cases[i].spec);
            if (cases[i].spec.sequence != 7) /* at the floor it needs no journal */
                fx_bank_status(&d, slot, PRM_BANK_CONFIRMED, 0);
            if (cases[i].result == PRM_OK)
                boots(slot);
            else
                refuses(slot == 0 ? cases[i].result : PRM_ERR_SLOT_EMPTY,
                        slot == 1 ? cases[i].result : PRM_ERR_SLOT_EMPTY);
            assert_true(d.report.floor == 7);
        }
    }
}

static void unsigned_is_refused(void **state) {
    uint8_t envelope[2048], image[FX_IMAGE_SIZE];

    (void)state;
    fx_image(0, 3, image);
    const struct fx_spec spec = {.sequence = 1,
                                 .image = {prm_span_of(image, sizeof image), prm_span_of(image, sizeof image)}};
    fx_flash_slot(&d, 0, prm_span_of(envelope, fx_envelope(&spec, envelope, sizeof envelope)), spec.image[0]);
    refuses(PRM_ERR_SIG_NONE, PRM_ERR_SLOT_EMPTY);
}

static void es256_is_a_matter_of_policy(void **state) {
    (void)state;
    d.trust.policy = PRM_TRUST_ALLOW_ES256;
    fx_device_seal(&d);
    flash(0, (struct fx_spec){.sequence = 1, .alg = PRM_COSE_ES256});
    boots(0);
    flash(0, (struct fx_spec){.sequence = 1, .alg = PRM_COSE_ESP256});
    boots(0);
    flash(0, (struct fx_spec){.sequence = 1, .alg = -35});
    refuses(PRM_ERR_SIG_ALGORITHM, PRM_ERR_SLOT_EMPTY);
}

static void an_entry_outside_is_refused(void **state) {
    uint8_t image[2][FX_IMAGE_SIZE];

    (void)state;
    for (unsigned what = 0; what < 3; what++) {
        fx_image(0, 1, image[0]);
        fx_image(1, 1, image[1]);
        for (uint32_t slot = 0; slot < 2; slot++) {
            setup(NULL);
            if (what == 0)
                prm_store_le32(image[slot] + 4, fx_image_address(slot ^ 1u) + 9);
            else if (what == 1)
                prm_store_le32(image[slot], 0x38001000);
            else
                prm_store_le32(image[slot] + 4, fx_image_address(slot) + 8);
            flash(slot, (struct fx_spec){
                            .sequence = 1,
                            .image = {prm_span_of(image[0], FX_IMAGE_SIZE), prm_span_of(image[1], FX_IMAGE_SIZE)}});
            refuses(slot == 0 ? PRM_ERR_IMAGE_ENTRY : PRM_ERR_SLOT_EMPTY,
                    slot == 1 ? PRM_ERR_IMAGE_ENTRY : PRM_ERR_SLOT_EMPTY);
        }
    }
}

static void a_release_for_the_other_slot_is_refused(void **state) {
    uint8_t image[FX_IMAGE_SIZE];

    (void)state;
    /* The envelope is good in both slots; the image must be the one for this slot. */
    fx_install(&d, 0, &key, 1, 1);
    fx_image(1, 1, image);
    memcpy(d.bytes + FX_SLOT_A_OFF + FX_IMAGES_OFF, image, sizeof image);
    refuses(PRM_ERR_IMAGE_DIGEST, PRM_ERR_SLOT_EMPTY);
    memcpy(d.bytes + FX_SLOT_B_OFF, d.bytes + FX_SLOT_A_OFF, FX_SLOT_SIZE);
    boots(1);
}

static void an_older_envelope_over_a_newer_image_is_refused(void **state) {
    static uint8_t old[FX_SLOT_SIZE];

    (void)state;
    fx_install(&d, 0, &key, 1, 1);
    memcpy(old, d.bytes + FX_SLOT_A_OFF, sizeof old);
    fx_install(&d, 0, &key, 2, 2);
    boots(0);
    memcpy(d.bytes + FX_SLOT_A_OFF, old, FX_IMAGES_OFF);
    fx_bank_status(&d, 0, PRM_BANK_CONFIRMED, 0); /* nor if the journal says so */
    refuses(PRM_ERR_IMAGE_DIGEST, PRM_ERR_SLOT_EMPTY);
    fx_install(&d, 0, &key, 2, 2);
    memcpy(d.bytes + FX_SLOT_A_OFF + FX_IMAGES_OFF, old + FX_IMAGES_OFF, FX_IMAGE_SIZE);
    refuses(PRM_ERR_IMAGE_DIGEST, PRM_ERR_SLOT_EMPTY);
}

static void two_components_are_not_this_device(void **state) {
    uint8_t manifest[512], envelope[1024];
    const struct fx_spec spec = {.key = {&key}};

    (void)state;
    const size_t n = fx_cbor(manifest, sizeof manifest, "{1: 1, 2: 1, 3: <<{2: [[h'00'], [h'01']], 4: <<[]>>}>>}");
    fx_flash_slot(&d, 0, prm_span_of(envelope, fx_wrap(&spec, prm_span_of(manifest, n), envelope, sizeof envelope)),
                  prm_span_of(NULL, 0));
    refuses(PRM_ERR_SUIT_COMPONENT, PRM_ERR_SLOT_EMPTY);
}

static void a_device_that_does_not_know_itself_runs_nothing(void **state) {
    (void)state;
    for (unsigned which = 0; which < 4; which++) {
        setup(NULL);
        fx_install(&d, 0, &key, 1, 1);
        if (which == 0)
            memset(&d.fuses, 0xFF, sizeof d.fuses);
        else if (which == 1)
            d.fuses.device[3] ^= 0x40;
        else if (which == 2)
            d.trust.anchor[1].public_key[0] ^= 1;
        else
            memset(&d.trust, 0xFF, sizeof d.trust);
        const prm_result expected = which < 2 ? PRM_ERR_DEVICE_FUSES : PRM_ERR_TRUST_ANCHORS;
        assert_result(fx_boot(&d), expected);
        assert_null(fx_boot_wrong(&d, expected));
        assert_result(d.report.slot[0].result, PRM_ERR_NOT_TRIED);
        assert_result(d.report.slot[1].result, PRM_ERR_NOT_TRIED);
        assert_result(d.report.journal, PRM_OK); /* it was read; nothing is written */
        assert_int_equal(d.faults.writes + d.faults.erases, 0);
    }
}

static void an_unreadable_counter_runs_nothing(void **state) {
    (void)state;
    fx_install(&d, 0, &key, 1, 1);
    memset(d.eeprom_bytes + FX_COUNTER_OFF, 0x33, 64);
    assert_result(fx_boot(&d), PRM_ERR_COUNTER_DAMAGED);
    assert_null(fx_boot_wrong(&d, PRM_ERR_COUNTER_DAMAGED));
    assert_true(d.report.floor == UINT64_MAX);
    assert_result(d.report.slot[0].result, PRM_ERR_NOT_TRIED);
}

static void the_report_tells_what_was_found(void **state) {
    uint8_t envelope[2048], image[2][FX_IMAGE_SIZE], digest[PRM_SHA256_SIZE];
    static const uint8_t zeros[32];
    struct prm_suit_envelope e;
    struct fx_spec spec = {.sequence = 77, .key = {&other}};

    (void)state;
    for (uint32_t i = 0; i < 2; i++) {
        fx_image(i, 6, image[i]);
        spec.image[i] = prm_span_of(image[i], FX_IMAGE_SIZE);
    }
    const size_t n = fx_envelope(&spec, envelope, sizeof envelope);
    fx_flash_slot(&d, 1, prm_span_of(envelope, n), spec.image[1]);
    spec.key[0] = &stranger;
    uint8_t strange[2048];
    fx_flash_slot(&d, 0, prm_span_of(strange, fx_envelope(&spec, strange, sizeof strange)), spec.image[0]);
    assert_result(d.counter.advance_to(d.counter.ctx, 70), PRM_OK);
    fx_bank_status(&d, 1, PRM_BANK_CONFIRMED, 0);
    boots(1);
    assert_memory_equal(d.report.vendor, fx_vendor, 16);
    assert_memory_equal(d.report.class_, fx_class, 16);
    assert_memory_equal(d.report.device, fx_device_id, 16);
    assert_true(d.report.floor == 70);
    assert_int_equal(d.report.decisions, 1);
    assert_result(d.report.journal, PRM_OK);
    const struct prm_boot_slot_report *slot = &d.report.slot[1];
    assert_true(slot->sequence == 77);
    assert_int_equal(slot->image_size, FX_IMAGE_SIZE);
    assert_memory_equal(slot->key_id, other.anchor.key_id, 8);
    assert_result(prm_suit_envelope_parse(prm_span_of(envelope, n), &e), PRM_OK);
    assert_memory_equal(slot->manifest_digest, e.digest, 32);
    fx_sha256(spec.image[1], digest);
    assert_memory_equal(slot->image_digest, digest, 32);
    /* Of what was not authenticated, the report says nothing but the reason. */
    slot = &d.report.slot[0];
    assert_result(slot->result, PRM_ERR_SIG_KEY);
    assert_true(slot->sequence == 0);
    assert_int_equal(slot->image_size, 0);
    assert_memory_equal(slot->key_id, zeros, 8);
    assert_memory_equal(slot->manifest_digest, zeros, 32);
    assert_memory_equal(slot->image_digest, zeros, 32);
    /* A measurement is told even if it is the wrong one. */
    d.bytes[FX_SLOT_B_OFF + FX_IMAGES_OFF + 200] ^= 0x80;
    refuses(PRM_ERR_SIG_KEY, PRM_ERR_IMAGE_DIGEST);
    fx_sha256(prm_span_of(d.bytes + FX_SLOT_B_OFF + FX_IMAGES_OFF, FX_IMAGE_SIZE), digest);
    assert_memory_equal(d.report.slot[1].image_digest, digest, 32);
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

#define BOTH(test)                                                                                                     \
    cmocka_unit_test_setup(test, setup), cmocka_unit_test_setup_teardown(test, setup_mbedtls, teardown_mbedtls)

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(the_only_authentic_one_runs),
        BOTH(of_two_the_higher_runs),
        BOTH(a_damaged_one_leaves_the_run_to_the_other),
        BOTH(each_refusal_has_its_reason),
        BOTH(unsigned_is_refused),
        BOTH(es256_is_a_matter_of_policy),
        BOTH(an_entry_outside_is_refused),
        BOTH(a_release_for_the_other_slot_is_refused),
        BOTH(an_older_envelope_over_a_newer_image_is_refused),
        BOTH(two_components_are_not_this_device),
        BOTH(a_device_that_does_not_know_itself_runs_nothing),
        BOTH(an_unreadable_counter_runs_nothing),
        BOTH(the_report_tells_what_was_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
