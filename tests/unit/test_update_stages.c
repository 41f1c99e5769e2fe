/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of an update by themselves: what fetch-arguments may say, what the plan is, and that the stage that writes
 * writes nothing without the word of the checks that permit it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bank/bank_format.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"
#include "trust/release.h"
#include "update/update_act.h"
#include "update/update_decide.h"
#include "update/update_parse.h"
#include "update/update_verify.h"

/* ---- parse ---- */

#define D "h'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'"
enum { PAGE = 32 * 2048 };

static void fetch_arguments_are_of_this_version_and_of_the_payload(void **state) {
    static const struct {
        const char *arguments;
        uint32_t size;
        prm_result result;
    } cases[] = {
        {"[1, 2048, \"#A0\", [" D "]]", 1, PRM_OK},
        {"[1, 2048, \"#A0\", [" D "]]", PAGE, PRM_OK},
        {"[1, 2048, \"#A0\", [" D ", " D "]]", PAGE + 1, PRM_OK},
        {"[1, 2048, \"\", [" D "]]", 1, PRM_OK},
        /* another version, block size, number of pages */
        {"[0, 2048, \"#A0\", [" D "]]", 1, PRM_ERR_UPDATE_FORMAT},
        {"[2, 2048, \"#A0\", [" D "]]", 1, PRM_ERR_UPDATE_FORMAT},
        {"[1, 4096, \"#A0\", [" D "]]", 1, PRM_ERR_UPDATE_FORMAT},
        {"[1, 0, \"#A0\", [" D "]]", 1, PRM_ERR_UPDATE_FORMAT},
        {"[1, 2048, \"#A0\", [" D "]]", PAGE + 1, PRM_ERR_UPDATE_FORMAT},
        {"[1, 2048, \"#A0\", [" D ", " D "]]", PAGE, PRM_ERR_UPDATE_FORMAT},
        {"[1, 2048, \"#A0\", []]", 1, PRM_ERR_UPDATE_FORMAT},
        {"[1, 2048, \"#A0\", []]", 0, PRM_ERR_UPDATE_FORMAT},
        /* what stood under the parameter -1: block size, digest, pages */
        {"[2048, " D ", [" D "]]", 1, PRM_ERR_UPDATE_FORMAT},
        /* shape */
        {"[1, 2048, \"#A0\", [" D "], 0]", 1, PRM_ERR_UPDATE_FORMAT},
        {"[1, 2048, h'234130', [" D "]]", 1, PRM_ERR_CBOR_TYPE},
        {"[1, 2048, \"#A0\", " D "]", 1, PRM_ERR_CBOR_TYPE},
        {"[1, 2048, \"#A0\", [h'00']]", 1, PRM_ERR_CBOR_LIMIT},
        {"[1, 2048, \"#A0\", [" D "]], 0", 1, PRM_ERR_CBOR_TRAILING},
        {"{}", 1, PRM_ERR_CBOR_TYPE},
        {"", 1, PRM_ERR_CBOR_TRUNCATED},
    };
    static const struct prm_update_blocks zero;
    struct prm_update_blocks blocks;
    uint8_t bytes[256];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const size_t n = fx_cbor(bytes, sizeof bytes, "%s", cases[i].arguments);
        memset(&blocks, 0x5A, sizeof blocks);
        const prm_result result = prm_update_blocks_parse(prm_span_of(bytes, n), cases[i].size, &blocks);
        if (result != cases[i].result)
            print_error("%s: ", cases[i].arguments);
        assert_result(result, cases[i].result);
        if (result != PRM_OK)
            assert_memory_equal(&blocks, &zero, sizeof zero);
        else
            assert_int_equal(blocks.page_digest[31], 0x1F);
    }
    assert_result(prm_update_blocks_parse(prm_span_of(NULL, 0), 1, &blocks), PRM_ERR_LIST_NONE);
}

/* ---- decide ---- */

static struct prm_update_verified verified_of(uint32_t app, uint32_t services, int encrypted) {
    static const uint8_t info[1];
    struct prm_update_verified v = {.components = 2, .bank_len = 700};

    for (unsigned i = 0; i < sizeof v.manifest_digest; i++)
        v.manifest_digest[i] = (uint8_t)(i + 1);
    v.source[0].size = app;
    v.source[1].size = services;
    if (encrypted)
        v.source[0].encryption = prm_span_of(info, 1);
    v.word.steps = prm_update_word_header(2);
    return v;
}

