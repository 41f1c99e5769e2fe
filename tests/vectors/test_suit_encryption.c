/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_suit_encryption.c - the four examples of draft-ietf-suit-firmware-encryption and everything one bit away from
 * them, and Wycheproof's AES-KW, HKDF and AES-GCM, each through both providers.
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
#include "providers/mbedtls/psa_pool.h"
#include "tests/unit/fixture_cipher.h"
#include "tests/vectors/published.h"

#ifndef PRM_VECTORS_DIR
#define PRM_VECTORS_DIR PRM_SOURCE_DIR "/../shared/vectors"
#endif

_Noreturn void prm_trap(void) {
    fail_msg("prm_trap() was reached");
    abort();
}

static const char text[] = "This is a real firmware image.";
static const uint8_t scalar[32] = {0x60, 0xFE, 0x6D, 0xD6, 0xD8, 0x5D, 0x57, 0x40, 0xA5, 0x34, 0x9B,
                                   0x6F, 0x91, 0x26, 0x7E, 0xEA, 0xC5, 0xBA, 0x81, 0xB8, 0xCB, 0x53,
                                   0xEE, 0x24, 0x9E, 0x4B, 0x4E, 0xB1, 0x02, 0xC4, 0x76, 0xB3};
static const uint8_t kek[16] = "aaaaaaaaaaaaaaaa";
static struct fx_ciphers ciphers;

/* ---- Files ---- */

static FILE *open_vector(const char *name) {
    const char *const dir = getenv("PRM_VECTORS") != NULL ? getenv("PRM_VECTORS") : PRM_VECTORS_DIR;
    char path[512];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *const file = fopen(path, "r");
    if (file == NULL)
        printf("skipped: no %s\n", path);
    return file;
}

/* Hex digits of a text to exactly so many bytes on the heap. */
static uint8_t *from_hex(const char *hex, size_t *len) {
    uint8_t *const out = malloc(strlen(hex) / 2 + 1);

    assert_non_null(out);
    for (*len = 0; *hex != '\0'; hex++) {
        unsigned v;
        if (*hex == '\n')
            continue;
        assert_int_equal(sscanf(hex, "%2x", &v), 1);
        out[(*len)++] = (uint8_t)v;
        hex++;
    }
    uint8_t *const exact = malloc(*len > 0 ? *len : 1);
    assert_non_null(exact);
    memcpy(exact, out, *len);
    free(out);
    return exact;
}

struct example {
    const char *name;
    int is_ecdh, is_gcm;
    uint8_t *info, *payload;
    size_t info_len, payload_len;
};

static struct example examples[] = {
    {.name = "aes-kw-aes-ctr"},
    {.name = "aes-kw-aes-gcm", .is_gcm = 1},
    {.name = "es-ecdh-aes-ctr", .is_ecdh = 1},
    {.name = "es-ecdh-aes-gcm", .is_ecdh = 1, .is_gcm = 1},
};
#define EXAMPLES (sizeof examples / sizeof examples[0])

/* Line breaks anywhere in the hex, also inside a byte. */
static uint8_t *read_hex(const char *prefix, const char *name, size_t *len) {
    char path[128], hex[2048];
    size_t n = 0;

    snprintf(path, sizeof path, "suit-encryption/%s-%s.hex", prefix, name);
    FILE *const file = open_vector(path);
    if (file == NULL)
        return NULL;
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        assert_true(n < sizeof hex - 1);
        if (c != '\n')
            hex[n++] = (char)c;
    }
    hex[n] = '\0';
    fclose(file);
    return from_hex(hex, len);
}

static int setup(void **state) {
    (void)state;
    fx_ciphers_open(&ciphers, scalar);
    for (size_t i = 0; i < EXAMPLES; i++) {
        examples[i].info = from_hex(suit_encryption[i].info, &examples[i].info_len);
        examples[i].payload = from_hex(suit_encryption[i].payload, &examples[i].payload_len);
    }
    return 0;
}

static int teardown(void **state) {
    const struct prm_mbedtls_pool_peak peak = prm_mbedtls_pool_peak();

    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        free(examples[i].info);
        free(examples[i].payload);
    }
    fx_ciphers_close(&ciphers);
    printf("Mbed TLS's pool: at most %u blocks at once, largest request %u bytes, %u refused\n", (unsigned)peak.blocks,
           (unsigned)peak.bytes, (unsigned)peak.refused);
    return 0;
}

