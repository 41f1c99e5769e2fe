/* SPDX-License-Identifier: Apache-2.0 */
/* test_suit_conditions.c - when a release may be installed: what its manifest asks for, and what is made of it. */
#include "tests/unit/unit.h"

#include "suit/suit_conditions_parse.h"
#include "update/update_conditions.h"
#include "update/update_conditions_decide.h"

#define FETCH "16: [-16, h'0000000000000000000000000000000000000000000000000000000000000001'], "

static uint8_t buffer[1024];
static struct prm_suit_conditions asked;

static prm_result parse_manifest(const char *members) {
    struct prm_suit_manifest m;
    const size_t n = fx_cbor(buffer, sizeof buffer, "{1: 1, 2: 7, 3: <<{2: [[h'00']]}>>, %s}", members);

    assert_result(prm_suit_manifest_parse(prm_span_of(buffer, n), &m), PRM_OK);
    memset(&asked, 0x5A, sizeof asked);
    const prm_result result = prm_suit_conditions_parse(&m, &asked);
    if (result != PRM_OK) {
        assert_int_equal(asked.authorized, PRM_NO);
        assert_int_equal(asked.priority, 0);
        assert_int_equal(asked.battery_mwh, 0);
        assert_true(asked.use_before == UINT64_MAX);
    }
    return result;
}

static prm_result parse(const char *install) {
    char members[512];

    snprintf(members, sizeof members, FETCH "20: <<%s>>", install);
    return parse_manifest(members);
}

static void each_condition_is_read(void **state) {
    (void)state;
    assert_result(parse("[]"), PRM_OK);
    assert_int_equal(asked.authorized, PRM_NO);
    assert_int_equal(asked.battery_mwh, 0);
    assert_true(asked.use_before == UINT64_MAX);
    assert_result(parse("[20, {27: -7}, 27, 15]"), PRM_OK);
    assert_int_equal(asked.authorized, PRM_YES);
    assert_int_equal(asked.priority, -7);
    assert_result(parse("[20, {26: 4294967295}, 26, 15]"), PRM_OK);
    assert_int_equal(asked.battery_mwh, UINT32_MAX);
    assert_result(parse("[20, {4: 18446744073709551614}, 4, 15]"), PRM_OK);
    assert_true(asked.use_before == UINT64_MAX - 1);
    assert_int_equal(asked.authorized, PRM_NO);
    assert_result(parse("[20, {4: 5, 26: 6, 27: 7}, 27, 0, 4, 15, 26, 2]"), PRM_OK);
    assert_true(asked.use_before == 5 && asked.battery_mwh == 6 && asked.priority == 7);
    assert_result(parse("[20, {4: 5}, 4, 15, 20, {26: 6}, 26, 15]"), PRM_OK);
    assert_true(asked.use_before == 5 && asked.battery_mwh == 6);
}

static void where_install_fetches_there_are_none(void **state) {
    (void)state;
    assert_result(parse_manifest("20: <<[21, 2]>>"), PRM_OK);
    assert_true(asked.use_before == UINT64_MAX && asked.battery_mwh == 0 && asked.authorized == PRM_NO);
    assert_result(parse_manifest("20: [-16, h'0000000000000000000000000000000000000000000000000000000000000001']"), PRM_OK);
    /* A payload-fetch, and conditions that the bank wouldn't keep, or that aren't there. */
    assert_result(parse_manifest(FETCH "20: [-16, h'0000000000000000000000000000000000000000000000000000000000000001']"),
                  PRM_ERR_SUIT_MISSING);
    assert_result(parse_manifest(FETCH "23: <<{}>>"), PRM_ERR_SUIT_MISSING);
    assert_result(parse_manifest("16: <<[21, 2]>>, 20: <<[21, 2]>>"), PRM_ERR_SUIT_COMMAND);
}

