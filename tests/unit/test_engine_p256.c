/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_engine_p256.c - P-256 by a part's engine: the witness that another implementation gives, the contract kept; and with an engine that
 * fails, is silent, repeats itself, lies or gives r back no signature is taken for good, and no boot comes of it.
 */
#include "ports/sim/sim_engine_p256.h"
#include "providers/engine/engine_p256.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/unit.h"

static struct prm_sim_engine_p256 engine;
static struct fx_key key;

static prm_result compute(const uint8_t *k, const uint8_t *digest, const uint8_t *sig, uint8_t *witness) {
    return prm_crypto_openssl.p256_witness(k, digest, sig, witness);
}

static prm_result sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_crypto_openssl.sha256(parts, n, out);
}

/* The three lines of a port. */
static prm_result by_engine(const uint8_t k[64], const uint8_t digest[32], const uint8_t sig[64], uint8_t witness[32]) {
    return prm_engine_p256_witness(&engine.seam, k, digest, sig, witness);
}

static int setup(void **state) {
    (void)state;
    fx_key_make(&key, "engine");
    return 0;
}

static void the_witness_of_another(void **state) {
    uint8_t digest[32], sig[64], witness[32], expected[32];
    uint64_t seed = 256;

    (void)state;
    prm_sim_engine_p256_init(&engine, compute);
    for (unsigned i = 0; i < 60; i++) {
        fx_random_fill(&seed, digest, sizeof digest);
        fx_random_fill(&seed, sig, sizeof sig);
        if (i % 4 != 0)
            sig[0] = sig[32] = 0x7F; /* in range for certain; else perhaps */
        if (i % 8 == 7)
            memset(sig + 32, i % 16 == 7 ? 0 : 0xFF, 32);
        const prm_result result = compute(key.anchor.public_key, digest, sig, expected);
        assert_result(by_engine(key.anchor.public_key, digest, sig, witness), result);
        assert_memory_equal(witness, expected, sizeof witness);
    }
    assert_int_equal(engine.misused, 0);
    assert_int_equal(engine.checks, 120);
}

/* Each time CRYPTO and ones, whatever it was asked before. */
static void one_that_fails_gives_nothing(void **state) {
    uint8_t digest[32] = {1}, sig[64] = {2, [32] = 3}, witness[32], ones[32];

    (void)state;
    memset(ones, 0xFF, sizeof ones);
    for (int fault = PRM_SIM_P256_RIGHT + 1; fault < PRM_SIM_P256_FAULTS; fault++) {
        for (unsigned before = 0; before < 2; before++) {
            prm_sim_engine_p256_init(&engine, compute);
            if (before != 0)
                assert_result(by_engine(key.anchor.public_key, digest, sig, witness), PRM_OK);
            engine.fault = (enum prm_sim_engine_p256_fault)fault;
            memset(witness, 0x5A, sizeof witness);
            const prm_result result = by_engine(key.anchor.public_key, digest, sig, witness);
            /* A silent one leaves what is no r. */
            assert_result(result, fault == PRM_SIM_P256_SILENT_LATER && before == 0 ? PRM_OK : PRM_ERR_CRYPTO);
            assert_memory_equal(witness, ones, sizeof witness);
        }
    }
}

static struct fx_device d;

static prm_result boot(enum prm_sim_engine_p256_fault fault, int forged) {
    static const struct prm_crypto crypto = {.sha256 = sha256, .p256_witness = by_engine};
    static const struct fx_key *const anchors[] = {&key, NULL};
    struct fx_key other;

    prm_sim_engine_p256_init(&engine, compute);
    fx_device_init(&d, &crypto, anchors);
    fx_key_make(&other, "another");
    memcpy(other.anchor.key_id, key.anchor.key_id, sizeof other.anchor.key_id); /* says that it is the one */
    fx_install(&d, 0, forged ? &other : &key, 5, 1);
    engine.fault = fault;
    engine.checks = 0;
    return fx_boot(&d);
}

static void no_engine_makes_a_boot_of_what_is_forged(void **state) {
    (void)state;
    assert_result(boot(PRM_SIM_P256_RIGHT, 0), PRM_OK);
    for (int fault = PRM_SIM_P256_RIGHT; fault < PRM_SIM_P256_FAULTS; fault++) {
        assert_int_not_equal(boot((enum prm_sim_engine_p256_fault)fault, 1), PRM_OK);
        if (fault != PRM_SIM_P256_RIGHT)
            assert_int_not_equal(boot((enum prm_sim_engine_p256_fault)fault, 0), PRM_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_witness_of_another),
        cmocka_unit_test(one_that_fails_gives_nothing),
        cmocka_unit_test(no_engine_makes_a_boot_of_what_is_forged),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