/* The figures in published.h are what the files say. */
static void the_figures_are_those_of_the_files(void **state) {
    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        size_t info_len, payload_len;
        uint8_t *const info = read_hex("suit-encryption-info", examples[i].name, &info_len);
        uint8_t *const payload = read_hex("encrypted-payload", examples[i].name, &payload_len);

        if (info == NULL || payload == NULL)
            skip();
        assert_int_equal(info_len, examples[i].info_len);
        assert_memory_equal(info, examples[i].info, info_len);
        assert_int_equal(payload_len, examples[i].payload_len);
        assert_memory_equal(payload, examples[i].payload, payload_len);
        free(info);
        free(payload);
    }
}

/* ---- The examples ---- */

static struct prm_suit_keys keys_of(const struct prm_cipher *cipher) {
    static const uint8_t kid[] = "kid-1";

    return (struct prm_suit_keys){.cipher = cipher, .kek = kek, .kek_kid = prm_span_of(kid, 5)};
}

/* 1 if this provider can open it: the services' Mbed TLS has no GCM, and says so. */
static int can_open(const struct prm_cipher *cipher, const struct example *e) {
    return !e->is_gcm || cipher->gcm_open != NULL;
}

/* Decrypts a payload into `plain`. */
static prm_result decrypt(const struct prm_suit_encrypt *info, const struct prm_cipher *cipher, const uint8_t *cek,
                          const struct example *e, uint8_t *plain, size_t *len) {
    *len = e->payload_len;
    if (e->is_gcm) {
        *len -= PRM_GCM_TAG_SIZE;
        return prm_suit_encrypt_gcm(info, cipher, cek, prm_span_of(e->payload, e->payload_len), plain);
    }
    memcpy(plain, e->payload, *len);
    return prm_suit_encrypt_xor(info, cipher, cek, 0, plain, *len);
}

static void all_decrypt_with_whoever_has_the_algorithm(void **state) {
    unsigned good = 0;

    (void)state;
    for (size_t i = 0; i < EXAMPLES * FX_CIPHERS; i++) {
        const struct example *const e = &examples[i / FX_CIPHERS];
        const struct prm_cipher *const cipher = &ciphers.cipher[i % FX_CIPHERS];
        const struct prm_suit_keys keys = keys_of(cipher);
        struct prm_suit_encrypt info;
        uint8_t cek[PRM_SUIT_CEK_SIZE], plain[128], again[512];
        size_t len;

        assert_int_equal(prm_suit_encrypt_parse(prm_span_of(e->info, e->info_len), &info), PRM_OK);
        assert_int_equal(info.alg, e->is_gcm ? PRM_COSE_A128GCM : PRM_COSE_A128CTR);
        assert_int_equal(info.recipients, 1);
        assert_int_equal(info.recipient[0].alg, e->is_ecdh ? PRM_COSE_ECDH_ES_A128KW : PRM_COSE_A128KW);
        assert_int_equal(fx_encrypt_write(&info, again, sizeof again), e->info_len);
        assert_memory_equal(again, e->info, e->info_len);
        assert_int_equal(prm_suit_encrypt_open(&info, &keys, cek), PRM_OK);
        if (!can_open(cipher, e)) {
            assert_int_equal(decrypt(&info, cipher, cek, e, plain, &len), PRM_ERR_UNSUPPORTED);
            continue;
        }
        assert_int_equal(decrypt(&info, cipher, cek, e, plain, &len), PRM_OK);
        assert_int_equal(len, strlen(text));
        assert_memory_equal(plain, text, len);
        good++;
    }
    printf("%u of %u: \"%s\"\n", good, (unsigned)(EXAMPLES * FX_CIPHERS), text);
    assert_int_equal(good, 6); /* four by OpenSSL, and the two that a device streams by its own provider */
}

