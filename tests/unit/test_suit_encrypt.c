/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_suit_encrypt.c - what `primum` encrypts, a device decrypts, with either provider and in any order of blocks;
 * what the parser refuses; and the cipher seam's contract where vectors don't reach.
 */
#include "tests/unit/unit.h"

#include <openssl/evp.h>

#include "base/harden.h"
#include "host/release/encrypt.h"
#include "providers/mbedtls/psa_config.h"
#include "providers/mbedtls/psa_pool.h"
#include "tests/unit/fixture_cipher.h"

_Noreturn void prm_trap(void) {
    fail_msg("prm_trap() was reached");
    abort();
}

#define PEOPLE 5u
static struct fx_ciphers people[PEOPLE];
static uint8_t kid_of[PEOPLE][32]; /* the first 8 bytes count */
static const uint8_t zero[128];

static int setup(void **state) {
    (void)state;
    for (size_t i = 0; i < PEOPLE; i++) {
        uint8_t scalar[32];
        fx_sha256(prm_span_of(&i, 1), scalar);
        fx_ciphers_open(&people[i], scalar);
        fx_sha256(prm_span_of(people[i].public_key, sizeof people[i].public_key), kid_of[i]);
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < PEOPLE; i++)
        fx_ciphers_close(&people[i]);
    return 0;
}

static int fill(void *ctx, uint8_t *out, size_t len) {
    fx_random_fill(ctx, out, len);
    return 1;
}

static int fill_not(void *ctx, uint8_t *out, size_t len) {
    (void)ctx;
    memset(out, 0, len);
    return 0;
}

static struct prm_suit_keys keys_of(size_t person, size_t provider) {
    return (struct prm_suit_keys){.cipher = &people[person].cipher[provider],
                                  .agree_kid = prm_span_of(kid_of[person], 8)};
}

/* Encrypts for the first `count` people. */
static void encrypt(prm_span plain, size_t count, uint64_t seed, struct primum_bytes *ciphertext, struct primum_bytes *info) {
    const struct primum_random random = {.fill = fill, .ctx = &seed};
    EVP_PKEY *keys[PEOPLE];

    for (size_t i = 0; i < PEOPLE; i++)
        keys[i] = people[i].key;
    assert_int_equal(primum_encrypt_payload(plain, keys, count, &random, ciphertext, info), PRIMUM_OK);
}

/* ---- Round trips ---- */

/* In pieces of 16 to 4096 bytes, from the last to the first: no piece needs the one before. */
static void decrypt_backwards(const struct prm_suit_encrypt *view, const struct prm_cipher *cipher, const uint8_t *cek,
                              uint8_t *data, size_t len) {
    uint64_t random = len;

    for (size_t end = len; end > 0;) {
        size_t start = end - 1 - (end - 1) % 16;
        const size_t more = 16 * (size_t)(fx_random(&random) % 256);
        start = more < start ? start - more : 0;
        assert_result(prm_suit_encrypt_xor(view, cipher, cek, (uint32_t)start, data + start, end - start), PRM_OK);
        end = start;
    }
}

