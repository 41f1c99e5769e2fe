/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hmac_drbg.c - the generator of SP 800-90A, and the HMAC below it: against published figures, against OpenSSL's HMAC in a
 * textbook model, and what becomes of a generator when something fails. NIST's vectors: tests/vectors/test_drbg.c.
 */
#include "tests/unit/unit.h"

#include <openssl/hmac.h>

#include "crypto/hmac.h"
#include "crypto/hmac_drbg.h"
#include "providers/openssl/crypto_openssl.h"

static const struct prm_crypto *const crypto = &prm_crypto_openssl;
static const prm_span nothing = {NULL, 0};

/* ---- The model ---- */

struct model {
    uint8_t key[32], value[32];
};

static void model_mac(const uint8_t key[32], const uint8_t *text, size_t len, uint8_t out[32]) {
    unsigned n = 32;

    assert_non_null(HMAC(EVP_sha256(), key, 32, text, len, out, &n));
}

static void model_update(struct model *m, const uint8_t *text, size_t len) {
    uint8_t all[33 + 1024];

    assert_true(len <= 1024);
    for (uint8_t marker = 0; marker < (len > 0 ? 2 : 1); marker++) {
        memcpy(all, m->value, 32);
        all[32] = marker;
        if (len > 0)
            memcpy(all + 33, text, len);
        model_mac(m->key, all, 33 + len, m->key);
        model_mac(m->key, m->value, 32, m->value);
    }
}

static void model_seed(struct model *m, const uint8_t *text, size_t len) {
    memset(m->key, 0, 32);
    memset(m->value, 1, 32);
    model_update(m, text, len);
}

static void model_generate(struct model *m, const uint8_t *text, size_t text_len, uint8_t *out, size_t len) {
    if (text_len > 0)
        model_update(m, text, text_len);
    for (size_t done = 0; done < len; done += 32) {
        model_mac(m->key, m->value, 32, m->value);
        memcpy(out + done, m->value, len - done < 32 ? len - done : 32);
    }
    model_update(m, text, text_len);
}

/* ---- A hash that can fail ---- */

static uint32_t hashes, fails_at = UINT32_MAX;

static prm_result failing_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    if (hashes++ == fails_at) {
        memset(out, 0, PRM_SHA256_SIZE);
        return PRM_ERR_CRYPTO;
    }
    return prm_crypto_openssl.sha256(parts, n, out);
}

static const struct prm_crypto failing = {.sha256 = failing_sha256};

static void fail_at(uint32_t call) {
    hashes = 0;
    fails_at = call;
}

/* ---- HMAC ---- */

/* RFC 4231, cases 1, 2 and 3. */
static void hmac_gives_the_published_codes(void **state) {
    static const struct {
        const char *key, *text, *code;
    } published[] = {
        {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    };
    uint8_t key[64], text[64], code[32], got[32];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(published); i++) {
        const size_t key_len = fx_unhex(published[i].key, key, sizeof key);
        const size_t text_len = fx_unhex(published[i].text, text, sizeof text);
        const prm_span parts[2] = {prm_span_of(text, 3), prm_span_of(text + 3, text_len - 3)};
        fx_unhex(published[i].code, code, sizeof code);
        assert_result(prm_hmac_sha256(crypto, prm_span_of(key, key_len), parts, 2, got), PRM_OK);
        assert_memory_equal(got, code, sizeof code);
    }
}

static void hmac_is_openssls_for_every_length_of_key_and_may_overlap(void **state) {
    uint8_t text[100], got[32], expected[32];
    uint64_t random = 7;

    (void)state;
    for (size_t key_len = 0; key_len <= PRM_HMAC_BLOCK_SIZE; key_len++) {
        fx_random_fill(&random, text, sizeof text);
        unsigned n = sizeof expected;
        assert_non_null(HMAC(EVP_sha256(), text, (int)key_len, text, key_len + 10, expected, &n));
        const prm_span part = prm_span_of(text, key_len + 10);
        assert_result(prm_hmac_sha256(crypto, prm_span_of(text, key_len), &part, 1, got), PRM_OK);
        assert_memory_equal(got, expected, sizeof got);
        assert_result(prm_hmac_sha256(crypto, prm_span_of(text, key_len), &part, 1, text), PRM_OK);
        assert_memory_equal(text, expected, sizeof expected);
    }
}

