/* SPDX-License-Identifier: Apache-2.0 */
/* test_suit_text.c - the version in a manifest's text: what is read, what isn't there, what doesn't fit. */
#include "tests/unit/unit.h"

#include "suit/suit_text.h"

static struct prm_suit_version version;

static prm_result parse_bytes(prm_span text) {
    const struct prm_suit_manifest manifest = {.text = text};

    memset(&version, 0x5A, sizeof version);
    return prm_suit_version_parse(&manifest, &version);
}

static prm_result parse(const char *text) {
    uint8_t bytes[512];

    return parse_bytes(prm_span_of(bytes, fx_cbor(bytes, sizeof bytes, "%s", text)));
}

static prm_result parse_version(const char *text) {
    char whole[256];

    snprintf(whole, sizeof whole, "{\"en\": {1: \"what it does\", [h'00']: {1: \"v\", 2: \"c\", 5: \"n\", 6: \"%s\"}}}", text);
    return parse(whole);
}

static void a_semantic_version_is_read(void **unused) {
    static const struct {
        const char *text;
        unsigned major, minor, patch;
    } cases[] = {
        {"0.0.0", 0, 0, 0},           {"1.2.3", 1, 2, 3},
        {"255.255.65535", 255, 255, 65535}, {"256.256.65536", 255, 255, 65535},
        {"4294967296.1.1", 255, 1, 1},      {"1.99999999999999999999.0", 1, 255, 0},
        {"1.2.3-rc.1", 1, 2, 3},      {"1.2.3+build.7", 1, 2, 3},
        {"1.2.3-", 1, 2, 3},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_result(parse_version(cases[i].text), PRM_OK);
        assert_int_equal(version.major, cases[i].major);
        assert_int_equal(version.minor, cases[i].minor);
        assert_int_equal(version.patch, cases[i].patch);
    }
    /* Without the rest, with other languages after it, with a second component: the first counts. */
    assert_result(parse("{\"en\": {[h'00']: {6: \"7.8.9\"}}}"), PRM_OK);
    assert_int_equal(version.major, 7);
    assert_result(parse("{\"de\": {[h'00']: {6: \"1.0.0\"}, [h'01']: {6: \"2.0.0\"}}, \"en\": {[h'00']: {6: \"3.0.0\"}}}"), PRM_OK);
    assert_int_equal(version.major, 1);
}

static void what_is_no_version_is_zeros(void **unused) {
    static const char *const none[] = {"", "1", "1.2", "1.2.", ".1.2", "1..2", "v1.2.3", "1.2.3x", "1.2.3.4", "1,2,3", " 1.2.3"};
    static const struct {
        const char *text;
        prm_result result;
    } cases[] = {
        {"{}", PRM_ERR_SUIT_MISSING},
        {"{\"en\": {}}", PRM_ERR_SUIT_MISSING},
        {"{\"en\": {1: \"1.2.3\"}}", PRM_ERR_SUIT_MISSING},
        {"{\"en\": {[h'00']: {5: \"1.2.3\"}}}", PRM_ERR_SUIT_MISSING},
        {"{\"en\": {[h'00']: {6: 1}}}", PRM_ERR_CBOR_TYPE},
        {"{\"en\": {[h'00']: 6}}", PRM_ERR_CBOR_TYPE},
        {"{\"en\": [6]}", PRM_ERR_CBOR_TYPE},
        {"{7: {}}", PRM_ERR_CBOR_TYPE},
        {"[]", PRM_ERR_CBOR_TYPE},
        {"$'bbffffffffffffffff'", PRM_ERR_CBOR_LIMIT},
        {"$'a162656eba7fffffff'", PRM_ERR_CBOR_TRUNCATED},
    };
    static const struct prm_suit_version zeros = {0, 0, 0};

    (void)unused;
    assert_result(parse_bytes(prm_span_of(NULL, 0)), PRM_ERR_SUIT_MISSING);
    for (size_t i = 0; i < COUNT_OF(none); i++) {
        assert_result(parse_version(none[i]), PRM_ERR_SUIT_MISSING);
        assert_memory_equal(&version, &zeros, sizeof zeros);
    }
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_result(parse(cases[i].text), cases[i].result);
        assert_memory_equal(&version, &zeros, sizeof zeros);
    }
}

/* Cut short at every byte: an error, and never a version. */
static void every_truncation(void **unused) {
    uint8_t bytes[256];
    const size_t len = fx_cbor(bytes, sizeof bytes, "%s", "{\"en\": {[h'00']: {1: \"v\", 2: \"c\", 6: \"1.2.3\"}}}");

    (void)unused;
    for (size_t cut = 0; cut < len; cut++)
        assert_true(parse_bytes(prm_span_of(bytes, cut)) != PRM_OK);
    assert_result(parse_bytes(prm_span_of(bytes, len)), PRM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_semantic_version_is_read),
        cmocka_unit_test(what_is_no_version_is_zeros),
        cmocka_unit_test(every_truncation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
