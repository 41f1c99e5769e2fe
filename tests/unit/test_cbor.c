/* SPDX-License-Identifier: Apache-2.0 */
/* test_cbor.c - the reader takes deterministic CBOR (RFC 8949 4.2.1) and nothing else; the writer makes it. */
#include "tests/unit/unit.h"

#include "codec/cbor.h"

/* Reads one item with prm_cbor_skip and expects it to be all there is. */
static prm_result skip_all(prm_span bytes) {
    struct prm_cbor r = prm_cbor_reader(bytes);
    const prm_span item = prm_cbor_skip(&r);

    if (r.err == PRM_OK) {
        assert_ptr_equal(item.ptr, bytes.ptr);
        assert_int_equal(item.len, r.off);
    } else {
        assert_null(item.ptr);
        assert_int_equal(item.len, 0);
    }
    assert_true(r.off <= bytes.len);
    return prm_cbor_end(&r);
}

/* The same, in memory of exactly that size, so that a sanitizer sees a read too far. */
static prm_result skip_hex(const char *hex) {
    uint8_t buffer[512];
    const size_t n = fx_unhex(hex, buffer, sizeof buffer);
    uint8_t *exact = malloc(n > 0 ? n : 1);

    assert_non_null(exact);
    memcpy(exact, buffer, n);
    const prm_result result = skip_all(prm_span_of(exact, n));
    free(exact);
    return result;
}

static prm_result head(const char *hex, enum prm_cbor_major major, uint64_t *value) {
    uint8_t buffer[16];
    struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, fx_unhex(hex, buffer, sizeof buffer)));

    *value = prm_cbor_head(&r, major);
    return prm_cbor_end(&r);
}

static void heads_are_read_at_every_width(void **state) {
    static const struct {
        const char *tail;
        uint64_t value;
        unsigned info;
    } cases[] = {
        {"", 0, 0},
        {"", 1, 1},
        {"", 23, 23},
        {"18", 24, 24},
        {"ff", 255, 24},
        {"0100", 256, 25},
        {"ffff", 65535, 25},
        {"00010000", 65536, 26},
        {"ffffffff", UINT32_MAX, 26},
        {"0000000100000000", UINT64_C(1) << 32, 27},
        {"ffffffffffffffff", UINT64_MAX, 27},
    };

    (void)state;
    for (unsigned major = 0; major < 7; major++) {
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            char hex[32];
            uint64_t value;
            snprintf(hex, sizeof hex, "%02x%s", major << 5 | cases[i].info, cases[i].tail);
            assert_result(head(hex, (enum prm_cbor_major)major, &value), PRM_OK);
            assert_true(value == cases[i].value);
            /* Any other major type is refused, and gives 0. */
            for (unsigned other = 0; other < 8; other++) {
                if (other == major)
                    continue;
                assert_result(head(hex, (enum prm_cbor_major)other, &value), PRM_ERR_CBOR_TYPE);
                assert_true(value == 0);
            }
            /* Cut anywhere inside, it is truncated. */
            for (size_t cut = 0; cut + 2 <= strlen(hex); cut += 2) {
                char shorter[32];
                memcpy(shorter, hex, cut);
                shorter[cut] = '\0';
                assert_result(head(shorter, (enum prm_cbor_major)major, &value), PRM_ERR_CBOR_TRUNCATED);
                assert_true(value == 0);
            }
        }
    }
}