static void the_plan_has_what_can_be_opened_here(void **state) {
    struct prm_update_verified v = verified_of(PAGE + 1, PAGE, 0);
    const struct prm_bank bank = {NULL, NULL, 1};
    struct prm_update_plan plan;

    (void)state;
    assert_result(prm_update_decide(&v, &bank, PRM_NO, &plan), PRM_OK);
    assert_int_equal(plan.place->bank, 1);
    assert_int_equal(plan.components, 2);
    assert_int_equal(plan.wanted[0], PRM_YES);
    assert_int_equal(plan.pages, 3);
    assert_memory_equal(plan.manifest_digest, v.manifest_digest, 32);
    v = verified_of(PAGE + 1, PAGE, 1);
    assert_result(prm_update_decide(&v, &bank, PRM_YES, &plan), PRM_OK);
    assert_int_equal(plan.wanted[0], PRM_YES);
    assert_int_equal(plan.pages, 3);
    assert_result(prm_update_decide(&v, &bank, PRM_NO, &plan), PRM_OK);
    assert_int_equal(plan.wanted[0], PRM_NO);
    assert_int_equal(plan.wanted[1], PRM_YES);
    assert_int_equal(plan.pages, 1);
    v.bank_len = PRM_BANK_ENVELOPE_MAX;
    assert_result(prm_update_decide(&v, &bank, PRM_NO, &plan), PRM_OK);
    v.bank_len = PRM_BANK_ENVELOPE_MAX + 1;
    assert_result(prm_update_decide(&v, &bank, PRM_NO, &plan), PRM_ERR_CBOR_LIMIT);
    assert_int_equal(plan.components, 0);
}

/* ---- verify, act: the word ---- */

static struct fx_device d;
static struct fx_key key;
static uint8_t block[2048], list[32], page_digest[32];
static struct prm_update_source source = {.page_digest = page_digest, .size = sizeof block};

/* A device, and a block with its list and the digest of its page. */
static int begin(void **state) {
    static const struct fx_key *const keys[] = {&key, NULL};
    uint64_t seed = 3;

    (void)state;
    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, keys);
    fx_device_two(&d);
    fx_random_fill(&seed, block, sizeof block);
    fx_sha256(prm_span_of(block, sizeof block), list);
    fx_sha256(prm_span_of(list, sizeof list), page_digest);
    return 0;
}

/* One function of the stage that writes, with this word. PRM_ERR_WORD, and nothing was written; or it acts. */
enum act { STATUS, BEGIN, PAGE_, BLOCK, ACTS };

static prm_result act(enum act which, const prm_word *word) {
    const struct prm_update_verified v = verified_of(sizeof block, sizeof block, 0);
    const struct prm_bank bank = {&d.flash, &d.layout, 1};
    static const uint8_t header[PRM_BANK_HEADER_SIZE];
    struct prm_update_plan plan;
    struct prm_journal journal;
    struct prm_state state;

    assert_result(prm_update_decide(&v, &bank, PRM_NO, &plan), PRM_OK);
    assert_result(prm_state_load(&journal, &d.flash, &prm_crypto_openssl, d.layout.journal_off, &state), PRM_OK);
    switch (which) {
    case STATUS:
        return prm_update_act_status(&journal, &state, &plan, word, PRM_BANK_WRITING);
    case BEGIN:
        return prm_update_act_begin(&plan, word, prm_span_of(block, 100), header);
    case PAGE_:
        return prm_update_act_page(&plan, word, 0, 0, prm_span_of(list, sizeof list));
    default:
        return prm_update_act_block(&plan, word, 0, 0, prm_span_of(block, sizeof block));
    }
}

static prm_word word_of(unsigned pieces, uint32_t diff) {
    prm_word word = {prm_update_word_header(2), diff};

    for (unsigned i = 0; i < pieces; i++)
        word.steps = PRM_WORD_NEXT(word.steps, PRM_K_PIECE);
    return word;
}

