/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lms.c - HSS/LMS verification against the published vectors, against a textbook model for the parameter sets that
 * the vectors don't reach, and against everything that must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/harden.h"
#include "crypto/hss_verify.h"
#include "tests/vectors/lms_cases.h"
#include "tests/vectors/lms_model.h"

_Noreturn void prm_trap(void) {
    fail_msg("prm_trap() was reached");
    abort();
}

static prm_span span(struct lms_bytes b) {
    return prm_span_of(b.ptr, b.len);
}

/* The verdict, with witness and result checked against each other, on the bytes where they are. */
static prm_result judge_in_place(const struct prm_crypto *crypto, prm_span key, prm_span message, prm_span sig) {
    uint8_t expected[32] = {0};
    uint8_t witness[32];
    uint8_t ones[32];
    const prm_result result = prm_hss_witness(crypto, key, &message, 1, sig, witness);

    if (result != PRM_OK) {
        memset(ones, 0xFF, sizeof ones);
        assert_memory_equal(witness, ones, sizeof ones);
        return result;
    }
    memcpy(expected, key.ptr + 28, key.len - 28u);
    return memcmp(witness, expected, sizeof expected) == 0 ? PRM_OK : PRM_ERR_SIG_INVALID;
}

static prm_span exact_copy(prm_span s) {
    uint8_t *const p = malloc(s.len > 0 ? s.len : 1u);

    assert_non_null(p);
    if (s.len > 0)
        memcpy(p, s.ptr, s.len);
    return prm_span_of(s.len > 0 ? p : p + 1, s.len);
}

static void exact_free(prm_span s) {
    free((uint8_t *)(uintptr_t)(s.len > 0 ? s.ptr : s.ptr - 1));
}

/* The same on copies that end where the memory ends, for sanitizers to see any overread; and prm_hss_verify. */
static prm_result judge(prm_span key, prm_span message, prm_span sig) {
    const prm_span k = exact_copy(key);
    const prm_span m = exact_copy(message);
    const prm_span s = exact_copy(sig);
    const prm_result result = judge_in_place(&lms_plain, k, m, s);

    assert_int_equal(prm_hss_verify(&lms_plain, k, &m, 1, s), result);
    exact_free(k);
    exact_free(m);
    exact_free(s);
    return result;
}

static void check(const struct lms_case *c, const char *what, prm_result got, prm_result wanted) {
    if (got != wanted)
        fail_msg("%s, %s: %08x instead of %08x", c->name, what, (unsigned)got, (unsigned)wanted);
}

/* ---- What must be accepted ---- */

static void need(size_t count) {
    if (count == 0)
        skip();
}

