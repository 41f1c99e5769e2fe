/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_boot_io.c - an error at each seam call of a boot, power cuts, and flash full of anything: always a decision, and
 * never an unverified boot.
 */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static struct fx_key key;
static const struct fx_key *const anchors[] = {&key, NULL};

static int setup(void **state) {
    (void)state;
    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, anchors);
    return 0;
}

/* A device with releases 5 in A and 6 in B, or without one of them; both were accepted, and the floor is still at the lower. */
static void fresh(unsigned slots) {
    setup(NULL);
    if ((slots & 1u) != 0)
        fx_install(&d, 0, &key, 5, 1);
    if ((slots & 2u) != 0)
        fx_install(&d, 1, &key, 6, 2);
    assert_result(d.counter.advance_to(d.counter.ctx, (slots & 1u) != 0 ? 5 : 6), PRM_OK);
    fx_faults_clear(&d);
}

/* The same two releases, but B is as the factory delivered it, and the journal is blank. */
static void factory_new(void) {
    setup(NULL);
    fx_install(&d, 0, &key, 5, 1);
    fx_factory(&d, 1, &key, 6, 2);
    fx_faults_clear(&d);
}

/* The outcome of a boot that met an error: a whole report, and what runs is one of the authentic images. */
static prm_result boot_anyhow(unsigned slots) {
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);

    if (wrong != NULL)
        fail_msg("call %u: %s", (unsigned)d.faults.fail_at, wrong);
    if (result == PRM_OK)
        assert_true((slots & (1u << d.plan.bank)) != 0);
    return result;
}

/* After a boot that met an error. */
static void judge(prm_result result, unsigned slots) {
    /* The slot that met it doesn't run, if it was one. */
    for (uint32_t slot = 0; slot < 2; slot++)
        if (d.report.slot[slot].result == PRM_ERR_FLASH_IO || d.report.slot[slot].result == PRM_ERR_CRYPTO)
            assert_int_not_equal(d.plan.bank, slot);
    /* The first reading is the device's, the later ones a slot's. */
    if (d.faults.failed == FX_EEPROM_READ && result != PRM_OK)
        assert_true(result == PRM_ERR_COUNTER_IO || result == PRM_ERR_NOTHING_TO_RUN);
    /* Without the error it is as if nothing had happened. */
    fx_faults_clear(&d);
    assert_result(fx_boot(&d), slots != 0 ? PRM_OK : PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(d.plan.bank, (slots & 2u) != 0 ? 1 : slots != 0 ? 0 : PRM_BOOT_SLOT_NONE);
}

static void an_error_at_each_call_leads_to_recovery_or_the_other_slot(void **state) {
    unsigned seen[FX_OPS] = {0}, ran = 0, recovered = 0, lower = 0;

    (void)state;
    for (unsigned slots = 0; slots < 4; slots++) {
        for (unsigned round = 0; round < 2; round++) { /* a first boot, which writes the journal; and a later one */
            for (uint32_t call = 0;; call++) {
                fresh(slots);
                if (round == 1)
                    (void)fx_boot(&d);
                fx_faults_clear(&d);
                d.faults.fail_at = call;
                const prm_result result = boot_anyhow(slots);
                if (d.faults.calls <= call)
                    break;
                seen[d.faults.failed]++;
                ran += result == PRM_OK;
                recovered += result != PRM_OK;
                lower += slots == 3 && d.plan.bank == 0;
                judge(result, slots);
            }
        }
    }
    print_message(
        "errors injected: read %u view %u write %u erase %u counter %u sha256 %u witness %u; ran %u (the lower "
        "slot %u), recovery %u\n",
        seen[FX_READ], seen[FX_VIEW], seen[FX_WRITE_OP], seen[FX_ERASE_OP], seen[FX_EEPROM_READ], seen[FX_SHA256],
        seen[FX_WITNESS], ran, lower, recovered);
    for (unsigned op = 0; op < FX_OPS; op++)
        assert_true(seen[op] > 0 || op == FX_EEPROM_WRITE); /* a boot advances nothing */
    assert_true(lower > 0 && recovered > 0);
}

/*
 * What can't be read, torn or worn out, is an answer: a bank is unfit with that as its reason, a record of the journal is void.
 * With two authentic banks one of them runs, wherever the one torn place is.
 */
static void what_cannot_be_read_is_unfit_or_void(void **state) {
    unsigned torn[PRM_BANKS] = {0}, records = 0;

    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t call = 0;; call++) {
            fresh(3);
            if (round == 1)
                (void)fx_boot(&d);
            fx_faults_clear(&d);
            d.faults.damaged = 1;
            d.faults.fail_at = call;
            const prm_result result = boot_anyhow(3);
            if (d.faults.calls <= call)
                break;
            if (d.faults.failed != FX_READ && d.faults.failed != FX_VIEW)
                continue;
            assert_result(result, PRM_OK);
            assert_result(d.report.journal, PRM_OK);
            for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
                torn[bank] += d.report.slot[bank].result == PRM_ERR_FLASH_DAMAGED;
            records += d.report.slot[0].result == PRM_OK && d.report.slot[1].result == PRM_OK;
        }
    }
    assert_true(torn[0] >= 6 && torn[1] >= 6 && records > 100); /* header, envelope, image of each; places of the journal */
}

