/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_word.c - the word alone: verify stages whose refusing branches are off, linked before the real ones. Every forgery
 * is decided to run, and none of them with the right word: each difference is folded in, whatever branch would refuse it.
 * In the code as it is, a branch and the word stand against each other's loss; a difference that only a branch looks at is
 * found here, and nowhere by luck of the code's layout.
 */
#include "tests/unit/unit.h"

#include "codec/cose.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/word/overrule.h"

static struct fx_device d;
static struct fx_key key[3];
static const struct fx_key *const anchors[] = {&key[0], NULL};
static uint8_t image[2][FX_IMAGE_SIZE], services[2][FX_IMAGE_SIZE], envelope[2048];

static int setup(void **state) {
    static const char *const seeds[] = {"maker", "attacker", "second"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(key); i++)
        fx_key_make(&key[i], seeds[i]);
    fx_device_init(&d, &prm_crypto_openssl, anchors);
    fx_device_two(&d);
    assert_result(d.counter.advance_to(d.counter.ctx, 5), PRM_OK); /* where the releases here stand */
    for (uint32_t i = 0; i < 2; i++) {
        fx_image(i, 1, image[i]);
        fx_services(i, 1, services[i]);
    }
    word_overruled = 0;
    return 0;
}

static struct fx_spec right(void) {
    return (struct fx_spec){.sequence = 5,
                            .key = {&key[0]},
                            .image = {prm_span_of(image[0], FX_IMAGE_SIZE), prm_span_of(image[1], FX_IMAGE_SIZE)},
                            .services = {prm_span_of(services[0], FX_IMAGE_SIZE), prm_span_of(services[1], FX_IMAGE_SIZE)}};
}

static void flash(const struct fx_spec *spec) {
    fx_flash_slot(&d, 0, prm_span_of(envelope, fx_envelope(spec, envelope, sizeof envelope)),
                  prm_span_of(image[0], FX_IMAGE_SIZE));
    memcpy(fx_place(&d, 0, 1), services[0], FX_IMAGE_SIZE);
}

enum fate { NOT_READ, WRONG_WORD, RIGHT_WORD };

/* Boots what is there: refused before any verdict; to run with a wrong word, which the hand-over refuses; or with the right one. */
static enum fate boot(void) {
    if (fx_boot(&d) != PRM_OK)
        return NOT_READ;
    return d.plan.word == prm_boot_word_run(d.layout.components) ? RIGHT_WORD : WRONG_WORD;
}

static void is_forgery(const char *what, const struct fx_spec *spec) {
    flash(spec);
    const enum fate fate = boot();
    if (fate != WRONG_WORD)
        fail_msg("%s: %s", what, fate == RIGHT_WORD ? "the word is right" : "it was refused before any verdict");
}

/* The harness itself: what is authentic has the right word, and nothing had to be overruled for it. */
static void an_authentic_release_has_the_right_word(void **state) {
    const struct fx_spec spec = right();

    (void)state;
    flash(&spec);
    assert_int_equal(boot(), RIGHT_WORD);
    assert_int_equal(word_overruled, 0);
    print_message("%u conditions listed\n", (unsigned)word_conditions());
    assert_true(word_conditions() >= 8);
}

static void a_signature_that_is_not_there_is_missed(void **state) {
    struct fx_spec spec = right();

    (void)state;
    spec.key[0] = NULL;
    is_forgery("no signature", &spec);
    spec.key[0] = &key[1];
    is_forgery("another's signature", &spec);
    struct fx_key disguised = key[1];
    memcpy(disguised.anchor.key_id, key[0].anchor.key_id, PRM_KEY_ID_SIZE);
    spec.key[0] = &disguised;
    is_forgery("another's signature with the maker's key id", &spec);
    spec.key[0] = &key[0];
    spec.alg = PRM_COSE_ES256;
    is_forgery("an algorithm that the policy doesn't take", &spec);
    spec.alg = 0;
    d.trust.need[PRM_KEY_P256] = 2;
    fx_device_seal(&d);
    is_forgery("one signature of two", &spec);
    spec.key[1] = &key[0];
    is_forgery("one key twice", &spec);
    spec.key[1] = &key[2];
    is_forgery("a second key that is no anchor", &spec);
    assert_true(word_overruled > 0);
}

static void another_device_is_seen(void **state) {
    uint8_t other[16] = {1, 2, 3};
    struct fx_spec spec = right();

    (void)state;
    spec.vendor = other;
    is_forgery("another vendor", &spec);
    spec = right();
    spec.class_ = other;
    is_forgery("another class", &spec);
    spec = right();
    spec.device = other;
    is_forgery("another device", &spec);
    for (unsigned bit = 0; bit < 128; bit++) {
        memcpy(other, fx_class, sizeof other);
        other[bit / 8] ^= (uint8_t)(1u << bit % 8);
        spec = right();
        spec.class_ = other;
        is_forgery("a class of one other bit", &spec);
    }
    static const uint32_t conditions_left_out[] = {PRM_SUIT_DID_VENDOR, PRM_SUIT_DID_CLASS, PRM_SUIT_DID_IMAGE};
    for (size_t i = 0; i < COUNT_OF(conditions_left_out); i++) {
        spec = right();
        spec.without = conditions_left_out[i];
        is_forgery("a condition left out", &spec);
    }
}

static void a_release_below_the_floor_is_seen(void **state) {
    const struct fx_spec spec = right();

    (void)state;
    assert_result(d.counter.advance_to(d.counter.ctx, 6), PRM_OK);
    is_forgery("below the floor", &spec);
}

static void a_rejected_release_is_seen(void **state) {
    const struct fx_spec spec = right();

    (void)state;
    flash(&spec);
    fx_bank_status(&d, 0, PRM_BANK_REJECTED, 0);
    assert_int_equal(boot(), WRONG_WORD);
}

/* Flips every bit; each boot is refused by a parser, or has a wrong word. Returns how many had. */
static unsigned flip_all(const char *what, uint8_t *bytes, size_t len) {
    unsigned wrong = 0;

    for (size_t bit = 0; bit < len * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const enum fate fate = boot();
        if (fate == RIGHT_WORD)
            fail_msg("bit %u of %s: the word is right", (unsigned)bit, what);
        wrong += fate == WRONG_WORD;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    print_message("%s: %u of %u flips are read, each with a wrong word\n", what, wrong, (unsigned)len * 8);
    return wrong;
}

static void every_flip_has_a_wrong_word(void **state) {
    const struct fx_spec spec = right();

    (void)state;
    flash(&spec);
    uint8_t *const at = d.bytes + d.layout.bank_off[0];
    assert_true(flip_all("envelope", at + FX_ENVELOPE_OFF, fx_envelope_len(at)) > 1000);
    assert_int_equal(flip_all("application", fx_place(&d, 0, 0), FX_IMAGE_SIZE), 8 * FX_IMAGE_SIZE);
    assert_int_equal(flip_all("services", fx_place(&d, 0, 1), FX_IMAGE_SIZE), 8 * FX_IMAGE_SIZE);
    assert_int_equal(boot(), RIGHT_WORD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_authentic_release_has_the_right_word, setup),
        cmocka_unit_test_setup(a_signature_that_is_not_there_is_missed, setup),
        cmocka_unit_test_setup(another_device_is_seen, setup),
        cmocka_unit_test_setup(a_release_below_the_floor_is_seen, setup),
        cmocka_unit_test_setup(a_rejected_release_is_seen, setup),
        cmocka_unit_test_setup(every_flip_has_a_wrong_word, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