static void round_trip(size_t len, size_t count) {
    uint8_t *const plain = malloc(len + 1);
    uint64_t random = 7;
    struct primum_bytes ciphertext, info;
    struct prm_suit_encrypt view;

    assert_non_null(plain);
    fx_random_fill(&random, plain, len);
    encrypt(prm_span_of(plain, len), count, len, &ciphertext, &info);
    assert_int_equal(ciphertext.len, len);
    assert_true(len < 16 || memcmp(ciphertext.data, plain, len) != 0);
    assert_result(prm_suit_encrypt_parse(primum_span(&info), &view), PRM_OK);
    assert_int_equal(view.alg, PRM_COSE_A128CTR);
    assert_memory_equal(view.iv + 12, zero, 4);
    assert_int_equal(view.recipients, count);
    for (size_t i = 0; i < count * FX_CIPHERS; i++) {
        const struct prm_suit_keys keys = keys_of(i / FX_CIPHERS, i % FX_CIPHERS);
        uint8_t *const data = malloc(len + 1);
        uint8_t cek[PRM_SUIT_CEK_SIZE];
        assert_non_null(data);
        memcpy(data, ciphertext.data, len);
        assert_int_equal(view.recipient[i / FX_CIPHERS].kid.len, 8);
        assert_memory_equal(view.recipient[i / FX_CIPHERS].kid.ptr, kid_of[i / FX_CIPHERS], 8);
        assert_result(prm_suit_encrypt_open(&view, &keys, cek), PRM_OK);
        decrypt_backwards(&view, keys.cipher, cek, data, len);
        assert_memory_equal(data, plain, len);
        free(data);
    }
    for (size_t p = 0; p < FX_CIPHERS; p++) {
        const struct prm_suit_keys stranger = keys_of(PEOPLE - 1, p);
        uint8_t cek[PRM_SUIT_CEK_SIZE];
        assert_result(prm_suit_encrypt_open(&view, &stranger, cek), PRM_ERR_ENC_RECIPIENT);
        assert_memory_equal(cek, zero, sizeof cek);
    }
    free(plain);
    primum_bytes_free(&ciphertext);
    primum_bytes_free(&info);
}

static void every_recipient_gets_the_plaintext(void **state) {
    static const size_t sizes[] = {0, 1, 15, 16, 17, 31, 4096, 4097, 70001};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (size_t count = 1; count <= PRM_SUIT_RECIPIENTS_MAX; count++)
            round_trip(sizes[i], count);
}

static void the_random_source_decides_everything(void **state) {
    static const uint8_t plain[40] = {1};
    struct primum_bytes c[4], n[4];
    EVP_PKEY *keys[] = {people[0].key};

    (void)state;
    encrypt(prm_span_of(plain, sizeof plain), 2, 1, &c[0], &n[0]);
    encrypt(prm_span_of(plain, sizeof plain), 2, 1, &c[1], &n[1]);
    assert_int_equal(n[0].len, n[1].len);
    assert_memory_equal(c[0].data, c[1].data, sizeof plain);
    assert_memory_equal(n[0].data, n[1].data, n[0].len);
    for (size_t i = 2; i < 4; i++)
        assert_int_equal(primum_encrypt_payload(prm_span_of(plain, sizeof plain), keys, 1, NULL, &c[i], &n[i]), PRIMUM_OK);
    assert_memory_not_equal(c[2].data, c[3].data, sizeof plain);
    assert_memory_not_equal(n[2].data, n[3].data, n[2].len);
    for (size_t i = 0; i < 4; i++) {
        primum_bytes_free(&c[i]);
        primum_bytes_free(&n[i]);
    }
}

static void what_cannot_be_encrypted_is_said(void **state) {
    const struct primum_random none = {.fill = fill_not};
    const prm_span plain = prm_span_of(zero, 16);
    EVP_PKEY *keys[] = {people[0].key, people[1].key, people[2].key, people[3].key, people[4].key};
    EVP_PKEY *const twice[] = {people[0].key, people[0].key};
    EVP_PKEY *ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    EVP_PKEY *p384 = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
    struct primum_bytes c, n;

    (void)state;
    assert_int_equal(primum_encrypt_payload(plain, keys, 0, NULL, &c, &n), PRIMUM_USAGE);
    assert_int_equal(primum_encrypt_payload(plain, keys, 5, NULL, &c, &n), PRIMUM_USAGE);
    assert_int_equal(primum_encrypt_payload(plain, twice, 2, NULL, &c, &n), PRIMUM_USAGE);
    assert_int_equal(primum_encrypt_payload(plain, keys, 1, &none, &c, &n), PRIMUM_IO);
    keys[1] = ed25519;
    assert_int_equal(primum_encrypt_payload(plain, keys, 2, NULL, &c, &n), PRIMUM_REFUSED);
    keys[1] = p384;
    assert_int_equal(primum_encrypt_payload(plain, keys, 2, NULL, &c, &n), PRIMUM_REFUSED);
    assert_null(c.data);
    assert_null(n.data);
    EVP_PKEY_free(ed25519);
    EVP_PKEY_free(p384);
}

