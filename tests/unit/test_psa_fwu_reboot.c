/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_psa_fwu_reboot.c - what a reset makes of each state of the update API (IHI 0093, 4.2.2): STAGED, TRIAL and REJECTED are
 * always volatile, CANDIDATE never is, the others are as include/psa/update.h says. The boot is the root's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "psa/fwu.h"
#include "tests/cut/rig.h"

enum { OLD_SEQUENCE = 1, NEXT_SEQUENCE = 2, FIRST_BANK = 0 };

static struct rig_world world;
static struct rig rig;
static struct rig_release old, next;
static struct prm_fwu fwu;
static struct prm_boot_report report;
static struct prm_boot_plan plan;

static psa_fwu_component_info_t info(void) {
    psa_fwu_component_info_t i;

    assert_int_equal(prm_fwu_query(&fwu, 0, &i), PSA_SUCCESS);
    return i;
}

/* A reset; then the state is as given, and the release that runs this one. */
static void reboot(uint8_t state, uint64_t sequence) {
    static struct prm_boot_workspace workspace;

    assert_int_equal(prm_boot_run(&rig.boot, &workspace, &report, &plan), PRM_OK);
    assert_int_equal(prm_fwu_init(&fwu, &rig.services, plan.bank, plan.sequence), PRM_OK);
    assert_int_equal(info().state, state);
    assert_int_equal(plan.sequence, sequence);
    assert_int_equal(info().version.build, sequence);
    assert_int_equal(info().version.major, 1);
    assert_int_equal(info().flags, PSA_FWU_FLAG_ENCRYPTION);
}

/* A device fresh from the factory, whose port gives a trial so many boots. */
static void begin(uint8_t trial_boots) {
    world.layout.trial_boots = trial_boots;
    rig_init(&rig, &world);
    rig_factory(&rig, FIRST_BANK, &old);
    reboot(PSA_FWU_READY, OLD_SEQUENCE);
}

static void write_some(size_t len) {
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
    for (size_t at = 0; at < len; at += 1000)
        assert_int_equal(prm_fwu_write(&fwu, 0, at, next.file.data + at, len - at < 1000 ? len - at : 1000), PSA_SUCCESS);
}

static void make_candidate(void) {
    write_some(next.file.len);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(info().state, PSA_FWU_CANDIDATE);
}

static void stage(void) {
    make_candidate();
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS_REBOOT);
    assert_int_equal(info().state, PSA_FWU_STAGED);
}

/* From FAILED there is a way to a release that runs. */
static void goes_on(void) {
    assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(info().state, PSA_FWU_READY);
    stage();
    reboot(PSA_FWU_TRIAL, NEXT_SEQUENCE);
    assert_int_equal(prm_fwu_accept(&fwu), PSA_SUCCESS);
    assert_int_equal(info().state, PSA_FWU_UPDATED);
    reboot(PSA_FWU_READY, NEXT_SEQUENCE);
    rig_free(&rig);
}

/* The standard's one boot unless the port says another number; then it is over by itself, and why is told. */
static void a_trial_that_resets_is_reverted(void **unused) {
    (void)unused;
    for (uint8_t boots = 0; boots <= 3; boots++) {
        begin(boots);
        stage();
        for (int i = 0; i < (boots == 0 ? 1 : boots); i++)
            reboot(PSA_FWU_TRIAL, NEXT_SEQUENCE);
        reboot(PSA_FWU_FAILED, OLD_SEQUENCE);
        assert_int_equal(info().impl.reason, PRM_ERR_BANK_REJECTED);
        assert_int_equal(info().error, PSA_SUCCESS);
        reboot(PSA_FWU_FAILED, OLD_SEQUENCE);
        goes_on();
    }
}

static void a_rejected_trial_is_left(void **unused) {
    (void)unused;
    for (int error = -200; error <= 0; error += 200) {
        begin(3);
        stage();
        reboot(PSA_FWU_TRIAL, NEXT_SEQUENCE);
        assert_int_equal(prm_fwu_reject(&fwu, error), PSA_SUCCESS_REBOOT);
        assert_int_equal(info().state, PSA_FWU_REJECTED);
        assert_int_equal(info().error, error);
        for (int i = 0; i < 3; i++) {
            reboot(PSA_FWU_FAILED, OLD_SEQUENCE);
            assert_int_equal(info().error, error);
        }
        goes_on();
    }
}

/* What is damaged between the installation and its first boot is refused there; the reason is in the query, over resets. */
static void a_staged_release_that_was_damaged_is_failed(void **unused) {
    (void)unused;
    begin(3);
    for (int where = 0; where < 2; where++) {
        stage();
        uint8_t *at = rig.bytes + world.layout.bank_off[1] + (where == 0 ? world.layout.component[0].off : 40);
        *at ^= 1;
        for (int i = 0; i < 3; i++) {
            reboot(PSA_FWU_FAILED, OLD_SEQUENCE);
            assert_true(info().error == (where == 0 ? PSA_ERROR_INVALID_SIGNATURE : info().error) && info().error != 0);
            assert_true(where != 0 || info().impl.reason == PRM_ERR_IMAGE_DIGEST);
            assert_true(info().impl.reason != 0 && info().impl.reason != PRM_ERR_BANK_REJECTED);
        }
        assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
    }
    stage();
    reboot(PSA_FWU_TRIAL, NEXT_SEQUENCE);
    assert_int_equal(prm_fwu_accept(&fwu), PSA_SUCCESS);
    rig_free(&rig);
}

static void what_else_a_reset_leaves(void **unused) {
    (void)unused;
    begin(1);
    write_some(next.file.len / 2);
    reboot(PSA_FWU_READY, OLD_SEQUENCE); /* WRITING: what is there is gone on with */
    write_some(next.file.len / 2);
    assert_int_equal(prm_fwu_cancel(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(info().state, PSA_FWU_FAILED);
    reboot(PSA_FWU_READY, OLD_SEQUENCE);
    make_candidate();
    for (int i = 0; i < 3; i++)
        reboot(PSA_FWU_CANDIDATE, OLD_SEQUENCE);
    assert_int_equal(prm_fwu_cancel(&fwu, 0), PSA_SUCCESS);
    reboot(PSA_FWU_READY, OLD_SEQUENCE);
    stage();
    assert_int_equal(prm_fwu_reject(&fwu, -7), PSA_SUCCESS);
    assert_int_equal(info().error, -7);
    reboot(PSA_FWU_READY, OLD_SEQUENCE);
    rig_free(&rig);
}

static int make_all(void **unused) {
    (void)unused;
    rig_world_init(&world, 5000, 3000);
    rig_release_make(&world, OLD_SEQUENCE, 0, NULL, &old);
    rig_release_make(&world, NEXT_SEQUENCE, 1, NULL, &next);
    return 0;
}

static int free_all(void **unused) {
    (void)unused;
    rig_release_free(&old);
    rig_release_free(&next);
    rig_world_free(&world);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_that_resets_is_reverted),
        cmocka_unit_test(a_rejected_trial_is_left),
        cmocka_unit_test(a_staged_release_that_was_damaged_is_failed),
        cmocka_unit_test(what_else_a_reset_leaves),
    };

    return cmocka_run_group_tests(tests, make_all, free_all);
}
