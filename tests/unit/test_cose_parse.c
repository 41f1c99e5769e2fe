/* SPDX-License-Identifier: Apache-2.0 */
/* test_cose_parse.c - which COSE_Sign1 structures are read, and which bytes a signature covers (RFC 9052 4.2, 4.4). */
#include "tests/unit/unit.h"

#include "codec/cose.h"

static uint8_t buffer[1024];

static int is_zero(const struct prm_cose_sign1 *s) {
    static const struct prm_cose_sign1 zero = {.alg = 0};

    return s->alg == 0 && s->protected_.ptr == NULL && s->kid.ptr == NULL && s->payload.ptr == NULL &&
           s->signature.ptr == NULL && s->signature.len == zero.signature.len;
}

static prm_result parse(struct prm_cose_sign1 *out, size_t n) {
    uint8_t *exact = malloc(n > 0 ? n : 1);

    assert_non_null(exact);
    memcpy(exact, buffer, n);
    /* Once where a sanitizer sees a read too far, once where the result can stay. */
    const prm_result result = prm_cose_sign1_parse(prm_span_of(exact, n), out);
    free(exact);
    memset(out, 0x5A, sizeof *out);
    assert_result(prm_cose_sign1_parse(prm_span_of(buffer, n), out), result);
    if (result != PRM_OK)
        assert_true(is_zero(out));
    return result;
}

static void a_detached_one_is_read(void **state) {
    struct prm_cose_sign1 s;

    (void)state;
    const size_t n = fx_cbor(buffer, sizeof buffer, "18([<<{1: -9, 4: h'0102030405060708'}>>, {}, null, h'AABB'])");
    assert_result(parse(&s, n), PRM_OK);
    assert_int_equal(s.alg, PRM_COSE_ESP256);
    assert_int_equal(s.kid.len, 8);
    assert_int_equal(s.kid.ptr[7], 8);
    assert_null(s.payload.ptr);
    assert_int_equal(s.signature.len, 2);
    assert_int_equal(s.signature.ptr[0], 0xAA);
    assert_int_equal(s.protected_.len, 13);
    assert_int_equal(s.protected_.ptr[0], 0xA2);
    for (size_t len = 0; len < n; len++)
        assert_true(parse(&s, len) != PRM_OK);
    buffer[n] = 0;
    assert_result(parse(&s, n + 1), PRM_ERR_CBOR_TRAILING);
}

static const struct {
    const char *text;
    prm_result result;
} parts[] = {
    {"18([<<{1: -9}>>, {}, null, h''])", PRM_OK},
    {"18([<<{1: -7}>>, {4: h'01'}, null, h'01'])", PRM_OK},
    {"18([<<{1: -9}>>, {}, h'', h'01'])", PRM_OK},
    {"18([<<{1: -9}>>, {}, h'00', h'01'])", PRM_OK},
    {"18([<<{1: -9}>>, {4: h''}, null, h'01'])", PRM_OK},
    /* shape */
    {"[<<{1: -9}>>, {}, null, h'01']", PRM_ERR_CBOR_TYPE},
    /* COSE_Mac0, COSE_Mac, COSE_Sign: another kind of block, and no malformed one. */
    {"17([<<{1: 5}>>, {}, null, h'01'])", PRM_ERR_SIG_KIND},
    {"97([<<{1: 5}>>, {}, null, h'01', [[<<{}>>, {1: -6}, h'']]])", PRM_ERR_SIG_KIND},
    {"98([<<>>, {}, null, [[<<{1: -9}>>, {}, h'01']]])", PRM_ERR_SIG_KIND},
    {"98([<<{1: -9}>>, {}, null, h'01'])", PRM_ERR_SIG_KIND},
    {"18(18([<<{1: -9}>>, {}, null, h'01']))", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: -9}>>, {}, null])", PRM_ERR_SIG_FORMAT},
    {"18([<<{1: -9}>>, {}, null, h'01', 0])", PRM_ERR_SIG_FORMAT},
    {"18([{1: -9}, {}, null, h'01'])", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: -9}>>, [], null, h'01'])", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: -9}>>, {}, \"\", h'01'])", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: -9}>>, {}, false, h'01'])", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: -9}>>, {}, null, null])", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: -9}, 0>>, {}, null, h'01'])", PRM_ERR_CBOR_TRAILING},
    {"18([<<[1, -9]>>, {}, null, h'01'])", PRM_ERR_CBOR_TYPE},
    /* the algorithm: protected, an integer, there */
    {"18([h'', {}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{}>>, {}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([h'', {1: -9}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{}>>, {1: -9}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{1: -9}>>, {1: -9}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{1: -9}>>, {1: -7}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{1: 0}>>, {}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{4: h'01'}>>, {}, null, h'01'])", PRM_ERR_SIG_ALGORITHM},
    {"18([<<{1: \"ES256\"}>>, {}, null, h'01'])", PRM_ERR_CBOR_TYPE},
    {"18([<<{1: 4294967287}>>, {}, null, h'01'])", PRM_ERR_CBOR_LIMIT},
    /* the key id: once, a byte string */
    {"18([<<{1: -9, 4: h'01'}>>, {4: h'01'}, null, h'01'])", PRM_ERR_SIG_FORMAT},
    {"18([<<{1: -9, 4: \"01\"}>>, {}, null, h'01'])", PRM_ERR_CBOR_TYPE},
    /* headers nobody here knows, critical or not */
    {"18([<<{1: -9, 2: [4]}>>, {}, null, h'01'])", PRM_ERR_SIG_FORMAT},
    {"18([<<{1: -9, 3: 0}>>, {}, null, h'01'])", PRM_ERR_SIG_FORMAT},
    {"18([<<{1: -9}>>, {5: h'01'}, null, h'01'])", PRM_ERR_SIG_FORMAT},
    {"18([<<{1: -9}>>, {-1: 0}, null, h'01'])", PRM_ERR_SIG_FORMAT},
    {"18([<<{1: -9, \"x\": 0}>>, {}, null, h'01'])", PRM_ERR_CBOR_TYPE},
    /* order and duplicates */
    {"18([<<{4: h'01', 1: -9}>>, {}, null, h'01'])", PRM_ERR_CBOR_KEY},
    {"18([<<{1: -9, 1: -9}>>, {}, null, h'01'])", PRM_ERR_CBOR_KEY},
    {"18([<<{1: -9}>>, {4: h'01', 4: h'01'}, null, h'01'])", PRM_ERR_CBOR_KEY},
    /* not deterministic */
    {"18([$'43a10128ff', {}, null, h'01'])", PRM_ERR_CBOR_TYPE},
    {"18([$'44a1013808', {}, null, h'01'])", PRM_ERR_CBOR_ENCODING},
    {"18([<<{1: -9}>>, $'bfff', null, h'01'])", PRM_ERR_CBOR_ENCODING},
    {"18([<<{1: -9}>>, {}, $'5f4100ff', h'01'])", PRM_ERR_CBOR_ENCODING},
    {"$'d812' [<<{1: -9}>>, {}, null, h'01']", PRM_ERR_CBOR_ENCODING},
};

