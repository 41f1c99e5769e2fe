/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boot_trial.c - a release on trial: its boots are counted before it is started, it ends by itself, and where it
 * can't be counted it isn't started.
 */
#include "tests/unit/unit.h"

#include "providers/openssl/crypto_openssl.h"

enum { OLD = 0, NEW = 1, TRIAL_BOOTS = FX_TRIAL_BOOTS };

static struct fx_device d;
static struct fx_key key;

/* A device that runs release 5 in A, accepted, and has release 6 in B with this status. */
static void start(enum prm_bank_status status, uint8_t attempts) {
    static const struct fx_key *const keys[] = {&key, NULL};

    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, keys);
    fx_device_two(&d);
    fx_install(&d, OLD, &key, 5, 1);
    fx_install(&d, NEW, &key, 6, 2);
    fx_bank_status(&d, OLD, PRM_BANK_CONFIRMED, 0);
    fx_bank_status(&d, NEW, PRM_BANK_WRITING, 0);
    assert_result(fx_boot(&d), PRM_OK);
    assert_int_equal(d.plan.bank, OLD);
    fx_bank_status(&d, NEW, status, attempts);
    fx_faults_clear(&d);
}

/* Boots, and expects this bank; returns how many journal records that wrote. */
static uint32_t boots(uint32_t bank, prm_answer trial) {
    const uint32_t before = d.faults.writes;
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);

    if (wrong != NULL)
        fail_msg("%s", wrong);
    assert_result(result, PRM_OK);
    assert_int_equal(d.plan.bank, bank);
    assert_int_equal(d.plan.trial, trial);
    assert_int_equal(fx_state(&d).chosen, bank);
    return d.faults.writes - before;
}

static void assert_bank(uint32_t bank, enum prm_bank_status status, uint8_t attempts) {
    const struct prm_state state = fx_state(&d);

    assert_int_equal(state.bank[bank].status, status);
    assert_int_equal(state.bank[bank].attempts, attempts);
}

static void a_trial_ends_by_itself(void **unused) {
    (void)unused;
    start(PRM_BANK_STAGED, TRIAL_BOOTS);
    const uint32_t decisions = fx_state(&d).decisions;
    for (uint8_t boot = 1; boot <= TRIAL_BOOTS; boot++) {
        assert_int_equal(boots(NEW, PRM_YES), 1);
        assert_bank(NEW, PRM_BANK_TRIAL, TRIAL_BOOTS - boot);
        assert_int_equal(fx_state(&d).decisions, decisions + 1); /* chosen once, tried three times */
        assert_int_equal(d.report.decisions, decisions + 1);
    }
    assert_int_equal(boots(OLD, PRM_NO), 1);
    assert_result(d.report.slot[NEW].result, PRM_ERR_BANK_REJECTED);
    assert_bank(NEW, PRM_BANK_REJECTED, 0);
    assert_bank(OLD, PRM_BANK_CONFIRMED, 0);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(boots(OLD, PRM_NO), 0);
        assert_int_equal(fx_state(&d).decisions, decisions + 2);
    }
}

/* How many boots a trial has is a fact of the port; one that says nothing has PSA's one. More in flash than that is refused. */
static void the_port_says_how_many_boots_a_trial_has(void **unused) {
    static const uint8_t facts[] = {0, 1, 2, 3, 200, 255};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(facts); i++) {
        const uint8_t boots_of_a_trial = facts[i] == 0 ? 1 : facts[i];
        start(PRM_BANK_STAGED, boots_of_a_trial);
        d.layout.trial_boots = facts[i];
        for (uint8_t boot = 1; boot <= boots_of_a_trial && boot != 0; boot++) {
            (void)boots(NEW, PRM_YES);
            assert_bank(NEW, PRM_BANK_TRIAL, (uint8_t)(boots_of_a_trial - boot));
        }
        (void)boots(OLD, PRM_NO);
        assert_bank(NEW, PRM_BANK_REJECTED, 0);
        for (unsigned more = boots_of_a_trial + 1u; more < 256; more += 51)
            for (unsigned status = PRM_BANK_STAGED; status <= PRM_BANK_TRIAL; status++) {
                start((enum prm_bank_status)status, (uint8_t)more);
                d.layout.trial_boots = facts[i];
                (void)boots(OLD, PRM_NO);
                assert_result(d.report.slot[NEW].result, PRM_ERR_BANK_REJECTED);
                assert_bank(NEW, PRM_BANK_REJECTED, 0);
            }
    }
}

