/* SPDX-License-Identifier: Apache-2.0 */
/* test_base.c - results far apart, words that can't be forged by skipping, comparing and wiping that see every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/endian.h"
#include "base/harden.h"
#include "base/result.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

_Noreturn void prm_trap(void) {
    fail_msg("prm_trap() was reached");
    for (;;) {
    }
}

#define X_VALUE(name, a, b, c, n, text) PRM_RESULT_WORD(a, b, c, n),
static const prm_result errors[] = {PRM_RESULTS(X_VALUE)};
#define X_TEXT(name, a, b, c, n, text) text,
static const char *const texts[] = {PRM_RESULTS(X_TEXT)};

static unsigned distance(uint32_t a, uint32_t b) {
    return (unsigned)__builtin_popcount(a ^ b);
}

static void results_are_far_from_success(void **state) {
    (void)state;
    assert_true(COUNT_OF(errors) > 20);
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        if (distance(errors[i], PRM_OK) < 6)
            fail_msg("%08x is only %u bits from PRM_OK", (unsigned)errors[i], distance(errors[i], PRM_OK));
    }
    assert_true(distance(0, PRM_OK) >= 6);
    assert_true(distance(UINT32_MAX, PRM_OK) >= 6);
}

static void results_are_distinct(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        assert_true(strlen(texts[i]) > 0);
        for (size_t k = i + 1; k < COUNT_OF(errors); k++) {
            if (errors[i] == errors[k])
                fail_msg("%08x is both \"%s\" and \"%s\"", (unsigned)errors[i], texts[i], texts[k]);
        }
    }
}

static void a_result_reads_as_letters_in_a_dump(void **state) {
    static const uint8_t expected[4] = {'S', 'I', 'G', 3};
    uint8_t bytes[4];

    (void)state;
    prm_store_le32(bytes, PRM_ERR_SIG_INVALID);
    assert_memory_equal(bytes, expected, sizeof bytes);
    assert_int_equal(prm_load_le32(bytes), PRM_ERR_SIG_INVALID);
}

static void answers_are_far_apart(void **state) {
    (void)state;
    assert_int_equal(distance(PRM_YES, PRM_NO), 32);
}

static void endian_goes_there_and_back_at_any_alignment(void **state) {
    static const uint8_t expected[8] = {0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01};
    uint8_t buffer[16];

    (void)state;
    for (size_t off = 0; off < 8; off++) {
        memset(buffer, 0x5A, sizeof buffer);
        prm_store_le64(buffer + off, UINT64_C(0x0123456789ABCDEF));
        assert_memory_equal(buffer + off, expected, 8);
        assert_true(prm_load_le64(buffer + off) == UINT64_C(0x0123456789ABCDEF));
        assert_int_equal(prm_load_le32(buffer + off), 0x89ABCDEF);
        assert_int_equal(buffer[off + 8 < 16 ? off + 8 : 0], 0x5A);
    }
}

static void diff_sees_every_bit_of_every_byte(void **state) {
    uint8_t a[37];
    uint8_t b[37];

    (void)state;
    for (size_t i = 0; i < sizeof a; i++)
        a[i] = (uint8_t)(i * 73 + 5);
    memcpy(b, a, sizeof a);
    for (size_t len = 0; len <= sizeof a; len++)
        assert_int_equal(prm_diff(a, b, len) == 0, len != 0); /* nothing compared is nothing known */
    for (size_t bit = 0; bit < sizeof a * 8; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_int_not_equal(prm_diff(a, b, sizeof a), 0);
        assert_int_not_equal(prm_diff(b, a, bit / 8 + 1), 0);
        assert_int_equal(prm_diff(a, b, bit / 8) == 0, bit / 8 != 0);
        b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

static void diff_does_not_cancel_out(void **state) {
    static const uint8_t a[8] = {1, 2, 3, 4, 1, 2, 3, 4};
    static const uint8_t b[8] = {2, 1, 4, 3, 2, 1, 4, 3};

    (void)state;
    assert_int_not_equal(prm_diff(a, b, 8), 0);
}

static void wipe_zeroes_all_and_only_what_it_was_given(void **state) {
    uint8_t buffer[32];

    (void)state;
    for (size_t len = 0; len <= 24; len++) {
        memset(buffer, 0xC3, sizeof buffer);
        prm_wipe(buffer + 3, len);
        for (size_t i = 0; i < sizeof buffer; i++)
            assert_int_equal(buffer[i], i >= 3 && i < 3 + len ? 0 : 0xC3);
    }
}

/* The steps as prm_boot uses them: constants in an order; the expected value is a compile-time constant. */
#define K1 0x6D0F27BDu
#define K2 0xB1E64A93u
#define K3 0x3C92D5E7u
#define EXPECTED PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(0, K1), K2), K3)

static uint32_t walk(const uint32_t *steps, size_t n, uint32_t diff_at_0) {
    prm_word w = {0, 0};

    for (size_t i = 0; i < n; i++)
        prm_word_step(&w, steps[i], i == 0 ? diff_at_0 : 0);
    return prm_word_value(&w);
}

static void a_word_is_right_only_if_all_steps_ran_in_order(void **state) {
    static const uint32_t k[3] = {K1, K2, K3};

    (void)state;
    assert_int_equal(walk(k, 3, 0), EXPECTED);
    for (size_t n = 0; n < 3; n++)
        assert_int_not_equal(walk(k, n, 0), EXPECTED);
    /* Of all 1 to 4 step walks over the three names, exactly one is right. */
    unsigned right = 0;
    for (size_t n = 1; n <= 4; n++) {
        size_t walks = n == 1 ? 3 : n == 2 ? 9 : n == 3 ? 27 : 81;
        for (size_t code = 0; code < walks; code++) {
            uint32_t steps[4];
            size_t rest = code;
            for (size_t i = 0; i < n; i++, rest /= 3)
                steps[i] = k[rest % 3];
            right += walk(steps, n, 0) == EXPECTED;
        }
    }
    assert_int_equal(right, 1);
}

static void a_difference_spoils_a_word_for_good(void **state) {
    static const uint32_t k[3] = {K1, K2, K3};

    (void)state;
    for (unsigned bit = 0; bit < 32; bit++) {
        assert_int_not_equal(walk(k, 3, UINT32_C(1) << bit), EXPECTED);
        /* The same difference again does not take it back. */
        prm_word w = {0, 0};
        prm_word_step(&w, K1, UINT32_C(1) << bit);
        prm_word_step(&w, K2, UINT32_C(1) << bit);
        prm_word_step(&w, K3, 0);
        assert_int_not_equal(prm_word_value(&w), EXPECTED);
    }
}

static prm_result try_it(prm_result result, int *went_on) {
    PRM_TRY(result);
    *went_on = 1;
    return PRM_OK;
}

static void try_goes_on_only_after_success(void **state) {
    int went_on = 0;

    (void)state;
    assert_int_equal(try_it(PRM_OK, &went_on), PRM_OK);
    assert_int_equal(went_on, 1);
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        went_on = 0;
        assert_int_equal(try_it(errors[i], &went_on), errors[i]);
        assert_int_equal(went_on, 0);
    }
    /* A refusal is every error as it is, and never success. */
    assert_int_not_equal(PRM_REFUSAL(PRM_OK), PRM_OK);
    for (size_t i = 0; i < COUNT_OF(errors); i++)
        assert_int_equal(PRM_REFUSAL(errors[i]), errors[i]);
    for (unsigned bit = 0; bit < 32; bit++) {
        went_on = 0;
        assert_int_equal(try_it(PRM_OK ^ (UINT32_C(1) << bit), &went_on), PRM_REFUSAL(PRM_OK ^ (UINT32_C(1) << bit)));
        assert_int_equal(went_on, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_far_from_success),
        cmocka_unit_test(results_are_distinct),
        cmocka_unit_test(a_result_reads_as_letters_in_a_dump),
        cmocka_unit_test(answers_are_far_apart),
        cmocka_unit_test(endian_goes_there_and_back_at_any_alignment),
        cmocka_unit_test(diff_sees_every_bit_of_every_byte),
        cmocka_unit_test(diff_does_not_cancel_out),
        cmocka_unit_test(wipe_zeroes_all_and_only_what_it_was_given),
        cmocka_unit_test(a_word_is_right_only_if_all_steps_ran_in_order),
        cmocka_unit_test(a_difference_spoils_a_word_for_good),
        cmocka_unit_test(try_goes_on_only_after_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
