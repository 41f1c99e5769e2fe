/* SPDX-License-Identifier: Apache-2.0 */
/* test_suit_select.c - the commands of a manifest as a table of facts, for each slot. */
#include "tests/unit/unit.h"

#include "suit/suit.h"

#define VENDOR "h'1111111111111111111111111111111a'"
#define CLASS "h'2222222222222222222222222222222b'"
#define DEVICE "h'3333333333333333333333333333333c'"
#define DIGEST(byte) "<<[-16, h'00000000000000000000000000000000000000000000000000000000000000" byte "']>>"

static uint8_t buffer[4096];
static struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];

/* A manifest with these sequences and as many components, walked for `slot`. */
static prm_result select_in(unsigned components, const char *shared, const char *validate, const char *invoke,
                            uint32_t slot) {
    static const char *const ids[] = {"", "[h'00']", "[h'00'], [h'01']", "[h'00'], [h'01'], [h'02']",
                                      "[h'00'], [h'01'], [h'02'], [h'03']"};
    static const struct prm_suit_component zero[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_manifest m;
    const size_t n = fx_cbor(buffer, sizeof buffer, "{1: 1, 2: 7, 3: <<{2: [%s], 4: <<%s>>}>>, 7: <<%s>>, 9: <<%s>>}",
                             ids[components], shared, validate, invoke);

    assert_result(prm_suit_manifest_parse(prm_span_of(buffer, n), &m), PRM_OK);
    memset(component, 0x5A, sizeof component);
    const prm_result result = prm_suit_select(&m, slot, component);
    if (result != PRM_OK)
        assert_memory_equal(component, zero, sizeof zero);
    for (size_t i = m.components; i < PRM_SUIT_COMPONENTS_MAX; i++)
        assert_memory_equal(&component[i], zero, sizeof zero[0]);
    return result;
}

static prm_result shared_only(const char *shared, uint32_t slot) {
    return select_in(1, shared, "[3, 15]", "[23, 2]", slot);
}

#define TRY_BOTH                                                                                                       \
    "15, [<<[20, {5: 0}, 5, 5, 20, {3: " DIGEST("a0") ", 14: 1000}]>>, "                                               \
                                                      "<<[20, {5: 1}, 5, 5, 20, {3: " DIGEST("b1") ", 14: 2000}]>>]"

static void each_slot_has_its_alternative(void **state) {
    static const char shared[] =
        "[20, {1: " VENDOR ", 2: " CLASS ", 24: " DEVICE "}, " TRY_BOTH ", 1, 15, 2, 15, 24, 15]";

    (void)state;
    for (uint32_t slot = 0; slot < 2; slot++) {
        assert_result(shared_only(shared, slot), PRM_OK);
        assert_int_equal(component[0].digest[31], slot == 0 ? 0xA0 : 0xB1);
        assert_int_equal(component[0].size, slot == 0 ? 1000 : 2000);
        assert_int_equal(component[0].slot, slot);
        assert_int_equal(component[0].vendor[15], 0x1A);
        assert_int_equal(component[0].class_[15], 0x2B);
        assert_int_equal(component[0].device[15], 0x3C);
        assert_int_equal(component[0].did, PRM_SUIT_DID_VENDOR | PRM_SUIT_DID_CLASS | PRM_SUIT_DID_DEVICE |
                                               PRM_SUIT_DID_IMAGE | PRM_SUIT_DID_INVOKE);
    }
    assert_result(shared_only(shared, 2), PRM_ERR_SUIT_COMPONENT);
    assert_result(shared_only(shared, UINT32_MAX), PRM_ERR_SUIT_COMPONENT);
}

static void what_is_not_said_is_not_recorded(void **state) {
    static const struct {
        const char *command;
        uint32_t did;
    } cases[] = {{"1", PRM_SUIT_DID_VENDOR},
                 {"2", PRM_SUIT_DID_CLASS},
                 {"3", PRM_SUIT_DID_IMAGE},
                 {"23", PRM_SUIT_DID_INVOKE},
                 {"24", PRM_SUIT_DID_DEVICE}};

    (void)state;
    assert_result(select_in(1, "[]", "[]", "[]", 0), PRM_OK);
    assert_int_equal(component[0].did, 0);
    assert_null(component[0].vendor);
    assert_null(component[0].class_);
    assert_null(component[0].device);
    assert_null(component[0].digest);
    assert_int_equal(component[0].size, 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (unsigned where = 0; where < 3; where++) {
            char sequence[32];
            snprintf(sequence, sizeof sequence, "[%s, 15]", cases[i].command);
            assert_result(select_in(1, where == 0 ? sequence : "[]", where == 1 ? sequence : "[]",
                                    where == 2 ? sequence : "[]", 0),
                          PRM_OK);
            assert_int_equal(component[0].did, cases[i].did);
        }
    }
}

static void a_slot_without_an_alternative_is_refused(void **state) {
    (void)state;
    assert_result(shared_only("[15, [<<[20, {5: 0}, 5, 5, 20, {14: 1}]>>]]", 0), PRM_OK);
    assert_result(shared_only("[15, [<<[20, {5: 0}, 5, 5, 20, {14: 1}]>>]]", 1), PRM_ERR_SUIT_COMPONENT);
    assert_result(shared_only("[15, []]", 0), PRM_ERR_SUIT_COMPONENT);
    /* Outside a try-each, the condition must hold. */
    assert_result(shared_only("[20, {5: 1}, 5, 5]", 1), PRM_OK);
    assert_result(shared_only("[20, {5: 1}, 5, 5]", 0), PRM_ERR_SUIT_COMPONENT);
    assert_result(shared_only("[5, 5]", 0), PRM_OK);
    assert_result(shared_only("[5, 5]", 1), PRM_ERR_SUIT_COMPONENT);
    /* An alternative that holds for any slot is taken at once; what follows it is not followed. */
    assert_result(shared_only("[15, [<<[20, {14: 1}]>>, <<[20, {14: 2}]>>]]", 1), PRM_OK);
    assert_int_equal(component[0].size, 1);
    /* What stands behind a condition that did not hold does not count. */
    assert_result(shared_only("[15, [<<[20, {5: 1}, 5, 5, 1, 15, 20, {14: 9}]>>, <<[20, {5: 0}, 5, 5]>>]]", 0), PRM_OK);
    assert_int_equal(component[0].size, 0);
    assert_int_equal(component[0].did & PRM_SUIT_DID_VENDOR, 0);
}

/* What an alternative that does not hold set, noted and selected before its condition is as if it had not been read. */
static void an_alternative_that_does_not_hold_leaves_nothing(void **state) {
    static const char *const left[] = {"1, 15", "2, 15", "24, 15", "3, 15", "23, 15", "20, {14: 9}", "20, {3: " DIGEST("01") "}",
                                       "20, {1: " VENDOR "}", "20, {2: " CLASS "}", "20, {24: " DEVICE "}", "12, 1", "12, true"};
    static struct prm_suit_component clean[PRM_SUIT_COMPONENTS_MAX];
    static const char second[] = "<<[20, {5: 0}, 5, 5, 20, {14: 1000}]>>";
    char shared[512];

    (void)state;
    snprintf(shared, sizeof shared, "[15, [%s], 1, 15]", second);
    assert_result(select_in(2, shared, "[]", "[]", 0), PRM_OK);
    memcpy(clean, component, sizeof clean);
    assert_int_equal(clean[0].size, 1000);
    assert_int_equal(clean[0].did, PRM_SUIT_DID_VENDOR);
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        /* The first alternative is for slot 1; so is the second, twice, to see that each begins from the same. */
        snprintf(shared, sizeof shared, "[15, [<<[%s, 12, 0, 20, {5: 1}, 5, 5]>>, <<[%s, 12, 0, 20, {5: 1}, 5, 5]>>, %s], 1, 15]",
                 left[i], left[i], second);
        assert_result(select_in(2, shared, "[]", "[]", 0), PRM_OK);
        for (size_t c = 0; c < 2; c++) {
            if (component[c].did != clean[c].did)
                print_error("%s: ", left[i]);
            assert_int_equal(component[c].did, clean[c].did);
            assert_int_equal(component[c].size, clean[c].size);
            assert_ptr_equal(component[c].digest, NULL);
            assert_ptr_equal(component[c].vendor, NULL);
            assert_ptr_equal(component[c].class_, NULL);
            assert_ptr_equal(component[c].device, NULL);
        }
    }
    /* What was selected before the try-each is selected in each alternative, and what one that fails selects is not. */
    assert_result(select_in(2, "[20, {5: 0}, 15, [<<[12, 1, 20, {5: 1}, 5, 5]>>, <<[5, 5, 20, {14: 3}]>>]]", "[]", "[]", 0),
                  PRM_OK);
    assert_int_equal(component[0].size, 3);
    assert_int_equal(component[1].size, 0);
    /* But what the one that holds selects stays, and what was set before all of them does. */
    assert_result(select_in(2, "[20, {14: 4}, 15, [<<[20, {5: 1}, 5, 5]>>, <<[20, {5: 0}, 5, 5, 12, 1]>>], 20, {14: 5}]", "[]",
                            "[]", 0),
                  PRM_OK);
    assert_int_equal(component[0].size, 4);
    assert_int_equal(component[1].size, 5);
}

