/* SPDX-License-Identifier: Apache-2.0 */
/* test_suit_parse.c - which envelopes and manifests are read; what isn't known is refused. */
#include "tests/unit/unit.h"

#include "suit/suit.h"

static uint8_t buffer[4096];

#define Z32 "h'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'"
#define AUTH "2: <<[<<[-16, " Z32 "]>>]>>"
#define AUTH_OF(blocks) "2: <<[<<[-16, " Z32 "]>>" blocks "]>>"

static prm_result envelope(struct prm_suit_envelope *out, size_t n) {
    static const struct prm_suit_envelope zero = {.signatures = 0};
    uint8_t *exact = malloc(n > 0 ? n : 1);

    assert_non_null(exact);
    memcpy(exact, buffer, n);
    const prm_result result = prm_suit_envelope_parse(prm_span_of(exact, n), out);
    free(exact);
    memset(out, 0x5A, sizeof *out);
    assert_result(prm_suit_envelope_parse(prm_span_of(buffer, n), out), result);
    if (result != PRM_OK)
        assert_memory_equal(out, &zero, sizeof zero);
    return result;
}

static prm_result manifest(struct prm_suit_manifest *out, size_t n) {
    static const struct prm_suit_manifest zero = {.sequence = 0};
    uint8_t *exact = malloc(n > 0 ? n : 1);

    assert_non_null(exact);
    memcpy(exact, buffer, n);
    const prm_result result = prm_suit_manifest_parse(prm_span_of(exact, n), out);
    free(exact);
    memset(out, 0x5A, sizeof *out);
    assert_result(prm_suit_manifest_parse(prm_span_of(buffer, n), out), result);
    if (result != PRM_OK)
        assert_memory_equal(out, &zero, sizeof zero);
    return result;
}

static int within(prm_span inner, size_t n) {
    return inner.ptr >= buffer && inner.ptr + inner.len <= buffer + n;
}

static void an_envelope_is_taken_apart(void **state) {
    struct prm_suit_envelope e;
    const size_t n = fx_cbor(buffer, sizeof buffer,
                             "107({" AUTH_OF(", h'0102', h'03'") ", 3: h'A0', 16: h'16', 20: h'20', "
                                                                 "23: h'2323', \"#a\": h'AA', \"#b\": h'BBBB'})");
    uint8_t digest[64];

    (void)state;
    assert_result(envelope(&e, n), PRM_OK);
    const size_t m = fx_cbor(digest, sizeof digest, "[-16, " Z32 "]");
    assert_int_equal(e.digest_bytes.len, m);
    assert_memory_equal(e.digest_bytes.ptr, digest, m);
    assert_memory_equal(e.digest, digest + m - 32, 32);
    assert_int_equal(e.signatures, 2);
    assert_int_equal(e.signature[0].len, 2);
    assert_int_equal(e.signature[1].ptr[0], 3);
    assert_null(e.signature[2].ptr);
    assert_int_equal(e.manifest.len, 1);
    assert_int_equal(e.manifest.ptr[0], 0xA0);
    assert_int_equal(e.manifest_wrapped.len, 2);
    assert_ptr_equal(e.manifest_wrapped.ptr + 1, e.manifest.ptr);
    assert_int_equal(e.severed[0].ptr[0], 0x16);
    assert_int_equal(e.severed[1].ptr[0], 0x20);
    assert_int_equal(e.severed[2].len, 2);
    assert_int_equal(e.payloads, 2);
    static const uint8_t pairs[] = {0x62, '#', 'a', 0x41, 0xAA, 0x62, '#', 'b', 0x42, 0xBB, 0xBB};
    assert_int_equal(e.payload_pairs.len, sizeof pairs);
    assert_memory_equal(e.payload_pairs.ptr, pairs, sizeof pairs);
    assert_true(within(e.manifest, n) && within(e.payload_pairs, n) && within(e.signature[1], n));
    for (size_t len = 0; len < n; len++)
        assert_true(envelope(&e, len) != PRM_OK);
    for (unsigned extra = 0; extra < 256; extra++) {
        buffer[n] = (uint8_t)extra;
        assert_result(envelope(&e, n + 1), PRM_ERR_CBOR_TRAILING);
    }
}

