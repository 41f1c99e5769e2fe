/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_random_memory.c - what a start and a request leave in memory: nothing that numbers of before could be told from. They
 * run on a stack of their own, which is searched afterwards together with the generator.
 */
#include "tests/unit/unit.h"

#include <ucontext.h>

#include "crypto/hmac.h"
#include "ports/eeprom/eeprom_seed.h"
#include "ports/sim/sim_entropy.h"
#include "providers/openssl/crypto_openssl.h"
#include "random/random.h"

static uint8_t eeprom_bytes[PRM_EEPROM_CELL_SIZE];

static prm_result eeprom_read(void *ctx, uint32_t off, void *dst, uint32_t len) {
    (void)ctx;
    memcpy(dst, eeprom_bytes + off, len);
    return PRM_OK;
}

static prm_result eeprom_write(void *ctx, uint32_t off, const void *src, uint32_t len) {
    (void)ctx;
    memcpy(eeprom_bytes + off, src, len);
    return PRM_OK;
}

static const struct prm_eeprom eeprom = {NULL, eeprom_read, eeprom_write, &prm_crypto_openssl};
static struct prm_eeprom_cell format = {{&eeprom, 0, PRM_EEPROM_SEED, PRM_CELL_SIZE}};
static const struct prm_cell cell = {&format, prm_eeprom_seed_read, prm_eeprom_seed_write};
static struct prm_sim_entropy source;
static struct prm_random rng;
static const struct prm_random_platform platform = {&prm_crypto_openssl, &source.entropy, &cell, {{NULL, 0}, {NULL, 0}}};

static uint8_t stack[256 * 1024];
static ucontext_t here, there;
static void (*work)(void);

static void enter(void) {
    work();
}

/* Runs it on a stack of its own, where everything that it leaves behind can be seen afterwards. */
static void on_a_stack(void (*what)(void)) {
    memset(stack, 0, sizeof stack);
    work = what;
    assert_int_equal(getcontext(&there), 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, enter, 0);
    assert_int_equal(swapcontext(&here, &there), 0);
}

/* Whether any 8 bytes of a secret in a row stand in memory. */
static int stands_in(const uint8_t *memory, size_t len, const uint8_t *secret, size_t secret_len) {
    static const uint8_t untouched[8];

    for (size_t i = 0; i + 8 <= len; i++) {
        if (memcmp(memory + i, untouched, 8) == 0)
            continue;
        for (size_t k = 0; k + 8 <= secret_len; k++)
            if (memcmp(memory + i, secret + k, 8) == 0)
                return 1;
    }
    return 0;
}

static void left_nowhere(const char *what, const uint8_t *secret, size_t len) {
    if (stands_in(stack, sizeof stack, secret, len))
        fail_msg("%s stands on the stack", what);
    if (stands_in((const uint8_t *)&rng, sizeof rng, secret, len))
        fail_msg("%s stands in the generator", what);
}

/* A key also as HMAC has it, with each pad. */
static void key_left_nowhere(const char *what, const uint8_t key[32]) {
    static const uint8_t pads[] = {0x36, 0x5C};
    uint8_t padded[32];

    for (size_t p = 0; p < sizeof pads; p++) {
        for (size_t i = 0; i < sizeof padded; i++)
            padded[i] = key[i] ^ pads[p];
        left_nowhere(what, padded, sizeof padded);
    }
}

/* Samples of the source from one to another, in the order in which they were taken. */
static void samples_left_nowhere(uint64_t from, uint64_t to) {
    uint8_t samples[2048];

    assert_true(to - from <= sizeof samples && to > from + 8);
    source.taken = from;
    assert_result(source.entropy.fill(&source, samples, to - from), PRM_OK);
    assert_int_equal(source.taken, to);
    left_nowhere("a sample", samples, to - from);
}

static uint8_t given[64], key[32], code[32], seed[32];

static void run_start(void) {
    assert_result(prm_random_start(&rng, &platform), PRM_OK);
}

static void run_fill(void) {
    assert_result(prm_random_fill(&rng, given, sizeof given), PRM_OK);
}

static void run_hmac(void) {
    const prm_span text = prm_span_of("text", 4);

    assert_result(prm_hmac_sha256(&prm_crypto_openssl, prm_span_of(key, sizeof key), &text, 1, code), PRM_OK);
}

static void run_gather_start(void) {
    assert_result(prm_gather_start(&rng.gather, &prm_crypto_openssl, &source.entropy), PRM_OK);
}

static void run_gather_seed(void) {
    assert_result(prm_gather_seed(&rng.gather, seed), PRM_OK);
}

