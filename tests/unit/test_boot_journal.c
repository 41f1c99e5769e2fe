/* SPDX-License-Identifier: Apache-2.0 */
/* test_boot_journal.c - the boot journal is written when the choice changes, and only then. */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct fx_key key;

static int setup(void **state) {
    static const struct fx_key *const keys[] = {&key, NULL};

    (void)state;
    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, keys);
    return 0;
}

/* Boots; returns how many journal records that wrote. */
static uint32_t records_of_a_boot(prm_result expected) {
    const uint32_t before = d.faults.writes;
    const prm_result result = fx_boot(&d);

    assert_result(result, expected);
    assert_null(fx_boot_wrong(&d, result));
    return d.faults.writes - before;
}

static void it_is_written_once_and_not_again(void **unused) {
    (void)unused;
    fx_factory(&d, 0, &key, 5, 1);
    assert_int_equal(records_of_a_boot(PRM_OK), 1);
    assert_result(d.report.journal, PRM_OK); /* a blank one is that of a new device */
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(records_of_a_boot(PRM_OK), 0);
        assert_result(d.report.journal, PRM_OK);
        assert_int_equal(d.report.decisions, 1);
    }
    assert_int_equal(d.faults.erases, 1);
    const struct prm_state state = fx_state(&d);
    assert_int_equal(state.decisions, 1);
    assert_int_equal(state.chosen, 0);
    assert_result(state.result[0], PRM_OK);
    assert_result(state.result[1], PRM_ERR_SLOT_EMPTY);
    /* The banks are as the factory left them: the root says nothing of them. */
    static const struct prm_bank_state factory[PRM_BANKS];
    assert_memory_equal(state.bank, factory, sizeof factory);
}

static void every_change_is_one_record(void **unused) {
    uint32_t decisions = 0;

    (void)unused;
    assert_int_equal(records_of_a_boot(PRM_ERR_NOTHING_TO_RUN), 1);
    assert_int_equal(d.report.decisions, ++decisions);
    assert_int_equal(records_of_a_boot(PRM_ERR_NOTHING_TO_RUN), 0);
    fx_install(&d, 0, &key, 5, 1); /* something to run */
    assert_int_equal(records_of_a_boot(PRM_OK), 1);
    assert_int_equal(d.report.decisions, ++decisions);
    fx_install(&d, 1, &key, 4, 2); /* the choice stays, the reason for B changes */
    assert_int_equal(records_of_a_boot(PRM_OK), 1);
    assert_int_equal(d.report.decisions, ++decisions);
    fx_install(&d, 1, &key, 6, 3); /* another choice */
    assert_int_equal(records_of_a_boot(PRM_OK), 1);
    assert_int_equal(d.report.decisions, ++decisions);
    fx_install(&d, 1, &key, 7, 3); /* the same slot, another release: the choice is the same, the report tells it */
    assert_int_equal(records_of_a_boot(PRM_OK), 0);
    assert_int_equal(d.report.decisions, decisions);
    assert_true(d.report.slot[1].sequence == 7 && d.plan.sequence == 7);
    d.bytes[FX_SLOT_A_OFF + FX_IMAGES_OFF + 30] ^= 1; /* the other slot breaks */
    assert_int_equal(records_of_a_boot(PRM_OK), 1);
    assert_int_equal(d.report.decisions, ++decisions);
    d.bytes[FX_SLOT_B_OFF + FX_IMAGES_OFF + 30] ^= 1; /* both are broken */
    assert_int_equal(records_of_a_boot(PRM_ERR_NOTHING_TO_RUN), 1);
    assert_int_equal(d.report.decisions, ++decisions);
    const struct prm_state state = fx_state(&d);
    assert_int_equal(state.chosen, PRM_BOOT_SLOT_NONE);
    assert_result(state.result[0], PRM_ERR_IMAGE_DIGEST);
    assert_result(state.result[1], PRM_ERR_IMAGE_DIGEST);
    assert_int_equal(records_of_a_boot(PRM_ERR_NOTHING_TO_RUN), 0);
}

static void it_survives_many_changes(void **unused) {
    (void)unused;
    fx_install(&d, 0, &key, 5, 1);
    for (uint32_t n = 1; n < 400; n++) {
        d.bytes[FX_SLOT_A_OFF + FX_IMAGES_OFF + 9] ^= 1;
        assert_int_equal(records_of_a_boot(n % 2 == 0 ? PRM_OK : PRM_ERR_NOTHING_TO_RUN), 1);
        assert_int_equal(d.report.decisions, n);
    }
}

/*
 * A journal permits nothing: one with the right check that says anything at all can only keep a bank from being
 * started, and what runs is an authentic image in its place.
 */
static void a_forged_journal_only_forbids(void **unused) {
    struct prm_journal journal;
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    uint64_t seed = 2;
    unsigned ran[PRM_BANKS] = {0}, refused = 0;

    (void)unused;
    fx_install(&d, 1, &key, 6, 2);
    fx_factory(&d, 0, &key, 5, 1);
    for (unsigned round = 0; round < 3000; round++) {
        const prm_result loaded = prm_journal_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, payload);
        assert_result(loaded, round == 0 ? PRM_ERR_JOURNAL_EMPTY : PRM_OK);
        fx_random_fill(&seed, payload, sizeof payload);
        const int known = round % 4 != 0;
        payload[0] = known ? 3 : (uint8_t)(payload[0] | 4u);
        if (known) {
            payload[16] %= 10; /* the banks' status, and half the time of the releases that are there */
            payload[28] %= 10;
            for (uint32_t bank = 0; bank < PRM_BANKS && round % 2 == 0 && d.report.slot[bank].sequence != 0; bank++)
                memcpy(payload + 20 + 12 * bank, d.report.slot[bank].manifest_digest, PRM_STATE_MANIFEST_SIZE);
        }
        assert_result(prm_journal_append(&journal, payload), PRM_OK);
        const prm_result result = fx_boot(&d);
        assert_null(fx_boot_wrong(&d, result));
        if (result == PRM_OK)
            ran[d.plan.bank]++;
        else
            refused++;
        if (!known) { /* a version that nobody knows is a new device's */
            assert_result(result, PRM_OK);
            assert_result(d.report.journal, PRM_ERR_JOURNAL_VERSION);
            assert_int_equal(d.plan.bank, 0);
        }
    }
    print_message("%u ran A, %u ran B, %u nothing\n", ran[0], ran[1], refused);
    assert_true(ran[0] > 500 && ran[1] > 100 && refused > 100);
}

/* What was a journal's last generation once: a boot writes on, and says so once, like any other. */
static void the_largest_generation_is_one_like_others(void **unused) {
    uint8_t *record = d.bytes + FX_JOURNAL_OFF, digest[PRM_SHA256_SIZE];

    (void)unused;
    fx_factory(&d, 0, &key, 5, 1);
    memset(record, 0, 64);
    prm_store_le32(record, UINT32_MAX - 1);
    record[4] = 3;
    fx_sha256(prm_span_of(record, 48), digest);
    memcpy(record + 48, digest, 16);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(records_of_a_boot(PRM_OK), i == 0 ? 1 : 0);
        assert_result(d.report.journal, PRM_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_written_once_and_not_again, setup),
        cmocka_unit_test_setup(every_change_is_one_record, setup),
        cmocka_unit_test_setup(it_survives_many_changes, setup),
        cmocka_unit_test_setup(a_forged_journal_only_forbids, setup),
        cmocka_unit_test_setup(the_largest_generation_is_one_like_others, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
