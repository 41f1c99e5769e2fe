/* SPDX-License-Identifier: Apache-2.0 */
/* test_release_verify.c - the manifest is the one that was signed, and an anchor signed it; the word says the same. */
#include "tests/unit/unit.h"

#include "providers/mbedtls/crypto_mbedtls.h"
#include "providers/openssl/crypto_openssl.h"
#include "codec/cose.h"
#include "suit/suit.h"
#include "trust/release.h"

static struct fx_key key[6];
static uint8_t buffer[4096];
static struct prm_trust trust;
static struct prm_release_verified verified;
static prm_word word;

static const struct prm_crypto *const providers[] = {&prm_crypto_openssl, &prm_crypto_mbedtls};

/* Verifies an envelope by both providers, who must agree, and checks what is left behind. */
static prm_result verify_bytes(prm_span bytes) {
    static const struct prm_release_verified zero;
    struct prm_suit_envelope e;
    prm_result first = PRM_OK;

    assert_result(prm_suit_envelope_parse(bytes, &e), PRM_OK);
    for (size_t i = 0; i < COUNT_OF(providers); i++) {
        memset(&verified, 0x5A, sizeof verified);
        word = (prm_word){0, 0};
        const prm_result result = prm_release_verify(&e, providers[i], &trust, &verified, &word);
        if (i > 0)
            assert_result(result, first);
        first = result;
        if (result == PRM_OK) {
            assert_int_equal(prm_word_value(&word), PRM_WORD_SIGNED);
            assert_memory_equal(verified.manifest_digest, e.digest, PRM_SHA256_SIZE);
        } else {
            assert_int_not_equal(prm_word_value(&word), PRM_WORD_SIGNED);
            assert_int_equal(word.diff, UINT32_MAX);
            assert_memory_equal(&verified, &zero, sizeof zero);
        }
    }
    return first;
}

static struct fx_spec spec_of(const struct fx_key *a, const struct fx_key *b) {
    return (struct fx_spec){.sequence = 1, .key = {a, b}, .image = {prm_span_of("image", 5), prm_span_of("other", 5)}};
}

static prm_result verify(const struct fx_spec *spec) {
    return verify_bytes(prm_span_of(buffer, fx_envelope(spec, buffer, sizeof buffer)));
}

static int setup(void **state) {
    static const char *const seeds[] = {"zero", "one", "two", "three", "four", "five"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(key); i++)
        fx_key_make(&key[i], seeds[i]);
    trust = (struct prm_trust){.count = 2, .need = {1, 0}, .anchor = {key[0].anchor, key[1].anchor}};
    return 0;
}

static void every_anchor_may_sign(void **state) {
    (void)state;
    trust.count = 4;
    for (uint32_t i = 0; i < 4; i++)
        trust.anchor[i] = key[i].anchor;
    for (uint32_t i = 0; i < 6; i++) {
        const struct fx_spec spec = spec_of(&key[i], NULL);
        assert_result(verify(&spec), i < 4 ? PRM_OK : PRM_ERR_SIG_KEY);
        if (i < 4)
            assert_memory_equal(verified.key_id, key[i].anchor.key_id, PRM_KEY_ID_SIZE);
    }
    /* Anchors beyond the count are none. */
    for (uint32_t count = 0; count <= 4; count++) {
        trust.count = count;
        const struct fx_spec spec = spec_of(&key[2], NULL);
        assert_result(verify(&spec), count > 2 ? PRM_OK : PRM_ERR_SIG_KEY);
    }
    /* A count that can't be reads no further than the anchors there are. */
    trust.count = UINT32_MAX;
    const struct fx_spec spec = spec_of(&key[5], NULL);
    assert_result(verify(&spec), PRM_ERR_SIG_KEY);
}

static void a_key_id_alone_convinces_nobody(void **state) {
    (void)state;
    /* The stranger names an anchor's id. */
    struct fx_key liar = key[5];
    memcpy(liar.anchor.key_id, key[0].anchor.key_id, PRM_KEY_ID_SIZE);
    const struct fx_spec lie = spec_of(&liar, NULL);
    assert_result(verify(&lie), PRM_ERR_SIG_INVALID);
    /* An anchor's key under an unknown id is not looked for. */
    liar = key[0];
    liar.anchor.key_id[7] ^= 1;
    const struct fx_spec unknown = spec_of(&liar, NULL);
    assert_result(verify(&unknown), PRM_ERR_SIG_KEY);
}

