/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_trust_psa.c - a trust manifest as a component of its own in the update API: no trial, volatile staging (IHI 0093,
 * appendix C). Nothing is kept of it before it is installed; from the next boot it is in force.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "primum/update.h"
#include "psa/fwu.h"
#include "tests/hybrid/rig.h"

enum { TRUST = PRIMUM_FWU_TRUST, RELEASE = PRIMUM_FWU_RELEASE };

static struct rig rig;
static struct rig_manifest manifest, other;
static struct prm_trust_rules rules;
static struct prm_update_platform platform;
static struct prm_fwu fwu;

static psa_fwu_component_info_t info(psa_fwu_component_t component) {
    psa_fwu_component_info_t i;

    assert_int_equal(prm_fwu_query(&fwu, component, &i), PSA_SUCCESS);
    return i;
}

/* The device starts; rules as the services find them. */
static void reboot(uint32_t number) {
    assert_int_equal(rig_boot(&rig), PRM_OK);
    assert_int_equal(rig_trust_number(&rig), number);
    rules = rig.workspace.rules;
    assert_int_equal(prm_fwu_init(&fwu, &platform, 0, 10), PRM_OK);
    assert_int_equal(info(TRUST).state, PSA_FWU_READY);
    assert_int_equal(info(TRUST).version.build, number);
    rig.writes = 0;
}

/* Release 10 by p1 runs in A; two of r1, r2 and hr rule. Manifest 5 has p2 instead of p1, manifest 4 is older than that. */
static int set_up(void **state) {
    (void)state;
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("hr"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
    rig_trust(&manifest, 5, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("hr")));
    rig_trust(&other, 4, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    platform = (struct prm_update_platform){.crypto = &rig_crypto,
                                            .flash = &rig.flash,
                                            .counter = &rig.floor,
                                            .layout = &rig.layout,
                                            .fuses = &rig.fuses,
                                            .trust = &rig.factory,
                                            .rules = &rules,
                                            .trust_counter = &rig.trust_floor};
    reboot(0);
    return 0;
}

static psa_status_t write_all(psa_fwu_component_t component, const struct rig_manifest *m, size_t len) {
    psa_status_t status = PSA_SUCCESS;

    for (size_t at = 0; at < len && status == PSA_SUCCESS; at += PSA_FWU_MAX_WRITE_SIZE) {
        const size_t n = len - at < PSA_FWU_MAX_WRITE_SIZE ? len - at : PSA_FWU_MAX_WRITE_SIZE;
        status = prm_fwu_write(&fwu, component, at, m->bytes + at, n);
    }
    return status;
}

static void make_candidate(const struct rig_manifest *m) {
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(info(TRUST).state, PSA_FWU_WRITING);
    assert_int_equal(write_all(TRUST, m, m->len), PSA_SUCCESS);
    assert_int_equal(info(TRUST).impl.written, m->len);
    assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_SUCCESS);
    assert_int_equal(info(TRUST).state, PSA_FWU_CANDIDATE);
}

static void stage(const struct rig_manifest *m) {
    make_candidate(m);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS_REBOOT);
    assert_int_equal(info(TRUST).state, PSA_FWU_STAGED);
}