static void a_parameter_is_set_once(void **state) {
    static const char *const twice[] = {
        "[20, {1: " VENDOR "}, 20, {1: " VENDOR "}]",
        "[20, {2: " CLASS "}, 20, {2: " CLASS "}]",
        "[20, {24: " DEVICE "}, 20, {24: " DEVICE "}]",
        "[20, {3: " DIGEST("01") "}, 20, {3: " DIGEST("01") "}]",
        "[20, {14: 5}, 20, {14: 5}]",
        "[20, {14: 5}, 15, [<<[20, {14: 6}]>>]]",
        "[20, {3: " DIGEST("01") "}, " TRY_BOTH "]",
        "[" TRY_BOTH ", 20, {14: 1}]",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(twice); i++)
        assert_result(shared_only(twice[i], 0), PRM_ERR_SUIT_PARAMETER);
    assert_result(shared_only("[20, {14: 5, 14: 5}]", 0), PRM_ERR_CBOR_KEY);
    /* In another sequence too: a later one can't change what an earlier one said. */
    assert_result(select_in(1, "[20, {14: 5}]", "[20, {14: 6}, 3, 15]", "[]", 0), PRM_ERR_SUIT_PARAMETER);
    assert_result(select_in(1, "[20, {3: " DIGEST("01") "}]", "[3, 15]", "[20, {3: " DIGEST("02") "}]", 0),
                  PRM_ERR_SUIT_PARAMETER);
    /* Not even with the size 0 first. */
    assert_result(shared_only("[20, {14: 0}, 20, {14: 6}]", 0), PRM_ERR_SUIT_PARAMETER);
}

