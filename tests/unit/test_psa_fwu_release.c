/* SPDX-License-Identifier: Apache-2.0 */
/* Whole releases through the PSA firmware update API: from the first byte to a staged bank, and what is refused on the
 * way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>

#include "psa/fwu.h"
#include "tests/cut/rig.h"

enum { RUNNING = 0, OTHER = 1 };

static struct rig_world world;
static struct rig rig;
static struct rig_release old, next;
static struct prm_fwu fwu;

static void start(struct prm_update_platform *platform) {
    rig_init(&rig, &world);
    rig_factory(&rig, RUNNING, &old);
    assert_int_equal(prm_fwu_init(&fwu, platform, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
}

static psa_status_t send(const uint8_t *file, size_t len, size_t chunk) {
    psa_status_t status = PSA_SUCCESS;

    for (size_t at = 0; at < len && status == PSA_SUCCESS; at += chunk)
        status = prm_fwu_write(&fwu, 0, at, file + at, len - at < chunk ? len - at : chunk);
    return status;
}

static psa_fwu_component_info_t info(void) {
    psa_fwu_component_info_t i;

    assert_int_equal(prm_fwu_query(&fwu, 0, &i), PSA_SUCCESS);
    return i;
}

static void a_release_becomes_a_candidate_and_is_staged(void **arg) {
    static const size_t chunks[] = {1, 7, 333, PSA_FWU_MAX_WRITE_SIZE};

    (void)arg;
    for (unsigned i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        start(&rig.services);
        assert_int_equal(send(next.file.data, next.file.len, chunks[i]), PSA_SUCCESS);
        assert_int_equal(info().impl.written, next.file.len);
        assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_SUCCESS);
        assert_int_equal(info().state, PSA_FWU_CANDIDATE);
        assert_true(rig_holds(&rig, OTHER, &next, 0));
        assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED);
        assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 0, 0), PSA_SUCCESS);
        assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS_REBOOT);
        assert_int_equal(rig_state(&rig).bank[OTHER].status, PRM_BANK_STAGED);
        rig_free(&rig);
    }
}

static void a_part_is_not_a_candidate_and_can_be_sent_again(void **arg) {
    (void)arg;
    start(&rig.services);
    assert_int_equal(send(next.file.data, next.file.len - 1, 500), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info().state, PSA_FWU_WRITING);
    const uint32_t erases = rig.cost.image_erases;
    assert_int_equal(send(next.file.data, next.file.len, 500), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_SUCCESS);
    assert_in_range(rig.cost.image_erases - erases, 0, 1); /* what was whole isn't written again */
    rig_free(&rig);
}

static void what_is_refused_is_named(void **arg) {
    struct rig_release foreign;
    const size_t last = next.file.len - 1;

    (void)arg;
    /* Altered: the last byte belongs to a payload of the other bank's images. */
    start(&rig.services);
    next.file.data[last] ^= 1;
    assert_int_equal(send(next.file.data, next.file.len, 512), PSA_ERROR_INVALID_SIGNATURE);
    next.file.data[last] ^= 1;
    assert_int_equal(info().state, PSA_FWU_FAILED);
    assert_int_equal(info().error, PSA_ERROR_INVALID_SIGNATURE);
    assert_int_equal(info().impl.reason, PRM_ERR_UPDATE_BLOCK);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_ERROR_BAD_STATE);
    assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
    rig_free(&rig);
    /* Not newer. */
    start(&rig.services);
    assert_int_equal(send(old.file.data, old.file.len, 512), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(info().impl.reason, PRM_ERR_UPDATE_STALE);
    rig_free(&rig);
    /* Encrypted to somebody else. */
    EVP_PKEY *const stranger = EVP_EC_gen("P-256");
    rig_release_make(&world, 9, 1, stranger, &foreign);
    start(&rig.services);
    assert_int_equal(send(foreign.file.data, foreign.file.len, 512), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(info().impl.reason, PRM_ERR_ENC_RECIPIENT);
    rig_free(&rig);
    rig_release_free(&foreign);
    EVP_PKEY_free(stranger);
}

/* Signed with the release, kept by the bank over a reset, and enforced at the installation. */
static void conditions_survive_a_reset(void **arg) {
    struct rig_release release;

    (void)arg;
    world.conditions =
        (struct prm_suit_conditions){.authorized = PRM_YES, .priority = -2, .battery_mwh = 700, .use_before = 5000};
    rig_release_make(&world, 5, 1, NULL, &release);
    world.conditions = (struct prm_suit_conditions){.authorized = PRM_NO, .use_before = UINT64_MAX};
    start(&rig.services);
    assert_int_equal(send(release.file.data, release.file.len, 1000), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_SUCCESS);
    memset(&fwu, 0xA5, sizeof fwu); /* a reset */
    assert_int_equal(prm_fwu_init(&fwu, &rig.services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(info().state, PSA_FWU_CANDIDATE);
    assert_int_equal(info().impl.priority, -2);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(info().impl.reason, PRM_ERR_UPDATE_CONSENT);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 699, 4999), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_INSUFFICIENT_POWER);
    assert_int_equal(info().impl.reason, PRM_ERR_UPDATE_BATTERY);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 700, 5000), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(info().impl.reason, PRM_ERR_UPDATE_TIME);
    assert_int_equal(rig_state(&rig).bank[OTHER].status, PRM_BANK_CANDIDATE);
    assert_int_equal(prm_fwu_conditions(&fwu, 1, 100, 700, 4999), PSA_SUCCESS);
    assert_int_equal(prm_fwu_install(&fwu), PSA_SUCCESS_REBOOT);
    rig_free(&rig);
    rig_release_free(&release);
}