static void each_part_has_its_place(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct prm_cose_sign1 s;
        const prm_result result = parse(&s, fx_cbor(buffer, sizeof buffer, "%s", parts[i].text));
        if (result != parts[i].result)
            print_error("%s: ", parts[i].text);
        assert_result(result, parts[i].result);
    }
}

/* The pieces put together are the encoding of the array that RFC 9052 4.4 asks for. */
static void the_signed_bytes_are_those_of_the_standard(void **state) {
    static const size_t lens[] = {0, 1, 23, 24, 255, 256, 300};
    uint8_t filler[300];

    (void)state;
    for (size_t i = 0; i < sizeof filler; i++)
        filler[i] = (uint8_t)i;
    for (size_t a = 0; a < COUNT_OF(lens); a++) {
        for (size_t b = 0; b < COUNT_OF(lens); b++) {
            const size_t c = COUNT_OF(lens) - 1 - a;
            uint8_t joined[1024], expected[1024];
            char p[601], e[601], l[601];
            struct prm_cose_tbs tbs;
            size_t n = 0;
            const struct prm_cose_sign1 s = {.protected_ = prm_span_of(filler, lens[a])};
            prm_cose_sign1_tbs(&s, prm_span_of(filler, lens[b]), prm_span_of(filler, lens[c]), &tbs);
            for (size_t i = 0; i < PRM_COSE_TBS_PARTS; i++) {
                memcpy(joined + n, tbs.part[i].ptr, tbs.part[i].len);
                n += tbs.part[i].len;
            }
            const size_t m =
                fx_cbor(expected, sizeof expected, "[\"Signature1\", h'%s', h'%s', h'%s']", fx_hex(filler, lens[a], p),
                        fx_hex(filler, lens[b], e), fx_hex(filler, lens[c], l));
            assert_int_equal(n, m);
            assert_memory_equal(joined, expected, n);
        }
    }
}

/* RFC 9052's own example C.2.1 of a single signer. */
static void the_signed_bytes_of_the_rfc(void **state) {
    const size_t n = fx_cbor(buffer, sizeof buffer,
                             "18([<<{1: -7}>>, {4: h'3131'}, h'546869732069732074686520636f6e74656e742e', "
                             "h'00'])");
    static const char expected[] = "846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e";
    struct prm_cose_sign1 s;
    struct prm_cose_tbs tbs;
    char hex[256] = "", part[128];

    (void)state;
    assert_result(parse(&s, n), PRM_OK);
    prm_cose_sign1_tbs(&s, prm_span_of(NULL, 0), s.payload, &tbs);
    for (size_t i = 0; i < PRM_COSE_TBS_PARTS; i++)
        strcat(hex, fx_hex(tbs.part[i].ptr, tbs.part[i].len, part));
    assert_string_equal(hex, expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_detached_one_is_read),
        cmocka_unit_test(each_part_has_its_place),
        cmocka_unit_test(the_signed_bytes_are_those_of_the_standard),
        cmocka_unit_test(the_signed_bytes_of_the_rfc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