static void run_write(void) {
    assert_result(cell.write(cell.ctx, seed), PRM_OK);
}

static void run_read(void) {
    uint8_t out[32];

    assert_result(cell.read(cell.ctx, out), PRM_OK);
    prm_wipe(out, sizeof out);
}

static void begin(void) {
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
}

static void nothing_of_a_start_is_left(void **state) {
    struct prm_gather gather;
    uint8_t conditioned[2][32], old_seed[32];

    (void)state;
    begin();
    assert_result(prm_random_start(&rng, &platform), PRM_OK);
    memcpy(old_seed, eeprom_bytes + 8, sizeof old_seed);
    begin();
    assert_result(prm_gather_start(&gather, &prm_crypto_openssl, &source.entropy), PRM_OK);
    assert_result(prm_gather_seed(&gather, conditioned[0]), PRM_OK);
    assert_result(prm_gather_seed(&gather, conditioned[1]), PRM_OK);
    begin();
    on_a_stack(run_start);
    left_nowhere("the entropy input", conditioned[0], 32);
    left_nowhere("the nonce", conditioned[1], 32);
    left_nowhere("the old seed", old_seed, 32);
    left_nowhere("the new seed", eeprom_bytes + 8, 32);
    samples_left_nowhere(0, source.taken);
    /* What the search can find at all: the state that is there now. */
    assert_true(stands_in((const uint8_t *)&rng, sizeof rng, rng.drbg.key, 32));
}

static void nothing_that_tells_earlier_numbers_is_left_by_a_request(void **state) {
    struct prm_gather gather;
    struct prm_hmac_drbg before;
    uint8_t conditioned[32];

    (void)state;
    begin();
    assert_result(prm_random_start(&rng, &platform), PRM_OK);
    for (int due = 0; due < 2; due++) {
        if (due != 0)
            rng.drbg.requests = PRM_DRBG_RESEED_AFTER;
        before = rng.drbg;
        const uint64_t taken = source.taken;
        on_a_stack(run_fill);
        assert_memory_not_equal(before.key, rng.drbg.key, sizeof before.key);
        assert_memory_not_equal(before.value, rng.drbg.value, sizeof before.value);
        left_nowhere("K of before", before.key, 32);
        left_nowhere("V of before", before.value, 32);
        key_left_nowhere("K of before", before.key);
        key_left_nowhere("K of now", rng.drbg.key);
        left_nowhere("a number that was given", given, sizeof given);
        samples_left_nowhere(taken, source.taken);
        if (due == 0)
            continue;
        gather = rng.gather;
        source.taken = taken;
        assert_result(prm_gather_seed(&gather, conditioned), PRM_OK);
        left_nowhere("the entropy of a seed", conditioned, sizeof conditioned);
    }
}

static void no_samples_are_left_where_they_were_gathered(void **state) {
    (void)state;
    memset(&rng, 0, sizeof rng);
    begin();
    on_a_stack(run_gather_start);
    samples_left_nowhere(0, source.taken);
    const uint64_t taken = source.taken;
    on_a_stack(run_gather_seed);
    samples_left_nowhere(taken, source.taken);
}

static void nothing_of_a_key_is_left_by_hmac(void **state) {
    uint8_t block[68], inner[32];

    (void)state;
    memset(&rng, 0, sizeof rng);
    for (uint8_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(7 * i + 1);
    on_a_stack(run_hmac);
    left_nowhere("the key", key, sizeof key);
    key_left_nowhere("the key", key);
    memset(block, 0x36, 64);
    for (size_t i = 0; i < sizeof key; i++)
        block[i] ^= key[i];
    memcpy(block + 64, "text", 4);
    fx_sha256(prm_span_of(block, sizeof block), inner);
    left_nowhere("the inner digest", inner, sizeof inner);
}

static void nothing_of_a_seed_is_left_where_it_was_read_or_written(void **state) {
    (void)state;
    memset(&rng, 0, sizeof rng);
    for (uint8_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(11 * i + 3);
    on_a_stack(run_write);
    left_nowhere("the seed, written", seed, sizeof seed);
    on_a_stack(run_read);
    left_nowhere("the seed, read", seed, sizeof seed);
    assert_memory_equal(eeprom_bytes + 8, seed, sizeof seed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_a_start_is_left),
        cmocka_unit_test(nothing_that_tells_earlier_numbers_is_left_by_a_request),
        cmocka_unit_test(no_samples_are_left_where_they_were_gathered),
        cmocka_unit_test(nothing_of_a_key_is_left_by_hmac),
        cmocka_unit_test(nothing_of_a_seed_is_left_where_it_was_read_or_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