static void non_minimal_heads_are_refused_at_every_width(void **state) {
    static const struct {
        unsigned info;
        const char *tail;
    } cases[] = {
        {24, "00"},
        {24, "17"},
        {25, "0000"},
        {25, "0018"},
        {25, "00ff"},
        {26, "00000000"},
        {26, "000000ff"},
        {26, "0000ffff"},
        {27, "0000000000000000"},
        {27, "0000000000000017"},
        {27, "00000000ffffffff"},
    };

    (void)state;
    for (unsigned major = 0; major < 8; major++) {
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            char hex[64];
            uint64_t value;
            snprintf(hex, sizeof hex, "%02x%s", major << 5 | cases[i].info, cases[i].tail);
            assert_result(head(hex, (enum prm_cbor_major)major, &value), PRM_ERR_CBOR_ENCODING);
            assert_true(value == 0);
            assert_result(skip_hex(hex), PRM_ERR_CBOR_ENCODING);
            /* And one level down, as an element, a key and a value. */
            snprintf(hex, sizeof hex, "81%02x%s", major << 5 | cases[i].info, cases[i].tail);
            assert_result(skip_hex(hex), PRM_ERR_CBOR_ENCODING);
            snprintf(hex, sizeof hex, "a1%02x%s00", major << 5 | cases[i].info, cases[i].tail);
            assert_result(skip_hex(hex), PRM_ERR_CBOR_ENCODING);
            snprintf(hex, sizeof hex, "a100%02x%s", major << 5 | cases[i].info, cases[i].tail);
            assert_result(skip_hex(hex), PRM_ERR_CBOR_ENCODING);
        }
    }
}

static void reserved_and_indefinite_are_refused(void **state) {
    (void)state;
    for (unsigned major = 0; major < 8; major++) {
        for (unsigned info = 28; info < 32; info++) {
            char hex[16];
            uint64_t value;
            snprintf(hex, sizeof hex, "%02x", major << 5 | info);
            assert_result(head(hex, (enum prm_cbor_major)major, &value), PRM_ERR_CBOR_ENCODING);
            assert_result(skip_hex(hex), PRM_ERR_CBOR_ENCODING);
            snprintf(hex, sizeof hex, "81%02x00ff", major << 5 | info);
            assert_result(skip_hex(hex), PRM_ERR_CBOR_ENCODING);
        }
    }
    /* Well-formed in plain CBOR: indefinite array, map, byte and text string. */
    assert_result(skip_hex("9f0102ff"), PRM_ERR_CBOR_ENCODING);
    assert_result(skip_hex("bf0102ff"), PRM_ERR_CBOR_ENCODING);
    assert_result(skip_hex("5f4101ff"), PRM_ERR_CBOR_ENCODING);
    assert_result(skip_hex("7f6161ff"), PRM_ERR_CBOR_ENCODING);
}

static void floats_and_large_simple_values_are_refused(void **state) {
    static const char *const cases[] = {"f90000", "f93c00", "fa47c35000", "fb3ff199999999999a", "f8ff",
                                        "f820",   "f818",   "81f93c00",   "a1f93c0000",         "a100f93c00"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_result(skip_hex(cases[i]), PRM_ERR_CBOR_ENCODING);
    for (unsigned value = 0; value < 24; value++) {
        char hex[8];
        uint64_t read;
        snprintf(hex, sizeof hex, "%02x", 0xE0u + value);
        assert_result(head(hex, PRM_CBOR_SIMPLE, &read), PRM_OK);
        assert_int_equal(read, value);
    }
}

static void ints_fit_or_are_refused(void **state) {
    static const struct {
        const char *hex;
        prm_result result;
        int32_t value;
    } cases[] = {
        {"00", PRM_OK, 0},
        {"17", PRM_OK, 23},
        {"20", PRM_OK, -1},
        {"2f", PRM_OK, -16},
        {"3818", PRM_OK, -25},
        {"1a7fffffff", PRM_OK, INT32_MAX},
        {"3a7fffffff", PRM_OK, INT32_MIN},
        {"1a80000000", PRM_ERR_CBOR_LIMIT, 0},
        {"3a80000000", PRM_ERR_CBOR_LIMIT, 0},
        {"1b0000000100000000", PRM_ERR_CBOR_LIMIT, 0},
        {"3bffffffffffffffff", PRM_ERR_CBOR_LIMIT, 0},
        {"40", PRM_ERR_CBOR_TYPE, 0},
        {"f4", PRM_ERR_CBOR_TYPE, 0},
        {"c100", PRM_ERR_CBOR_TYPE, 0},
        {"", PRM_ERR_CBOR_TRUNCATED, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint8_t buffer[16];
        struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, fx_unhex(cases[i].hex, buffer, sizeof buffer)));
        const int32_t value = prm_cbor_int(&r);
        assert_result(prm_cbor_end(&r), cases[i].result);
        assert_int_equal(value, cases[i].value);
    }
}

