/* SPDX-License-Identifier: Apache-2.0 */
/* What may become of a bank, from every status that the journal can give it and to the bank that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/cut/rig.h"

enum { APP_SIZE = 3000, SERVICES_SIZE = 1000, STATUSES = PRM_BANK_PARTIAL + 1, RUNNING = 0, OTHER = 1 };

static struct rig_world world;

static int make_all(void **state) {
    (void)state;
    rig_world_init(&world, APP_SIZE, SERVICES_SIZE);
    return 0;
}

static int free_all(void **state) {
    (void)state;
    rig_world_free(&world);
    return 0;
}

/* A device whose journal says this; bank 0 runs. */
static void say(struct rig *rig, enum prm_bank_status running, enum prm_bank_status other) {
    struct prm_journal journal;
    struct prm_state state;

    rig_init(rig, &world);
    assert_int_equal(prm_state_load(&journal, &rig->flash, &rig_crypto, 0, &state), PRM_OK);
    state.chosen = RUNNING;
    state.bank[RUNNING].status = (uint8_t)running;
    state.bank[OTHER].status = (uint8_t)other;
    state.bank[RUNNING].attempts = 2;
    assert_int_equal(prm_state_store(&journal, &state), PRM_OK);
    rig->operations = 0;
}

/* Runs `expression` on every pair of statuses; it must succeed exactly if `allowed`, and then the bank is `becomes`. */
#define EVERY(expression, allowed, bank_no, becomes)                                                        \
    for (int running = 0; running < STATUSES; running++)                                                    \
        for (int other = 0; other < STATUSES; other++) {                                                    \
            struct rig rig;                                                                                 \
            say(&rig, (enum prm_bank_status)running, (enum prm_bank_status)other);                          \
            const prm_result result = (expression);                                                         \
            assert_int_equal(result, (allowed) ? PRM_OK : PRM_ERR_UPDATE_STATE);                            \
            if (result != PRM_OK)                                                                           \
                assert_int_equal(rig.operations, 0);                                                        \
            else                                                                                            \
                assert_int_equal(rig_state(&rig).bank[bank_no].status, becomes);                            \
            rig_free(&rig);                                                                                 \
        }

static int unaccepted(int running) {
    return running == PRM_BANK_TRIAL || running == PRM_BANK_REJECTED;
}

/* What has to be given up before another release can come; all else stays as it is. */
static int in_the_way(int other) {
    return other == PRM_BANK_CANDIDATE || other == PRM_BANK_STAGED || other == PRM_BANK_TRIAL || other == PRM_BANK_REJECTED;
}

static int stands(int running) {
    return running == PRM_BANK_FACTORY || running == PRM_BANK_CONFIRMED || running == PRM_BANK_PARTIAL;
}

static void test_open(void **state) {
    static struct prm_update update;

    (void)state;
    EVERY(prm_update_open(&update, &rig.services, RUNNING, 1), stands(running) && other != PRM_BANK_STAGED, OTHER, other)
    EVERY(prm_update_open(&update, &rig.services, 2, 1), 0, OTHER, other)
}

static void test_install(void **state) {
    (void)state;
    EVERY(prm_update_install(&rig.services, OTHER), other == PRM_BANK_CANDIDATE || other == PRM_BANK_STAGED, OTHER,
          PRM_BANK_STAGED)
    EVERY(prm_update_install(&rig.services, 2), 0, OTHER, other)
}

static void test_clean(void **state) {
    (void)state;
    EVERY(prm_update_clean(&rig.services, OTHER), !unaccepted(running), OTHER, in_the_way(other) ? PRM_BANK_EMPTY : other)
    EVERY(prm_update_clean(&rig.services, OTHER), !unaccepted(running), OTHER,
          in_the_way(other) && rig.operations == 0 ? -1 : !in_the_way(other) && rig.operations != 0 ? -2
                                                                                                  : rig_state(&rig).bank[OTHER].status)
    EVERY(prm_update_clean(&rig.services, RUNNING), 0, RUNNING, running)
}

static void test_accept(void **state) {
    (void)state;
    EVERY(prm_update_accept(&rig.services, RUNNING, 7), running == PRM_BANK_TRIAL || running == PRM_BANK_CONFIRMED,
          RUNNING, PRM_BANK_CONFIRMED)
}

static void test_reject(void **state) {
    (void)state;
    EVERY(prm_update_reject(&rig.services, RUNNING, -132), unaccepted(running), RUNNING, PRM_BANK_REJECTED)
}

/* The floor moves with the acceptance, and not without. */
static void test_floor(void **state) {
    struct rig rig;

    (void)state;
    say(&rig, PRM_BANK_FACTORY, PRM_BANK_EMPTY);
    assert_int_equal(prm_update_accept(&rig.services, RUNNING, 7), PRM_ERR_UPDATE_STATE);
    assert_int_equal(rig_floor(&rig), 1);
    rig_free(&rig);
    say(&rig, PRM_BANK_TRIAL, PRM_BANK_CONFIRMED);
    assert_int_equal(prm_update_reject(&rig.services, RUNNING, -132), PRM_OK);
    assert_int_equal(rig_floor(&rig), 1);
    assert_int_equal(prm_update_accept(&rig.services, RUNNING, 7), PRM_ERR_UPDATE_STATE);
    assert_int_equal(rig_floor(&rig), 1);
    rig_free(&rig);
    say(&rig, PRM_BANK_TRIAL, PRM_BANK_CONFIRMED);
    assert_int_equal(prm_update_accept(&rig.services, RUNNING, 7), PRM_OK);
    assert_int_equal(rig_floor(&rig), 7);
    rig_free(&rig);
}

/* Accepting is what ends the count of downloads; accepting again, or rejecting, isn't. */
static void test_downloads(void **state) {
    struct rig rig;

    (void)state;
    for (int running = 0; running < STATUSES; running++)
        for (int accept = 0; accept < 2; accept++) {
            say(&rig, (enum prm_bank_status)running, PRM_BANK_EMPTY);
            rig_downloads(&rig, 9);
            const prm_result result =
                accept ? prm_update_accept(&rig.services, RUNNING, 7) : prm_update_reject(&rig.services, RUNNING, 0);
            assert_int_equal(rig_state(&rig).downloads, accept && running == PRM_BANK_TRIAL ? 0 : 9);
            assert_true(result == PRM_OK || rig_state(&rig).bank[RUNNING].status == running);
            rig_free(&rig);
        }
}

/* What runs stands at the floor already, or was accepted above it: installing moves no floor, whatever the other bank is. */
static void an_install_moves_no_floor(void **state) {
    struct rig rig;

    (void)state;
    for (unsigned running = 0; running < STATUSES; running++) {
        say(&rig, (enum prm_bank_status)running, PRM_BANK_CANDIDATE);
        assert_int_equal(prm_update_install(&rig.services, OTHER), PRM_OK);
        assert_int_equal(rig_floor(&rig), 1);
        rig_free(&rig);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),   cmocka_unit_test(test_install), cmocka_unit_test(test_clean),
        cmocka_unit_test(test_accept), cmocka_unit_test(test_reject),  cmocka_unit_test(test_floor),
        cmocka_unit_test(test_downloads), cmocka_unit_test(an_install_moves_no_floor),
    };

    return cmocka_run_group_tests(tests, make_all, free_all);
}