/* It could never be installed: said at the end of the download, and the bank is given up. */
static void a_condition_that_nobody_knows_is_no_candidate(void **arg) {
    struct rig_release release;

    (void)arg;
    world.conditions = (struct prm_suit_conditions){.authorized = PRM_NO, .battery_mwh = 1, .use_before = UINT64_MAX};
    world.strange_condition = 1;
    rig_release_make(&world, 5, 0, NULL, &release);
    world.conditions = (struct prm_suit_conditions){.authorized = PRM_NO, .use_before = UINT64_MAX};
    world.strange_condition = 0;
    start(&rig.services);
    assert_int_equal(send(release.file.data, release.file.len, 1000), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info().state, PSA_FWU_FAILED);
    assert_int_equal(info().impl.reason, PRM_ERR_SUIT_COMMAND);
    assert_int_equal(rig_state(&rig).bank[OTHER].status, PRM_BANK_EMPTY);
    rig_free(&rig);
    rig_release_free(&release);
}

/* The root takes a release with conditions, and asks for none of them: nobody is treated in recovery. And it starts it. */
static void the_root_takes_it_without_asking(void **arg) {
    static struct prm_boot_workspace workspace;
    static struct prm_update update;
    struct prm_boot_report report;
    struct prm_boot_plan plan;
    struct rig_release release;

    (void)arg;
    world.conditions =
        (struct prm_suit_conditions){.authorized = PRM_YES, .priority = 1, .battery_mwh = 700, .use_before = 5000};
    rig_release_make(&world, 5, 0, NULL, &release);
    world.conditions = (struct prm_suit_conditions){.authorized = PRM_NO, .use_before = UINT64_MAX};
    rig_init(&rig, &world);
    assert_int_equal(prm_update_open(&update, &rig.root, PRM_BANK_NONE, 0), PRM_OK);
    assert_int_equal(prm_update_push(&update, prm_span_of(release.file.data, release.file.len)), PRM_OK);
    assert_int_equal(prm_update_finish(&update), PRM_OK);
    assert_int_equal(prm_update_install(&rig.root, update.bank, 0), PRM_OK);
    assert_true(rig_holds(&rig, update.bank, &release, 0));
    assert_int_equal(prm_boot_run(&rig.boot, &workspace, &report, &plan), PRM_OK);
    assert_int_equal(rig_state(&rig).bank[update.bank].status, PRM_BANK_TRIAL);
    rig_free(&rig);
    rig_release_free(&release);
}

static void without_a_key_an_encrypted_release_is_no_candidate(void **arg) {
    (void)arg;
    start(&rig.root);
    assert_int_equal(send(next.file.data, next.file.len, 1024), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_ERROR_INVALID_ARGUMENT);
    assert_int_equal(info().state, PSA_FWU_FAILED);
    assert_int_equal(info().impl.reason, PRM_ERR_UPDATE_ENCRYPTED);
    rig_free(&rig);
}

static int set_up(void **arg) {
    (void)arg;
    rig_world_init(&world, 10000, 5000);
    rig_release_make(&world, 1, 0, NULL, &old);
    rig_release_make(&world, 2, 1, NULL, &next);
    return 0;
}

static int tear_down(void **arg) {
    (void)arg;
    rig_release_free(&old);
    rig_release_free(&next);
    rig_world_free(&world);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_becomes_a_candidate_and_is_staged),
        cmocka_unit_test(a_part_is_not_a_candidate_and_can_be_sent_again),
        cmocka_unit_test(what_is_refused_is_named),
        cmocka_unit_test(conditions_survive_a_reset),
        cmocka_unit_test(a_condition_that_nobody_knows_is_no_candidate),
        cmocka_unit_test(the_root_takes_it_without_asking),
        cmocka_unit_test(without_a_key_an_encrypted_release_is_no_candidate),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