static void strings_end_where_the_input_ends(void **state) {
    static const char *const huge[] = {
        "5bffffffffffffffff00", "7bffffffffffffffff00", "5b8000000000000000", "5affffffff00", "59010000", "42ff", "41",
        "5bfffffffffffffff8",   "5bfffffffffffffff700"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(huge); i++) {
        uint8_t buffer[16];
        const size_t n = fx_unhex(huge[i], buffer, sizeof buffer);
        struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, n));
        const prm_span s = prm_cbor_peek(&r) == PRM_CBOR_BSTR ? prm_cbor_bstr(&r) : prm_cbor_tstr(&r);
        assert_result(r.err, PRM_ERR_CBOR_TRUNCATED);
        assert_null(s.ptr);
        assert_int_equal(s.len, 0);
        assert_result(skip_hex(huge[i]), PRM_ERR_CBOR_TRUNCATED);
    }
    uint8_t buffer[] = {0x43, 1, 2, 3, 0x40, 0x62, 'h', 'i'};
    struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, sizeof buffer));
    prm_span s = prm_cbor_bstr(&r);
    assert_ptr_equal(s.ptr, buffer + 1);
    assert_int_equal(s.len, 3);
    s = prm_cbor_bstr(&r);
    assert_non_null(s.ptr);
    assert_int_equal(s.len, 0);
    s = prm_cbor_tstr(&r);
    assert_ptr_equal(s.ptr, buffer + 6);
    assert_int_equal(s.len, 2);
    assert_result(prm_cbor_end(&r), PRM_OK);
}

static void bytes_have_exactly_the_length_asked_for(void **state) {
    (void)state;
    for (size_t len = 0; len < 6; len++) {
        uint8_t buffer[] = {0x43, 1, 2, 3};
        struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, sizeof buffer));
        const uint8_t *p = prm_cbor_bytes(&r, len);
        assert_ptr_equal(p, len == 3 ? buffer + 1 : NULL);
        assert_result(prm_cbor_end(&r), len == 3 ? PRM_OK : PRM_ERR_CBOR_LIMIT);
    }
}

static void huge_counts_cost_nothing(void **state) {
    static const char *const cases[] = {"9bffffffffffffffff",     "9bffffffffffffffff00",  "bb7fffffffffffffff0000",
                                        "bb8000000000000000",     "bbffffffffffffffff00",  "9affffffff000102",
                                        "a19bffffffffffffffff00", "81bb800000000000000000"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_result(skip_hex(cases[i]), PRM_ERR_CBOR_TRUNCATED);
    /* Counts that would wrap when doubled must not become small ones: 2^63 + 1 pairs are not one pair. */
    assert_result(skip_hex("bb80000000000000010000"), PRM_ERR_CBOR_TRUNCATED);
    /* Where 32 bits are asked for, more is over the limit. */
    uint8_t buffer[16];
    struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, fx_unhex("9b0000000100000001", buffer, sizeof buffer)));
    assert_int_equal(prm_cbor_head32(&r, PRM_CBOR_ARRAY), 0);
    assert_result(r.err, PRM_ERR_CBOR_LIMIT);
}