static void it_is_in_force_after_the_reboot(void **state) {
    (void)state;
    assert_int_equal(info(TRUST).flags, PSA_FWU_FLAG_VOLATILE_STAGING);
    assert_int_equal(info(TRUST).max_size, PRM_UPDATE_TRUST_MAX);
    stage(&manifest);
    assert_int_equal(info(TRUST).version.build, 0); /* what is in force now */
    reboot(5);
    assert_int_equal(info(RELEASE).state, PSA_FWU_READY);
    /* An older one is refused, and why is told; the same again is taken and changes nothing. */
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(write_all(TRUST, &other, other.len), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(info(TRUST).state, PSA_FWU_FAILED);
    assert_int_equal(info(TRUST).error, PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(info(TRUST).impl.reason, PRM_ERR_TRUST_OLD);
    assert_int_equal(prm_fwu_clean(&fwu, TRUST), PSA_SUCCESS);
    /* B19: it is in force, so that nothing waits for a restart; clean, and another one comes. */
    for (int again = 0; again < 2; again++) {
        make_candidate(&manifest);
        assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
        assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS);
        assert_int_equal(info(TRUST).state, PSA_FWU_UPDATED);
        assert_int_equal(info(TRUST).version.build, 5);
        assert_int_equal(rig.writes, 0);
        assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_BAD_STATE);
        assert_int_equal(prm_fwu_clean(&fwu, TRUST), PSA_SUCCESS);
    }
    rig_trust(&other, 6, 1, 0, GRANTS({rig_key("p3"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("hr")));
    stage(&other);
    reboot(6);
}

/* One that was kept and could not take effect waits for a restart, also when it is sent again. */
static void what_waits_is_not_in_force(void **state) {
    (void)state;
    stage(&manifest);
    assert_int_equal(prm_fwu_init(&fwu, &platform, 0, 10), PRM_OK); /* the services start again, the root didn't */
    stage(&manifest);
    reboot(5);
}

/* Until it is installed a reset leaves nothing of it, and no unit was written. */
static void nothing_is_kept_before_it_is_installed(void **state) {
    (void)state;
    make_candidate(&manifest);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED); /* nobody consented */
    assert_int_equal(prm_fwu_conditions(&fwu, 1, PRIMUM_BATTERY_MIN_PERCENT - 1, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_INSUFFICIENT_POWER);
    assert_int_equal(info(TRUST).state, PSA_FWU_CANDIDATE);
    assert_int_equal(rig.writes, 0);
    reboot(0);
    make_candidate(&manifest);
    assert_int_equal(prm_fwu_cancel(&fwu, TRUST), PSA_SUCCESS);
    assert_int_equal(info(TRUST).state, PSA_FWU_FAILED);
    assert_int_equal(rig.writes, 0);
    reboot(0);
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(write_all(TRUST, &manifest, 100), PSA_SUCCESS);
    reboot(0);
    assert_int_equal(rules.trust.number, 0);
}

static void what_is_refused_is_named_and_changes_nothing(void **state) {
    static struct rig_manifest bad;
    static const uint8_t no_manifest[] = "not a trust manifest";

    (void)state;
    /* Cut short at any byte: not whole, and it can be gone on with. */
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_ERROR_INVALID_ARGUMENT);
    for (size_t len = 1; len < manifest.len; len += 97) {
        assert_int_equal(write_all(TRUST, &manifest, len), PSA_SUCCESS);
        assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_ERROR_INVALID_ARGUMENT);
        assert_int_equal(info(TRUST).state, PSA_FWU_WRITING);
    }
    assert_int_equal(write_all(TRUST, &manifest, manifest.len), PSA_SUCCESS);
    /* A release behind it: that is component 0's. */
    assert_int_equal(prm_fwu_write(&fwu, TRUST, manifest.len, no_manifest, 1), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info(TRUST).impl.reason, PRM_ERR_CBOR_TRAILING);
    assert_int_equal(prm_fwu_clean(&fwu, TRUST), PSA_SUCCESS);
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_write(&fwu, TRUST, 0, no_manifest, sizeof no_manifest), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_clean(&fwu, TRUST), PSA_SUCCESS);
    rig_trust(&bad, 5, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1")));
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(write_all(TRUST, &bad, bad.len), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, TRUST), PSA_ERROR_INVALID_SIGNATURE);
    assert_int_equal(info(TRUST).impl.reason, PRM_ERR_SIG_POLICY);
    assert_int_equal(prm_fwu_clean(&fwu, TRUST), PSA_SUCCESS);
    for (size_t bit = 0; bit < manifest.len * 8; bit += 61) {
        bad = manifest;
        bad.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
        assert_int_equal(write_all(TRUST, &bad, bad.len), PSA_SUCCESS);
        if (prm_fwu_finish(&fwu, TRUST) == PSA_SUCCESS) /* a signature more than are needed */
            assert_int_equal(bit / 8 > 100, 1);
        if (info(TRUST).state != PSA_FWU_FAILED)
            assert_int_equal(prm_fwu_cancel(&fwu, TRUST), PSA_SUCCESS);
        assert_int_equal(prm_fwu_clean(&fwu, TRUST), PSA_SUCCESS);
    }
    assert_int_equal(rig.writes, 0);
    assert_int_equal(rules.trust.number, 0);
    stage(&manifest);
    reboot(5);
}

