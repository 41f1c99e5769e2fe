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

/* A device whose other bank holds the release before, accepted: its way back. */
static void start_with_two(void) {
    struct prm_journal journal;
    struct prm_state state;

    rig_init(&rig, &world);
    rig_factory(&rig, RUNNING, &old);
    assert_int_equal(prm_state_load(&journal, &rig.flash, &rig_crypto, 0, &state), PRM_OK);
    state.chosen = RUNNING;
    state.bank[RUNNING].status = state.bank[OTHER].status = PRM_BANK_CONFIRMED;
    assert_int_equal(prm_state_store(&journal, &state), PRM_OK);
    rig.operations = 0;
    assert_int_equal(prm_fwu_init(&fwu, &rig.services, RUNNING, old.sequence), PRM_OK);
}

/* Where the first payload begins: a name of three characters, then a byte string. */
static uint32_t header_of(const struct rig_release *release) {
    const uint8_t *p = release->file.data;

    for (uint32_t at = 0; at < release->file.len - 5; at++)
        if (p[at] == 0x63 && p[at + 1] == '#' && p[at + 4] >= 0x58 && p[at + 4] <= 0x5A)
            return at;
    fail_msg("no payload");
    return 0;
}

/* Whatever comes and is refused before a signature covers it, however often: no unit is written or erased, nothing is lost. */
static void what_is_refused_changes_nothing(void **arg) {
    const uint32_t header = header_of(&next);
    uint8_t bytes[6000];
    unsigned refused = 0;

    (void)arg;
    assert_true(header > 200 && header < sizeof bytes);
    start_with_two();
    const uint32_t floor_before = rig.operations;
    for (uint32_t round = 0; round < 3000; round++) {
        const uint32_t len = round % 3 == 0 ? 3000 : header + 5;
        for (uint32_t i = 0; i < len; i++)
            bytes[i] = round % 3 == 0 ? (uint8_t)(round * 31 + i * 7 + i / 256) : next.file.data[i];
        if (round % 3 != 0)
            bytes[(round * 2654435761u >> 8) % header] ^= (uint8_t)(1u << round % 8);
        assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
        const psa_status_t status = send(bytes, len, 1000);
        if (status == PSA_SUCCESS) /* the altered length of a member: it waits for more, and no more comes */
            assert_int_equal(prm_fwu_cancel(&fwu, 0), PSA_SUCCESS);
        refused += status != PSA_SUCCESS;
        assert_int_equal(info().state, PSA_FWU_FAILED);
        assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
        assert_int_equal(info().state, PSA_FWU_READY);
        assert_int_equal(rig.operations, floor_before);
    }
    assert_true(refused > 2500);
    assert_int_equal(rig_state(&rig).bank[OTHER].status, PRM_BANK_CONFIRMED);
    /* An authentic one that isn't for this device, or isn't newer, changes nothing either. */
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
    assert_int_equal(send(old.file.data, old.file.len, 512), PSA_ERROR_NOT_PERMITTED);
    assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(rig.operations, floor_before);
    rig_free(&rig);
}

/* One round of an application that wears out the bank: the header of a newer release, cancel, clean. */
static psa_status_t wear(const struct rig_release *release) {
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
    const psa_status_t status = send(release->file.data, header_of(release) + 3000, 1000);
    if (status == PSA_SUCCESS)
        assert_int_equal(prm_fwu_cancel(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(prm_fwu_clean(&fwu, 0), PSA_SUCCESS);
    return status;
}

/* It comes to an end, says why, goes on by some at each boot, and anew with each accepted release. */
static void the_application_can_not_wear_out_a_bank(void **arg) {
    struct rig_release other;
    uint32_t taken = 0;

    (void)arg;
    rig_release_make(&world, 3, 1, NULL, &other);
    start_with_two();
    for (uint32_t round = 0; round < 1000; round++) {
        const psa_status_t status = wear(round % 2 == 0 ? &next : &other);
        taken += status == PSA_SUCCESS;
        assert_int_equal(status, round < PRM_DOWNLOADS_MAX ? PSA_SUCCESS : PSA_ERROR_FLASH_ABUSE);
    }
    assert_int_equal(taken, PRM_DOWNLOADS_MAX);
    assert_in_range(rig.cost.erases, PRM_DOWNLOADS_MAX, 5 * PRM_DOWNLOADS_MAX);
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
    assert_int_equal(send(next.file.data, next.file.len, 1000), PSA_ERROR_FLASH_ABUSE);
    assert_int_equal(info().state, PSA_FWU_FAILED);
    assert_int_equal(info().error, PSA_ERROR_FLASH_ABUSE);
    assert_int_equal(info().impl.reason, PRM_ERR_FLASH_WEAR);
    /* A restart gives some back, to whoever comes first. */
    rig_downloads(&rig, PRM_DOWNLOADS_MAX - PRM_DOWNLOADS_GIVEN_BACK);
    assert_int_equal(prm_fwu_init(&fwu, &rig.services, RUNNING, old.sequence), PRM_OK);
    for (uint32_t round = 0; round < 100; round++)
        assert_int_equal(wear(&other), round < PRM_DOWNLOADS_GIVEN_BACK ? PSA_SUCCESS : PSA_ERROR_FLASH_ABUSE);
    rig_downloads(&rig, PRM_DOWNLOADS_MAX - 1);
    assert_int_equal(prm_fwu_init(&fwu, &rig.services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(prm_fwu_start(&fwu, 0, NULL, 0), PSA_SUCCESS);
    assert_int_equal(send(next.file.data, next.file.len, 1000), PSA_SUCCESS);
    assert_int_equal(prm_fwu_finish(&fwu, 0), PSA_SUCCESS);
    assert_int_equal(info().state, PSA_FWU_CANDIDATE);
    rig_free(&rig);
    rig_release_free(&other);
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
    assert_int_equal(prm_update_install(&rig.root, update.place.bank), PRM_OK);
    assert_true(rig_holds(&rig, update.place.bank, &release, 0));
    assert_int_equal(prm_boot_run(&rig.boot, &workspace, &report, &plan), PRM_OK);
    assert_int_equal(rig_state(&rig).bank[update.place.bank].status, PRM_BANK_TRIAL);
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
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(the_application_can_not_wear_out_a_bank),
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