static const struct {
    const char *map;
    prm_result result;
} maps[] = {
    {"a201000200", PRM_OK},
    {"a202000100", PRM_ERR_CBOR_KEY}, /* unordered */
    {"a201000100", PRM_ERR_CBOR_KEY}, /* duplicate */
    {"a2170018180000", PRM_ERR_CBOR_TRAILING},
    {"a21700181800", PRM_OK}, /* 23 before 24 */
    {"a21818001700", PRM_ERR_CBOR_KEY},
    {"a218ff0019010000", PRM_OK},
    {"a219010000"
     "18ff00",
     PRM_ERR_CBOR_KEY},
    {"a20a002000", PRM_OK}, /* 10 before -1 */
    {"a220000a00", PRM_ERR_CBOR_KEY},
    {"a241010061"
     "6100",
     PRM_OK}, /* h'01' before "a" */
    {"a2616100410100", PRM_ERR_CBOR_KEY},
    {"a2626161006162"
     "00",
     PRM_ERR_CBOR_KEY}, /* "aa" before "b": the length comes first in the encoding */
    {"a261620062616100", PRM_OK},
    {"a26161006161"
     "00",
     PRM_ERR_CBOR_KEY},
    {"a2810100810200", PRM_OK}, /* array keys */
    {"a2810200810100", PRM_ERR_CBOR_KEY},
    {"a2810100810100", PRM_ERR_CBOR_KEY},
    {"a281410000820102"
     "00",
     PRM_OK},
    {"a2656d6f64656c008141000"
     "0",
     PRM_OK}, /* text before array, as in SUIT text */
    {"a3010002000200", PRM_ERR_CBOR_KEY},
    {"a3010003000200", PRM_ERR_CBOR_KEY},
    {"a1c10100", PRM_ERR_CBOR_TYPE},   /* a tag as key */
    {"a1a1010200", PRM_ERR_CBOR_TYPE}, /* a map as key */
    {"a18181010"
     "0",
     PRM_ERR_CBOR_TYPE}, /* an array in an array as key */
    {"a181c10100", PRM_ERR_CBOR_TYPE},
    {"a1819bffffffffffffffff00", PRM_ERR_CBOR_TYPE},
    {"a19bffffffffffffffff00", PRM_ERR_CBOR_TRUNCATED},
};

static void keys_ascend_at_every_level(void **state) {
    static const char *const around[] = {"%s",         "81%s",       "a100%s",         "c1%s",          "8200%s",
                                         "a2000102%s", "a1814100%s", "a1008200a100%s", "818181818181%s"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(maps); i++) {
        for (size_t k = 0; k < COUNT_OF(around); k++) {
            char hex[128];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(hex, sizeof hex, around[k], maps[i].map);
#pragma GCC diagnostic pop
            const prm_result result = skip_hex(hex);
            if (result != maps[i].result)
                print_error("%s: ", hex);
            assert_result(result, maps[i].result);
        }
    }
}

static void an_order_is_kept_after_a_nested_map(void **state) {
    (void)state;
    /* {1: {5: 0}, 2: 0} is in order though 5 > 2; {2: {0: 0}, 1: 0} is not. */
    assert_result(skip_hex("a201a105000200"), PRM_OK);
    assert_result(skip_hex("a202a100000100"), PRM_ERR_CBOR_KEY);
    assert_result(skip_hex("a201a205000500"
                           "0200"),
                  PRM_ERR_CBOR_KEY);
    /* A value that looks like a lower key is none. */
    assert_result(skip_hex("a205000600"), PRM_OK);
    assert_result(skip_hex("a2050706"
                           "00"),
                  PRM_OK);
    assert_result(skip_hex("a20507"
                           "8101"
                           "00"),
                  PRM_OK);
}

static void nesting_has_a_limit(void **state) {
    static const char *const opens[] = {"81", "a100", "c1"};

    (void)state;
    for (size_t k = 0; k < COUNT_OF(opens); k++) {
        for (unsigned depth = 0; depth < 40; depth++) {
            char hex[256] = "";
            for (unsigned i = 0; i < depth; i++)
                strcat(hex, opens[k]);
            strcat(hex, "00");
            assert_result(skip_hex(hex), depth <= PRM_CBOR_DEPTH_MAX ? PRM_OK : PRM_ERR_CBOR_LIMIT);
        }
    }
    /* Width is no depth. */
    char wide[512] = "9864";
    for (unsigned i = 0; i < 100; i++)
        strcat(wide, "80");
    assert_result(skip_hex(wide), PRM_OK);
    for (unsigned n = 0; n < 3; n++) {
        uint8_t many[4000];
        memset(many, n == 0 ? 0x81 : n == 1 ? 0xC1 : 0xA1, sizeof many);
        assert_true(skip_all(prm_span_of(many, sizeof many)) != PRM_OK);
    }
}

