/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_psa_random.c - psa_generate_random() from both ends: what the core's results are called there, and what the client
 * library asks the door for, piece by piece; the door here is a stand-in over memory whose addresses fit 32 bits.
 */
#include "tests/unit/unit.h"

#include <sys/mman.h>

#include "ports/sim/sim_entropy.h"
#include "primum/door_random.h"
#include "psa/random.h"
#include "sdk/call.h"

/* ---- The services' end ---- */

static void each_result_has_its_name(void **state) {
    static const struct {
        prm_result result;
        psa_status_t status;
    } names[] = {
        {PRM_OK, PSA_SUCCESS},
        {PRM_ERR_ENTROPY_IO, PSA_ERROR_COMMUNICATION_FAILURE},
        {PRM_ERR_CRYPTO, PSA_ERROR_CORRUPTION_DETECTED},
        {PRM_ERR_ENTROPY_HEALTH, PSA_ERROR_INSUFFICIENT_ENTROPY},
        {PRM_ERR_RANDOM_SEED, PSA_ERROR_INSUFFICIENT_ENTROPY},
        {PRM_ERR_RANDOM_STORED, PSA_ERROR_INSUFFICIENT_ENTROPY},
        {PRM_ERR_COUNTER_IO, PSA_ERROR_INSUFFICIENT_ENTROPY},
        {PRM_ERR_ARGUMENT, PSA_ERROR_INSUFFICIENT_ENTROPY},
        {0, PSA_ERROR_INSUFFICIENT_ENTROPY},
        {UINT32_MAX, PSA_ERROR_INSUFFICIENT_ENTROPY},
    };
    struct prm_random random;
    uint8_t out[16], zeros[16] = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        memset(&random, 0, sizeof random);
        random.state = names[i].result;
        assert_int_equal(prm_psa_random_ready(&random), names[i].status);
        if (names[i].result == PRM_OK)
            continue;
        memset(out, 0xEE, sizeof out);
        assert_int_equal(prm_psa_random_fill(&random, out, sizeof out), names[i].status);
        assert_memory_equal(out, zeros, sizeof out);
    }
}

/* ---- The application's end ---- */

static struct {
    uint8_t *memory; /* below 4 GiB */
    size_t size;
    uint32_t calls, fails_at, call;
    size_t given;
} door;

psa_status_t primum_door_call(uint32_t call, const struct primum_vector *vectors, uint32_t lengths[2]) {
    (void)lengths;
    door.call = call;
    if (door.calls++ == door.fails_at)
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    if (vectors == NULL)
        return PSA_SUCCESS;
    uint8_t *const out = (uint8_t *)(uintptr_t)vectors->base;
    assert_true(out >= door.memory && vectors->len >= 1 && vectors->len <= PRIMUM_RANDOM_PIECE);
    assert_true((size_t)(out - door.memory) + vectors->len <= door.size);
    /* Each byte once, in order. */
    assert_true(out == door.memory + 16 + door.given);
    memset(out, (int)(0x40 + door.calls % 64), vectors->len);
    door.given += vectors->len;
    return PSA_SUCCESS;
}

static int setup(void **state) {
    (void)state;
    door.size = 4096;
    door.memory = mmap(NULL, door.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    assert_true(door.memory != MAP_FAILED && (uintptr_t)door.memory <= UINT32_MAX);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    return munmap(door.memory, door.size);
}

static void begin(uint32_t fails_at) {
    memset(door.memory, 0, door.size);
    door.calls = 0;
    door.given = 0;
    door.fails_at = fails_at;
}

static void any_number_of_bytes_is_asked_for_in_pieces(void **state) {
    (void)state;
    for (size_t len = 0; len <= 3 * PRIMUM_RANDOM_PIECE + 1; len++) {
        begin(UINT32_MAX);
        assert_int_equal(psa_generate_random(door.memory + 16, len), PSA_SUCCESS);
        assert_int_equal(door.calls, (len + PRIMUM_RANDOM_PIECE - 1) / PRIMUM_RANDOM_PIECE);
        assert_int_equal(door.given, len);
        assert_true(len == 0 || door.call == PRIMUM_DOOR_CALL(PRIMUM_SERVICE_RANDOM, PRIMUM_RANDOM_FILL, 0, 1));
        for (size_t i = 0; i < door.size; i++)
            assert_int_equal(door.memory[i] != 0, i >= 16 && i < 16 + len);
    }
}

static void a_piece_that_fails_leaves_zeros_of_what_was_given_and_nothing_else_is_touched(void **state) {
    (void)state;
    for (uint32_t at = 0; at < 4; at++) {
        begin(at);
        memset(door.memory, 0x11, door.size);
        assert_int_equal(psa_generate_random(door.memory + 16, 4 * PRIMUM_RANDOM_PIECE), PSA_ERROR_INSUFFICIENT_ENTROPY);
        assert_int_equal(door.calls, at + 1);
        for (size_t i = 0; i < door.size; i++)
            assert_int_equal(door.memory[i], i >= 16 && i < 16 + at * PRIMUM_RANDOM_PIECE ? 0 : 0x11);
    }
}

static void init_asks_whether_there_will_be_some(void **state) {
    (void)state;
    begin(UINT32_MAX);
    assert_int_equal(psa_crypto_init(), PSA_SUCCESS);
    assert_true(door.call == PRIMUM_DOOR_CALL(PRIMUM_SERVICE_RANDOM, PRIMUM_RANDOM_READY, 0, 0));
    begin(0);
    assert_int_equal(psa_crypto_init(), PSA_ERROR_INSUFFICIENT_ENTROPY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_result_has_its_name),
        cmocka_unit_test(any_number_of_bytes_is_asked_for_in_pieces),
        cmocka_unit_test(a_piece_that_fails_leaves_zeros_of_what_was_given_and_nothing_else_is_touched),
        cmocka_unit_test(init_asks_whether_there_will_be_some),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