static void arguments(void **state) {
    static uint8_t block[PSA_FWU_MAX_WRITE_SIZE + 1];

    (void)state;
    assert_int_equal(prm_fwu_start(&fwu, TRUST, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_start(&fwu, 2, NULL, 0), PSA_ERROR_DOES_NOT_EXIST);
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_write(&fwu, TRUST, 0, block, 0), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_write(&fwu, TRUST, 0, block, sizeof block), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_write(&fwu, TRUST, 1, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(prm_fwu_write(&fwu, TRUST, SIZE_MAX, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    for (size_t at = 0; at < PRM_UPDATE_TRUST_MAX; at += 512)
        assert_int_equal(prm_fwu_write(&fwu, TRUST, at, block, 512), PSA_SUCCESS);
    assert_int_equal(prm_fwu_write(&fwu, TRUST, PRM_UPDATE_TRUST_MAX, block, 1), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info(TRUST).state, PSA_FWU_WRITING);
    /* A device that takes none has no such component. */
    platform.rules = NULL;
    assert_int_equal(prm_fwu_init(&fwu, &platform, 0, 10), PRM_OK);
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_ERROR_DOES_NOT_EXIST);
}

/* One memory: the two components take turns while bytes come in. */
static void the_two_components_take_turns(void **state) {
    (void)state;
    assert_int_equal(prm_fwu_start(&fwu, RELEASE, NULL, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_ERROR_INSUFFICIENT_MEMORY);
    assert_int_equal(prm_fwu_cancel(&fwu, RELEASE), PSA_SUCCESS);
    make_candidate(&manifest);
    assert_int_equal(prm_fwu_clean(&fwu, RELEASE), PSA_SUCCESS);
    assert_int_equal(prm_fwu_start(&fwu, RELEASE, NULL, 0), PSA_ERROR_INSUFFICIENT_MEMORY);
    assert_int_equal(info(TRUST).state, PSA_FWU_CANDIDATE);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS_REBOOT);
    assert_int_equal(prm_fwu_start(&fwu, RELEASE, NULL, 0), PSA_SUCCESS);
    reboot(5);
    /* Alone in component 0 a trust manifest is no release. */
    assert_int_equal(prm_fwu_start(&fwu, RELEASE, NULL, 0), PSA_SUCCESS);
    assert_int_equal(write_all(RELEASE, &manifest, manifest.len), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, RELEASE), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info(RELEASE).state, PSA_FWU_WRITING);
}

enum { QUERY, START, WRITE, FINISH, CANCEL, CLEAN, INSTALL, REJECT, ACCEPT, CALLS };
enum { STATES = 6 };
static const uint8_t states[STATES] = {PSA_FWU_READY,  PSA_FWU_WRITING, PSA_FWU_CANDIDATE,
                                       PSA_FWU_STAGED, PSA_FWU_FAILED,  PSA_FWU_UPDATED};

static psa_status_t call(int which) {
    psa_fwu_component_info_t i;

    switch (which) {
    case QUERY:
        return prm_fwu_query(&fwu, TRUST, &i);
    case START:
        return prm_fwu_start(&fwu, TRUST, NULL, 0);
    case WRITE:
        return prm_fwu_write(&fwu, TRUST, 0, manifest.bytes, 1);
    case FINISH:
        return prm_fwu_finish(&fwu, TRUST);
    case CANCEL:
        return prm_fwu_cancel(&fwu, TRUST);
    case CLEAN:
        return prm_fwu_clean(&fwu, TRUST);
    case INSTALL:
        return prm_fwu_install(&fwu);
    case REJECT:
        return prm_fwu_reject(&fwu, -5);
    default:
        return prm_fwu_accept(&fwu);
    }
}

static void reach(uint8_t state) {
    (void)set_up(NULL);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
    if (state == PSA_FWU_WRITING)
        assert_int_equal(prm_fwu_start(&fwu, TRUST, NULL, 0), PSA_SUCCESS);
    if (state == PSA_FWU_CANDIDATE || state == PSA_FWU_FAILED)
        make_candidate(&manifest);
    if (state == PSA_FWU_FAILED)
        assert_int_equal(prm_fwu_cancel(&fwu, TRUST), PSA_SUCCESS);
    if (state == PSA_FWU_STAGED || state == PSA_FWU_UPDATED)
        stage(&manifest);
    if (state == PSA_FWU_UPDATED) {
        reboot(5);
        make_candidate(&manifest);
        assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
        assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS);
    }
    assert_int_equal(info(TRUST).state, state);
}

#define BAD                                                                                                            \
    { PSA_ERROR_BAD_STATE, -1 }

/* [call][state]: what comes back, and the state afterwards (-1: the same). What root keys signed isn't taken back. */
static const struct {
    psa_status_t status;
    int after;
} specified[CALLS][STATES] = {
    [QUERY] = {{0, -1}, {0, -1}, {0, -1}, {0, -1}, {0, -1}, {0, -1}},
    [START] = {{0, PSA_FWU_WRITING}, BAD, BAD, BAD, BAD, BAD},
    [WRITE] = {BAD, {0, -1}, BAD, BAD, BAD, BAD},
    [FINISH] = {BAD, {PSA_ERROR_INVALID_ARGUMENT, -1}, BAD, BAD, BAD, BAD},
    [CANCEL] = {BAD, {0, PSA_FWU_FAILED}, {0, PSA_FWU_FAILED}, BAD, BAD, BAD},
    [CLEAN] = {BAD, BAD, BAD, BAD, {0, PSA_FWU_READY}, {0, PSA_FWU_READY}},
    [INSTALL] = {BAD, BAD, {PSA_SUCCESS_REBOOT, PSA_FWU_STAGED}, BAD, BAD, BAD},
    [REJECT] = {BAD, BAD, BAD, {PSA_ERROR_NOT_PERMITTED, -1}, BAD, BAD},
    [ACCEPT] = {BAD, BAD, BAD, BAD, BAD, BAD},
};

static void every_call_in_every_state(void **state) {
    (void)state;
    for (int c = 0; c < CALLS; c++)
        for (int s = 0; s < STATES; s++) {
            reach(states[s]);
            const psa_status_t status = call(c);
            const int after = specified[c][s].after < 0 ? states[s] : specified[c][s].after;
            if (status != specified[c][s].status || info(TRUST).state != after)
                fail_msg("call %d in state %d: %d, then state %d", c, states[s], status, info(TRUST).state);
            assert_int_equal(info(RELEASE).state, PSA_FWU_READY);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_in_force_after_the_reboot, set_up),
        cmocka_unit_test_setup(what_waits_is_not_in_force, set_up),
        cmocka_unit_test_setup(nothing_is_kept_before_it_is_installed, set_up),
        cmocka_unit_test_setup(what_is_refused_is_named_and_changes_nothing, set_up),
        cmocka_unit_test_setup(arguments, set_up),
        cmocka_unit_test_setup(the_two_components_take_turns, set_up),
        cmocka_unit_test_setup(every_call_in_every_state, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