static const struct {
    const char *text;
    prm_result result;
} envelopes[] = {
    {"107({" AUTH ", 3: h'A0'})", PRM_OK},
    {"107({" AUTH ", 3: h''})", PRM_OK}, /* what is in the manifest comes later */
    {"{" AUTH ", 3: h'A0'}", PRM_ERR_SUIT_UNTAGGED},
    {"{}", PRM_ERR_SUIT_UNTAGGED},
    {"[]", PRM_ERR_CBOR_TYPE},
    {"1070({" AUTH ", 3: h'A0'})", PRM_ERR_SUIT_ENVELOPE},
    {"107(107({" AUTH ", 3: h'A0'}))", PRM_ERR_CBOR_TYPE},
    {"107([" Z32 "])", PRM_ERR_CBOR_TYPE},
    {"107({})", PRM_ERR_SUIT_ENVELOPE},
    {"107({" AUTH "})", PRM_ERR_SUIT_ENVELOPE},
    {"107({3: h'A0'})", PRM_ERR_SUIT_ENVELOPE},
    {"107({3: h'A0', " AUTH "})", PRM_ERR_CBOR_KEY},
    {"107({" AUTH ", " AUTH ", 3: h'A0'})", PRM_ERR_CBOR_KEY},
    {"107({" AUTH ", 3: h'A0', 3: h'A0'})", PRM_ERR_CBOR_KEY},
    {"107({" AUTH ", 3: h'A0', 23: h'', 20: h''})", PRM_ERR_CBOR_KEY},
    {"107({" AUTH ", 3: h'A0', \"#b\": h'', \"#a\": h''})", PRM_ERR_CBOR_KEY},
    {"107({" AUTH ", 3: h'A0', \"#a\": h'', \"#a\": h''})", PRM_ERR_CBOR_KEY},
    {"107({" AUTH ", \"#a\": h'', 3: h'A0'})", PRM_ERR_CBOR_KEY},
    /* members that nobody knows */
    {"107({1: h'', " AUTH ", 3: h'A0'})", PRM_ERR_SUIT_SECTION},
    {"107({" AUTH ", 3: h'A0', 4: h''})", PRM_ERR_SUIT_SECTION},
    {"107({" AUTH ", 3: h'A0', 7: h''})", PRM_ERR_SUIT_SECTION},
    {"107({" AUTH ", 3: h'A0', -1: h''})", PRM_ERR_SUIT_SECTION},
    {"107({" AUTH ", 3: h'A0', h'61': h''})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH ", 3: h'A0', [1]: h''})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH ", 3: h'A0', true: h''})", PRM_ERR_CBOR_TYPE},
    /* types */
    {"107({2: [<<[-16, " Z32 "]>>], 3: h'A0'})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH ", 3: {}})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH ", 3: \"\"})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH ", 3: h'A0', \"#a\": \"\"})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH ", 3: h'A0', 20: [15]})", PRM_ERR_CBOR_TYPE},
    /* the wrapper */
    {"107({2: h'', 3: h'A0'})", PRM_ERR_CBOR_TRUNCATED},
    {"107({2: <<[]>>, 3: h'A0'})", PRM_ERR_CBOR_TRUNCATED},
    {"107({2: <<[<<[-16, " Z32 "]>>], 0>>, 3: h'A0'})", PRM_ERR_CBOR_TRAILING},
    {"107({2: <<[[-16, " Z32 "]]>>, 3: h'A0'})", PRM_ERR_CBOR_TYPE},
    {"107({2: <<[<<[-16, " Z32 ", 0]>>]>>, 3: h'A0'})", PRM_ERR_SUIT_ENVELOPE},
    {"107({2: <<[<<[-16, " Z32 "], 0>>]>>, 3: h'A0'})", PRM_ERR_CBOR_TRAILING},
    {"107({2: <<[<<[-16, h'00']>>]>>, 3: h'A0'})", PRM_ERR_CBOR_LIMIT},
    {"107({2: <<[<<[-44, " Z32 "]>>]>>, 3: h'A0'})", PRM_ERR_UNSUPPORTED},
    {"107({2: <<[<<[-16, null]>>]>>, 3: h'A0'})", PRM_ERR_CBOR_TYPE},
    {"107({" AUTH_OF(", h'', h'', h'', h''") ", 3: h'A0'})", PRM_OK},
    {"107({" AUTH_OF(", h'', h'', h'', h'', h''") ", 3: h'A0'})", PRM_ERR_CBOR_LIMIT},
    {"107({" AUTH_OF(", 18([])") ", 3: h'A0'})", PRM_ERR_CBOR_TYPE},
    /* not deterministic */
    {"$'d9006b' {" AUTH ", 3: h'A0'}", PRM_ERR_CBOR_ENCODING},
    {"107($'bf0240ff')", PRM_ERR_CBOR_ENCODING},
    {"107({" AUTH ", 3: $'5801a0'})", PRM_ERR_CBOR_ENCODING},
    {"107({" AUTH ", $'1803': h'A0'})", PRM_ERR_CBOR_ENCODING},
    {"107($'bbffffffffffffffff')", PRM_ERR_CBOR_LIMIT},
    {"107({" AUTH ", 3: $'5bffffffffffffffff'})", PRM_ERR_CBOR_TRUNCATED},
    {"107({2: <<$'9bffffffffffffffff'>>, 3: h'A0'})", PRM_ERR_CBOR_LIMIT},
    {"107({2: <<$'9affffffff' <<[-16, " Z32 "]>>>>, 3: h'A0'})", PRM_ERR_CBOR_LIMIT},
};

