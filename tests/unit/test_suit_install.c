/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_suit_install.c - the install sequence as a table of facts, wherever it stands; and that manifests with several
 * components fit a device only if every one of them does.
 */
#include "tests/unit/unit.h"

#include "providers/openssl/crypto_openssl.h"
#include "suit/suit.h"
#include "trust/release.h"

static uint8_t buffer[4096];
static struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];

/* A component as prm_suit_select() may leave it. */
static struct prm_suit_component known(uint32_t size) {
    static const uint8_t digest[PRM_SHA256_SIZE] = {7};

    return (struct prm_suit_component){.vendor = fx_vendor,
                                       .class_ = fx_class,
                                       .digest = digest,
                                       .size = size,
                                       .did = PRM_SUIT_DID_VENDOR | PRM_SUIT_DID_CLASS | PRM_SUIT_DID_IMAGE};
}

/* An install sequence over components that are known already. */
static prm_result install(unsigned components, const char *sequence, uint32_t slot) {
    static const struct prm_suit_component zero[PRM_SUIT_COMPONENTS_MAX];
    const size_t n = fx_cbor(buffer, sizeof buffer, "%s", sequence);

    memset(component, 0, sizeof component);
    for (unsigned i = 0; i < components; i++)
        component[i] = known(100 + i);
    const prm_result result = prm_suit_select_install(prm_span_of(buffer, n), components, slot, component);
    if (result != PRM_OK)
        assert_memory_equal(component, zero, sizeof zero);
    for (size_t i = components; i < PRM_SUIT_COMPONENTS_MAX; i++)
        assert_memory_equal(&component[i], zero, sizeof zero[0]);
    return result;
}

static void assert_span(prm_span span, const char *text) {
    assert_int_equal(span.len, strlen(text));
    assert_memory_equal(span.ptr, text, span.len);
}

#define SOURCES(index, a, b)                                                                                           \
    "12, " index ", 15, [<<[20, {5: 0}, 5, 5, 20, {19: <<\"e" a "\">>, 21: \"#" a "\", 25: h'0a'}]>>, "                \
    "<<[20, {5: 1}, 5, 5, 20, {21: \"#" b "\", 25: h'0b'}]>>], 21, 2, 3, 15"

static void each_payload_has_its_source(void **state) {
    (void)state;
    for (uint32_t slot = 0; slot < 2; slot++) {
        assert_result(install(2, "[" SOURCES("0", "a0", "b0") ", " SOURCES("1", "a1", "b1") "]", slot), PRM_OK);
        assert_span(component[0].uri, slot == 0 ? "#a0" : "#b0");
        assert_span(component[1].uri, slot == 0 ? "#a1" : "#b1");
        for (uint32_t i = 0; i < 2; i++) {
            assert_int_equal(component[i].fetch.len, 1);
            assert_int_equal(component[i].fetch.ptr[0], slot == 0 ? 0x0A : 0x0B);
            if (slot == 0)
                assert_span(component[i].encryption, i == 0 ? "\x63" "ea0" : "\x63" "ea1");
            else
                assert_null(component[i].encryption.ptr);
            assert_int_equal(component[i].slot, slot);
            /* What was known before stays. */
            assert_int_equal(component[i].size, 100 + i);
            assert_ptr_equal(component[i].vendor, fx_vendor);
            assert_int_equal(component[i].did, known(0).did | PRM_SUIT_DID_FETCH);
        }
    }
    assert_result(install(2, "[" SOURCES("0", "a0", "b0") "]", 2), PRM_ERR_SUIT_COMPONENT);
    /* Without an install sequence nothing is added. */
    memset(component, 0, sizeof component);
    component[0] = known(5);
    assert_result(prm_suit_select_install(prm_span_of(NULL, 0), 1, 0, component), PRM_OK);
    assert_null(component[0].uri.ptr);
    assert_int_equal(component[0].did, known(0).did);
}