/*
 * An accepted release above the floor, which only the journal permits, and every reading of that journal but the first fails:
 * nothing can be handed over, so the boot doesn't say OK with a spoilt word, and the other bank or the recovery has its turn.
 */
static void what_cannot_be_handed_over_is_not_ok(void **state) {
    unsigned refused = 0;

    (void)state;
    for (unsigned slots = 2; slots < 4; slots++) {
        for (uint32_t call = 1;; call++) {
            fresh(3);
            if (slots == 2)
                fx_bank_status(&d, 0, PRM_BANK_REJECTED, 0);
            d.faults.fail_at = call;
            const prm_result result = boot_anyhow(slots);
            if (d.faults.calls <= call)
                break;
            if (d.report.journal != PRM_OK || d.report.slot[1].result != PRM_ERR_BANK_UNKNOWN)
                continue;
            assert_result(result, slots == 3 ? PRM_OK : PRM_ERR_NOTHING_TO_RUN);
            refused++;
        }
    }
    assert_true(refused > 100);
}

static void a_part_that_fails_for_good_leads_to_recovery_or_the_other_slot(void **state) {
    (void)state;
    for (uint32_t call = 0;; call++) {
        fresh(3);
        d.faults.fails_from = call;
        (void)boot_anyhow(3);
        if (d.faults.calls <= call)
            break;
    }
    fresh(3);
    d.faults.fails_from = 0;
    assert_true(boot_anyhow(3) != PRM_OK);
}

static void a_journal_that_fails_stops_nothing(void **state) {
    unsigned noted = 0;

    (void)state;
    for (uint32_t call = 0;; call++) {
        fresh(3);
        d.faults.fail_at = call;
        (void)boot_anyhow(3);
        if (d.faults.calls <= call)
            break;
        if (d.report.slot[0].result != PRM_OK || d.report.slot[1].result != PRM_OK)
            continue;
        assert_int_equal(d.plan.bank, 1);
        /* Met when it is looked at again for a bank, it isn't noted: on a new device it says nothing against one. */
        if (d.report.journal == PRM_OK)
            continue;
        assert_true(d.report.journal == PRM_ERR_FLASH_IO || d.report.journal == PRM_ERR_CRYPTO);
        noted++;
    }
    assert_true(noted > 100);
}

