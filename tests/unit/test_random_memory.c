/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_random_memory.c - what a start and a request leave in memory: nothing that numbers of before could be told from. They
 * run on a stack of their own, which is searched afterwards together with the generator.
 */
#include "tests/unit/unit.h"

#include <ucontext.h>

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
static struct prm_eeprom_cell format = {&eeprom, 0, PRM_EEPROM_SEED};
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
    for (size_t i = 0; i + 8 <= len; i++)
        for (size_t k = 0; k + 8 <= secret_len; k++)
            if (memcmp(memory + i, secret + k, 8) == 0)
                return 1;
    return 0;
}

static void left_nowhere(const char *what, const uint8_t *secret, size_t len) {
    if (stands_in(stack, sizeof stack, secret, len))
        fail_msg("%s stands on the stack", what);
    if (stands_in((const uint8_t *)&rng, sizeof rng, secret, len))
        fail_msg("%s stands in the generator", what);
}

static uint8_t given[64];

static void run_start(void) {
    assert_result(prm_random_start(&rng, &platform), PRM_OK);
}

static void run_fill(void) {
    assert_result(prm_random_fill(&rng, given, sizeof given), PRM_OK);
}

static void nothing_that_tells_earlier_numbers_is_left_in_memory(void **state) {
    struct prm_gather gather;
    uint8_t conditioned[2][32], old_seed[32], fresh[PRM_RANDOM_FRESH];
    struct prm_hmac_drbg before;

    (void)state;
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
    assert_result(prm_random_start(&rng, &platform), PRM_OK);
    memcpy(old_seed, eeprom_bytes + 8, sizeof old_seed);
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
    assert_result(prm_gather_start(&gather, &prm_crypto_openssl, &source.entropy), PRM_OK);
    assert_result(prm_gather_seed(&gather, conditioned[0]), PRM_OK);
    assert_result(prm_gather_seed(&gather, conditioned[1]), PRM_OK);
    prm_sim_entropy_init(&source, PRM_SIM_ENTROPY_GOOD, 1234, 0);
    on_a_stack(run_start);
    left_nowhere("the entropy input", conditioned[0], 32);
    left_nowhere("the nonce", conditioned[1], 32);
    left_nowhere("the old seed", old_seed, 32);
    left_nowhere("the new seed", eeprom_bytes + 8, 32);
    /* What the search can find at all: the state that is there now. */
    assert_true(stands_in((const uint8_t *)&rng, sizeof rng, rng.drbg.key, 32));

    before = rng.drbg;
    const uint64_t taken = source.taken;
    on_a_stack(run_fill);
    assert_memory_not_equal(before.key, rng.drbg.key, sizeof before.key);
    assert_memory_not_equal(before.value, rng.drbg.value, sizeof before.value);
    left_nowhere("K of before", before.key, 32);
    left_nowhere("V of before", before.value, 32);
    left_nowhere("a number that was given", given, sizeof given);
    source.taken = taken;
    assert_result(source.entropy.fill(&source, fresh, sizeof fresh), PRM_OK);
    left_nowhere("a sample", fresh, sizeof fresh);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_tells_earlier_numbers_is_left_in_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