static void what_was_said_before_is_not_said_anew(void **state) {
    static const char *const twice[] = {
        "[20, {14: 5}]",
        "[20, {14: 100}]",
        "[20, {1: h'11223344556657889900aabbccddeeff'}]",
        "[20, {2: h'11223344556657889900aabbccddeeff'}]",
        "[20, {3: <<[-16, h'0700000000000000000000000000000000000000000000000000000000000000']>>}]",
        "[20, {21: \"#a\"}, 20, {21: \"#a\"}]",
        "[20, {21: \"\"}, 20, {21: \"#a\"}]",
        "[20, {19: h''}, 20, {19: h'00'}]",
        "[20, {25: h''}, 20, {25: h'00'}]",
        "[20, {25: h'00'}, 15, [<<[20, {25: h'01'}]>>]]",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(twice); i++) {
        const prm_result result = install(1, twice[i], 0);
        if (result != PRM_ERR_SUIT_PARAMETER)
            print_error("%s: ", twice[i]);
        assert_result(result, PRM_ERR_SUIT_PARAMETER);
    }
    assert_result(install(1, "[20, {21: \"#a\", 21: \"#a\"}]", 0), PRM_ERR_CBOR_KEY);
}

static void sources_are_of_known_kind(void **state) {
    static const struct {
        const char *sequence;
        prm_result result;
    } cases[] = {
        {"[]", PRM_OK},
        {"[20, {21: \"\"}]", PRM_OK},
        {"[20, {21: \"#a\"}, 21, 2]", PRM_OK},
        {"[20, {21: h'2361'}]", PRM_ERR_CBOR_TYPE},
        {"[20, {21: 0}]", PRM_ERR_CBOR_TYPE},
        {"[20, {19: 0}]", PRM_ERR_CBOR_TYPE},
        {"[20, {19: [96]}]", PRM_ERR_CBOR_TYPE},
        {"[20, {25: [2048]}]", PRM_ERR_CBOR_TYPE},
        {"[20, {25: \"\"}]", PRM_ERR_CBOR_TYPE},
        {"[20, {-2: h''}]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {0: h''}]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {20: h''}]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {22: 0}]", PRM_ERR_SUIT_PARAMETER},
        {"[20, {25: h'', 21: \"#a\"}]", PRM_ERR_CBOR_KEY},
        {"[21]", PRM_ERR_SUIT_COMMAND},
        {"[21, -1]", PRM_ERR_CBOR_TYPE},
        {"[22, 2]", PRM_ERR_SUIT_COMMAND},  /* copy */
        {"[32, <<[]>>]", PRM_ERR_SUIT_COMMAND},
        {"[18, 2]", PRM_ERR_SUIT_COMMAND},  /* write */
        {"[12, 1, 21, 2]", PRM_ERR_SUIT_COMPONENT},
        {"[21, 2], 0", PRM_ERR_CBOR_TRAILING},
        {"", PRM_ERR_CBOR_TRUNCATED},
        {"h''", PRM_ERR_CBOR_TYPE},
        {"[20, {21: $'6523'}]", PRM_ERR_CBOR_TRUNCATED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const prm_result result = install(1, cases[i].sequence, 0);
        if (result != cases[i].result)
            print_error("%s: ", cases[i].sequence);
        assert_result(result, cases[i].result);
    }
}

static void truncation_at_every_byte_is_seen(void **state) {
    uint8_t sequence[512];
    const size_t n =
        fx_cbor(sequence, sizeof sequence, "[%s, %s]", SOURCES("0", "a0", "b0"), SOURCES("1", "a1", "b1"));

    (void)state;
    for (size_t len = 0; len <= n; len++) {
        uint8_t *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, sequence, len);
        for (uint32_t slot = 0; slot < 2; slot++) {
            memset(component, 0, sizeof component);
            assert_true((prm_suit_select_install(prm_span_of(exact, len), 2, slot, component) == PRM_OK) == (len == n));
        }
        free(exact);
    }
}