static void a_power_cut_during_a_boot_changes_no_decision(void **state) {
    static jmp_buf cut;
    volatile unsigned cuts = 0;

    (void)state;
    for (volatile uint32_t at = 0; at < 3; at++) {
        for (volatile uint32_t units = 0; units < 9; units++) {
            for (volatile unsigned tear = 0; tear < FX_TEARS; tear++) {
                factory_new();
                d.faults.cut_at = at;
                d.faults.cut_units = units;
                d.faults.tear = (enum fx_tear)tear;
                d.faults.cut = &cut;
                if (setjmp(cut) == 0)
                    (void)boot_anyhow(3);
                else
                    cuts = cuts + 1;
                fx_faults_clear(&d);
                assert_result(boot_anyhow(3), PRM_OK);
                assert_int_equal(d.plan.bank, 1);
                assert_int_equal(d.report.decisions, 1);
            }
        }
    }
    assert_int_equal(cuts, 2 * 9 * FX_TEARS);
}

/* One boot of a device whose flash holds anything at all. */
static void decides(prm_result a_is_not) {
    const prm_result result = boot_anyhow(0);

    assert_result(result, PRM_ERR_NOTHING_TO_RUN);
    assert_true(d.report.slot[0].result != a_is_not && d.report.slot[1].result != PRM_OK);
}

static void slots_and_journal_full_of_anything(void **state) {
    uint64_t seed = 5;

    (void)state;
    for (unsigned fill = 0; fill < 256; fill++) {
        setup(NULL);
        memset(d.bytes, (int)fill, sizeof d.bytes);
        decides(PRM_OK);
        decides(PRM_OK);
    }
    for (unsigned round = 0; round < 500; round++) {
        setup(NULL);
        fx_random_fill(&seed, d.bytes, sizeof d.bytes);
        decides(PRM_OK);
    }
    /* Random bytes behind a header that is right, of every length that there is and many absurd ones. */
    for (unsigned round = 0; round < 4000; round++) {
        for (uint32_t slot = 0; slot < 2; slot++) {
            uint8_t *at = d.bytes + d.layout.bank_off[slot];
            const uint32_t len = round < 1600 ? round : (uint32_t)(fx_random(&seed) >> (32 + fx_random(&seed) % 32));
            fx_random_fill(&seed, at, FX_ENVELOPE_OFF + (len < 2048 ? len : 2048));
            fx_put_header(at, len);
            /* Half of them begin like an envelope. */
            if (round % 2 == 0)
                memcpy(at + FX_ENVELOPE_OFF, "\xD8\x6B\xA2\x02\x58", 5);
        }
        decides(PRM_OK);
    }
}

static void absurd_lengths_are_refused_at_once(void **state) {
    static const uint32_t lengths[] = {
        0,          PRM_BANK_ENVELOPE_MAX + 1, 0x1FF8,         0x2000,         FX_SLOT_SIZE, FX_FLASH_SIZE,
        0x7FFFFFFF, 0x80000000u,          UINT32_MAX - 8, UINT32_MAX - 7, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        fresh(3);
        fx_put_header(d.bytes + FX_SLOT_B_OFF, lengths[i]);
        assert_result(boot_anyhow(1), PRM_OK);
        /* What is longer than 16 bits makes another version of the format of it. */
        assert_result(d.report.slot[1].result, lengths[i] >> 16 == 0 ? PRM_ERR_SLOT_HEADER : PRM_ERR_SLOT_VERSION);
    }
}

static void a_journal_of_anything_stops_nothing(void **state) {
    uint64_t seed = 9;

    (void)state;
    for (unsigned round = 0; round < 400; round++) {
        factory_new();
        if (round < 256)
            memset(d.bytes, (int)round, 2 * FX_ERASE);
        else
            fx_random_fill(&seed, d.bytes, 2 * FX_ERASE);
        assert_result(boot_anyhow(3), PRM_OK);
        assert_int_equal(d.plan.bank, 1);
        assert_result(d.report.journal, PRM_OK);
        assert_result(boot_anyhow(3), PRM_OK);
        assert_result(d.report.journal, PRM_OK);
    }
}