/*
 * A release that waits for its first boot, or is on trial, and is damaged before it starts: the device says why, runs the
 * other bank, and the bank is free again. So is one that is whole but isn't the better of the two.
 */
static void a_release_that_was_refused_is_rejected(void **unused) {
    (void)unused;
    for (unsigned status = PRM_BANK_STAGED; status <= PRM_BANK_TRIAL; status++) {
        start((enum prm_bank_status)status, 2);
        fx_place(&d, NEW, 1)[7] ^= 1;
        assert_int_equal(boots(OLD, PRM_NO), 1);
        assert_bank(NEW, PRM_BANK_REJECTED, 0);
        assert_result(d.report.slot[NEW].result, PRM_ERR_IMAGE_DIGEST);
        for (unsigned i = 0; i < 5; i++) { /* and the reason stays */
            assert_int_equal(boots(OLD, PRM_NO), 0);
            assert_result(fx_state(&d).result[NEW], PRM_ERR_IMAGE_DIGEST);
        }
        start((enum prm_bank_status)status, 2);
        fx_install(&d, NEW, &key, 4, 3);
        fx_bank_status(&d, NEW, (enum prm_bank_status)status, 2);
        assert_int_equal(boots(OLD, PRM_NO), 1);
        assert_bank(NEW, PRM_BANK_REJECTED, 0);
        assert_result(fx_state(&d).result[NEW], PRM_ERR_UPDATE_STALE);
    }
}

/* Two releases to be tried, and a journal that can't be written: neither is started uncounted. */
static void a_rejection_that_is_not_written_starts_nothing(void **unused) {
    (void)unused;
    start(PRM_BANK_STAGED, 2);
    fx_bank_status(&d, OLD, PRM_BANK_STAGED, 2);
    d.faults.broken = 1u << FX_WRITE_OP | 1u << FX_ERASE_OP;
    assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
    assert_bank(OLD, PRM_BANK_STAGED, 2);
    fx_faults_clear(&d);
    assert_int_equal(boots(NEW, PRM_YES), 1);
    assert_bank(OLD, PRM_BANK_REJECTED, 0);
}

static void an_accepted_release_is_not_counted(void **unused) {
    (void)unused;
    start(PRM_BANK_STAGED, TRIAL_BOOTS);
    assert_int_equal(boots(NEW, PRM_YES), 1);
    fx_bank_status(&d, NEW, PRM_BANK_CONFIRMED, 0);
    assert_int_equal(boots(NEW, PRM_NO), 0);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(boots(NEW, PRM_NO), 0);
    assert_bank(NEW, PRM_BANK_CONFIRMED, 0);
}

static void a_rejected_release_is_left_at_once(void **unused) {
    (void)unused;
    start(PRM_BANK_STAGED, TRIAL_BOOTS);
    assert_int_equal(boots(NEW, PRM_YES), 1);
    fx_bank_status(&d, NEW, PRM_BANK_REJECTED, 0);
    assert_int_equal(boots(OLD, PRM_NO), 1);
    assert_int_equal(boots(OLD, PRM_NO), 0);
    assert_result(d.report.slot[NEW].result, PRM_ERR_BANK_REJECTED);
}

static void factory_banks_are_never_counted(void **unused) {
    (void)unused;
    for (unsigned components = 1; components <= 2; components++) {
        static const struct fx_key *const keys[] = {&key, NULL};
        static const struct prm_bank_state factory[PRM_BANKS];
        fx_key_make(&key, "key");
        fx_device_init(&d, &prm_crypto_openssl, keys);
        if (components == 2)
            fx_device_two(&d);
        fx_install(&d, OLD, &key, 5, 1);
        fx_factory(&d, NEW, &key, 6, 2);
        assert_int_equal(boots(NEW, PRM_NO), 1);
        for (unsigned i = 0; i < 100; i++)
            assert_int_equal(boots(NEW, PRM_NO), 0);
        const struct prm_state state = fx_state(&d);
        assert_memory_equal(state.bank, factory, sizeof factory);
    }
}