static void what_is_not_known_is_refused(void **state) {
    static const struct {
        const char *install;
        prm_result result;
    } cases[] = {
        {"[27, 15]", PRM_ERR_SUIT_MISSING},
        {"[4, 15, 20, {4: 5}]", PRM_ERR_SUIT_MISSING},
        {"[20, {4: 5}]", PRM_ERR_SUIT_MISSING}, /* a parameter that nobody looks at */
        {"[20, {4: 5, 26: 6}, 4, 15]", PRM_ERR_SUIT_MISSING},
        {"[20, {4: 5}, 20, {4: 6}, 4, 15]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {4: 5, 4: 6}, 4, 15]", PRM_ERR_CBOR_KEY},
        {"[20, {26: 6, 4: 5}, 4, 15, 26, 15]", PRM_ERR_CBOR_KEY},
        {"[20, {4: -1}, 4, 15]", PRM_ERR_CBOR_TYPE},
        {"[20, {26: 4294967296}, 26, 15]", PRM_ERR_CBOR_LIMIT},
        {"[20, {27: 2147483648}, 27, 15]", PRM_ERR_CBOR_LIMIT},
        {"[20, {27: h''}, 27, 15]", PRM_ERR_CBOR_TYPE},
        {"[20, {28: 0}]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {-1: h''}]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {36: 5}]", PRM_ERR_SUIT_PARAMETER}, /* 4 + 32 */
        {"[20, {4: 5}, 4, h'']", PRM_ERR_CBOR_TYPE},
        {"[20, {4: 5}, 4]", PRM_ERR_SUIT_COMMAND},
        {"[20, {4: 5}, 4, 15, 26]", PRM_ERR_SUIT_COMMAND},
        {"[20]", PRM_ERR_SUIT_COMMAND},
        {"[20, [4, 5]]", PRM_ERR_CBOR_TYPE},
        {"[20, {4: 5}, 4, 15], 0", PRM_ERR_CBOR_TRAILING},
        {"{4: 15}", PRM_ERR_CBOR_TYPE},
        {"", PRM_ERR_CBOR_TRUNCATED},
        {"[20, {4: 5}, 4, $'']", PRM_ERR_CBOR_TRUNCATED},
        {"$'9affffffff'", PRM_ERR_SUIT_COMMAND},
        {"$'9afffffffe'", PRM_ERR_CBOR_TRUNCATED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const prm_result result = parse(cases[i].install);
        if (result != cases[i].result)
            print_error("%s: ", cases[i].install);
        assert_result(result, cases[i].result);
    }
    for (int code = -300; code < 300; code++) {
        char install[32];
        if (code == 4 || code == 20 || code == 26 || code == 27)
            continue;
        snprintf(install, sizeof install, "[%d, 15]", code);
        assert_result(parse(install), PRM_ERR_SUIT_COMMAND);
    }
}

/* ---- decide: every combination of edges, against the same written as one formula ---- */

static void every_combination(void **state) {
    static const prm_answer answers[] = {PRM_YES, PRM_NO, 0, 1, UINT32_MAX};
    static const uint32_t percents[] = {0, 19, 20, 21, 100}, energies[] = {0, 1, 499, 500, 501, UINT32_MAX};
    static const uint32_t times[] = {0, 1, 999, 1000, 1001, UINT32_MAX};
    static const uint64_t befores[] = {0, 1, 1000, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX - 1, UINT64_MAX};
    unsigned count = 0;

    (void)state;
    for (size_t a = 0; a < COUNT_OF(answers); a++)
        for (size_t p = 0; p < COUNT_OF(percents); p++)
            for (size_t e = 0; e < COUNT_OF(energies); e++)
                for (size_t least = 0; least < COUNT_OF(energies); least++)
                    for (size_t t = 0; t < COUNT_OF(times); t++)
                        for (size_t b = 0; b < COUNT_OF(befores); b++, count++) {
                            const struct prm_update_moment now = {answers[a], percents[p], energies[e], times[t]};
                            const struct prm_suit_conditions c = {count % 2 == 0 ? PRM_YES : PRM_NO, 0, energies[least],
                                                                  befores[b]};
                            const int power = percents[p] >= 20 && energies[e] >= energies[least];
                            const int time = befores[b] == UINT64_MAX || (times[t] != 0 && times[t] < befores[b]);
                            assert_result(prm_update_conditions_decide(&c, &now, 20),
                                          answers[a] != PRM_YES ? PRM_ERR_UPDATE_CONSENT
                                          : !power              ? PRM_ERR_UPDATE_BATTERY
                                          : !time               ? PRM_ERR_UPDATE_TIME
                                                                : PRM_OK);
                        }
    print_message("%u combinations\n", count);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_is_read),
        cmocka_unit_test(where_install_fetches_there_are_none),
        cmocka_unit_test(what_is_not_known_is_refused),
        cmocka_unit_test(every_combination),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