static void without_a_signature_it_is_refused(void **state) {
    const struct fx_spec spec = spec_of(NULL, NULL);

    (void)state;
    assert_result(verify(&spec), PRM_ERR_SIG_NONE);
}

static void one_good_signature_is_enough(void **state) {
    (void)state;
    struct fx_spec spec = spec_of(&key[5], &key[1]);
    assert_result(verify(&spec), PRM_OK);
    assert_memory_equal(verified.key_id, key[1].anchor.key_id, PRM_KEY_ID_SIZE);
    spec = spec_of(&key[1], &key[5]);
    assert_result(verify(&spec), PRM_OK);
    spec = (struct fx_spec){.key = {&key[5], &key[4], &key[3], &key[0]},
                            .image = {prm_span_of("i", 1), prm_span_of("j", 1)}};
    assert_result(verify(&spec), PRM_OK);
    spec.key[3] = &key[2];
    assert_result(verify(&spec), PRM_ERR_SIG_KEY);
    /* Five are more than an envelope may have. */
    spec.key[3] = &key[0];
    spec.key[4] = &key[1];
    struct prm_suit_envelope e;
    assert_result(prm_suit_envelope_parse(prm_span_of(buffer, fx_envelope(&spec, buffer, sizeof buffer)), &e),
                  PRM_ERR_CBOR_LIMIT);
}

static void algorithms_are_those_of_the_policy(void **state) {
    static const int32_t algs[] = {PRM_COSE_ESP256, PRM_COSE_ES256, -35, -36, -37, -8, -46, -65535, 1, 9};

    (void)state;
    for (uint32_t policy = 0; policy < 4; policy++) {
        trust.policy = policy;
        for (size_t i = 0; i < COUNT_OF(algs); i++) {
            struct fx_spec spec = spec_of(&key[0], NULL);
            spec.alg = algs[i];
            const int allowed = algs[i] == PRM_COSE_ESP256 || (algs[i] == PRM_COSE_ES256 && (policy & 1u) != 0);
            /* HSS-LMS is known, but no anchor here is such a key. */
            const prm_result refused = algs[i] == PRM_COSE_HSS_LMS ? PRM_ERR_SIG_KEY : PRM_ERR_SIG_ALGORITHM;
            assert_result(verify(&spec), allowed ? PRM_OK : refused);
        }
    }
}