static void hmac_refuses_what_is_too_much_and_is_zeros_after_a_failure(void **state) {
    static const uint8_t zeros[32];
    uint8_t key[PRM_HMAC_BLOCK_SIZE + 1] = {0}, got[32];
    prm_span parts[PRM_HMAC_PARTS_MAX + 1] = {{NULL, 0}};

    (void)state;
    memset(got, 0xEE, sizeof got);
    assert_result(prm_hmac_sha256(crypto, prm_span_of(key, sizeof key), parts, 1, got), PRM_ERR_ARGUMENT);
    assert_memory_equal(got, zeros, sizeof got);
    memset(got, 0xEE, sizeof got);
    assert_result(prm_hmac_sha256(crypto, prm_span_of(key, 32), parts, PRM_HMAC_PARTS_MAX + 1, got), PRM_ERR_ARGUMENT);
    assert_memory_equal(got, zeros, sizeof got);
    assert_result(prm_hmac_sha256(crypto, prm_span_of(key, 32), parts, PRM_HMAC_PARTS_MAX, got), PRM_OK);
    for (uint32_t i = 0; i < 2; i++) {
        memset(got, 0xEE, sizeof got);
        fail_at(i);
        assert_result(prm_hmac_sha256(&failing, prm_span_of(key, 32), parts, 1, got), PRM_ERR_CRYPTO);
        assert_memory_equal(got, zeros, sizeof got);
    }
}

/* ---- The generator ---- */

/* CAVP, drbgvectors_pr_false, HMAC_DRBG, SHA-256, without and with personalization and additional input, COUNT = 0 of each. */
static void the_published_figures_come_out(void **state) {
    uint8_t entropy[48], again[32], got[128], expected[128];
    struct prm_hmac_drbg drbg;

    (void)state;
    fx_unhex("06032cd5eed33f39265f49ecb142c511da9aff2af71203bffaf34a9ca5bd9c0d 0e66f71edc43e42a45ad3c6fc6cdc4df", entropy,
             sizeof entropy);
    fx_unhex("01920a4e669ed3a85ae8a33b35a74ad7fb2a6bb4cf395ce00334a9c9a5a5d552", again, sizeof again);
    fx_unhex("76fc79fe9b50beccc991a11b5635783a83536add03c157fb30645e611c2898bb2b1bc215000209208cd506cb28da2a51bdb03826aaf2bd23"
             "35d576d519160842e7158ad0949d1a9ec3e66ea1b1a064b005de914eac2e9d4f2d72a8616a80225422918250ff66a41bd2f864a6a38cc5b6"
             "499dc43f7f2bd09e1e0f8f5885935124",
             expected, sizeof expected);
    const prm_span seed[2] = {prm_span_of(entropy, 32), prm_span_of(entropy + 32, 16)};
    const prm_span reseed = prm_span_of(again, sizeof again);
    assert_result(prm_hmac_drbg_instantiate(&drbg, crypto, seed, 2), PRM_OK);
    assert_result(prm_hmac_drbg_reseed(&drbg, crypto, &reseed, 1), PRM_OK);
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, got, sizeof got), PRM_OK);
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, got, sizeof got), PRM_OK);
    assert_memory_equal(got, expected, sizeof got);
}

/* Seeds in any number of parts, with any lengths of request and additional input, reseeded between. */
static void it_does_what_the_textbook_does(void **state) {
    uint8_t text[512], got[300], expected[300];
    struct prm_hmac_drbg drbg;
    struct model model;
    uint64_t random = 99;

    (void)state;
    for (size_t n = 1; n <= PRM_DRBG_PARTS_MAX; n++) {
        prm_span parts[PRM_DRBG_PARTS_MAX];
        fx_random_fill(&random, text, sizeof text);
        for (size_t i = 0; i < n; i++)
            parts[i] = prm_span_of(text + 48 * i, 48);
        assert_result(prm_hmac_drbg_instantiate(&drbg, crypto, parts, n), PRM_OK);
        model_seed(&model, text, 48 * n);
        for (size_t len = 0; len < sizeof got; len += 13) {
            const size_t more = len % 70;
            assert_result(prm_hmac_drbg_generate(&drbg, crypto, prm_span_of(text, more), got, len), PRM_OK);
            model_generate(&model, text, more, expected, len);
            assert_memory_equal(got, expected, len);
            if (len % 5 == 0) {
                assert_result(prm_hmac_drbg_reseed(&drbg, crypto, parts, n), PRM_OK);
                model_update(&model, text, 48 * n);
            }
            assert_memory_equal(drbg.key, model.key, 32);
            assert_memory_equal(drbg.value, model.value, 32);
        }
    }
}