/* Once something was accepted, a lost journal leaves that, and nothing that nobody ever accepted. */
static void a_lost_journal_leaves_what_was_accepted(void **state) {
    uint64_t seed = 19;

    (void)state;
    for (unsigned round = 0; round < 400; round++) {
        const uint32_t accepted = round & 1u; /* A holds 5, B holds 6 */
        fresh(3);
        fx_bank_status(&d, accepted, PRM_BANK_CONFIRMED, 0);
        fx_bank_status(&d, accepted ^ 1u, round % 4 < 2 ? PRM_BANK_REJECTED : PRM_BANK_TRIAL, 0);
        assert_result(d.counter.advance_to(d.counter.ctx, 5 + accepted), PRM_OK);
        fx_random_fill(&seed, d.bytes, 2 * FX_ERASE);
        assert_result(boot_anyhow(1u << accepted), PRM_OK);
        assert_result(d.report.slot[accepted ^ 1u].result, accepted == 0 ? PRM_ERR_BANK_UNKNOWN : PRM_ERR_FLOOR);
    }
    /* As with a journal that can't be read. */
    fresh(3);
    assert_result(d.counter.advance_to(d.counter.ctx, 5), PRM_OK);
    fx_bank_status(&d, 1, PRM_BANK_CONFIRMED, 0);
    fx_faults_clear(&d);
    d.faults.fail_at = 0;
    assert_result(boot_anyhow(1), PRM_OK);
    assert_result(d.report.journal, PRM_ERR_FLASH_IO);
}

/* Authentic releases whose bytes in flash were then mangled anywhere, many at a time. */
static void mangled_releases_do_not_run(void **state) {
    uint64_t seed = 13;
    unsigned ran = 0;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        static uint8_t whole[FX_SLOT_SIZE];
        if (round % 100 == 0)
            fresh(1);
        uint8_t *slot = d.bytes + FX_SLOT_A_OFF;
        memcpy(whole, slot, sizeof whole);
        const uint32_t used = FX_ENVELOPE_OFF + fx_envelope_len(slot);
        const uint32_t at = (uint32_t)(fx_random(&seed) % used), n = 1 + (uint32_t)(fx_random(&seed) % (used - at));
        const uint32_t from = (uint32_t)(fx_random(&seed) % (used - n + 1));
        switch (round % 3) {
        case 0:
            fx_random_fill(&seed, slot + at, n);
            break;
        case 1:
            memmove(slot + at, slot + from, n);
            break;
        default:
            memset(slot + at, (int)(fx_random(&seed) & 0xFF), n);
        }
        memcpy(slot + 8, whole + 8, FX_ENVELOPE_OFF - 8); /* the header's digest guards nothing */
        const int same = memcmp(slot, whole, sizeof whole) == 0;
        const prm_result result = boot_anyhow(1);
        assert_true((result == PRM_OK) == same);
        ran += result == PRM_OK;
        memcpy(slot, whole, sizeof whole);
    }
    assert_true(ran < 300);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_at_each_call_leads_to_recovery_or_the_other_slot),
        cmocka_unit_test(what_cannot_be_read_is_unfit_or_void),
        cmocka_unit_test(what_cannot_be_handed_over_is_not_ok),
        cmocka_unit_test(a_part_that_fails_for_good_leads_to_recovery_or_the_other_slot),
        cmocka_unit_test(a_journal_that_fails_stops_nothing),
        cmocka_unit_test(a_power_cut_during_a_boot_changes_no_decision),
        cmocka_unit_test_setup(slots_and_journal_full_of_anything, setup),
        cmocka_unit_test(absurd_lengths_are_refused_at_once),
        cmocka_unit_test(a_journal_of_anything_stops_nothing),
        cmocka_unit_test(a_lost_journal_leaves_what_was_accepted),
        cmocka_unit_test(mangled_releases_do_not_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
