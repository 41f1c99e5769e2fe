/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_engine.c - SHA-256 by a part's engine: right whatever memory the parts lie in and however they lie, with the engine's
 * contract kept; and with an engine that fails or lies nothing is taken for good.
 */
#include "ports/sim/sim_engine.h"
#include "providers/engine/engine.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/unit.h"

enum { ROOM = 4u << 20, BYTES = 8192 };

static struct prm_sim_engine engine;
static uint8_t message[ROOM], flash[BYTES + 8] __attribute__((aligned(8))), ram[BYTES + 8] __attribute__((aligned(8)));

static prm_result openssl_sha256(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_crypto_openssl.sha256(parts, n, out);
}

static void start(enum prm_sim_engine_fault fault) {
    prm_sim_engine_init(&engine, openssl_sha256, prm_span_of(flash, sizeof flash), message, sizeof message);
    engine.fault = fault;
}

/* The three lines of a port. */
static prm_result by_engine(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    return prm_engine_sha256(&engine.seam, parts, n, out);
}

static int setup(void **state) {
    uint64_t seed = 50;

    (void)state;
    fx_random_fill(&seed, flash, sizeof flash);
    fx_random_fill(&seed, ram, sizeof ram);
    return 0;
}

static void same(const prm_span *parts, size_t n) {
    uint8_t digest[32], expected[32];

    assert_result(openssl_sha256(parts, n, expected), PRM_OK);
    assert_result(by_engine(parts, n, digest), PRM_OK);
    assert_memory_equal(digest, expected, sizeof digest);
    assert_int_equal(engine.misused, 0);
}

static void right_wherever_the_parts_lie(void **state) {
    uint64_t seed = 3;

    (void)state;
    start(PRM_SIM_ENGINE_RIGHT);
    same(NULL, 0);
    for (size_t len = 0; len < 200; len++) {
        for (size_t off = 0; off < 5; off++) {
            const prm_span one[] = {prm_span_of(ram + off, len)}, other[] = {prm_span_of(flash + off, len)};
            same(one, 1);
            same(other, 1);
        }
    }
    for (unsigned round = 0; round < 400; round++) {
        prm_span parts[5];
        for (size_t i = 0; i < COUNT_OF(parts); i++) {
            const uint8_t *const from = fx_random(&seed) % 2 != 0 ? ram : flash;
            const size_t off = fx_random(&seed) % 64, len = fx_random(&seed) % (round % 2 != 0 ? 100 : BYTES - 64);
            parts[i] = prm_span_of(from + off, len);
        }
        same(parts, COUNT_OF(parts));
    }
}

/* Each time CRYPTO and zeros, whatever was hashed before. */
static void one_that_fails_gives_nothing(void **state) {
    static const enum prm_sim_engine_fault faults[] = {PRM_SIM_ENGINE_NOT_POWERED, PRM_SIM_ENGINE_BUS_ERROR,
                                                       PRM_SIM_ENGINE_TIMES_OUT,   PRM_SIM_ENGINE_SILENT,
                                                       PRM_SIM_ENGINE_DOUBTS,      PRM_SIM_ENGINE_SILENT_AT_LENGTH,
                                                       PRM_SIM_ENGINE_REPEATS,     PRM_SIM_ENGINE_LIES};
    static const uint8_t zeros[32];
    const prm_span part = prm_span_of(ram, 3000);
    uint8_t digest[32];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        for (unsigned before = 0; before < 2; before++) {
            start(PRM_SIM_ENGINE_RIGHT);
            if (before != 0)
                assert_result(by_engine(&part, 1, digest), PRM_OK);
            engine.fault = faults[i];
            memset(digest, 0x5A, sizeof digest);
            assert_result(by_engine(&part, 1, digest), PRM_ERR_CRYPTO);
            assert_memory_equal(digest, zeros, sizeof digest);
        }
    }
}

static struct fx_device d;
static struct fx_key key;

static prm_result witness(const uint8_t *k, const uint8_t *digest, const uint8_t *sig, uint8_t out[32]) {
    return prm_crypto_openssl.p256_witness(k, digest, sig, out);
}

/* A boot that hashes by the engine. */
static prm_result boot(enum prm_sim_engine_fault fault, int tampered) {
    static const struct prm_crypto crypto = {.sha256 = by_engine, .p256_witness = witness};
    static const struct fx_key *const anchors[] = {&key, NULL};

    start(PRM_SIM_ENGINE_RIGHT);
    fx_key_make(&key, "engine");
    fx_device_init(&d, &crypto, anchors);
    fx_install(&d, 0, &key, 5, 1);
    if (tampered)
        fx_place(&d, 0, 0)[200] ^= 1;
    engine.fault = fault;
    return fx_boot(&d);
}

/* An engine that lies, whenever it does, makes a device that says so and runs nothing; none runs what was altered. */
static void no_engine_makes_a_boot_of_what_is_altered(void **state) {
    (void)state;
    assert_result(boot(PRM_SIM_ENGINE_RIGHT, 0), PRM_OK);
    for (int fault = PRM_SIM_ENGINE_RIGHT; fault <= PRM_SIM_ENGINE_LIES_AT_LENGTH; fault++) {
        assert_int_not_equal(boot((enum prm_sim_engine_fault)fault, 1), PRM_OK);
        /* The third update of a message, which fails, there isn't in so short an image. */
        if (fault != PRM_SIM_ENGINE_RIGHT && fault != PRM_SIM_ENGINE_BUS_ERROR)
            assert_int_not_equal(boot((enum prm_sim_engine_fault)fault, 0), PRM_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_wherever_the_parts_lie),
        cmocka_unit_test(one_that_fails_gives_nothing),
        cmocka_unit_test(no_engine_makes_a_boot_of_what_is_altered),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