static void instantiate(struct prm_hmac_drbg *drbg, const struct prm_crypto *with) {
    static const uint8_t figures[48] = {1, 2, 3};
    const prm_span seed = prm_span_of(figures, sizeof figures);

    fail_at(UINT32_MAX);
    assert_result(prm_hmac_drbg_instantiate(drbg, with, &seed, 1), PRM_OK);
}

static int all_zero(const void *p, size_t len) {
    uint8_t seen = 0;

    for (size_t i = 0; i < len; i++)
        seen |= ((const uint8_t *)p)[i];
    return seen == 0;
}

static void a_request_has_a_limit_and_one_above_it_changes_nothing(void **state) {
    static uint8_t out[PRM_DRBG_REQUEST_MAX + 1];
    struct prm_hmac_drbg drbg, before;

    (void)state;
    instantiate(&drbg, crypto);
    before = drbg;
    memset(out, 0xEE, sizeof out);
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out), PRM_ERR_ARGUMENT);
    assert_true(all_zero(out, sizeof out));
    assert_memory_equal(&drbg, &before, sizeof drbg);
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out - 1), PRM_OK);
    assert_false(all_zero(out + sizeof out - 33, 32));
    /* The standard's own limit is 2^19 bits. */
    assert_int_equal(PRM_DRBG_REQUEST_MAX * 8u, 1u << 19);
}

static void it_is_due_after_so_many_requests_and_a_seed_makes_it_fresh(void **state) {
    static const uint8_t figures[32] = {9};
    const prm_span seed = prm_span_of(figures, sizeof figures);
    struct prm_hmac_drbg drbg, before;
    uint8_t out[8];

    (void)state;
    instantiate(&drbg, crypto);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < PRM_DRBG_RESEED_AFTER; i++) {
            assert_true(prm_hmac_drbg_is_due(&drbg) == PRM_NO);
            assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out), PRM_OK);
        }
        assert_true(prm_hmac_drbg_is_due(&drbg) == PRM_YES);
        before = drbg;
        assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out), PRM_ERR_RANDOM_SEED);
        assert_true(all_zero(out, sizeof out));
        assert_memory_equal(&drbg, &before, sizeof drbg);
        assert_result(prm_hmac_drbg_reseed(&drbg, crypto, &seed, 1), PRM_OK);
    }
}

static void one_that_was_never_seeded_gives_nothing(void **state) {
    static const uint8_t figures[32] = {9};
    const prm_span seed = prm_span_of(figures, sizeof figures);
    const prm_span many[PRM_DRBG_PARTS_MAX + 1] = {{NULL, 0}};
    struct prm_hmac_drbg drbg;
    uint8_t out[8];

    (void)state;
    for (unsigned fill = 0; fill < 256; fill++) {
        memset(&drbg, (int)fill, sizeof drbg);
        memset(out, 0xEE, sizeof out);
        assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out), PRM_ERR_RANDOM_SEED);
        assert_true(all_zero(out, sizeof out));
        /* The one filling that is the answer itself: still nothing comes out, since it would be due. */
        if (fill != (PRM_YES & 0xFFu))
            assert_result(prm_hmac_drbg_reseed(&drbg, crypto, &seed, 1), PRM_ERR_RANDOM_SEED);
    }
    assert_result(prm_hmac_drbg_instantiate(&drbg, crypto, &seed, 0), PRM_ERR_ARGUMENT);
    assert_result(prm_hmac_drbg_instantiate(&drbg, crypto, many, COUNT_OF(many)), PRM_ERR_ARGUMENT);
    assert_true(all_zero(&drbg, sizeof drbg));
    instantiate(&drbg, crypto);
    assert_result(prm_hmac_drbg_reseed(&drbg, crypto, &seed, 0), PRM_ERR_ARGUMENT);
    assert_result(prm_hmac_drbg_reseed(&drbg, crypto, many, COUNT_OF(many)), PRM_ERR_ARGUMENT);
    prm_hmac_drbg_forget(&drbg);
    assert_true(all_zero(&drbg, sizeof drbg));
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out), PRM_ERR_RANDOM_SEED);
}