static void parameters_are_of_known_kind_and_size(void **state) {
    static const struct {
        const char *map;
        prm_result result;
    } cases[] = {
        {"{}", PRM_OK},
        {"{14: 4294967295}", PRM_OK},
        {"{14: 4294967296}", PRM_ERR_CBOR_LIMIT},
        {"{14: -1}", PRM_ERR_CBOR_TYPE}, {"{14: h'05'}", PRM_ERR_CBOR_TYPE},
        {"{1: " VENDOR ", 2: h'22'}", PRM_ERR_SUIT_PARAMETER},
        {"{1: h'1111111111111111111111111111111111'}", PRM_ERR_SUIT_PARAMETER},
        {"{1: h''}", PRM_ERR_SUIT_PARAMETER},
        {"{1: \"1111111111111111\"}", PRM_ERR_CBOR_TYPE},
        {"{24: h'33'}", PRM_ERR_SUIT_PARAMETER},
        {"{3: h''}", PRM_ERR_SUIT_PARAMETER},
        {"{3: [-16, h'00']}", PRM_ERR_CBOR_TYPE},
        {"{3: <<[-16, h'00']>>}", PRM_ERR_SUIT_PARAMETER},
        {"{3: <<[-16, h'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'], 0>>}",
         PRM_ERR_SUIT_PARAMETER},
        {"{3: <<[-16, h'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 0]>>}",
         PRM_ERR_SUIT_PARAMETER},
        {"{3: <<[-44, h'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f']>>}", PRM_ERR_SUIT_PARAMETER},
        {"{5: -1}", PRM_ERR_CBOR_TYPE},
        {"{5: 4294967296}", PRM_ERR_CBOR_LIMIT},
        /* what nobody here knows, a private one among them */
        {"{4: 0}", PRM_ERR_SUIT_PARAMETER},
        {"{6: 0}", PRM_ERR_SUIT_PARAMETER},
        {"{12: false}", PRM_ERR_SUIT_PARAMETER},
        {"{14: 0}", PRM_ERR_SUIT_PARAMETER},
        /* what is known in an install sequence only */
        {"{19: h''}", PRM_ERR_SUIT_PARAMETER},
        {"{21: \"#a\"}", PRM_ERR_SUIT_PARAMETER},
        {"{-1: h''}", PRM_ERR_LIST_OLD},
        {"{14: 5, 21: \"#a\"}", PRM_ERR_SUIT_PARAMETER},
        {"{13: false}", PRM_ERR_SUIT_PARAMETER},
        {"{18: h''}", PRM_ERR_SUIT_PARAMETER},
        {"{22: 0}", PRM_ERR_SUIT_PARAMETER},
        {"{23: h''}", PRM_ERR_SUIT_PARAMETER},
        {"{-2: h''}", PRM_ERR_SUIT_PARAMETER},
        {"{0: 0}", PRM_ERR_SUIT_PARAMETER},
        {"{\"x\": 0}", PRM_ERR_CBOR_TYPE},
        {"{2: " CLASS ", 1: " VENDOR "}", PRM_ERR_CBOR_KEY},
        {"[1, " VENDOR "]", PRM_ERR_CBOR_TYPE},
        {"h'A0'", PRM_ERR_CBOR_TYPE},
        {"$'bf0101ff'", PRM_ERR_CBOR_ENCODING},
        {"$'baffffffff'", PRM_ERR_CBOR_TRUNCATED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char shared[256], alternative[300];
        snprintf(shared, sizeof shared, "[20, %s]", cases[i].map);
        snprintf(alternative, sizeof alternative, "[15, [<<%s>>]]", shared);
        const prm_result result = shared_only(shared, 0);
        if (result != cases[i].result)
            print_error("%s: ", shared);
        assert_result(result, cases[i].result);
        assert_result(shared_only(alternative, 0), cases[i].result);
    }
}

static void a_digest_has_one_encoding(void **state) {
    static const char *const others[] = {
        "<<[-17, h'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f']>>",
        "<<[-16, \"0123456789abcdef0123456789abcdef\"]>>",
        "h'830f5820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'",
        "h'822f5920000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'",
    };
    char shared[160];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        snprintf(shared, sizeof shared, "[20, {3: %s}]", others[i]);
        assert_result(shared_only(shared, 0), PRM_ERR_SUIT_PARAMETER);
    }
    assert_result(shared_only("[20, {3: " DIGEST("7f") "}]", 0), PRM_OK);
    assert_int_equal(component[0].digest[0], 0);
    assert_int_equal(component[0].digest[31], 0x7F);
}