/*
 * Where payloads come from is said in an install sequence alone: in the others a device at boot would have to believe
 * it.
 */
static void sources_stand_in_the_install_sequence_only(void **state) {
    static const char *const sources[] = {"20, {21: \"#a\"}", "20, {19: h''}", "20, {25: h''}", "21, 2",
                                          "15, [<<[20, {21: \"#a\"}]>>]", "15, [<<[21, 2]>>]"};
    static const struct prm_suit_component zero[PRM_SUIT_COMPONENTS_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        for (unsigned where = 0; where < 4; where++) {
            struct prm_suit_manifest m;
            char text[64];
            snprintf(text, sizeof text, "[%s]", sources[i]);
            const size_t n = fx_cbor(
                buffer, sizeof buffer,
                "{1: 1, 2: 7, 3: <<{2: [[h'00']], 4: <<%s>>}>>, 7: <<%s>>, 9: <<%s>>, 20: <<%s>>}",
                where == 0 ? text : "[]", where == 1 ? text : "[]", where == 2 ? text : "[]", where == 3 ? text : "[]");
            assert_result(prm_suit_manifest_parse(prm_span_of(buffer, n), &m), PRM_OK);
            const prm_result expected = where == 3                         ? PRM_OK
                                        : strstr(sources[i], "21, 2") != NULL ? PRM_ERR_SUIT_COMMAND
                                                                              : PRM_ERR_SUIT_PARAMETER;
            memset(component, 0x5A, sizeof component);
            assert_result(prm_suit_select(&m, 0, component), expected);
            if (expected != PRM_OK)
                assert_memory_equal(component, zero, sizeof zero);
            else
                assert_result(prm_suit_select_install(m.install, 1, 0, component), PRM_OK);
        }
    }
}

/* And nothing else is said there: whom a release is for and what starts is the other sequences' to say, for all who read it. */
static void the_install_sequence_says_nothing_else(void **state) {
    static const int commands[] = {3, 5, 12, 15, 20, 21}, parameters[] = {5, 19, 21, 25};
    static const char *const values[] = {"0", "1", "h'00112233445566778899aabbccddeeff'", "\"#a\"", "h''",
                                         "<<[-16, h'0700000000000000000000000000000000000000000000000000000000000000']>>"};

    (void)state;
    for (int code = -300; code < 300; code++) {
        int may = 0;
        char sequence[64];
        for (size_t i = 0; i < COUNT_OF(commands); i++)
            may |= commands[i] == code;
        for (unsigned inside = 0; inside < 2 && !may; inside++) {
            snprintf(sequence, sizeof sequence, inside ? "[15, [<<[%d, 15]>>]]" : "[%d, 15]", code);
            assert_result(install(1, sequence, 0), PRM_ERR_SUIT_COMMAND);
        }
    }
    for (int key = -70; key < 300; key++) {
        int may = 0;
        char sequence[160];
        for (size_t i = 0; i < COUNT_OF(parameters); i++)
            may |= parameters[i] == key;
        for (size_t i = 0; i < COUNT_OF(values) && !may; i++) {
            snprintf(sequence, sizeof sequence, "[20, {%d: %s}]", key, values[i]);
            memset(component, 0, sizeof component); /* nothing was set before, so that is not why */
            const size_t n = fx_cbor(buffer, sizeof buffer, "%s", sequence);
            assert_result(prm_suit_select_install(prm_span_of(buffer, n), 1, 0, component),
                          key == -1 ? PRM_ERR_LIST_OLD : PRM_ERR_SUIT_PARAMETER);
        }
    }
    assert_result(install(1, "[3, 15]", 0), PRM_OK);
    assert_result(install(1, "[15, [<<[15, [<<[]>>]]>>]]", 0), PRM_ERR_SUIT_COMMAND);
}