/* Each hash of each function fails once: nothing comes out, and no half of a state is left. */
static void a_hash_that_fails_ends_it(void **state) {
    static const uint8_t figures[48] = {4, 5, 6};
    const prm_span seed = prm_span_of(figures, sizeof figures);
    struct prm_hmac_drbg drbg;
    uint8_t out[70];
    uint32_t at[4] = {0};

    (void)state;
    for (int what = 0; what < 4; what++) {
        for (prm_result result = 0; result != PRM_OK; at[what]++) {
            instantiate(&drbg, &failing);
            memset(out, 0xEE, sizeof out);
            fail_at(at[what]);
            if (what == 0)
                result = prm_hmac_drbg_instantiate(&drbg, &failing, &seed, 1);
            else if (what == 1)
                result = prm_hmac_drbg_reseed(&drbg, &failing, &seed, 1);
            else
                result = prm_hmac_drbg_generate(&drbg, &failing, what == 2 ? nothing : seed, out, sizeof out);
            if (result == PRM_OK)
                break;
            assert_result(result, PRM_ERR_CRYPTO);
            assert_true(all_zero(&drbg, sizeof drbg));
            assert_true(what < 2 || all_zero(out, sizeof out));
        }
    }
    /* Two HMACs, of two hashes, for each half of an update and one for each block: all of them failed once. */
    assert_int_equal(at[0], 8);
    assert_int_equal(at[1], 8);
    assert_int_equal(at[2], 6 + 4);
    assert_int_equal(at[3], 8 + 6 + 8);
}

/*
 * Woodage and Shumow (2019): without additional input, V after a request is HMAC(K, last block) with the K that is left, so
 * that who reads the state knows whether a block was the last. With it, it isn't.
 */
static void with_additional_input_the_state_does_not_tell_the_last_block(void **state) {
    static const uint8_t figures[16] = {7};
    struct prm_hmac_drbg drbg;
    uint8_t out[32], told[32];

    (void)state;
    instantiate(&drbg, crypto);
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, nothing, out, sizeof out), PRM_OK);
    model_mac(drbg.key, out, sizeof out, told);
    assert_memory_equal(told, drbg.value, sizeof told);
    assert_result(prm_hmac_drbg_generate(&drbg, crypto, prm_span_of(figures, sizeof figures), out, sizeof out), PRM_OK);
    model_mac(drbg.key, out, sizeof out, told);
    assert_memory_not_equal(told, drbg.value, sizeof told);
}

static uint32_t flip_at;

static prm_result flipping_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    const prm_result result = prm_crypto_openssl.sha256(parts, n, out);

    if (hashes++ == flip_at)
        out[hashes % PRM_SHA256_SIZE] ^= 0x10;
    return result;
}

/* A single bit, in any one of the hashes that it makes, is found; so is a failure. Its figures are the textbook's. */
static void the_self_test_finds_a_hash_that_went_wrong(void **state) {
    static const struct prm_crypto flipping = {.sha256 = flipping_sha256};
    prm_result result = 0;

    (void)state;
    assert_result(prm_hmac_drbg_test(crypto), PRM_OK);
    for (flip_at = 0; flip_at < 1000; flip_at++) {
        hashes = 0;
        result = prm_hmac_drbg_test(&flipping);
        if (hashes <= flip_at)
            break;
        /* The update at the very end makes the next state, not this output. */
        if (flip_at < 8 + 8 + 8 + 2)
            assert_result(result, PRM_ERR_CRYPTO);
    }
    assert_int_equal(flip_at, 8 + 8 + 8 + 2 + 8);
    for (uint32_t i = 0; i < flip_at; i++) {
        fail_at(i);
        assert_result(prm_hmac_drbg_test(&failing), PRM_ERR_CRYPTO);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_gives_the_published_codes),
        cmocka_unit_test(hmac_is_openssls_for_every_length_of_key_and_may_overlap),
        cmocka_unit_test(hmac_refuses_what_is_too_much_and_is_zeros_after_a_failure),
        cmocka_unit_test(the_published_figures_come_out),
        cmocka_unit_test(it_does_what_the_textbook_does),
        cmocka_unit_test(a_request_has_a_limit_and_one_above_it_changes_nothing),
        cmocka_unit_test(it_is_due_after_so_many_requests_and_a_seed_makes_it_fresh),
        cmocka_unit_test(one_that_was_never_seeded_gives_nothing),
        cmocka_unit_test(a_hash_that_fails_ends_it),
        cmocka_unit_test(with_additional_input_the_state_does_not_tell_the_last_block),
        cmocka_unit_test(the_self_test_finds_a_hash_that_went_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