static void commands_that_are_not_known_are_refused(void **state) {
    static const int known[] = {1, 2, 3, 5, 12, 15, 20, 23, 24}; /* and 21, fetch, in an install sequence */

    (void)state;
    for (int code = -300; code < 300; code++) {
        int is_known = 0;
        char sequence[64], alternative[96];
        for (size_t i = 0; i < COUNT_OF(known); i++)
            is_known |= known[i] == code;
        if (is_known)
            continue;
        snprintf(sequence, sizeof sequence, "[%d, 15]", code);
        snprintf(alternative, sizeof alternative, "[15, [<<[%d, 15]>>]]", code);
        assert_result(select_in(1, sequence, "[]", "[]", 0), PRM_ERR_SUIT_COMMAND);
        assert_result(select_in(1, "[]", sequence, "[]", 0), PRM_ERR_SUIT_COMMAND);
        assert_result(select_in(1, "[]", "[]", sequence, 0), PRM_ERR_SUIT_COMMAND);
        assert_result(select_in(1, alternative, "[]", "[]", 0), PRM_ERR_SUIT_COMMAND);
    }
    /* Try-each in try-each, run-sequence (32), and codes of other types. */
    assert_result(shared_only("[15, [<<[15, [<<[20, {14: 1}]>>]]>>]]", 0), PRM_ERR_SUIT_COMMAND);
    assert_result(shared_only("[32, <<[20, {14: 1}]>>]", 0), PRM_ERR_SUIT_COMMAND);
    assert_result(shared_only("[h'01', 15]", 0), PRM_ERR_CBOR_TYPE);
    assert_result(shared_only("[4294967297, 15]", 0), PRM_ERR_CBOR_LIMIT);
    assert_result(shared_only("[1, h'']", 0), PRM_ERR_CBOR_TYPE);
    assert_result(shared_only("[1, -1]", 0), PRM_ERR_CBOR_TYPE);
}