/* Releases had the digests of their blocks inside the payload once, and said so with a label that SUIT never gave away. */
static void a_release_with_digests_inside_its_payload_is_named_as_old(void **state) {
    (void)state;
    assert_result(install(1, "[20, {21: \"#a0\", -1: <<[2048, h'00', [h'00']]>>}, 21, 2, 3, 15]", 0), PRM_ERR_LIST_OLD);
    assert_result(install(1, "[15, [<<[20, {-1: h''}]>>]]", 0), PRM_ERR_LIST_OLD);
    assert_result(install(1, "[20, {-2: h''}]", 0), PRM_ERR_SUIT_PARAMETER);
    assert_result(install(1, "[20, {-256: h''}]", 0), PRM_ERR_SUIT_PARAMETER);
}

/* ---- severed: beside the manifest, which has its digest ---- */

static void a_severed_install_sequence_is_found_by_its_digest(void **state) {
    static const char sequence[] = "[" SOURCES("0", "a0", "b0") "]";
    uint8_t wrapped[512], digest[PRM_SHA256_SIZE], measured[PRM_SHA256_SIZE];
    struct prm_suit_envelope e;
    struct prm_suit_manifest m;
    char hex[65];

    (void)state;
    fx_sha256(prm_span_of(wrapped, fx_cbor(wrapped, sizeof wrapped, "<<%s>>", sequence)), digest);
    fx_hex(digest, sizeof digest, hex);
    const size_t n = fx_cbor(buffer, sizeof buffer,
                             "107({2: <<[<<[-16, h'%s']>>]>>, 3: <<{1: 1, 2: 7, 3: <<{2: [[h'00']], 4: <<[]>>}>>, "
                             "20: [-16, h'%s']}>>, 20: <<%s>>, \"#a0\": h'AA'})",
                             hex, hex, sequence);
    assert_result(prm_suit_envelope_parse(prm_span_of(buffer, n), &e), PRM_OK);
    assert_result(prm_suit_manifest_parse(e.manifest, &m), PRM_OK);
    assert_null(m.install.ptr);
    assert_non_null(m.severed[1]);
    assert_memory_equal(m.severed[1], digest, sizeof digest);
    assert_null(m.severed[0]);
    assert_null(m.severed[2]);
    /* What the digest covers is the sequence with its bstr head. */
    fx_sha256(e.severed_wrapped[1], measured);
    assert_memory_equal(measured, digest, sizeof digest);
    assert_true(e.severed_wrapped[1].len > e.severed[1].len);
    assert_ptr_equal(e.severed_wrapped[1].ptr + e.severed_wrapped[1].len, e.severed[1].ptr + e.severed[1].len);
    assert_null(e.severed[0].ptr);
    assert_null(e.severed_wrapped[0].ptr);
    assert_null(e.severed[2].ptr);
    assert_result(prm_suit_select(&m, 1, component), PRM_OK);
    assert_result(prm_suit_select_install(e.severed[1], m.components, 1, component), PRM_OK);
    assert_span(component[0].uri, "#b0");
}

/* ---- fit, with several components ---- */

static struct prm_fuses fuses;

static prm_result fit(struct prm_suit_component c[], uint32_t components) {
    prm_word word = {0, 0};
    uint32_t expected = 0;

    memcpy(fuses.vendor, fx_vendor, 16);
    memcpy(fuses.class_, fx_class, 16);
    memcpy(fuses.device, fx_device_id, 16);
    const prm_result result = prm_release_verify_fit(&fuses, c, components, 5, 5, &word);
    for (uint32_t i = 0; i < components; i++)
        expected = PRM_WORD_NEXT(expected, PRM_K_DEVICE);
    expected = PRM_WORD_NEXT(expected, PRM_K_FLOOR);
    assert_true((prm_word_value(&word) == expected) == (result == PRM_OK));
    return result;
}