/* A structure with every type at several levels. */
#define RICH                                                                                                           \
    "{1: [h'', h'0102', \"\", \"text\"], 2: 18([-1, 1000, -70000, 4294967296, true, false, null]), "                   \
    "23: {-5: {}, h'00': [], \"k\": [[[1], 2], {1: 1}], [h'00', 1, \"x\"]: 7}, 24: 55799(1(0))}"

static void truncation_at_every_byte_is_seen(void **state) {
    uint8_t whole[256];
    const size_t n = fx_cbor(whole, sizeof whole, RICH);

    (void)state;
    assert_result(skip_all(prm_span_of(whole, n)), PRM_OK);
    for (size_t len = 0; len < n; len++) {
        uint8_t *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, whole, len);
        assert_result(skip_all(prm_span_of(exact, len)), PRM_ERR_CBOR_TRUNCATED);
        free(exact);
    }
    for (unsigned extra = 0; extra < 256; extra++) {
        whole[n] = (uint8_t)extra;
        assert_result(skip_all(prm_span_of(whole, n + 1)), PRM_ERR_CBOR_TRAILING);
    }
}

static void the_first_error_stays(void **state) {
    uint8_t buffer[] = {0x01, 0x02, 0x43, 1, 2, 3, 0xF6};
    struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, sizeof buffer));
    struct prm_cbor_map map;

    (void)state;
    (void)prm_cbor_bstr(&r);
    const size_t off = r.off;
    assert_result(r.err, PRM_ERR_CBOR_TYPE);
    assert_int_equal(prm_cbor_peek(&r), -1);
    assert_true(prm_cbor_head(&r, PRM_CBOR_UINT) == 0);
    assert_int_equal(prm_cbor_head32(&r, PRM_CBOR_UINT), 0);
    assert_int_equal(prm_cbor_int(&r), 0);
    assert_null(prm_cbor_bstr(&r).ptr);
    assert_null(prm_cbor_tstr(&r).ptr);
    assert_null(prm_cbor_bytes(&r, 3));
    assert_null(prm_cbor_skip(&r).ptr);
    prm_cbor_null(&r);
    prm_cbor_map(&r, &map);
    assert_int_equal(map.left, 0);
    assert_int_equal(prm_cbor_next(&r, &map), 0);
    assert_null(map.last.ptr);
    prm_cbor_expect(&r, PRM_CBOR_UINT, 0, PRM_ERR_SUIT_COMMAND);
    prm_cbor_fail(&r, PRM_ERR_SUIT_COMMAND);
    assert_int_equal(r.off, off);
    assert_result(prm_cbor_end(&r), PRM_ERR_CBOR_TYPE);
}

static void null_is_only_null(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t buffer[9] = {(uint8_t)byte};
        struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, 1));
        prm_cbor_null(&r);
        assert_true((prm_cbor_end(&r) == PRM_OK) == (byte == 0xF6));
    }
}