static int same(struct lms_bytes a, struct lms_bytes b) {
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static void the_figures_are_those_of_the_file(void **state) {
    struct lms_case c;

    (void)state;
    need(lms_rfc_count - 1);
    lms_case_published(&c);
    assert_true(same(c.key, lms_rfc[0].key) && same(c.message, lms_rfc[0].message) && same(c.sig, lms_rfc[0].sig));
    free(c.key.ptr);
    free(c.message.ptr);
    free(c.sig.ptr);
}

static void rfc8554_cases(void **state) {
    (void)state;
    for (size_t i = 0; i < lms_rfc_count; i++)
        check(&lms_rfc[i], "as published", judge(span(lms_rfc[i].key), span(lms_rfc[i].message), span(lms_rfc[i].sig)), PRM_OK);
    printf("rfc8554: %zu accepted\n", lms_rfc_count);
}

static void fresh_signatures(void **state) {
    (void)state;
    need(lms_fresh_count);
    for (size_t i = 0; i < lms_fresh_count; i++) {
        struct lms_case *const c = &lms_fresh[i];

        check(c, "as published", judge(span(c->key), span(c->message), span(c->sig)), PRM_OK);
        c->message.ptr[c->message.len - 1u] ^= 1;
        check(c, "other message", judge(span(c->key), span(c->message), span(c->sig)), PRM_ERR_SIG_INVALID);
        c->message.ptr[c->message.len - 1u] ^= 1;
    }
    printf("fresh: %zu/24 accepted\n", lms_fresh_count);
}

/* The next CBOR item's head: its argument, and `*p` moved behind it. Enough for lengths below 64 KiB. */
static size_t cbor_head(const uint8_t **p, const uint8_t *end, uint8_t major) {
    size_t v;

    assert_true(end - *p >= 3);
    assert_int_equal(**p >> 5, major);
    v = *(*p)++ & 31u;
    assert_true(v <= 25);
    if (v == 24) {
        v = *(*p)++;
    } else if (v == 25) {
        v = (size_t)(*p)[0] << 8 | (*p)[1];
        *p += 2;
    }
    return v;
}

static prm_span cbor_bytes(const uint8_t **p, const uint8_t *end) {
    const size_t len = cbor_head(p, end, 2);
    const prm_span s = prm_span_of(*p, len);

    assert_true((size_t)(end - *p) >= len);
    *p += len;
    return s;
}

/* RFC 8778: a COSE_Sign1, its Sig_structure given to the check in parts, as a device would. */
static void cose_hsssig(void **state) {
    static const uint8_t head[] = "\x84\x6ASignature1";
    json_t *const json = lms_vectors("cose-hsssig-sig-01.json");
    struct lms_bytes cbor, tbs, key;
    prm_span protected, payload, sig;
    uint8_t joined[256];
    size_t len = 0;

    (void)state;
    need(json != NULL);
    cbor = lms_hex(json_string_value(json_object_get(json_object_get(json, "output"), "cbor")));
    tbs = lms_hex(json_string_value(json_object_get(json_object_get(json, "intermediates"), "ToBeSign_hex")));
    key = lms_hex(json_string_value(
        json_object_get(json_object_get(json_object_get(json_object_get(json, "input"), "sign0"), "key"), "public")));

    const uint8_t *p = cbor.ptr;
    const uint8_t *const end = cbor.ptr + cbor.len;

    assert_int_equal(cbor_head(&p, end, 6), 18);
    assert_int_equal(cbor_head(&p, end, 4), 4);
    protected = cbor_bytes(&p, end);
    assert_int_equal(protected.len, 4);
    assert_memory_equal(protected.ptr, "\xA1\x01\x38\x2D", 4); /* {1: -46} */
    assert_int_equal(cbor_head(&p, end, 5), 1);
    assert_int_equal(cbor_head(&p, end, 0), 4);
    cbor_bytes(&p, end);
    payload = cbor_bytes(&p, end);
    sig = cbor_bytes(&p, end);
    assert_ptr_equal(p, end);
    assert_true(payload.len < 24); /* so that one byte is the head of each */

    const uint8_t protected_head = 0x44;
    const uint8_t payload_heads[2] = {0x40, (uint8_t)(0x40u + payload.len)};
    const prm_span all[5] = {prm_span_of(head, sizeof head - 1u), prm_span_of(&protected_head, 1), protected,
                             prm_span_of(payload_heads, 2), payload};

    for (size_t i = 0; i < 5; i++) {
        memcpy(joined + len, all[i].ptr, all[i].len);
        len += all[i].len;
    }
    assert_int_equal(len, tbs.len);
    assert_memory_equal(joined, tbs.ptr, len);
    assert_int_equal(prm_hss_verify(&lms_plain, span(key), all, 5, sig), PRM_OK);
    assert_int_equal(prm_hss_verify(&lms_plain, span(key), all, 4, sig), PRM_ERR_SIG_INVALID);
    assert_int_equal(judge(span(key), prm_span_of(joined, len), sig), PRM_OK);
    printf("cose hsssig: 1/1 accepted\n");
    free(cbor.ptr);
    free(tbs.ptr);
    free(key.ptr);
    json_decref(json);
}

static uint8_t model_key[LMS_MODEL_KEY_MAX], model_sig[LMS_MODEL_SIG_MAX];

/* Every pair of type codes: right ones are accepted, all others refused although everything fits as well as it can. */
static void every_type_code(void **state) {
    static const uint8_t message[] = "type codes";
    unsigned accepted = 0;

    (void)state;
    for (uint32_t lms = 0; lms < 256; lms++) {
        for (uint32_t ots = 0; ots < 256; ots++) {
            struct lms_model_set set;
            const int known = lms_model_set(lms, ots, &set);
            prm_result result;
            size_t len;

            if (!known) {
                assert_true(lms_model_set(lms >= 10 && lms <= 14 ? lms : 5, lms >= 10 && lms <= 14 ? 6 : 2, &set));
                set.lms = lms;
                set.ots = ots;
            }
            len = lms_model_sign(&set, 1, message, sizeof message, model_key, model_sig);
            result = judge(prm_span_of(model_key, 28u + set.n), prm_span_of(message, sizeof message),
                           prm_span_of(model_sig, len));
            if (result != (known ? PRM_OK : PRM_ERR_SIG_ALGORITHM))
                fail_msg("LMS type %u, LM-OTS type %u: %08x", (unsigned)lms, (unsigned)ots, (unsigned)result);
            accepted += result == PRM_OK;
        }
    }
    assert_int_equal(accepted, 40);
}

/* One to eight levels of mixed heights and digits, 24 and 32 bytes; nine are refused. */
static void every_number_of_levels(void **state) {
    static const uint8_t message[] = "levels";
    const prm_span m = prm_span_of(message, sizeof message);
    struct lms_model_set sets[9];

    (void)state;
    for (uint32_t n = 0; n < 2; n++) {
        const uint32_t lms = n == 0 ? 5 : 10, ots = n == 0 ? 1 : 5;

        for (uint32_t levels = 1; levels <= 9; levels++) {
            size_t len;

            for (uint32_t i = 0; i < levels; i++)
                assert_true(lms_model_set(lms + (levels + i) % 5u, ots + i % 4u, &sets[i]));
            len = lms_model_sign(sets, levels, message, sizeof message, model_key, model_sig);

            const prm_result result = judge(prm_span_of(model_key, 28u + sets[0].n), m, prm_span_of(model_sig, len));

            if (result != (levels <= 8 ? PRM_OK : PRM_ERR_SIG_FORMAT))
                fail_msg("%u levels: %08x", (unsigned)levels, (unsigned)result);
        }
    }
}

static void message_in_parts(void **state) {
    uint8_t whole[32], split[32];

    (void)state;
    for (size_t cut = 0; cut <= lms_rfc[0].message.len; cut += 7) {
        const prm_span m = span(lms_rfc[0].message);
        const prm_span parts[4] = {{m.ptr, cut}, {NULL, 0}, {m.ptr + cut, m.len - cut}, {m.ptr, 0}};

        assert_int_equal(prm_hss_witness(&lms_memo, span(lms_rfc[0].key), &m, 1, span(lms_rfc[0].sig), whole), PRM_OK);
        assert_int_equal(prm_hss_witness(&lms_memo, span(lms_rfc[0].key), parts, 4, span(lms_rfc[0].sig), split), PRM_OK);
        assert_memory_equal(whole, split, sizeof whole);
    }
}

/* ---- What must be refused ---- */

static void flip_all(const struct lms_case *c, const char *what, struct lms_bytes in) {
    for (size_t bit = 0; bit < 8u * in.len; bit++) {
        in.ptr[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
        if (judge_in_place(&lms_memo, span(c->key), span(c->message), span(c->sig)) == PRM_OK)
            fail_msg("%s: accepted with bit %zu of the %s flipped", c->name, bit, what);
        in.ptr[bit / 8u] ^= (uint8_t)(1u << bit % 8u);
    }
    check(c, "after the flips", judge_in_place(&lms_memo, span(c->key), span(c->message), span(c->sig)), PRM_OK);
    printf("%s: %zu bits of the %s flipped, 0 accepted\n", c->name, 8u * in.len, what);
}

static void every_bit_flip(void **state) {
    (void)state;
    for (size_t i = 0; i < lms_rfc_count; i++) {
        flip_all(&lms_rfc[i], "key", lms_rfc[i].key);
        flip_all(&lms_rfc[i], "message", lms_rfc[i].message);
        flip_all(&lms_rfc[i], "signature", lms_rfc[i].sig);
    }
}

/* Each of the type fields of a two-level signature alone, in all its bytes; `at` is where in the case's bytes. */
static void field_values(const struct lms_case *c, struct lms_bytes in, size_t at) {
    uint8_t old[4];

    memcpy(old, in.ptr + at, sizeof old);
    for (uint32_t v = 0; v < 4u * 256u; v++) {
        memset(in.ptr + at, 0, sizeof old);
        in.ptr[at + 3u - v / 256u] = (uint8_t)v;

        const int same = memcmp(in.ptr + at, old, sizeof old) == 0;
        const prm_result result = judge(span(c->key), span(c->message), span(c->sig));

        if ((result == PRM_OK) != same)
            fail_msg("%s: field at %zu, value %u<<%u: %08x", c->name, at, v & 255u, 8u * (v / 256u), (unsigned)result);
    }
    memcpy(in.ptr + at, old, sizeof old);
}

static void every_value_of_a_field(void **state) {
    (void)state;
    /* Case 1: two levels of N32, H5, W8, so that an LMS signature has 12 + 32 * (1 + 34 + 5) = 1292 bytes. */
    for (size_t at = 0; at < 12; at += 4)
        field_values(&lms_rfc[0], lms_rfc[0].key, at);
    field_values(&lms_rfc[0], lms_rfc[0].sig, 0);
    for (size_t lms = 4; lms < lms_rfc[0].sig.len; lms += 1292u + 56u) {
        field_values(&lms_rfc[0], lms_rfc[0].sig, lms + 4u);
        field_values(&lms_rfc[0], lms_rfc[0].sig, lms + 8u + 32u * 35u);
    }
    field_values(&lms_rfc[0], lms_rfc[0].sig, 4u + 1292u);
    field_values(&lms_rfc[0], lms_rfc[0].sig, 4u + 1292u + 4u);
}

/* A leaf that the tree doesn't have is no leaf of a larger one. */
static void leaf_out_of_range(void **state) {
    static const uint8_t message[] = "leaf";
    struct lms_model_set set;
    size_t len;

    (void)state;
    assert_true(lms_model_set(5, 3, &set));
    for (uint32_t q = 1u << 5; q != 0; q <<= 1) {
        len = lms_model_sign(&set, 1, message, sizeof message, model_key, model_sig);
        lms_be(model_sig + 4, q, 4);
        lms_model_root(&set, model_key + 12, model_sig + 4, message, sizeof message, model_key + 28);
        assert_int_equal(
            judge(prm_span_of(model_key, 60), prm_span_of(message, sizeof message), prm_span_of(model_sig, len)),
            PRM_ERR_SIG_FORMAT);
    }
}

static void every_level_count(void **state) {
    (void)state;
    for (uint32_t in_key = 0; in_key < 256; in_key++) {
        for (uint32_t in_sig = 0; in_sig < 256; in_sig++) {
            lms_be(lms_rfc[0].key.ptr, in_key, 4);
            lms_be(lms_rfc[0].sig.ptr, in_sig, 4);

            const prm_result result = judge(span(lms_rfc[0].key), span(lms_rfc[0].message), span(lms_rfc[0].sig));

            if (result != (in_key == 2 && in_sig == 1 ? PRM_OK : PRM_ERR_SIG_FORMAT))
                fail_msg("%u levels in the key, %u below in the signature: %08x", in_key, in_sig, (unsigned)result);
        }
    }
    lms_be(lms_rfc[0].key.ptr, 2, 4);
    lms_be(lms_rfc[0].sig.ptr, 1, 4);
}

static void truncate_all(const struct lms_case *c) {
    const struct lms_bytes longer = {calloc(1, c->sig.len + 1u), c->sig.len + 1u};
    uint8_t long_key[LMS_MODEL_KEY_MAX + 1u] = {0};

    assert_non_null(longer.ptr);
    for (size_t len = 0; len < c->sig.len; len++)
        check(c, "signature cut short", judge(span(c->key), span(c->message), prm_span_of(c->sig.ptr, len)),
              PRM_ERR_SIG_FORMAT);
    for (size_t len = 0; len < c->key.len; len++)
        check(c, "key cut short", judge(prm_span_of(c->key.ptr, len), span(c->message), span(c->sig)),
              PRM_ERR_SIG_FORMAT);
    memcpy(longer.ptr, c->sig.ptr, c->sig.len);
    check(c, "a byte behind", judge(span(c->key), span(c->message), span(longer)), PRM_ERR_SIG_FORMAT);
    memcpy(long_key, c->key.ptr, c->key.len);
    check(c, "a byte behind the key", judge(prm_span_of(long_key, c->key.len + 1u), span(c->message), span(c->sig)),
          PRM_ERR_SIG_FORMAT);
    free(longer.ptr);
}

static void every_truncation(void **state) {
    (void)state;
    for (size_t i = 0; i < lms_rfc_count; i++)
        truncate_all(&lms_rfc[i]);
    for (size_t i = 0; i < lms_fresh_count; i += 2)
        truncate_all(&lms_fresh[i]);
}

static void hash_lengths_do_not_mix(void **state) {
    static const uint8_t message[] = "mixed";
    struct lms_model_set sets[2];

    (void)state;
    for (uint32_t n = 0; n < 2; n++) {
        assert_true(lms_model_set(n != 0 ? 5 : 10, n != 0 ? 3 : 7, &sets[0]));
        assert_true(lms_model_set(n != 0 ? 10 : 5, n != 0 ? 7 : 3, &sets[1]));

        const size_t len = lms_model_sign(sets, 2, message, sizeof message, model_key, model_sig);

        assert_int_equal(judge(prm_span_of(model_key, 28u + sets[0].n), prm_span_of(message, sizeof message),
                               prm_span_of(model_sig, len)),
                         PRM_ERR_SIG_ALGORITHM);
    }
}

/* ---- What the provider does ---- */

static unsigned calls, calls_until_failure;

static prm_result failing_sha256(const prm_span *parts, size_t n, uint8_t out[32]) {
    if (++calls != calls_until_failure)
        return lms_plain.sha256(parts, n, out);
    memset(out, 0, 32);
    return PRM_ERR_CRYPTO;
}

static prm_result failing_pull(prm_part_fn next, void *arg, size_t n, uint8_t out[32]) {
    if (++calls != calls_until_failure)
        return lms_plain.sha256_pull(next, arg, n, out);
    memset(out, 0, 32);
    return PRM_ERR_CRYPTO;
}

static const struct prm_crypto failing = {
    .sha256 = failing_sha256, .sha256_pull = failing_pull, .sha256_chain = prm_sha256_chain_plain};

static void provider_failing_at_every_call(void **state) {
    static const uint8_t message[] = "failing";
    prm_result result = PRM_ERR_CRYPTO;
    struct lms_model_set set;

    (void)state;
    assert_true(lms_model_set(10, 7, &set));
    const size_t len = lms_model_sign(&set, 1, message, sizeof message, model_key, model_sig);
    for (calls_until_failure = 1; result != PRM_OK; calls_until_failure++) {
        calls = 0;
        result = judge_in_place(&failing, prm_span_of(model_key, 28u + set.n), prm_span_of(message, sizeof message),
                                prm_span_of(model_sig, len));
        assert_int_equal(result, calls < calls_until_failure ? PRM_OK : PRM_ERR_CRYPTO);
    }
    printf("%u calls\n", calls);
    assert_true(calls_until_failure > 5);
}

static void provider_without_chain(void **state) {
    const struct prm_crypto half = {.sha256 = lms_plain.sha256, .sha256_pull = lms_plain.sha256_pull};

    (void)state;
    assert_int_equal(judge_in_place(&half, span(lms_rfc[0].key), span(lms_rfc[0].message), span(lms_rfc[0].sig)),
                     PRM_ERR_UNSUPPORTED);
}

static uint8_t chain_ends[68][32];
static size_t skip_chain;

/* Puts one chain's right end into the hash without having it made, as if its loop had been left early, luckily. */
struct lucky {
    prm_part_fn next;
    void *arg;
    int chains; /* it is the chains that are being hashed */
};

static prm_result lucky_part(void *ctx, size_t i, prm_span *part) {
    const struct lucky *const l = ctx;
    prm_result result = PRM_OK;

    if (l->chains && i > 0 && i == skip_chain) {
        *part = prm_span_of(chain_ends[i], 32);
    } else {
        result = l->next(l->arg, i, part);
        if (l->chains && i > 0 && skip_chain == 0)
            memcpy(chain_ends[i], part->ptr, 32);
    }
    return result;
}

static prm_result lucky_pull(prm_part_fn next, void *arg, size_t n, uint8_t out[32]) {
    struct lucky l = {next, arg, n == sizeof chain_ends / sizeof chain_ends[0]};

    return lms_plain.sha256_pull(lucky_part, &l, n, out);
}

static void a_step_not_made_spoils_the_witness(void **state) {
    const struct prm_crypto lucky = {
        .sha256 = lms_plain.sha256, .sha256_pull = lucky_pull, .sha256_chain = prm_sha256_chain_plain};
    static const uint8_t message[] = "steps";
    struct lms_model_set set;
    size_t len, refused = 0;

    (void)state;
    assert_true(lms_model_set(5, 3, &set));
    len = lms_model_sign(&set, 1, message, sizeof message, model_key, model_sig);
    for (skip_chain = 0; skip_chain <= set.p; skip_chain++) {
        const prm_result result = judge_in_place(&lucky, prm_span_of(model_key, 60),
                                                 prm_span_of(message, sizeof message), prm_span_of(model_sig, len));

        if (skip_chain == 0)
            assert_int_equal(result, PRM_OK);
        refused += result == PRM_ERR_SIG_INVALID;
    }
    /* Chains of no steps at all, about one in sixteen, lose nothing. */
    assert_true(refused > 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figures_are_those_of_the_file),
        cmocka_unit_test(rfc8554_cases),
        cmocka_unit_test(fresh_signatures),
        cmocka_unit_test(cose_hsssig),
        cmocka_unit_test(every_type_code),
        cmocka_unit_test(every_number_of_levels),
        cmocka_unit_test(message_in_parts),
        cmocka_unit_test(every_bit_flip),
        cmocka_unit_test(every_value_of_a_field),
        cmocka_unit_test(leaf_out_of_range),
        cmocka_unit_test(every_level_count),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(hash_lengths_do_not_mix),
        cmocka_unit_test(provider_failing_at_every_call),
        cmocka_unit_test(provider_without_chain),
        cmocka_unit_test(a_step_not_made_spoils_the_witness),
    };

    return cmocka_run_group_tests(tests, lms_cases_load, lms_cases_free);
}