static void envelopes_of_another_shape_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(envelopes); i++) {
        struct prm_suit_envelope e;
        const prm_result result = envelope(&e, fx_cbor(buffer, sizeof buffer, "%s", envelopes[i].text));
        if (result != envelopes[i].result)
            print_error("%s: ", envelopes[i].text);
        assert_result(result, envelopes[i].result);
    }
}

#define COMMON "3: <<{2: [[h'00']], 4: <<[]>>}>>"

static void a_manifest_is_taken_apart(void **state) {
    struct prm_suit_manifest m;
    const size_t n = fx_cbor(buffer, sizeof buffer,
                             "{1: 1, 2: 9223372036854775807, 3: <<{2: [[h'00'], [h'01', h'0203']], 4: h'0404'}>>, "
                             "4: \"uri\", 5: [h'05'], 7: h'07', 8: h'08', 9: h'09', 16: h'16', 20: h'20', 23: h'23'}");
    static const uint8_t ids[] = {0x81, 0x41, 0x00, 0x82, 0x41, 0x01, 0x42, 0x02, 0x03};

    (void)state;
    assert_result(manifest(&m, n), PRM_OK);
    assert_true(m.sequence == INT64_MAX);
    assert_int_equal(m.components, 2);
    assert_int_equal(m.component_ids.len, sizeof ids);
    assert_memory_equal(m.component_ids.ptr, ids, sizeof ids);
    assert_int_equal(m.shared.len, 2);
    assert_int_equal(m.validate.ptr[0], 7);
    assert_int_equal(m.load.ptr[0], 8);
    assert_int_equal(m.invoke.ptr[0], 9);
    assert_int_equal(m.payload_fetch.ptr[0], 0x16);
    assert_int_equal(m.install.ptr[0], 0x20);
    assert_int_equal(m.text.ptr[0], 0x23);
    for (size_t len = 0; len < n; len++)
        assert_true(manifest(&m, len) != PRM_OK);
    buffer[n] = 0xA0;
    assert_result(manifest(&m, n + 1), PRM_ERR_CBOR_TRAILING);
}

static void severed_members_leave_a_digest(void **state) {
    struct prm_suit_manifest m;
    const size_t n = fx_cbor(buffer, sizeof buffer,
                             "{1: 1, 2: 0, " COMMON ", 16: [-16, " Z32 "], 20: [-16, " Z32 "], "
                             "23: [-16, " Z32 "]}");

    (void)state;
    assert_result(manifest(&m, n), PRM_OK);
    assert_null(m.payload_fetch.ptr);
    assert_null(m.install.ptr);
    assert_null(m.text.ptr);
    assert_null(m.validate.ptr);
}