static void other_keys_do_not_open_them(void **state) {
    static const uint8_t zero[PRM_SUIT_CEK_SIZE], other_kek[16] = "aaaaaaaaaaaaaaab", other_kid[] = "kid-2";
    uint8_t other_scalar[32];
    struct fx_ciphers others;

    (void)state;
    memcpy(other_scalar, scalar, sizeof scalar);
    other_scalar[31] ^= 1;
    fx_ciphers_open(&others, other_scalar);
    for (size_t i = 0; i < EXAMPLES * FX_CIPHERS; i++) {
        const struct example *const e = &examples[i / FX_CIPHERS];
        struct prm_suit_keys keys = keys_of(&others.cipher[i % FX_CIPHERS]);
        struct prm_cipher without = ciphers.cipher[i % FX_CIPHERS];
        struct prm_suit_encrypt info;
        uint8_t cek[PRM_SUIT_CEK_SIZE];

        assert_int_equal(prm_suit_encrypt_parse(prm_span_of(e->info, e->info_len), &info), PRM_OK);
        keys.kek = other_kek;
        memset(cek, 0x5A, sizeof cek);
        assert_int_equal(prm_suit_encrypt_open(&info, &keys, cek), PRM_ERR_ENC_KEY);
        assert_memory_equal(cek, zero, sizeof cek);
        without.agree = NULL;
        keys = (struct prm_suit_keys){.cipher = &without, .kek = kek, .kek_kid = prm_span_of(other_kid, 5)};
        assert_int_equal(prm_suit_encrypt_open(&info, &keys, cek), PRM_ERR_ENC_RECIPIENT);
        keys.kek = NULL;
        assert_int_equal(prm_suit_encrypt_open(&info, &keys, cek), PRM_ERR_ENC_RECIPIENT);
        assert_memory_equal(cek, zero, sizeof cek);
    }
    fx_ciphers_close(&others);
}

/* What became of one flipped bit. */
struct tally {
    unsigned parse, recipient, key, point, opened, tag;
};

static void flip_one(const struct example *e, const struct prm_cipher *cipher, size_t bit, const uint8_t *right_iv,
                     struct tally *t) {
    const struct prm_suit_keys keys = keys_of(cipher);
    uint8_t *const copy = malloc(e->info_len);
    struct prm_suit_encrypt info;
    uint8_t cek[PRM_SUIT_CEK_SIZE], plain[128];
    size_t len;

    assert_non_null(copy);
    memcpy(copy, e->info, e->info_len);
    copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    if (prm_suit_encrypt_parse(prm_span_of(copy, e->info_len), &info) != PRM_OK) {
        t->parse++;
        free(copy);
        return;
    }
    const prm_result result = prm_suit_encrypt_open(&info, &keys, cek);
    t->recipient += result == PRM_ERR_ENC_RECIPIENT;
    t->key += result == PRM_ERR_ENC_KEY;
    t->point += result == PRM_ERR_ENC_POINT;
    if (result == PRM_OK) {
        /* The one thing that the wrapped key doesn't vouch for. */
        assert_memory_not_equal(info.iv, right_iv, e->is_gcm ? 12 : 16);
        t->opened++;
        const prm_result decrypted = decrypt(&info, cipher, cek, e, plain, &len);
        if (e->is_gcm)
            t->tag += decrypted == PRM_ERR_ENC_TAG;
        else
            assert_memory_not_equal(plain, text, len);
    }
    free(copy);
}

static void a_flipped_bit_of_the_info_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < EXAMPLES * FX_CIPHERS; i++) {
        const struct example *const e = &examples[i / FX_CIPHERS];
        struct tally t = {0};
        struct prm_suit_encrypt info;

        assert_int_equal(prm_suit_encrypt_parse(prm_span_of(e->info, e->info_len), &info), PRM_OK);
        for (size_t bit = 0; bit < e->info_len * 8; bit++)
            flip_one(e, &ciphers.cipher[i % FX_CIPHERS], bit, info.iv, &t);
        printf("%-15s %-8s %4u flips: %u by the parser, %u recipient, %u point, %u key, %u in the iv (%u by the tag)\n",
               e->name, fx_cipher_name[i % FX_CIPHERS], (unsigned)(e->info_len * 8), t.parse, t.recipient, t.point,
               t.key, t.opened, t.tag);
        assert_int_equal(t.parse + t.recipient + t.key + t.point + t.opened, e->info_len * 8);
        assert_int_equal(t.opened, e->is_gcm ? 96 : 128);
        assert_int_equal(t.tag, e->is_gcm && can_open(&ciphers.cipher[i % FX_CIPHERS], e) ? 96 : 0);
    }
}