/* What is not to be started isn't, though it is authentic and newer. */
static void only_what_was_installed_is_tried(void **unused) {
    static const struct {
        enum prm_bank_status status;
        uint8_t attempts;
        prm_result result;
    } cases[] = {
        {PRM_BANK_FACTORY, 0, PRM_ERR_BANK_UNKNOWN}, /* it was never accepted: the floor is below it */
        {PRM_BANK_WRITING, 0, PRM_ERR_BANK_STATUS},
        {PRM_BANK_CANDIDATE, 0, PRM_ERR_BANK_STATUS},
        {PRM_BANK_STAGED, 3, PRM_OK},
        {PRM_BANK_TRIAL, 2, PRM_OK},
        {PRM_BANK_TRIAL, 1, PRM_OK},
        {PRM_BANK_TRIAL, 0, PRM_ERR_BANK_REJECTED},
        {PRM_BANK_CONFIRMED, 0, PRM_OK},
        {PRM_BANK_REJECTED, 3, PRM_ERR_BANK_REJECTED},
        {PRM_BANK_EMPTY, 3, PRM_ERR_BANK_STATUS},
        {(enum prm_bank_status)9, 3, PRM_ERR_BANK_STATUS},
        {(enum prm_bank_status)255, 3, PRM_ERR_BANK_STATUS},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        start(cases[i].status, cases[i].attempts);
        const int tried =
            cases[i].status == PRM_BANK_STAGED || (cases[i].status == PRM_BANK_TRIAL && cases[i].attempts > 0);
        (void)boots(cases[i].result == PRM_OK ? NEW : OLD, tried ? PRM_YES : PRM_NO);
        assert_result(d.report.slot[NEW].result, cases[i].result);
        /* The report says whose release it is all the same: its signature was verified first. */
        assert_memory_equal(d.report.slot[NEW].key_id, key.anchor.key_id, PRM_KEY_ID_SIZE);
        /* Another release in its place, authentic too, is not the one that was installed. */
        start(cases[i].status, cases[i].attempts);
        const struct prm_state of_the_other = fx_state(&d);
        fx_install(&d, NEW, &key, 7, 3);
        fx_state_put(&d, &of_the_other);
        (void)boots(OLD, PRM_NO);
        assert_result(d.report.slot[NEW].result, cases[i].result != PRM_OK ? cases[i].result : PRM_ERR_BANK_OTHER);
    }
}

/* ---- a journal that can't be written ---- */

static void what_can_not_be_counted_is_not_tried(void **unused) {
    static const enum fx_op broken[] = {FX_WRITE_OP, FX_ERASE_OP};
    const uint8_t *first_page_end = d.bytes + FX_JOURNAL_OFF + FX_ERASE - PRM_JOURNAL_RECORD_SIZE;

    (void)unused;
    for (unsigned b = 0; b < COUNT_OF(broken); b++) {
        for (unsigned status = PRM_BANK_STAGED; status <= PRM_BANK_TRIAL; status++) {
            start((enum prm_bank_status)status, 2);
            /* An erase is needed where a page is full: decisions are counted up until it is. */
            while (broken[b] == FX_ERASE_OP && *first_page_end == 0xFF) {
                struct prm_state state = fx_state(&d);
                state.decisions++;
                fx_state_put(&d, &state);
            }
            d.faults.broken = 1u << broken[b];
            for (unsigned i = 0; i < 20; i++) {
                const prm_result result = fx_boot(&d);
                assert_null(fx_boot_wrong(&d, result));
                assert_result(result, PRM_OK);
                assert_int_equal(d.plan.bank, OLD);
                assert_int_equal(d.plan.trial, PRM_NO);
                assert_result(d.report.journal, PRM_ERR_FLASH_IO);
                assert_result(d.report.slot[NEW].result, PRM_OK); /* nothing wrong with the release itself */
                assert_bank(NEW, (enum prm_bank_status)status, 2);
            }
            /* Alone it isn't tried either. */
            fx_place(&d, OLD, 1)[7] ^= 1;
            assert_result(fx_boot(&d), PRM_ERR_NOTHING_TO_RUN);
            assert_null(fx_boot_wrong(&d, PRM_ERR_NOTHING_TO_RUN));
            fx_place(&d, OLD, 1)[7] ^= 1;
            /* As soon as the journal works again, it is. */
            fx_faults_clear(&d);
            assert_int_equal(boots(NEW, PRM_YES), 1);
            assert_bank(NEW, PRM_BANK_TRIAL, 1);
        }
    }
}