/* ---- One bit away ---- */

static void of_our_own_info_only_the_iv_can_change_unnoticed(void **state) {
    struct primum_bytes c, n;
    struct prm_suit_encrypt view;
    unsigned opened = 0, refused = 0;

    (void)state;
    encrypt(prm_span_of(zero, 16), 1, 3, &c, &n);
    assert_result(prm_suit_encrypt_parse(primum_span(&n), &view), PRM_OK);
    const size_t iv_off = (size_t)(view.iv - n.data);
    for (size_t bit = 0; bit < n.len * 8 * FX_CIPHERS; bit++) {
        const struct prm_suit_keys keys = keys_of(0, bit % FX_CIPHERS);
        const size_t at = bit / FX_CIPHERS / 8;
        uint8_t cek[PRM_SUIT_CEK_SIZE];
        n.data[at] ^= (uint8_t)(1u << (bit / FX_CIPHERS % 8));
        prm_result result = prm_suit_encrypt_parse(primum_span(&n), &view);
        if (result == PRM_OK)
            result = prm_suit_encrypt_open(&view, &keys, cek);
        if (result == PRM_OK) {
            assert_true(at >= iv_off && at < iv_off + 16);
            opened++;
        } else {
            refused++;
        }
        n.data[at] ^= (uint8_t)(1u << (bit / FX_CIPHERS % 8));
    }
    assert_int_equal(opened, 128 * FX_CIPHERS);
    printf("%u flips refused, %u (all in the iv) left to the digests\n", refused, opened);
    primum_bytes_free(&c);
    primum_bytes_free(&n);
}

/* ---- The parser ---- */

#define IV16 "h'000102030405060708090A0B0C0D0E0F'"
#define IV12 "h'000102030405060708090A0B'"
#define W24 "h'000102030405060708090A0B0C0D0E0F1011121314151617'"
#define C32 "h'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F'"
#define C31 "h'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E'"
#define KW "[h'', {1: -3}, " W24 "]"
#define EPK "{1: 2, -1: 1, -2: " C32 ", -3: " C32 "}"
#define ES "[<<{1: -29}>>, {4: h'01', -1: " EPK "}, " W24 "]"
#define CTR "96([h'', {1: -65534, 5: " IV16 "}, null, "
#define ES_WITH(epk) CTR "[[<<{1: -29}>>, {-1: " epk "}, " W24 "]]])"