static const uint8_t elsewhere[16] = {9};

/* What may be wrong with one component. */
static const struct {
    uint32_t without; /* conditions that aren't there */
    uint32_t with;
    int no_vendor, no_class, no_digest;
    const uint8_t *vendor, *class_, *device;
    prm_result result;
} faults[] = {
    {.result = PRM_OK},
    {.no_vendor = 1, .result = PRM_ERR_SUIT_MISSING},
    {.no_class = 1, .result = PRM_ERR_SUIT_MISSING},
    {.no_digest = 1, .result = PRM_ERR_SUIT_MISSING},
    {.without = PRM_SUIT_DID_VENDOR, .result = PRM_ERR_SUIT_MISSING},
    {.without = PRM_SUIT_DID_CLASS, .result = PRM_ERR_SUIT_MISSING},
    {.without = PRM_SUIT_DID_IMAGE, .result = PRM_ERR_SUIT_MISSING},
    {.vendor = elsewhere, .result = PRM_ERR_DEVICE_VENDOR},
    {.class_ = elsewhere, .result = PRM_ERR_DEVICE_CLASS},
    {.with = PRM_SUIT_DID_DEVICE, .device = elsewhere, .result = PRM_ERR_DEVICE_ID},
    {.with = PRM_SUIT_DID_DEVICE, .result = PRM_ERR_DEVICE_ID}, /* a condition without its parameter */
    {.with = PRM_SUIT_DID_DEVICE, .device = fx_device_id, .result = PRM_OK},
};

static void spoil(struct prm_suit_component *c, size_t fault) {
    c->did = (c->did & ~faults[fault].without) | faults[fault].with;
    c->vendor = faults[fault].no_vendor ? NULL : faults[fault].vendor != NULL ? faults[fault].vendor : c->vendor;
    c->class_ = faults[fault].no_class ? NULL : faults[fault].class_ != NULL ? faults[fault].class_ : c->class_;
    c->digest = faults[fault].no_digest ? NULL : c->digest;
    c->device = faults[fault].device;
}

/* As many good components, of which one is invoked; none if `invoked` is beyond them. */
static void make_good(struct prm_suit_component c[PRM_SUIT_COMPONENTS_MAX], uint32_t components, uint32_t invoked) {
    for (uint32_t i = 0; i < components; i++) {
        c[i] = known(1);
        c[i].did |= i == invoked ? PRM_SUIT_DID_INVOKE : 0;
    }
}

static void every_component_must_fit(void **state) {
    struct prm_suit_component c[PRM_SUIT_COMPONENTS_MAX];

    (void)state;
    for (uint32_t components = 1; components <= PRM_SUIT_COMPONENTS_MAX; components++) {
        for (uint32_t odd = 0; odd < components; odd++) {
            for (size_t fault = 0; fault < COUNT_OF(faults); fault++) {
                make_good(c, components, components - 1);
                spoil(&c[odd], fault);
                assert_result(fit(c, components), faults[fault].result);
            }
        }
        /* Any one that is invoked is enough, and one must be. */
        for (uint32_t invoked = 0; invoked <= components; invoked++) {
            make_good(c, components, invoked);
            assert_result(fit(c, components), invoked < components ? PRM_OK : PRM_ERR_SUIT_MISSING);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_payload_has_its_source),
        cmocka_unit_test(what_was_said_before_is_not_said_anew),
        cmocka_unit_test(sources_are_of_known_kind),
        cmocka_unit_test(truncation_at_every_byte_is_seen),
        cmocka_unit_test(sources_stand_in_the_install_sequence_only),
        cmocka_unit_test(the_install_sequence_says_nothing_else),
        cmocka_unit_test(a_release_with_digests_inside_its_payload_is_named_as_old),
        cmocka_unit_test(a_severed_install_sequence_is_found_by_its_digest),
        cmocka_unit_test(every_component_must_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