static void an_accepted_one_needs_no_journal(void **unused) {
    static const enum prm_bank_status accepted[] = {PRM_BANK_CONFIRMED, PRM_BANK_FACTORY};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        start(accepted[i], 0);
        assert_result(d.counter.advance_to(d.counter.ctx, 6), PRM_OK);
        d.faults.broken = 1u << FX_WRITE_OP | 1u << FX_ERASE_OP;
        for (unsigned k = 0; k < 20; k++) {
            assert_result(fx_boot(&d), PRM_OK);
            assert_null(fx_boot_wrong(&d, PRM_OK));
            assert_int_equal(d.plan.bank, NEW);
            assert_result(d.report.journal, PRM_ERR_FLASH_IO); /* the choice changed, and couldn't be noted */
        }
    }
}

/* One error anywhere: if the release on trial is started, that boot was counted before. */
static void an_error_at_each_call_starts_nothing_uncounted(void **unused) {
    unsigned tried = 0, old = 0, recovered = 0;

    (void)unused;
    for (unsigned status = PRM_BANK_STAGED; status <= PRM_BANK_TRIAL; status++) {
        for (uint32_t call = 0;; call++) {
            start((enum prm_bank_status)status, 2);
            assert_result(d.counter.advance_to(d.counter.ctx, 5), PRM_OK);
            fx_faults_clear(&d);
            d.faults.fail_at = call;
            const prm_result result = fx_boot(&d);
            const char *wrong = fx_boot_wrong(&d, result);
            if (wrong != NULL)
                fail_msg("call %u: %s", (unsigned)call, wrong);
            const int reached = d.faults.calls > call;
            fx_faults_clear(&d);
            const struct prm_state state = fx_state(&d);
            if (result == PRM_OK && d.plan.bank == NEW) {
                assert_int_equal(d.plan.trial, PRM_YES);
                assert_int_equal(state.bank[NEW].status, PRM_BANK_TRIAL);
                assert_int_equal(state.bank[NEW].attempts, 1);
                tried++;
            } else {
                /* Counting without starting costs a boot, never gives one. */
                assert_true(state.bank[NEW].attempts <= 2);
                old += result == PRM_OK;
                recovered += result != PRM_OK;
            }
            if (!reached)
                break;
        }
    }
    print_message("tried and counted %u, the old one %u, recovery %u\n", tried, old, recovered);
    assert_true(tried > 0 && old > 0);
}

/* The power fails in the record of a trial's boot: counted or not counted, never more boots than there are. */
static void a_power_cut_gives_no_boot_away(void **unused) {
    static jmp_buf cut;
    volatile unsigned cuts = 0;

    (void)unused;
    for (volatile uint32_t units = 0; units < 9; units++) {
        for (volatile unsigned tear = 0; tear < FX_TEARS; tear++) {
            volatile unsigned started = 0;
            start(PRM_BANK_STAGED, TRIAL_BOOTS);
            d.faults.cut_at = 0;
            d.faults.cut_units = units;
            d.faults.tear = (enum fx_tear)tear;
            d.faults.cut = &cut;
            if (setjmp(cut) == 0) {
                (void)fx_boot(&d);
                fail_msg("no cut");
            } else {
                cuts = cuts + 1;
            }
            fx_faults_clear(&d);
            for (;;) {
                const prm_result result = fx_boot(&d);
                assert_result(result, PRM_OK);
                assert_null(fx_boot_wrong(&d, result));
                if (d.plan.bank == OLD)
                    break;
                started = started + 1;
                assert_true(started <= TRIAL_BOOTS);
            }
            assert_true(started == TRIAL_BOOTS || started == TRIAL_BOOTS - 1);
            assert_bank(NEW, PRM_BANK_REJECTED, 0);
        }
    }
    assert_int_equal(cuts, 9 * FX_TEARS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_ends_by_itself),
        cmocka_unit_test(the_port_says_how_many_boots_a_trial_has),
        cmocka_unit_test(a_release_that_was_refused_is_rejected),
        cmocka_unit_test(a_rejection_that_is_not_written_starts_nothing),
        cmocka_unit_test(an_accepted_release_is_not_counted),
        cmocka_unit_test(a_rejected_release_is_left_at_once),
        cmocka_unit_test(factory_banks_are_never_counted),
        cmocka_unit_test(only_what_was_installed_is_tried),
        cmocka_unit_test(what_can_not_be_counted_is_not_tried),
        cmocka_unit_test(an_accepted_one_needs_no_journal),
        cmocka_unit_test(an_error_at_each_call_starts_nothing_uncounted),
        cmocka_unit_test(a_power_cut_gives_no_boot_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