static const struct {
    const char *text;
    prm_result result;
} cases[] = {
    {CTR "[" KW "]])", PRM_OK},
    {CTR "[" ES "," KW "," ES "," KW "]])", PRM_OK},
    {CTR "[[h'', {1: -3, 4: h''}, " W24 "]]])", PRM_OK},
    {"96([<<{1: 1}>>, {5: " IV12 "}, null, [" ES "]])", PRM_OK},
    {ES_WITH(EPK), PRM_OK},
    /* The shell. */
    {"97([h'', {1: -65534, 5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"[h'', {1: -65534, 5: " IV16 "}, null, [" KW "]]", PRM_ERR_CBOR_TYPE},
    {"96([h'', {1: -65534, 5: " IV16 "}, null, [" KW "], 1])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: -65534, 5: " IV16 "}, h'00', [" KW "]])", PRM_ERR_CBOR_TYPE},
    {"96([h'', {1: -65534, 5: " IV16 "}, false, [" KW "]])", PRM_ERR_CBOR_TYPE},
    {CTR "[]])", PRM_ERR_ENC_FORMAT},
    {CTR "[" KW "," KW "," KW "," KW "," KW "]])", PRM_ERR_ENC_FORMAT},
    {CTR "[" KW "]]), 0", PRM_ERR_CBOR_TRAILING},
    /* The content layer. */
    {"96([h'', {1: -65532, 5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_ALGORITHM},
    {"96([h'', {5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_ALGORITHM},
    {"96([h'', {1: 0, 5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_ALGORITHM},
    {"96([<<{1: 3}>>, {5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_ALGORITHM},
    {"96([<<{1: 0}>>, {1: 1, 5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_ALGORITHM},
    {"96([<<{1: -65534}>>, {5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: 1, 5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([<<{1: 1}>>, {1: 1, 5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([<<{}>>, {1: -65534, 5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([<<{1: 1, 4: h''}>>, {5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([<<{1: 1}, 0>>, {5: " IV12 "}, null, [" KW "]])", PRM_ERR_CBOR_TRAILING},
    {"96([<<{2: 1}>>, {5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: -65534}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: -65534, 5: " IV12 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([<<{1: 1}>>, {5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: -65534, 4: h'', 5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: -65534, 5: " IV16 ", -1: " EPK "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {1: -65534, 2: [], 5: " IV16 "}, null, [" KW "]])", PRM_ERR_ENC_FORMAT},
    {"96([h'', {5: " IV16 ", 1: -65534}, null, [" KW "]])", PRM_ERR_CBOR_KEY},
    {"96([h'', {1: -65534, 5: " IV16 ", 5: " IV16 "}, null, [" KW "]])", PRM_ERR_CBOR_KEY},
    /* Recipients. */
    {CTR "[[h'', {1: -5}, " W24 "]]])", PRM_ERR_ENC_ALGORITHM},
    {CTR "[[h'', {}, " W24 "]]])", PRM_ERR_ENC_ALGORITHM},
    {CTR "[[<<{1: -31}>>, {-1: " EPK "}, " W24 "]]])", PRM_ERR_ENC_ALGORITHM},
    {CTR "[[<<{1: -3}>>, {}, " W24 "]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[h'', {1: -29, -1: " EPK "}, " W24 "]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[<<{1: -29}>>, {}, " W24 "]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[h'', {1: -3, -1: " EPK "}, " W24 "]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[h'', {1: -3, 5: " IV16 "}, " W24 "]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[h'', {1: -3}, " C32 "]]])", PRM_ERR_CBOR_LIMIT},
    {CTR "[[h'', {1: -3}, null]]])", PRM_ERR_CBOR_TYPE},
    {CTR "[[h'', {1: -3}, " W24 ", [" KW "]]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[h'', {1: -3}]]])", PRM_ERR_ENC_FORMAT},
    {CTR "[[<<{1: -29}>>, {-1: " EPK ", -20: h'00'}, " W24 "]]])", PRM_ERR_ENC_FORMAT},
    /* The ephemeral key. */
    {ES_WITH("{1: 2, -1: 1, -2: " C32 ", -3: true}"), PRM_ERR_CBOR_TYPE},
    {ES_WITH("{1: 2, -1: 1, -2: " C32 "}"), PRM_ERR_ENC_FORMAT},
    {ES_WITH("{1: 1, -1: 1, -2: " C32 ", -3: " C32 "}"), PRM_ERR_ENC_FORMAT},
    {ES_WITH("{1: 2, -1: 2, -2: " C32 ", -3: " C32 "}"), PRM_ERR_ENC_FORMAT},
    {ES_WITH("{1: 2, -1: 1, -2: " C31 ", -3: " C32 "}"), PRM_ERR_CBOR_LIMIT},
    {ES_WITH("{1: 2, -1: 1, -2: " C32 ", -3: " C31 "}"), PRM_ERR_CBOR_LIMIT},
    {ES_WITH("{1: 2, 2: h'', -1: 1, -2: " C32 ", -3: " C32 "}"), PRM_ERR_ENC_FORMAT},
    {ES_WITH("{-1: 1, 1: 2, -2: " C32 ", -3: " C32 "}"), PRM_ERR_ENC_FORMAT},
    {ES_WITH("{1: 2, -1: 1, -2: " C32 ", -4: " C32 "}"), PRM_ERR_ENC_FORMAT},
};

static void the_parser_takes_the_profile_and_nothing_else(void **state) {
    uint8_t buffer[2048], again[2048];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct prm_suit_encrypt view;
        const size_t n = fx_cbor(buffer, sizeof buffer, cases[i].text, 0);
        uint8_t *const exact = malloc(n);
        assert_non_null(exact);
        memcpy(exact, buffer, n);
        memset(&view, 0x5A, sizeof view);
        const prm_result result = prm_suit_encrypt_parse(prm_span_of(exact, n), &view);
        if (result != cases[i].result) {
            char got[16], wanted[16];
            fail_msg("%s: %s, expected %s", cases[i].text, unit_name(result, got), unit_name(cases[i].result, wanted));
        }
        if (result == PRM_OK) {
            assert_int_equal(fx_encrypt_write(&view, again, sizeof again), n);
            assert_memory_equal(again, exact, n);
        } else {
            const struct prm_suit_encrypt nothing = {.alg = 0};
            assert_memory_equal(&view, &nothing, sizeof view);
        }
        free(exact);
    }
}

/* ---- Opening ---- */

static prm_result fails2(void *ctx, const uint8_t peer[64], uint8_t shared[32]) {
    (void)ctx;
    (void)peer;
    memset(shared, 0, 32);
    return PRM_ERR_CRYPTO;
}

static prm_result fails3(void *ctx, prm_span salt, prm_span secret, prm_span info, uint8_t *out, size_t len) {
    (void)ctx;
    (void)salt;
    (void)secret;
    (void)info;
    memset(out, 0, len);
    return PRM_ERR_CRYPTO;
}

/* A provider that breaks its contract and leaves something behind. */
static prm_result fails4(void *ctx, const uint8_t kek[16], prm_span wrapped, uint8_t *key) {
    (void)ctx;
    (void)kek;
    memset(key, 0x5A, wrapped.len - 8);
    return PRM_ERR_CRYPTO;
}

static void a_failing_provider_gives_no_key(void **state) {
    struct primum_bytes c, n;
    struct prm_suit_encrypt view;

    (void)state;
    encrypt(prm_span_of(zero, 16), 1, 3, &c, &n);
    assert_result(prm_suit_encrypt_parse(primum_span(&n), &view), PRM_OK);
    for (unsigned which = 0; which < 3; which++) {
        struct prm_cipher broken = people[0].cipher[0];
        struct prm_suit_keys keys = keys_of(0, 0);
        uint8_t cek[PRM_SUIT_CEK_SIZE];
        memset(cek, 0x5A, sizeof cek);
        broken.agree = which == 0 ? fails2 : broken.agree;
        broken.hkdf_sha256 = which == 1 ? fails3 : broken.hkdf_sha256;
        broken.kw_unwrap = which == 2 ? fails4 : broken.kw_unwrap;
        keys.cipher = &broken;
        assert_result(prm_suit_encrypt_open(&view, &keys, cek), PRM_ERR_CRYPTO);
        assert_memory_equal(cek, zero, sizeof cek);
    }
    primum_bytes_free(&c);
    primum_bytes_free(&n);
}

/* Recipients that name no kid: each is tried, and a bad one before ours is no obstacle. */
static void recipients_without_kid_are_tried_in_turn(void **state) {
    struct primum_bytes c, n;
    struct prm_suit_encrypt view;
    uint8_t cek[PRM_SUIT_CEK_SIZE], bad_x[32] = {0};

    (void)state;
    encrypt(prm_span_of(zero, 16), 3, 3, &c, &n);
    assert_result(prm_suit_encrypt_parse(primum_span(&n), &view), PRM_OK);
    for (size_t i = 0; i < 3; i++)
        view.recipient[i].kid = prm_span_of(NULL, 0);
    view.recipient[0].x = bad_x;
    for (size_t i = 0; i < 3 * FX_CIPHERS; i++) {
        const struct prm_suit_keys keys = keys_of(i / FX_CIPHERS, i % FX_CIPHERS);
        assert_result(prm_suit_encrypt_open(&view, &keys, cek), i < FX_CIPHERS ? PRM_ERR_ENC_KEY : PRM_OK);
    }
    view.recipients = 1;
    for (size_t p = 0; p < FX_CIPHERS; p++) {
        const struct prm_suit_keys keys = keys_of(0, p);
        assert_result(prm_suit_encrypt_open(&view, &keys, cek), PRM_ERR_ENC_POINT);
        assert_memory_equal(cek, zero, sizeof cek);
    }
    primum_bytes_free(&c);
    primum_bytes_free(&n);
}

static void a_key_opens_under_its_whole_kid_only(void **state) {
    const struct prm_suit_encrypt kw = {.recipients = 1, .recipient = {{.alg = PRM_COSE_A128KW, .wrapped = zero}}};
    struct prm_suit_encrypt view = {.recipients = 1, .recipient = {{.alg = PRM_COSE_ECDH_ES_A128KW, .wrapped = zero}}};
    struct prm_suit_keys keys = keys_of(0, 0);
    uint8_t cek[PRM_SUIT_CEK_SIZE];

    (void)state;
    view.recipient[0].x = people[1].public_key;
    view.recipient[0].y = people[1].public_key + 32;
    for (size_t theirs = 0; theirs <= 8; theirs++) {
        for (keys.agree_kid.len = 0; keys.agree_kid.len <= 8; keys.agree_kid.len++) {
            const int same = theirs == keys.agree_kid.len;
            view.recipient[0].kid = prm_span_of(kid_of[0], theirs);
            assert_result(prm_suit_encrypt_open(&view, &keys, cek), same ? PRM_ERR_ENC_KEY : PRM_ERR_ENC_RECIPIENT);
        }
    }
    assert_result(prm_suit_encrypt_open(&kw, &keys, cek), PRM_ERR_ENC_RECIPIENT);
}

static void a_payload_is_opened_as_what_it_is_only(void **state) {
    const struct prm_suit_encrypt gcm = {.alg = PRM_COSE_A128GCM, .iv = zero},
                                  ctr = {.alg = PRM_COSE_A128CTR, .iv = zero};

    (void)state;
    for (size_t p = 0; p < FX_CIPHERS; p++) {
        const struct prm_cipher *const cipher = &people[0].cipher[p];
        uint8_t data[32];
        memset(data, 0x5A, sizeof data);
        assert_result(prm_suit_encrypt_xor(&gcm, cipher, zero, 0, data, sizeof data), PRM_ERR_ENC_ALGORITHM);
        assert_memory_equal(data, zero, sizeof data);
        memset(data, 0x5A, sizeof data);
        assert_result(prm_suit_encrypt_xor(&ctr, cipher, zero, 8, data, sizeof data), PRM_ERR_ARGUMENT);
        assert_memory_equal(data, zero, sizeof data);
        assert_result(prm_suit_encrypt_gcm(&ctr, cipher, zero, prm_span_of(data, 32), data), PRM_ERR_ENC_ALGORITHM);
        assert_result(prm_suit_encrypt_gcm(&gcm, cipher, zero, prm_span_of(data, 15), data),
                      cipher->gcm_open != NULL ? PRM_ERR_ARGUMENT : PRM_ERR_UNSUPPORTED);
    }
}

/* ---- The seam ---- */

/* One block of key stream by the definition: AES of the counter, which is two halves and a carry here. */
static void keystream(const uint8_t key[16], const uint8_t iv[16], uint32_t block, uint8_t out[16]) {
    uint8_t counter[16];
    int n = 0;
    EVP_CIPHER_CTX *evp = EVP_CIPHER_CTX_new();
    uint64_t high = 0, low = 0;

    for (size_t i = 0; i < 8; i++) {
        high = high << 8 | iv[i];
        low = low << 8 | iv[i + 8];
    }
    low += block;
    high += low < block;
    for (size_t i = 8; i-- > 0; high >>= 8, low >>= 8) {
        counter[i] = (uint8_t)high;
        counter[i + 8] = (uint8_t)low;
    }
    assert_int_equal(EVP_EncryptInit_ex(evp, EVP_aes_128_ecb(), NULL, key, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(evp, out, &n, counter, 16), 1);
    EVP_CIPHER_CTX_free(evp);
}

static void the_counter_carries_through_all_its_bytes(void **state) {
    static const uint32_t blocks[] = {0, 1, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFF0};
    uint64_t random = 11;

    (void)state;
    for (size_t ones = 0; ones <= 16; ones++) {
        uint8_t key[16], iv[16];
        fx_random_fill(&random, key, sizeof key);
        fx_random_fill(&random, iv, sizeof iv);
        memset(iv + 16 - ones, 0xFF, ones);
        for (size_t b = 0; b < COUNT_OF(blocks) * FX_CIPHERS; b++) {
            const struct prm_cipher *const cipher = &people[0].cipher[b % FX_CIPHERS];
            const uint32_t block = blocks[b / FX_CIPHERS];
            uint8_t data[7 * 16 + 5] = {0}, expected[16];
            assert_result(cipher->ctr_xor(cipher->ctx, key, iv, block, data, sizeof data), PRM_OK);
            for (uint32_t i = 0; i < 8; i++) {
                keystream(key, iv, block + i, expected);
                assert_memory_equal(data + 16 * i, expected, i < 7 ? 16 : 5);
            }
        }
    }
}

static void lengths_have_their_limits(void **state) {
    static const uint8_t info[PRM_HKDF_INFO_MAX + 1];

    (void)state;
    for (size_t p = 0; p < FX_CIPHERS; p++) {
        const struct prm_cipher *const cipher = &people[0].cipher[p];
        uint8_t data[32];
        assert_result(cipher->ctr_xor(cipher->ctx, zero, zero, UINT32_MAX, data, 16), PRM_OK);
        assert_result(cipher->ctr_xor(cipher->ctx, zero, zero, UINT32_MAX, data, 0), PRM_OK);
        memset(data, 0x5A, sizeof data);
        assert_result(cipher->ctr_xor(cipher->ctx, zero, zero, UINT32_MAX, data, 17), PRM_ERR_ARGUMENT);
        assert_memory_equal(data, zero, 17);
        assert_int_equal(data[17], 0x5A);
        for (size_t n = PRM_HKDF_INFO_MAX; n <= PRM_HKDF_INFO_MAX + 1; n++)
            assert_result(cipher->hkdf_sha256(cipher->ctx, prm_span_of(NULL, 0), prm_span_of(zero, 32),
                                              prm_span_of(info, n), data, 16),
                          n == PRM_HKDF_INFO_MAX ? PRM_OK : PRM_ERR_ARGUMENT);
    }
}

static void both_ends_agree_and_bad_points_do_not(void **state) {
    static const uint8_t p[32] = {0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    1,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0xFF, 0xFF,
                                  0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    uint8_t shared[4][32], bad[5][64] = {{0}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const struct prm_cipher *const mine = &people[i / 2].cipher[i % 2];
        assert_result(mine->agree(mine->ctx, people[1 - i / 2].public_key, shared[i]), PRM_OK);
        assert_memory_equal(shared[i], shared[0], 32);
    }
    /* (0, 0); x and y swapped; -y off by one; x = p; all ones. */
    memcpy(bad[1], people[1].public_key + 32, 32);
    memcpy(bad[1] + 32, people[1].public_key, 32);
    memcpy(bad[2], people[1].public_key, 64);
    bad[2][63] ^= 1;
    memcpy(bad[3], p, 32);
    memset(bad[4], 0xFF, 64);
    for (size_t i = 0; i < COUNT_OF(bad) * FX_CIPHERS; i++) {
        const struct prm_cipher *const cipher = &people[0].cipher[i % FX_CIPHERS];
        memset(shared[0], 0x5A, 32);
        assert_result(cipher->agree(cipher->ctx, bad[i / FX_CIPHERS], shared[0]), PRM_ERR_ENC_POINT);
        assert_memory_equal(shared[0], zero, 32);
    }
}

static void a_private_key_out_of_range_is_not_taken(void **state) {
    struct prm_cipher_mbedtls own;
    struct prm_cipher cipher;
    uint8_t scalar[32];

    (void)state;
    assert_result(prm_cipher_mbedtls_open(&own, zero, &cipher), PRM_ERR_ARGUMENT);
    assert_null(cipher.ctr_xor);
    memset(scalar, 0xFF, sizeof scalar);
    assert_result(prm_cipher_mbedtls_open(&own, scalar, &cipher), PRM_ERR_ARGUMENT);
    assert_result(prm_cipher_mbedtls_open(&own, NULL, &cipher), PRM_OK);
    assert_null(cipher.agree);
    prm_cipher_mbedtls_close(&own);
    assert_null(prm_cipher_openssl(NULL).agree);
}

static void without_memory_mbedtls_fails_and_leaves_nothing(void **state) {
    static const uint8_t wrapped[24] = {1};
    const struct prm_cipher *const cipher = &people[0].cipher[1];
    const uint32_t refused = prm_mbedtls_pool_peak().refused;
    void *held[PRM_MBEDTLS_POOL_BLOCKS];
    uint8_t data[64];

    (void)state;
    assert_null(prm_mbedtls_calloc(SIZE_MAX, 2));
    assert_null(prm_mbedtls_calloc(1, PRM_MBEDTLS_POOL_BLOCK_SIZE + 1));
    assert_null(prm_mbedtls_calloc(0, 1));
    for (size_t i = 0; i < PRM_MBEDTLS_POOL_BLOCKS; i++) {
        held[i] = prm_mbedtls_calloc(16, PRM_MBEDTLS_POOL_BLOCK_SIZE / 16);
        assert_non_null(held[i]);
        memset(held[i], 0x5A, PRM_MBEDTLS_POOL_BLOCK_SIZE);
    }
    memset(data, 0x5A, sizeof data);
    assert_result(cipher->ctr_xor(cipher->ctx, zero, zero, 0, data, 64), PRM_ERR_CRYPTO);
    assert_memory_equal(data, zero, 64);
    memset(data, 0x5A, sizeof data);
    assert_result(cipher->kw_unwrap(cipher->ctx, zero, prm_span_of(wrapped, 24), data), PRM_ERR_CRYPTO);
    assert_memory_equal(data, zero, 16);
    memset(data, 0x5A, sizeof data);
    assert_result(
        cipher->hkdf_sha256(cipher->ctx, prm_span_of(NULL, 0), prm_span_of(zero, 32), prm_span_of(zero, 8), data, 16),
        PRM_ERR_CRYPTO);
    assert_memory_equal(data, zero, 16);
    assert_true(prm_mbedtls_pool_peak().refused >= refused + 5);
    for (size_t i = 0; i < PRM_MBEDTLS_POOL_BLOCKS; i++) {
        prm_mbedtls_free(held[i]);
        assert_memory_equal(held[i], zero, sizeof zero); /* wiped */
    }
    /* No key slot was lost on the way: many more calls than there are slots. */
    for (size_t i = 0; i < 50; i++)
        assert_result(cipher->ctr_xor(cipher->ctx, zero, zero, 0, data, 64), PRM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recipient_gets_the_plaintext),
        cmocka_unit_test(the_random_source_decides_everything),
        cmocka_unit_test(what_cannot_be_encrypted_is_said),
        cmocka_unit_test(of_our_own_info_only_the_iv_can_change_unnoticed),
        cmocka_unit_test(the_parser_takes_the_profile_and_nothing_else),
        cmocka_unit_test(a_failing_provider_gives_no_key),
        cmocka_unit_test(recipients_without_kid_are_tried_in_turn),
        cmocka_unit_test(a_key_opens_under_its_whole_kid_only),
        cmocka_unit_test(a_payload_is_opened_as_what_it_is_only),
        cmocka_unit_test(the_counter_carries_through_all_its_bytes),
        cmocka_unit_test(lengths_have_their_limits),
        cmocka_unit_test(both_ends_agree_and_bad_points_do_not),
        cmocka_unit_test(a_private_key_out_of_range_is_not_taken),
        cmocka_unit_test(without_memory_mbedtls_fails_and_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