static const struct {
    const char *text;
    prm_result result;
} manifests[] = {
    {"{1: 1, 2: 0, " COMMON "}", PRM_OK},
    {"{1: 1, 2: 0, 3: <<{2: [[]]}>>}", PRM_OK},
    {"[]", PRM_ERR_CBOR_TYPE},
    {"{}", PRM_ERR_SUIT_VERSION},
    {"{2: 0, " COMMON "}", PRM_ERR_SUIT_VERSION},
    {"{1: 0, 2: 0, " COMMON "}", PRM_ERR_SUIT_VERSION},
    {"{1: 2, 2: 0, " COMMON "}", PRM_ERR_SUIT_VERSION},
    {"{1: -1, 2: 0, " COMMON "}", PRM_ERR_CBOR_TYPE},
    {"{1: 4294967297, 2: 0, " COMMON "}", PRM_ERR_CBOR_LIMIT},
    {"{1: 1, " COMMON "}", PRM_ERR_SUIT_MISSING},
    {"{1: 1, 2: 0}", PRM_ERR_SUIT_MISSING},
    {"{1: 1, 2: 9223372036854775808, " COMMON "}", PRM_ERR_SUIT_MISSING},
    {"{1: 1, 2: 18446744073709551615, " COMMON "}", PRM_ERR_SUIT_MISSING},
    {"{1: 1, 2: -1, " COMMON "}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: h'00', " COMMON "}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 1: 1, 2: 0, " COMMON "}", PRM_ERR_CBOR_KEY},
    {"{1: 1, 2: 0, 2: 5, " COMMON "}", PRM_ERR_CBOR_KEY},
    {"{2: 0, 1: 1, " COMMON "}", PRM_ERR_CBOR_KEY},
    {"{1: 1, 2: 0, " COMMON ", " COMMON "}", PRM_ERR_CBOR_KEY},
    {"{1: 1, 2: 0, " COMMON ", 9: h'', 7: h''}", PRM_ERR_CBOR_KEY},
    /* sections that nobody knows: 6, the withdrawn 10, dependencies, a private one */
    {"{1: 1, 2: 0, " COMMON ", 6: h''}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, " COMMON ", 10: h''}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, " COMMON ", 15: h''}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, " COMMON ", 24: h''}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, " COMMON ", -257: h''}", PRM_ERR_SUIT_SECTION},
    {"{0: 0, 1: 1, 2: 0, " COMMON "}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, " COMMON ", \"#a\": h''}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, " COMMON ", 7: [3, 15]}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, " COMMON ", 7: [-16, " Z32 "]}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, " COMMON ", 4: h''}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, " COMMON ", 5: [1]}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, " COMMON ", 20: [-16, h'00']}", PRM_ERR_CBOR_LIMIT},
    {"{1: 1, 2: 0, " COMMON ", 20: [-16, " Z32 ", 0]}", PRM_ERR_SUIT_ENVELOPE},
    {"{1: 1, 2: 0, " COMMON ", 20: [15, " Z32 "]}", PRM_ERR_UNSUPPORTED},
    /* common */
    {"{1: 1, 2: 0, 3: {2: [[h'00']]}}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, 3: h''}", PRM_ERR_CBOR_TRUNCATED},
    {"{1: 1, 2: 0, 3: <<{}>>}", PRM_ERR_SUIT_COMPONENT},
    {"{1: 1, 2: 0, 3: <<{4: <<[]>>}>>}", PRM_ERR_SUIT_COMPONENT},
    {"{1: 1, 2: 0, 3: <<{2: []}>>}", PRM_ERR_SUIT_COMPONENT},
    {"{1: 1, 2: 0, 3: <<{2: [[h'00'], [h'01'], [h'02'], [h'03']]}>>}", PRM_OK},
    {"{1: 1, 2: 0, 3: <<{2: [[h'00'], [h'01'], [h'02'], [h'03'], [h'04']]}>>}", PRM_ERR_SUIT_COMPONENT},
    {"{1: 1, 2: 0, 3: <<{2: $'9affffffff814100'}>>}", PRM_ERR_SUIT_COMPONENT},
    {"{1: 1, 2: 0, 3: <<{2: [$'9affffffff' h'00']}>>}", PRM_ERR_CBOR_TRUNCATED},
    {"{1: 1, 2: 0, 3: <<{2: [$'9affffffff']}>>}", PRM_ERR_CBOR_TRUNCATED},
    {"{1: 1, 2: 0, 3: <<{2: [h'00']}>>}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, 3: <<{2: [[\"0\"]]}>>}", PRM_ERR_CBOR_TYPE},
    {"{1: 1, 2: 0, 3: <<{1: h'', 2: [[h'00']]}>>}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, 3: <<{2: [[h'00']], 3: h''}>>}", PRM_ERR_SUIT_SECTION},
    {"{1: 1, 2: 0, 3: <<{4: h'', 2: [[h'00']]}>>}", PRM_ERR_CBOR_KEY},
    {"{1: 1, 2: 0, 3: <<{2: [[h'00']], 2: [[h'00']]}>>}", PRM_ERR_CBOR_KEY},
    {"{1: 1, 2: 0, 3: <<{2: [[h'00']]}, 0>>}", PRM_ERR_CBOR_TRAILING},
};

static void manifests_of_another_shape_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(manifests); i++) {
        struct prm_suit_manifest m;
        const prm_result result = manifest(&m, fx_cbor(buffer, sizeof buffer, "%s", manifests[i].text));
        if (result != manifests[i].result)
            print_error("%s: ", manifests[i].text);
        assert_result(result, manifests[i].result);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_envelope_is_taken_apart),
        cmocka_unit_test(envelopes_of_another_shape_are_refused),
        cmocka_unit_test(a_manifest_is_taken_apart),
        cmocka_unit_test(severed_members_leave_a_digest),
        cmocka_unit_test(manifests_of_another_shape_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