static void nothing_is_written_without_the_word(void **state) {
    static const unsigned needs[ACTS] = {0, 0, 1, 2};

    for (enum act which = STATUS; which < ACTS; which++) {
        for (unsigned pieces = 0; pieces < 4; pieces++) {
            for (uint32_t diff = 0; diff < 3; diff++) {
                (void)begin(state);
                const prm_word word = word_of(pieces, diff == 2 ? 0x80000000u : diff);
                const prm_result result = act(which, &word);
                assert_result(result, pieces == needs[which] && diff == 0 ? PRM_OK : PRM_ERR_WORD);
                assert_true((d.faults.changes != 0) == (result == PRM_OK));
            }
        }
        /* No check at all, and the checks of a release with another number of components. */
        const prm_word none = {0, 0}, one = {prm_update_word_header(1), 0}, three = {prm_update_word_header(3), 0};
        (void)begin(state);
        assert_result(act(which, &none), PRM_ERR_WORD);
        assert_result(act(which, &one), PRM_ERR_WORD);
        assert_result(act(which, &three), PRM_ERR_WORD);
        assert_int_equal(d.faults.changes, 0);
    }
}

/* A lost branch is no permission: the difference of a page or block is in the word before anybody branches on it. */
static void every_bit_of_a_piece_is_in_the_word(void **state) {
    const struct prm_crypto *crypto = &prm_crypto_openssl;

    (void)state;
    for (size_t bit = 0; bit < sizeof block * 8; bit += bit < 64 ? 1 : 97) {
        prm_word word = word_of(1, 0);
        block[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_result(prm_update_verify_piece(crypto, list, prm_span_of(block, sizeof block), &word),
                      PRM_ERR_UPDATE_BLOCK);
        assert_int_not_equal(word.diff, 0);
        assert_result(act(BLOCK, &word), PRM_ERR_WORD);
        block[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    for (size_t bit = 0; bit < sizeof list * 8; bit++) {
        prm_word word = word_of(0, 0);
        list[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        assert_result(prm_update_verify_piece(crypto, prm_update_page_digest(&source, 0), prm_span_of(list, 32), &word), PRM_ERR_UPDATE_BLOCK);
        assert_int_not_equal(word.diff, 0);
        assert_result(act(PAGE_, &word), PRM_ERR_WORD);
        list[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    /* A page that was wrong spoils its blocks too, however right they are. */
    prm_word word = word_of(0, 0);
    list[3] ^= 1;
    assert_result(prm_update_verify_piece(crypto, prm_update_page_digest(&source, 0), prm_span_of(list, 32), &word), PRM_ERR_UPDATE_BLOCK);
    list[3] ^= 1;
    assert_result(prm_update_verify_piece(crypto, list, prm_span_of(block, sizeof block), &word), PRM_OK);
    assert_result(act(BLOCK, &word), PRM_ERR_WORD);
    assert_int_equal(d.faults.changes, 0);
    /* And what is right is written. */
    word = word_of(0, 0);
    assert_result(prm_update_verify_piece(crypto, prm_update_page_digest(&source, 0), prm_span_of(list, 32), &word), PRM_OK);
    assert_result(act(PAGE_, &word), PRM_OK);
    assert_result(prm_update_verify_piece(crypto, list, prm_span_of(block, sizeof block), &word), PRM_OK);
    assert_result(act(BLOCK, &word), PRM_OK);
    assert_memory_equal(fx_place(&d, 1, 0), block, sizeof block);
}

static prm_result no_hash(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    (void)parts;
    (void)n;
    memset(out, 0, PRM_SHA256_SIZE);
    return PRM_ERR_CRYPTO;
}

static void a_hash_that_fails_is_a_difference(void **state) {
    static const struct prm_crypto broken = {.sha256 = no_hash};
    static const uint8_t zeros[32];
    prm_word word = word_of(1, 0);

    (void)state;
    assert_result(prm_update_verify_piece(&broken, zeros, prm_span_of(block, sizeof block), &word),
                  PRM_ERR_CRYPTO);
    assert_int_not_equal(word.diff, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fetch_arguments_are_of_this_version_and_of_the_payload),
        cmocka_unit_test(the_plan_has_what_can_be_opened_here),
        cmocka_unit_test_setup(nothing_is_written_without_the_word, begin),
        cmocka_unit_test_setup(every_bit_of_a_piece_is_in_the_word, begin),
        cmocka_unit_test_setup(a_hash_that_fails_is_a_difference, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