static void sequences_are_pairs(void **state) {
    static const char *const odd[] = {"[1]", "[1, 15, 2]", "[15]", "[20, {14: 1}, 3]"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(odd); i++) {
        char alternative[64];
        snprintf(alternative, sizeof alternative, "[15, [<<%s>>]]", odd[i]);
        assert_result(select_in(1, odd[i], "[]", "[]", 0), PRM_ERR_SUIT_COMMAND);
        assert_result(select_in(1, "[]", odd[i], "[]", 0), PRM_ERR_SUIT_COMMAND);
        assert_result(select_in(1, "[]", "[]", odd[i], 0), PRM_ERR_SUIT_COMMAND);
        assert_result(select_in(1, alternative, "[]", "[]", 0), PRM_ERR_SUIT_COMMAND);
    }
    assert_result(shared_only("[1, 15], 0", 0), PRM_ERR_CBOR_TRAILING);
    assert_result(shared_only("[15, [<<[1, 15], 0>>]]", 0), PRM_ERR_CBOR_TRAILING);
    assert_result(shared_only("{1: 15}", 0), PRM_ERR_CBOR_TYPE);
    assert_result(shared_only("[15, <<[1, 15]>>]", 0), PRM_ERR_CBOR_TYPE);
    assert_result(shared_only("[15, [[1, 15]]]", 0), PRM_ERR_CBOR_TYPE);
    assert_result(shared_only("[15, [null]]", 0), PRM_ERR_CBOR_TYPE);
    assert_result(shared_only("$'9afffffffe' 1, 15", 0), PRM_ERR_CBOR_TRUNCATED);
    assert_result(shared_only("[15, [<<$'9afffffffe' 1, 15>>]]", 0), PRM_ERR_CBOR_TRUNCATED);
    assert_result(shared_only("[15, $'9affffffff']", 0), PRM_ERR_CBOR_TRUNCATED);
    assert_result(shared_only("", 0), PRM_ERR_CBOR_TRUNCATED);
}

static void components_are_selected_by_index(void **state) {
    (void)state;
    /* A sequence starts at component 0. */
    assert_result(select_in(3, "[20, {14: 1}, 12, 1, 20, {14: 2}, 12, 2, 20, {14: 3}, 1, 15]", "[3, 15]", "[]", 0),
                  PRM_OK);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(component[i].size, i + 1);
    assert_int_equal(component[0].did, PRM_SUIT_DID_IMAGE);
    assert_int_equal(component[1].did, 0);
    assert_int_equal(component[2].did, PRM_SUIT_DID_VENDOR);
    /* All of them, or some. */
    assert_result(select_in(4, "[12, true, 20, {14: 7}, 12, [1, 3], 1, 15]", "[]", "[]", 0), PRM_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(component[i].size, 7);
        assert_int_equal(component[i].did, i % 2 == 1 ? PRM_SUIT_DID_VENDOR : 0);
    }
    /* Another value for one of them is a second one. */
    assert_result(select_in(2, "[12, true, 20, {14: 7}, 12, 1, 20, {14: 8}]", "[]", "[]", 0), PRM_ERR_SUIT_PARAMETER);
    /* The slot of every selected one must be this one. */
    assert_result(select_in(2, "[12, true, 20, {5: 1}, 5, 5]", "[]", "[]", 1), PRM_OK);
    assert_result(select_in(2, "[12, 0, 20, {5: 1}, 12, true, 5, 5]", "[]", "[]", 1), PRM_ERR_SUIT_COMPONENT);
    assert_result(select_in(2, "[12, 1, 20, {5: 1}, 12, true, 5, 5]", "[]", "[]", 1), PRM_ERR_SUIT_COMPONENT);
}