/* A digest that was signed rightly but is another than the manifest's, in any one bit of it. */
static void a_signed_digest_is_the_manifests(void **state) {
    uint8_t manifest[1024], wrapped[1100], digest[32], digest_bytes[64], block[256];
    const struct fx_spec spec = spec_of(&key[0], NULL);
    const size_t n = fx_manifest(&spec, manifest, sizeof manifest);
    struct prm_cbor_writer w = {wrapped, sizeof wrapped, 0};
    char hex[65], block_hex[513], manifest_hex[2049];

    (void)state;
    prm_cbor_put_bstr(&w, prm_span_of(manifest, n));
    fx_sha256(prm_span_of(wrapped, w.len), digest);
    for (unsigned bit = 0; bit <= 256; bit++) {
        if (bit < 256)
            digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const size_t m = fx_cbor(digest_bytes, sizeof digest_bytes, "[-16, h'%s']", fx_hex(digest, 32, hex));
        const size_t b = fx_sign1(&key[0], PRM_COSE_ESP256, prm_span_of(digest_bytes, m), NULL, block, sizeof block);
        const size_t len = fx_cbor(buffer, sizeof buffer, "107({2: <<[<<[-16, h'%s']>>, h'%s']>>, 3: h'%s'})", hex,
                                   fx_hex(block, b, block_hex), fx_hex(manifest, n, manifest_hex));
        assert_result(verify_bytes(prm_span_of(buffer, len)), bit < 256 ? PRM_ERR_SUIT_DIGEST : PRM_OK);
        if (bit < 256)
            digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* An envelope around `manifest` with one authentication block of these bytes. */
static prm_result with_block(const char *block_hex) {
    uint8_t manifest[1024], wrapped[1100], digest[32];
    char hex[65], manifest_hex[2049];
    const struct fx_spec spec = spec_of(&key[0], NULL);
    const size_t n = fx_manifest(&spec, manifest, sizeof manifest);
    struct prm_cbor_writer w = {wrapped, sizeof wrapped, 0};

    prm_cbor_put_bstr(&w, prm_span_of(manifest, n));
    fx_sha256(prm_span_of(wrapped, w.len), digest);
    const size_t len = fx_cbor(buffer, sizeof buffer, "107({2: <<[<<[-16, h'%s']>>, h'%s']>>, 3: h'%s'})",
                               fx_hex(digest, 32, hex), block_hex, fx_hex(manifest, n, manifest_hex));
    return verify_bytes(prm_span_of(buffer, len));
}

/* A block with this protected header (the notation of a bstr), signed rightly by key 0; payload and signature as given.
 */
static void make_block(const char *protected_, const char *unprotected, const char *payload, size_t sig_len,
                       char *hex) {
    uint8_t manifest[1024], wrapped[1100], digest[32], digest_bytes[64], header[64], block[512], sig[80] = {0};
    const struct fx_spec spec = spec_of(&key[0], NULL);
    char text[65], header_hex[129], sig_hex[161];
    struct prm_cbor_writer w = {wrapped, sizeof wrapped, 0};
    struct prm_cose_tbs tbs;

    prm_cbor_put_bstr(&w, prm_span_of(manifest, fx_manifest(&spec, manifest, sizeof manifest)));
    fx_sha256(prm_span_of(wrapped, w.len), digest);
    const size_t n = fx_cbor(digest_bytes, sizeof digest_bytes, "[-16, h'%s']", fx_hex(digest, 32, text));
    const size_t h = fx_cbor(header, sizeof header, "%s", protected_);
    const struct prm_cose_sign1 s = {.protected_ = prm_span_of(header, h)};
    prm_cose_sign1_tbs(&s, prm_span_of(NULL, 0), prm_span_of(digest_bytes, n), &tbs);
    assert_result(prm_crypto_openssl.sha256(tbs.part, PRM_COSE_TBS_PARTS, digest), PRM_OK);
    fx_sign(&key[0], digest, sig);
    const size_t len = fx_cbor(block, sizeof block, "18([h'%s', %s, %s, h'%s'])", fx_hex(header, h, header_hex),
                               unprotected, payload, fx_hex(sig, sig_len, sig_hex));
    fx_hex(block, len, hex);
}

static void a_block_has_the_shape_that_is_signed(void **state) {
    char hex[1025], kid[17], with_kid[64];

    (void)state;
    fx_hex(key[0].anchor.key_id, PRM_KEY_ID_SIZE, kid);
    make_block("{1: -9}", "{}", "null", 64, hex);
    assert_result(with_block(hex), PRM_OK); /* names no key: all are tried */
    snprintf(with_kid, sizeof with_kid, "{4: h'%s'}", kid);
    make_block("{1: -9}", with_kid, "null", 64, hex);
    assert_result(with_block(hex), PRM_OK);
    make_block("{1: -9}", "{4: h''}", "null", 64, hex);
    assert_result(with_block(hex), PRM_ERR_SIG_KEY);
    make_block("{1: -9}", "{4: h'00'}", "null", 64, hex);
    assert_result(with_block(hex), PRM_ERR_SIG_KEY);
    /* The payload is detached; one that is there is refused, whatever it holds. */
    make_block("{1: -9}", "{}", "h''", 64, hex);
    assert_result(with_block(hex), PRM_ERR_SIG_FORMAT);
    make_block("{1: -9}", "{}", "h'00'", 64, hex);
    assert_result(with_block(hex), PRM_ERR_SIG_FORMAT);
    for (size_t len = 0; len <= 80; len++) {
        make_block("{1: -9}", "{}", "null", len, hex);
        assert_result(with_block(hex), len == 64 ? PRM_OK : PRM_ERR_SIG_FORMAT);
    }
    make_block("{}", "{1: -9}", "null", 64, hex);
    assert_result(with_block(hex), PRM_ERR_SIG_ALGORITHM);
    make_block("{1: -9, 2: [4]}", "{}", "null", 64, hex);
    assert_result(with_block(hex), PRM_ERR_SIG_FORMAT);
    assert_result(with_block(""), PRM_ERR_CBOR_TRUNCATED);
    assert_result(with_block("d1"), PRM_ERR_SIG_KIND);
}

/* A MAC proves that a holder of a shared key made it, so it counts for nothing; and the reason says what it is. */
static void a_mac_is_named_and_does_not_count(void **state) {
    (void)state;
    assert_result(with_block("d18443a10105a0f64108"), PRM_ERR_SIG_KIND);         /* 17: COSE_Mac0 */
    assert_result(with_block("d8618543a10105a0f6410880"), PRM_ERR_SIG_KIND);     /* 97: COSE_Mac */
    assert_result(with_block("d8628440a0f680"), PRM_ERR_SIG_KIND);               /* 98: COSE_Sign */
}

static void out_of_range_signatures_are_refused(void **state) {
    static const char n_hex[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char ones[] = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    static const char one[] = "0000000000000000000000000000000000000000000000000000000000000001";
    static const char *const part[] = {zero, one, n_hex, ones};

    (void)state;
    for (size_t r = 0; r < COUNT_OF(part); r++) {
        for (size_t s = 0; s < COUNT_OF(part); s++) {
            uint8_t block[128];
            char hex[257];
            const size_t len = fx_cbor(block, sizeof block, "18([<<{1: -9}>>, {}, null, h'%s%s'])", part[r], part[s]);
            fx_hex(block, len, hex);
            assert_result(with_block(hex), PRM_ERR_SIG_INVALID);
        }
    }
}

static void every_flip_of_a_signed_envelope_is_refused(void **state) {
    const struct fx_spec spec = spec_of(&key[0], NULL);
    const size_t n = fx_envelope(&spec, buffer, sizeof buffer);
    unsigned parsed = 0;

    (void)state;
    assert_result(verify_bytes(prm_span_of(buffer, n)), PRM_OK);
    for (size_t bit = 0; bit < n * 8; bit++) {
        struct prm_suit_envelope e;
        buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (prm_suit_envelope_parse(prm_span_of(buffer, n), &e) == PRM_OK) {
            parsed++;
            assert_true(verify_bytes(prm_span_of(buffer, n)) != PRM_OK);
        }
        buffer[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(parsed > 1000);
}

static void a_failing_provider_verifies_nothing(void **state) {
    static const struct fx_key *const keys[] = {&key[0], NULL};
    static struct fx_device device;
    const struct fx_spec spec = spec_of(&key[0], NULL);
    const size_t n = fx_envelope(&spec, buffer, sizeof buffer);
    struct prm_suit_envelope e;

    (void)state;
    assert_result(prm_suit_envelope_parse(prm_span_of(buffer, n), &e), PRM_OK);
    for (uint32_t call = 0;; call++) {
        fx_device_init(&device, &prm_crypto_openssl, keys);
        device.faults.fail_at = call;
        word = (prm_word){0, 0};
        const prm_result result = prm_release_verify(&e, device.platform.crypto, &device.trust, &verified, &word);
        if (device.faults.calls <= call) {
            assert_result(result, PRM_OK);
            assert_int_equal(call, 3);
            break;
        }
        assert_result(result, PRM_ERR_CRYPTO);
        assert_int_equal(word.diff, UINT32_MAX);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_anchor_may_sign, setup),
        cmocka_unit_test_setup(a_key_id_alone_convinces_nobody, setup),
        cmocka_unit_test_setup(without_a_signature_it_is_refused, setup),
        cmocka_unit_test_setup(one_good_signature_is_enough, setup),
        cmocka_unit_test_setup(a_signed_digest_is_the_manifests, setup),
        cmocka_unit_test_setup(algorithms_are_those_of_the_policy, setup),
        cmocka_unit_test_setup(a_block_has_the_shape_that_is_signed, setup),
        cmocka_unit_test_setup(a_mac_is_named_and_does_not_count, setup),
        cmocka_unit_test_setup(out_of_range_signatures_are_refused, setup),
        cmocka_unit_test_setup(every_flip_of_a_signed_envelope_is_refused, setup),
        cmocka_unit_test_setup(a_failing_provider_verifies_nothing, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