static void the_reader_reads_what_the_writer_wrote(void **state) {
    uint64_t seed = 42;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        const uint64_t value = fx_random(&seed) >> (fx_random(&seed) % 64);
        const enum prm_cbor_major major = (enum prm_cbor_major)(fx_random(&seed) % 7);
        uint8_t buffer[9];
        struct prm_cbor_writer w = {buffer, sizeof buffer, 0};
        prm_span written;
        prm_cbor_put_head(&w, major, value);
        assert_result(prm_cbor_written(&w, &written), PRM_OK);
        struct prm_cbor r = prm_cbor_reader(written);
        assert_true(prm_cbor_head(&r, major) == value);
        assert_result(prm_cbor_end(&r), PRM_OK);
    }
    static const int64_t edges[] = {0, 23, 24, 255, 256, 65535, 65536, INT32_MAX, INT32_MIN, -1, -24, -25, -256, -257};
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        uint8_t buffer[9];
        struct prm_cbor_writer w = {buffer, sizeof buffer, 0};
        prm_cbor_put_int(&w, edges[i]);
        struct prm_cbor r = prm_cbor_reader(prm_span_of(buffer, w.len));
        assert_int_equal(prm_cbor_int(&r), edges[i]);
        assert_result(prm_cbor_end(&r), PRM_OK);
    }
    uint8_t buffer[9];
    struct prm_cbor_writer w = {buffer, sizeof buffer, 0};
    prm_cbor_put_int(&w, INT64_MIN);
    assert_int_equal(w.len, 9);
    assert_int_equal(buffer[0], 0x3B);
    assert_int_equal(buffer[1], 0x7F);
    assert_int_equal(buffer[8], 0xFF);
}

static void the_writer_counts_on_past_its_end(void **state) {
    (void)state;
    struct prm_cbor_writer measure = {NULL, 0, 0};
    prm_cbor_put_head(&measure, PRM_CBOR_MAP, 2);
    prm_cbor_put_tstr(&measure, "name");
    prm_cbor_put_bstr(&measure, prm_span_of("\1\2\3", 3));
    prm_cbor_put_int(&measure, -1000);
    prm_cbor_put_raw(&measure, prm_span_of("\xF6", 1));
    assert_int_equal(measure.len, 1 + 5 + 4 + 3 + 1);
    for (size_t cap = 0; cap <= measure.len + 2; cap++) {
        uint8_t buffer[32];
        prm_span out;
        memset(buffer, 0xEE, sizeof buffer);
        struct prm_cbor_writer w = {buffer, cap, 0};
        prm_cbor_put_head(&w, PRM_CBOR_MAP, 2);
        prm_cbor_put_tstr(&w, "name");
        prm_cbor_put_bstr(&w, prm_span_of("\1\2\3", 3));
        prm_cbor_put_int(&w, -1000);
        prm_cbor_put_raw(&w, prm_span_of("\xF6", 1));
        assert_int_equal(w.len, measure.len);
        assert_result(prm_cbor_written(&w, &out), cap < measure.len ? PRM_ERR_CBOR_LIMIT : PRM_OK);
        assert_int_equal(out.len, cap < measure.len ? 0 : measure.len);
        for (size_t i = cap; i < sizeof buffer; i++)
            assert_int_equal(buffer[i], 0xEE);
    }
    /* A sum that would wrap stays at the largest. */
    struct prm_cbor_writer w = {NULL, 0, SIZE_MAX - 2};
    prm_cbor_put_tstr(&w, "overflow");
    assert_true(w.len == SIZE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read_at_every_width),
        cmocka_unit_test(non_minimal_heads_are_refused_at_every_width),
        cmocka_unit_test(reserved_and_indefinite_are_refused),
        cmocka_unit_test(floats_and_large_simple_values_are_refused),
        cmocka_unit_test(ints_fit_or_are_refused),
        cmocka_unit_test(strings_end_where_the_input_ends),
        cmocka_unit_test(bytes_have_exactly_the_length_asked_for),
        cmocka_unit_test(huge_counts_cost_nothing),
        cmocka_unit_test(keys_ascend_at_every_level),
        cmocka_unit_test(an_order_is_kept_after_a_nested_map),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(truncation_at_every_byte_is_seen),
        cmocka_unit_test(the_first_error_stays),
        cmocka_unit_test(null_is_only_null),
        cmocka_unit_test(the_reader_reads_what_the_writer_wrote),
        cmocka_unit_test(the_writer_counts_on_past_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