static void an_index_is_one_that_exists(void **state) {
    static const struct {
        const char *index;
        prm_result result;
    } cases[] = {{"2", PRM_ERR_SUIT_COMPONENT},
                 {"31", PRM_ERR_SUIT_COMPONENT},
                 {"32", PRM_ERR_SUIT_COMPONENT},
                 {"4294967295", PRM_ERR_SUIT_COMPONENT},
                 {"4294967296", PRM_ERR_CBOR_LIMIT},
                 {"-1", PRM_ERR_CBOR_TYPE},
                 {"[0, 2]", PRM_ERR_SUIT_COMPONENT},
                 {"[true]", PRM_ERR_CBOR_TYPE},
                 {"false", PRM_ERR_SUIT_COMPONENT},
                 {"null", PRM_ERR_SUIT_COMPONENT},
                 {"h'00'", PRM_ERR_CBOR_TYPE},
                 {"[]", PRM_ERR_SUIT_COMPONENT},
                 {"$'9affffffff' 0, h''", PRM_ERR_CBOR_TYPE},
                 {"$'f93c00'", PRM_ERR_CBOR_ENCODING}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        static const char *const after[] = {"", ", 20, {14: 1}", ", 1, 15", ", 5, 5"};
        for (size_t k = 0; k < COUNT_OF(after); k++) {
            char shared[128];
            snprintf(shared, sizeof shared, "[12, %s%s]", cases[i].index, after[k]);
            const prm_result result = select_in(2, shared, "[]", "[]", 0);
            if (result != cases[i].result)
                print_error("%s: ", shared);
            assert_result(result, cases[i].result);
        }
    }
}

static void a_load_sequence_is_refused(void **state) {
    struct prm_suit_manifest m;
    const size_t n = fx_cbor(buffer, sizeof buffer, "{1: 1, 2: 7, 3: <<{2: [[h'00']]}>>, 8: <<[]>>}");

    (void)state;
    assert_result(prm_suit_manifest_parse(prm_span_of(buffer, n), &m), PRM_OK);
    assert_result(prm_suit_select(&m, 0, component), PRM_ERR_SUIT_SECTION);
    /* Without any sequence there is nothing to follow, and nothing known. */
    assert_result(prm_suit_manifest_parse(
                      prm_span_of(buffer, fx_cbor(buffer, sizeof buffer, "{1: 1, 2: 7, 3: <<{2: [[h'00']]}>>}")), &m),
                  PRM_OK);
    assert_result(prm_suit_select(&m, 1, component), PRM_OK);
    assert_int_equal(component[0].did, 0);
}

static void truncation_at_every_byte_is_seen(void **state) {
    static const char shared[] = "[20, {1: " VENDOR ", 2: " CLASS "}, " TRY_BOTH ", 1, 15, 2, 15]";
    uint8_t sequence[512];
    const size_t n = fx_cbor(sequence, sizeof sequence, "%s", shared);

    (void)state;
    for (size_t len = 0; len < n; len++) {
        uint8_t *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, sequence, len);
        const struct prm_suit_manifest m = {.components = 1, .shared = prm_span_of(exact, len)};
        assert_true(prm_suit_select(&m, 0, component) != PRM_OK);
        assert_true(prm_suit_select(&m, 1, component) != PRM_OK);
        free(exact);
    }
    const struct prm_suit_manifest m = {.components = 1, .shared = prm_span_of(sequence, n)};
    assert_result(prm_suit_select(&m, 1, component), PRM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slot_has_its_alternative),
        cmocka_unit_test(what_is_not_said_is_not_recorded),
        cmocka_unit_test(a_slot_without_an_alternative_is_refused),
        cmocka_unit_test(an_alternative_that_does_not_hold_leaves_nothing),
        cmocka_unit_test(a_parameter_is_set_once),
        cmocka_unit_test(parameters_are_of_known_kind_and_size),
        cmocka_unit_test(a_digest_has_one_encoding),
        cmocka_unit_test(commands_that_are_not_known_are_refused),
        cmocka_unit_test(sequences_are_pairs),
        cmocka_unit_test(components_are_selected_by_index),
        cmocka_unit_test(an_index_is_one_that_exists),
        cmocka_unit_test(a_load_sequence_is_refused),
        cmocka_unit_test(truncation_at_every_byte_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
