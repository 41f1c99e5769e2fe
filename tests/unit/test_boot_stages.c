/* SPDX-License-Identifier: Apache-2.0 */
/* test_boot_stages.c - the stages of a boot by themselves: parse, load, verify. test_boot_decide.c has the decision. */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "boot/boot_parse.h"
#include "boot/boot_verify.h"
#include "boot/handover.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct fx_key key;

static int setup(void **state) {
    static const struct fx_key *const keys[] = {&key, NULL};

    (void)state;
    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, keys);
    return 0;
}

/* ---- parse ---- */

static void fuses(void **state) {
    const struct prm_fuses *parsed;

    (void)state;
    assert_result(prm_boot_fuses_parse(d.platform.fuses, &parsed), PRM_OK);
    assert_ptr_equal(parsed, &d.fuses);
    for (size_t len = 0; len < 2 * sizeof d.fuses; len++) {
        if (len == sizeof d.fuses)
            continue;
        assert_result(prm_boot_fuses_parse(prm_span_of(&d.fuses, len), &parsed), PRM_ERR_DEVICE_FUSES);
        assert_null(parsed);
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        uint8_t *bytes = (uint8_t *)&d.fuses;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(prm_boot_fuses_parse(d.platform.fuses, &parsed),
                      bit < 32 ? PRM_ERR_DEVICE_FUSES : PRM_ERR_DEVICE_VERSION);
        assert_null(parsed);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void trust(void **state) {
    const struct prm_trust *parsed;

    (void)state;
    assert_result(prm_boot_trust_parse(d.platform.trust, &parsed), PRM_OK);
    assert_ptr_equal(parsed, &d.trust);
    for (size_t len = 0; len < 2 * sizeof d.trust; len++) {
        if (len == sizeof d.trust)
            continue;
        assert_result(prm_boot_trust_parse(prm_span_of(&d.trust, len), &parsed), PRM_ERR_TRUST_ANCHORS);
        assert_null(parsed);
    }
    static const uint32_t counts[] = {0, 1, 2, 3, 4, 5, 0x80000000u, UINT32_MAX};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        d.trust.count = counts[i];
        const int fine = counts[i] >= 1 && counts[i] <= PRM_TRUST_ANCHORS;
        assert_result(prm_boot_trust_parse(d.platform.trust, &parsed), fine ? PRM_OK : PRM_ERR_TRUST_ANCHORS);
    }
    d.trust.count = 1;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint8_t *bytes = (uint8_t *)&d.trust;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(prm_boot_trust_parse(d.platform.trust, &parsed),
                      bit < 32 ? PRM_ERR_TRUST_ANCHORS : PRM_ERR_TRUST_ANCHORS_VERSION);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* ---- verify ---- */

static void every_bit_of_fuses_and_anchors_is_checked(void **state) {
    (void)state;
    assert_result(prm_boot_verify_device(&prm_crypto_openssl, &d.fuses, &d.trust), PRM_OK);
    for (unsigned bit = 0; bit < sizeof d.fuses * 8; bit++) {
        uint8_t *bytes = (uint8_t *)&d.fuses;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(prm_boot_verify_device(&prm_crypto_openssl, &d.fuses, &d.trust), PRM_ERR_DEVICE_FUSES);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (unsigned bit = 0; bit < sizeof d.trust * 8; bit++) {
        uint8_t *bytes = (uint8_t *)&d.trust;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(prm_boot_verify_device(&prm_crypto_openssl, &d.fuses, &d.trust), PRM_ERR_TRUST_ANCHORS);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (uint32_t call = 0; call < 2; call++) {
        fx_faults_clear(&d);
        d.faults.fail_at = call;
        assert_result(prm_boot_verify_device(d.platform.crypto, &d.fuses, &d.trust), PRM_ERR_CRYPTO);
    }
}

#define IMAGE_BASE (FX_FLASH_BASE + FX_SLOT_A_OFF + FX_IMAGES_OFF)
#define EXPECTED PRM_WORD_NEXT(0, PRM_K_IMAGE)

static prm_result verify(prm_span image, const struct prm_suit_component *c, uint8_t *measured, prm_word *word) {
    return prm_boot_verify_image(d.platform.crypto, &d.layout.component[0], IMAGE_BASE, image, c, measured, word);
}

/* Verifies an image of `len` bytes with this stack pointer and entry, whose manifest states its digest and size
 * rightly. */
static prm_result entry(uint32_t sp, uint32_t at, size_t len) {
    uint8_t image[64] = {0}, digest[PRM_SHA256_SIZE], measured[PRM_SHA256_SIZE] = {0};
    prm_word word = {0, 0};

    prm_store_le32(image, sp);
    prm_store_le32(image + 4, at);
    fx_sha256(prm_span_of(image, len), digest);
    const struct prm_suit_component c = {.digest = digest, .size = (uint32_t)len};
    const prm_result result = verify(prm_span_of(image, len), &c, measured, &word);
    assert_memory_equal(measured, digest, sizeof digest);
    assert_int_equal(prm_word_value(&word), EXPECTED);
    return result;
}

static void an_entry_lies_in_the_image_and_the_stack_in_ram(void **state) {
    const uint32_t top = FX_RAM_BASE + FX_RAM_SIZE, base = IMAGE_BASE;

    (void)state;
    assert_result(entry(top, base + 9, 64), PRM_OK);
    assert_result(entry(FX_RAM_BASE, base + 9, 64), PRM_OK);
    assert_result(entry(top - 8, base + 63, 64), PRM_OK);
    /* entry: odd, below the end, not below the start */
    static const uint32_t entries[] = {0, 8, 62, 64, 65, 67, UINT32_MAX, UINT32_MAX - 1, 0x80000001u};
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        assert_result(entry(top, base + entries[i], 64), PRM_ERR_IMAGE_ENTRY);
    assert_result(entry(top, 0, 64), PRM_ERR_IMAGE_ENTRY);
    assert_result(entry(top, 9, 64), PRM_ERR_IMAGE_ENTRY);
    assert_result(entry(top, UINT32_MAX, 64), PRM_ERR_IMAGE_ENTRY);
    /* the other slot's image */
    assert_result(entry(top, FX_FLASH_BASE + FX_SLOT_B_OFF + FX_IMAGES_OFF + 9, 64), PRM_ERR_IMAGE_ENTRY);
    /* stack: in RAM, at a multiple of 8 */
    static const uint32_t stacks[] = {0,
                                      8,
                                      FX_RAM_BASE - 8,
                                      FX_RAM_BASE + FX_RAM_SIZE + 8,
                                      UINT32_MAX - 7,
                                      0x38000000u,
                                      FX_RAM_BASE + 1,
                                      FX_RAM_BASE + 4,
                                      FX_RAM_BASE + FX_RAM_SIZE - 4,
                                      FX_RAM_BASE + FX_RAM_SIZE - 1};
    for (size_t i = 0; i < COUNT_OF(stacks); i++)
        assert_result(entry(stacks[i], base + 9, 64), PRM_ERR_IMAGE_ENTRY);
    /* An image too short for a stack pointer and an entry has none. */
    for (size_t len = 0; len < 8; len++)
        assert_result(entry(top, base + 1, len), PRM_ERR_IMAGE_ENTRY);
    assert_result(entry(top, base + 7, 8), PRM_OK);
    assert_result(entry(top, base + 9, 8), PRM_ERR_IMAGE_ENTRY);
}

static void an_image_is_the_one_of_the_manifest(void **state) {
    uint8_t image[FX_IMAGE_SIZE], digest[PRM_SHA256_SIZE], measured[PRM_SHA256_SIZE];
    struct prm_suit_component c = {.digest = digest, .size = FX_IMAGE_SIZE};

    (void)state;
    fx_image(0, 1, image);
    fx_sha256(prm_span_of(image, sizeof image), digest);
    for (unsigned bit = 0; bit <= sizeof image * 8; bit++) {
        prm_word word = {0, 0};
        if (bit < sizeof image * 8)
            image[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const prm_result result = verify(prm_span_of(image, sizeof image), &c, measured, &word);
        assert_result(result, bit < sizeof image * 8 ? PRM_ERR_IMAGE_DIGEST : PRM_OK);
        assert_true((prm_word_value(&word) == EXPECTED) == (bit == sizeof image * 8));
        if (bit < sizeof image * 8)
            image[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    /* Every bit of the digest counts, and of the size. */
    for (unsigned bit = 0; bit < 256; bit++) {
        prm_word word = {0, 0};
        digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(verify(prm_span_of(image, sizeof image), &c, measured, &word), PRM_ERR_IMAGE_DIGEST);
        assert_int_not_equal(prm_word_value(&word), EXPECTED);
        digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (unsigned bit = 0; bit < 32; bit++) {
        prm_word word = {0, 0};
        c.size = FX_IMAGE_SIZE ^ (UINT32_C(1) << bit);
        assert_result(verify(prm_span_of(image, sizeof image), &c, measured, &word), PRM_ERR_IMAGE_DIGEST);
        assert_int_not_equal(prm_word_value(&word), EXPECTED);
    }
}

/* What the port hands over by: the right word leads to the component's place and spoils nothing; any other does neither. */
static void a_plan_leads_to_its_place_by_the_right_word_alone(void **state) {
    const struct prm_layout *layout = &d.layout;

    (void)state;
    fx_device_two(&d);
    for (uint32_t components = 1; components <= PRM_COMPONENTS; components++) {
        const uint32_t right = prm_boot_word_run(components);
        assert_int_equal(prm_handover_spoil(right, components), 0);
        assert_int_equal(prm_handover_spoil(prm_boot_word_run(components ^ 3u), components), UINT32_MAX);
        for (unsigned bit = 0; bit < 32; bit++) {
            const uint32_t wrong = right ^ UINT32_C(1) << bit;
            assert_int_equal(prm_handover_spoil(wrong, components), UINT32_MAX);
            assert_result(prm_boot_verify_word(wrong, components), PRM_ERR_WORD);
        }
        assert_result(prm_boot_verify_word(right, components), PRM_OK);
        for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
            const uint32_t place = components == 1 ? fx_image_address(bank) : fx_services_address(bank);
            struct prm_boot_plan plan = {.image_base = place ^ right, .word = right};
            assert_int_equal(prm_handover_place(layout, bank, components - 1), place);
            assert_int_equal(prm_handover_address(&plan), place);
            plan.word ^= 0x00400000u;
            assert_int_equal(prm_handover_address(&plan), place ^ 0x00400000u);
        }
    }
    assert_int_equal(prm_handover_place(layout, PRM_BANKS, 0), UINT32_MAX);
    assert_int_equal(prm_handover_place(layout, PRM_BOOT_SLOT_NONE, 1), UINT32_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(fuses, setup),
        cmocka_unit_test_setup(trust, setup),
        cmocka_unit_test_setup(every_bit_of_fuses_and_anchors_is_checked, setup),
        cmocka_unit_test_setup(an_entry_lies_in_the_image_and_the_stack_in_ram, setup),
        cmocka_unit_test_setup(an_image_is_the_one_of_the_manifest, setup),
        cmocka_unit_test_setup(a_plan_leads_to_its_place_by_the_right_word_alone, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