static void a_flipped_bit_of_a_gcm_payload_is_refused(void **state) {
    static const uint8_t zero[128];

    (void)state;
    for (size_t i = 0; i < EXAMPLES * FX_CIPHERS; i++) {
        struct example e = examples[i / FX_CIPHERS];
        const struct prm_cipher *const cipher = &ciphers.cipher[i % FX_CIPHERS];
        const struct prm_suit_keys keys = keys_of(cipher);
        struct prm_suit_encrypt info;
        uint8_t cek[PRM_SUIT_CEK_SIZE], plain[128];
        size_t len;

        if (!e.is_gcm || !can_open(cipher, &e))
            continue;
        assert_int_equal(prm_suit_encrypt_parse(prm_span_of(e.info, e.info_len), &info), PRM_OK);
        assert_int_equal(prm_suit_encrypt_open(&info, &keys, cek), PRM_OK);
        for (size_t bit = 0; bit < e.payload_len * 8; bit++) {
            e.payload[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            memset(plain, 0x5A, sizeof plain);
            assert_int_equal(decrypt(&info, cipher, cek, &e, plain, &len), PRM_ERR_ENC_TAG);
            assert_memory_equal(plain, zero, len);
            e.payload[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
    }
}

static void a_truncated_or_longer_info_is_refused(void **state) {
    static const struct prm_suit_encrypt zero;

    (void)state;
    for (size_t i = 0; i < EXAMPLES; i++) {
        for (size_t len = 0; len <= examples[i].info_len + 1; len++) {
            uint8_t *const copy = calloc(1, len > 0 ? len : 1); /* exactly as long: a sanitizer sees a byte too far */
            struct prm_suit_encrypt info;

            assert_non_null(copy);
            memcpy(copy, examples[i].info, len < examples[i].info_len ? len : examples[i].info_len);
            memset(&info, 0x5A, sizeof info);
            const prm_result result = prm_suit_encrypt_parse(prm_span_of(copy, len), &info);
            free(copy);
            if (len == examples[i].info_len) {
                assert_int_equal(result, PRM_OK);
                continue;
            }
            assert_int_equal(result, len < examples[i].info_len ? PRM_ERR_CBOR_TRUNCATED : PRM_ERR_CBOR_TRAILING);
            assert_memory_equal(&info, &zero, sizeof info);
        }
    }
}

/* ---- Wycheproof ---- */

typedef void (*case_fn)(const struct prm_cipher *cipher, const json_t *test, unsigned counts[3]);

static uint8_t *field(const json_t *test, const char *name, size_t *len) {
    const char *const hex = json_string_value(json_object_get(test, name));

    if (hex == NULL)
        fail_msg("no %s", name);
    return from_hex(hex, len);
}

static int is_valid(const json_t *test) {
    return strcmp(json_string_value(json_object_get(test, "result")), "valid") == 0;
}

enum { ACCEPTED, REFUSED, OUTSIDE }; /* what counts[] counts; OUTSIDE: what seam or provider doesn't offer */

static void gcm_case(const struct prm_cipher *cipher, const json_t *test, unsigned counts[3]);

/* 1 if the provider doesn't have what these cases are about: GCM on a device, and nothing else. */
static int is_missing(const struct prm_cipher *cipher, case_fn run) {
    return run == gcm_case && cipher->gcm_open == NULL;
}

/* Runs a file's 128-bit groups (`key_bits` 0: all of them) through both providers. */
static void wycheproof(const char *name, json_int_t key_bits, case_fn run) {
    FILE *const file = open_vector(name);

    if (file == NULL)
        skip();
    json_t *const json = json_loadf(file, 0, NULL);
    fclose(file);
    assert_non_null(json);
    for (size_t p = 0; p < FX_CIPHERS; p++) {
        const json_t *const groups = json_object_get(json, "testGroups");
        unsigned counts[3] = {0}, other = 0;

        for (size_t g = 0; g < json_array_size(groups); g++) {
            const json_t *const group = json_array_get(groups, g);
            const json_t *const tests = json_object_get(group, "tests");
            if (key_bits != 0 && json_integer_value(json_object_get(group, "keySize")) != key_bits) {
                other += (unsigned)json_array_size(tests);
                continue;
            }
            for (size_t t = 0; t < json_array_size(tests); t++)
                run(&ciphers.cipher[p], json_array_get(tests, t), counts);
        }
        printf("%s, %s: %u right, %u refused rightly, %u outside the contract, %u of other key sizes\n", name,
               fx_cipher_name[p], counts[ACCEPTED], counts[REFUSED], counts[OUTSIDE], other);
        assert_true((counts[ACCEPTED] > 0 || is_missing(&ciphers.cipher[p], run)) && counts[REFUSED] + counts[OUTSIDE] > 0);
    }
    json_decref(json);
}

static void all_zero(const uint8_t *p, size_t len) {
    for (size_t i = 0; i < len; i++)
        assert_int_equal(p[i], 0);
}

static void wrap_case(const struct prm_cipher *cipher, const json_t *test, unsigned counts[3]) {
    size_t key_len, msg_len, ct_len;
    uint8_t *const key = field(test, "key", &key_len);
    uint8_t *const msg = field(test, "msg", &msg_len);
    uint8_t *const ct = field(test, "ct", &ct_len);
    uint8_t out[PRM_KW_WRAPPED_MAX];

    memset(out, 0x5A, sizeof out);
    const prm_result result = cipher->kw_unwrap(cipher->ctx, key, prm_span_of(ct, ct_len), out);
    if (ct_len < 24 || ct_len > PRM_KW_WRAPPED_MAX || ct_len % 8 != 0) {
        assert_int_equal(result, PRM_ERR_ARGUMENT);
        counts[OUTSIDE]++;
    } else if (is_valid(test)) {
        assert_int_equal(result, PRM_OK);
        assert_int_equal(msg_len, ct_len - 8);
        assert_memory_equal(out, msg, msg_len);
        counts[ACCEPTED]++;
    } else {
        assert_int_equal(result, PRM_ERR_ENC_KEY);
        all_zero(out, ct_len - 8);
        counts[REFUSED]++;
    }
    free(key);
    free(msg);
    free(ct);
}

static void hkdf_case(const struct prm_cipher *cipher, const json_t *test, unsigned counts[3]) {
    const size_t size = (size_t)json_integer_value(json_object_get(test, "size"));
    size_t ikm_len, salt_len, info_len, okm_len;
    uint8_t *const ikm = field(test, "ikm", &ikm_len);
    uint8_t *const salt = field(test, "salt", &salt_len);
    uint8_t *const info = field(test, "info", &info_len);
    uint8_t *const okm = field(test, "okm", &okm_len);
    uint8_t *const out = malloc(size);

    assert_non_null(out);
    const prm_result result = cipher->hkdf_sha256(cipher->ctx, prm_span_of(salt, salt_len), prm_span_of(ikm, ikm_len),
                                                  prm_span_of(info, info_len), out, size);
    if (is_valid(test)) {
        assert_int_equal(result, PRM_OK);
        assert_int_equal(okm_len, size);
        assert_memory_equal(out, okm, size);
        counts[ACCEPTED]++;
    } else {
        assert_int_equal(result, PRM_ERR_ARGUMENT);
        counts[REFUSED]++;
    }
    free(ikm);
    free(salt);
    free(info);
    free(okm);
    free(out);
}

/* One GCM case, into a buffer of its own or in place. */
static void gcm_run(const struct prm_cipher *cipher, const json_t *test, int in_place, unsigned counts[3]) {
    size_t key_len, iv_len, aad_len, msg_len, ct_len, tag_len;
    uint8_t *const key = field(test, "key", &key_len);
    uint8_t *const iv = field(test, "iv", &iv_len);
    uint8_t *const aad = field(test, "aad", &aad_len);
    uint8_t *const msg = field(test, "msg", &msg_len);
    uint8_t *const ct = field(test, "ct", &ct_len);
    uint8_t *const tag = field(test, "tag", &tag_len);
    uint8_t *const sealed = malloc(ct_len + tag_len);
    uint8_t *const apart = malloc(ct_len > 0 ? ct_len : 1);
    uint8_t *const out = in_place ? sealed : apart;

    assert_non_null(sealed);
    assert_non_null(apart);
    memcpy(sealed, ct, ct_len);
    memcpy(sealed + ct_len, tag, tag_len);
    if (cipher->gcm_open == NULL || iv_len != PRM_GCM_NONCE_SIZE) {
        counts[OUTSIDE]++;
    } else if (is_valid(test)) {
        assert_int_equal(
            cipher->gcm_open(cipher->ctx, key, iv, prm_span_of(aad, aad_len), prm_span_of(sealed, ct_len + tag_len), out),
            PRM_OK);
        assert_memory_equal(out, msg, msg_len);
        counts[ACCEPTED]++;
    } else {
        const prm_span bytes = prm_span_of(sealed, ct_len + tag_len);
        assert_int_equal(cipher->gcm_open(cipher->ctx, key, iv, prm_span_of(aad, aad_len), bytes, out), PRM_ERR_ENC_TAG);
        all_zero(out, ct_len);
        counts[REFUSED]++;
    }
    uint8_t *const all[] = {key, iv, aad, msg, ct, tag, sealed, apart};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        free(all[i]);
}

static void gcm_case(const struct prm_cipher *cipher, const json_t *test, unsigned counts[3]) {
    unsigned uncounted[3] = {0};

    gcm_run(cipher, test, 0, counts);
    gcm_run(cipher, test, 1, uncounted);
}

static void wycheproof_aes_wrap(void **state) {
    (void)state;
    wycheproof("wycheproof/aes_wrap_test.json", 128, wrap_case);
}

static void wycheproof_hkdf(void **state) {
    (void)state;
    wycheproof("wycheproof/hkdf_sha256_test.json", 0, hkdf_case);
}

static void wycheproof_aes_gcm(void **state) {
    (void)state;
    wycheproof("wycheproof/aes_gcm_test.json", 128, gcm_case);
}

/* A standard's own example through both providers, and the same with one bit of what must be right changed. */
static void as_published(case_fn run, const json_t *right, const json_t *wrong) {
    assert_true(right != NULL && wrong != NULL);
    for (size_t p = 0; p < FX_CIPHERS; p++) {
        unsigned counts[3] = {0};

        run(&ciphers.cipher[p], right, counts);
        run(&ciphers.cipher[p], wrong, counts);
        assert_int_equal(counts[ACCEPTED] + counts[REFUSED] + counts[OUTSIDE], 2);
        assert_int_equal(counts[ACCEPTED], counts[REFUSED]);
        assert_true(counts[ACCEPTED] == 1 || is_missing(&ciphers.cipher[p], run));
    }
}

/* RFC 3394 4.1 */
static void published_key_wrap(void **state) {
    static const char form[] = "{s:s, s:s, s:s, s:s}";
    static const char kek_hex[] = "000102030405060708090a0b0c0d0e0f", key[] = "00112233445566778899aabbccddeeff";
    json_t *const right = json_pack(form, "result", "valid", "key", kek_hex, "msg", key, "ct",
                                    "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
    json_t *const wrong = json_pack(form, "result", "invalid", "key", kek_hex, "msg", key, "ct",
                                    "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe4");

    (void)state;
    as_published(wrap_case, right, wrong);
    json_decref(right);
    json_decref(wrong);
}

/* RFC 5869 A.1; and more than 255 blocks, which there can't be. */
static void published_hkdf(void **state) {
    static const char form[] = "{s:s, s:s, s:s, s:s, s:s, s:i}";
    static const char ikm[] = "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", salt[] = "000102030405060708090a0b0c";
    static const char info[] = "f0f1f2f3f4f5f6f7f8f9";
    json_t *const right = json_pack(form, "result", "valid", "ikm", ikm, "salt", salt, "info", info, "okm",
                                    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                                    "34007208d5b887185865",
                                    "size", 42);
    json_t *const wrong = json_pack(form, "result", "invalid", "ikm", ikm, "salt", salt, "info", info, "okm", "", "size",
                                    255 * 32 + 1);

    (void)state;
    as_published(hkdf_case, right, wrong);
    json_decref(right);
    json_decref(wrong);
}

/* The GCM specification's test case 4. */
static void published_gcm(void **state) {
    static const char form[] = "{s:s, s:s, s:s, s:s, s:s, s:s, s:s}";
    static const char key[] = "feffe9928665731c6d6a8f9467308308", iv[] = "cafebabefacedbaddecaf888";
    static const char aad[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    static const char msg[] = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                              "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    static const char ct[] = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                             "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
    json_t *const right = json_pack(form, "result", "valid", "key", key, "iv", iv, "aad", aad, "msg", msg, "ct", ct,
                                    "tag", "5bc94fbc3221a5db94fae95ae7121a47");
    json_t *const wrong = json_pack(form, "result", "invalid", "key", key, "iv", iv, "aad", aad, "msg", msg, "ct", ct,
                                    "tag", "5bc94fbc3221a5db94fae95ae7121a46");

    (void)state;
    as_published(gcm_case, right, wrong);
    json_decref(right);
    json_decref(wrong);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figures_are_those_of_the_files),
        cmocka_unit_test(published_key_wrap),
        cmocka_unit_test(published_hkdf),
        cmocka_unit_test(published_gcm),
        cmocka_unit_test(all_decrypt_with_whoever_has_the_algorithm),
        cmocka_unit_test(other_keys_do_not_open_them),
        cmocka_unit_test(a_flipped_bit_of_the_info_is_refused),
        cmocka_unit_test(a_flipped_bit_of_a_gcm_payload_is_refused),
        cmocka_unit_test(a_truncated_or_longer_info_is_refused),
        cmocka_unit_test(wycheproof_aes_wrap),
        cmocka_unit_test(wycheproof_hkdf),
        cmocka_unit_test(wycheproof_aes_gcm),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
