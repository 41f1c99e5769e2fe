/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Epochs: a counter that a thief of a release key can't steer for good. The formats first, then the life of a device whose
 * key was stolen, and what an old genuine release can do after each cure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "journal/state.h"
#include "tests/hybrid/rig.h"
#include "trust/floor.h"
#include "trust/trust_tally.h"

static struct rig rig;
static struct rig_manifest m;

#define TOP PRM_SEQUENCE_MAX

/* Factory: release keys p1 and p2, three root keys of which two must sign. The factory put release 7 into bank A. */
static int set_up(void **state) {
    (void)state;
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("p2"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("hr"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
    rig_release(&rig, 0, 7, rig_key("p1"), NULL);
    assert_int_equal(rig.floor.advance_to(rig.floor.ctx, 7), PRM_OK);
    return 0;
}

/* ---- formats ---- */

static prm_result check_at(prm_span bytes, const struct prm_trust_floors *floors, struct prm_trust_rules *rules) {
    const struct prm_trust_source source = rig_source(&rig);
    struct prm_tries tries = prm_tally_tries(&rig.factory, PRM_ROLE_ROOT);
    struct prm_trust_proof proof;
    const prm_result result = prm_trust_verify(&source, bytes, floors, &proof, &tries, &proof);

    memset(rules, 0, sizeof *rules);
    return result == PRM_OK ? prm_trust_verify_again(&source, bytes, &proof, rules) : result;
}

static void numbers_are_bounded(void **state) {
    static const struct {
        uint32_t number, epoch;
        uint64_t base;
        struct prm_trust_floors floors;
        prm_result result;
    } cases[] = {
        {5, 0, 1, {0, 0}, PRM_OK},
        {5, 0, 1, {5, 7}, PRM_OK},
        {5, 0, 1, {6, 7}, PRM_ERR_TRUST_OLD},
        {5, 0, 1, {UINT64_MAX, 7}, PRM_ERR_TRUST_OLD},
        {5, 0, 1, {UINT64_C(1) << 63, 7}, PRM_ERR_TRUST_OLD},
        {5, 0, 1, {(UINT64_C(1) << 32) + 5, 7}, PRM_ERR_TRUST_OLD},
        {1024, 0, 1, {0, 7}, PRM_OK},
        {1025, 0, 1, {0, 7}, PRM_ERR_TRUST_STEP},
        {1025, 0, 1, {1, 7}, PRM_OK},
        {UINT32_MAX, 0, 1, {0, 7}, PRM_ERR_TRUST_STEP},
        {UINT32_MAX, 0, 1, {UINT32_MAX - 1024, 7}, PRM_OK},
        {5, 1, 1, {4, 7}, PRM_OK},
        {5, 1, 1, {5, PRM_SEQUENCE_MAX}, PRM_OK},
        {5, 2, 1, {4, 7}, PRM_ERR_TRUST_EPOCH},
        {5, PRM_EPOCH_MAX, 1, {4, 7}, PRM_ERR_TRUST_EPOCH},
        {5, 1, 1, {4, (UINT64_C(1) << 48) + 7}, PRM_OK},
        {5, 2, 1, {4, (UINT64_C(2) << 48) - 1}, PRM_OK},
        {5, 0, 1, {4, UINT64_C(1) << 48}, PRM_ERR_TRUST_EPOCH},
        {5, PRM_EPOCH_MAX, 1, {4, (UINT64_C(1) << 63) - 1}, PRM_OK},
        {5, 0, 1, {4, UINT64_MAX}, PRM_ERR_TRUST_EPOCH},
        {5, PRM_EPOCH_MAX, 1, {4, UINT64_MAX}, PRM_ERR_TRUST_EPOCH},
        {5, PRM_EPOCH_MAX + 1, 1, {4, (UINT64_C(1) << 63) - 1}, PRM_ERR_TRUST_FORMAT},
        {5, 0, 0, {4, 7}, PRM_ERR_TRUST_FORMAT},
        {5, 0, PRM_SEQUENCE_MAX, {4, 7}, PRM_OK},
        {5, 0, PRM_SEQUENCE_MAX + 1, {4, 7}, PRM_ERR_TRUST_FORMAT},
        {5, 0, UINT64_MAX, {4, 7}, PRM_ERR_TRUST_FORMAT},
    };
    struct prm_trust_rules rules;

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        rig_trust_of(&m, &(struct rig_terms){cases[i].number, cases[i].epoch, cases[i].base, {1, 0}},
                     GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
        assert_int_equal(check_at(prm_span_of(m.bytes, m.len), &cases[i].floors, &rules), cases[i].result);
        if (cases[i].result != PRM_OK)
            continue;
        assert_int_equal(rules.trust.epoch, cases[i].epoch);
        assert_int_equal(rules.trust.base, cases[i].base);
    }
}

/* Version 1 had no epoch. It is refused by its name, also when enough root keys signed it. */
static void format_1_is_refused(void **state) {
    static const uint8_t head[] = {0xA4, 0x01, 0x01, 0x02, 0x01, 0x03, 0x82, 0x01, 0x00, 0x04, 0x81, 0x82, 0x00, 0x58, 0x40};
    static struct rig_block block[2];
    uint8_t bytes[sizeof head + 64];
    struct prm_trust_rules rules;

    (void)state;
    memcpy(bytes, head, sizeof head);
    memcpy(bytes + sizeof head, rig_key("p2")->public_key, 64);
    for (uint8_t version = 0; version < 4; version++) {
        bytes[2] = version;
        rig_signature(&block[0], rig_key("r1"), RIG_GOOD, prm_span_of(bytes, sizeof bytes));
        rig_signature(&block[1], rig_key("r2"), RIG_GOOD, prm_span_of(bytes, sizeof bytes));
        rig_envelope(&m, prm_span_of(bytes, sizeof bytes), block, 2);
        /* Of version 2 too: that has two pairs more. */
        assert_int_equal(check_at(prm_span_of(m.bytes, m.len), &(struct prm_trust_floors){0, 0}, &rules),
                         PRM_ERR_TRUST_VERSION);
    }
}

/* Anchors of version 2 had neither epoch nor base: a root with them runs nothing, and says why. */
static void anchors_2_are_refused(void **state) {
    (void)state;
    for (uint32_t version = 0; version < 5; version++) {
        (void)set_up(NULL);
        rig.factory.version = version;
        rig_seal(&rig);
        assert_int_equal(rig_boot(&rig), version == 3 ? PRM_OK : PRM_ERR_TRUST_ANCHORS_VERSION);
    }
}

/* ---- the life of a device ---- */

static uint64_t floor_now(void) {
    uint64_t value;

    return rig.floor.read(rig.floor.ctx, &value) == PRM_OK ? value : UINT64_MAX;
}

/* The journal says so of a bank, as the update service would. */
static void status(uint32_t bank, uint64_t sequence, enum prm_bank_status to) {
    uint8_t digest[RIG_DIGEST_SIZE];
    struct prm_journal journal;
    struct prm_state s;

    assert_int_equal(prm_state_load(&journal, &rig.flash, &rig_crypto, 0, &s), PRM_OK);
    rig_release_digest(&rig, sequence, digest);
    s.bank[bank] = (struct prm_bank_state){.status = (uint8_t)to, .attempts = to == PRM_BANK_STAGED ? 3 : 0};
    memcpy(s.bank[bank].manifest, digest + 4, PRM_STATE_MANIFEST_SIZE);
    assert_int_equal(prm_state_store(&journal, &s), PRM_OK);
}

/* What the update service does once a release is there: staged, tried, accepted by its application. */
static void installs(uint32_t bank, uint64_t sequence, const char *key) {
    rig_release(&rig, bank, sequence, rig_key(key), NULL);
    status(bank, sequence, PRM_BANK_STAGED);
    assert_int_equal(rig_boot(&rig), PRM_OK);
    assert_int_equal(rig.plan.bank, bank);
    assert_int_equal(rig.plan.sequence, sequence);
    assert_int_equal(rig.plan.trial, PRM_YES);
    status(bank, sequence, PRM_BANK_CONFIRMED);
    assert_int_equal(rig.floor.advance_to(rig.floor.ctx, prm_floor_accept(floor_now(), rig.plan.sequence)), PRM_OK);
}

/* A release that is there and said to be accepted, as someone who can write the flash would have it. */
static prm_result verdict_on(uint32_t bank, uint64_t sequence, const char *key) {
    rig_release(&rig, bank, sequence, rig_key(key), NULL);
    status(bank, sequence, PRM_BANK_CONFIRMED);
    const prm_result booted = rig_boot(&rig);
    (void)booted;
    return rig.report.slot[bank].result;
}

static void takes(uint32_t number, uint32_t epoch, uint64_t base, const struct rig_grant *keys) {
    rig_trust_of(&m, &(struct rig_terms){number, epoch, base, {1, 0}}, keys, KEYS(rig_key("r1"), rig_key("hr")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
}

static void runs(uint32_t bank, uint64_t sequence, int kept) {
    assert_int_equal(rig_boot(&rig), PRM_OK);
    assert_int_equal(rig_mend(&rig), PRM_OK);
    assert_int_equal(rig.plan.bank, bank);
    assert_int_equal(rig.report.slot[bank].sequence, sequence);
    assert_int_equal(rig.plan.sequence, kept ? 0 : sequence);
    assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_REVOKED(bank), kept ? PRM_BOOT_NOTE_REVOKED(bank) : 0);
}

/*
 * The thief's release at the highest number there is a way to, accepted by itself. Then root keys open an epoch without the
 * thief's key: the malware is kept, so that the device runs; and the healing release, of number 1, goes before it.
 */
static void the_thief_is_healed(uint64_t last, uint64_t thief) {
    (void)set_up(NULL);
    runs(0, 7, 0);
    for (uint64_t number = 7; number != last; number += number + PRM_FLOOR_STEP < last ? PRM_FLOOR_STEP : last - number)
        assert_int_equal(rig.floor.advance_to(rig.floor.ctx, number), PRM_OK);
    assert_int_equal(rig.floor.advance_to(rig.floor.ctx, last), PRM_OK);
    if (thief != last)
        installs(1, thief, "p2");
    else
        assert_int_equal(verdict_on(1, thief, "p2"), PRM_OK);
    runs(1, thief, 0);
    assert_int_equal(floor_now(), thief);
    /* Nothing by the other key gets past it any more. */
    assert_int_equal(verdict_on(0, 7, "p1"), PRM_ERR_FLOOR);
    takes(1, 1, 1, GRANTS({rig_key("p3"), NULL, NULL, 0}));
    runs(1, thief, 1);
    assert_int_equal(floor_now(), prm_floor_of(1, 1) - 1);
    assert_int_equal(rig_trust_floor(&rig), 1);
    runs(1, thief, 1);
    /* No other release by the thief, whatever its number, and no old one. */
    assert_int_equal(verdict_on(0, thief - 1, "p2"), PRM_ERR_SIG_KEY);
    assert_int_equal(verdict_on(0, 6, "p1"), PRM_ERR_SIG_KEY);
    installs(0, 1, "p3");
    assert_int_equal(floor_now(), prm_floor_of(1, 1));
    runs(0, 1, 0);
    /* From then on the kept release is an old one like all others, also where nothing else is left. */
    assert_int_equal(rig.report.slot[1].result, verdict_on(1, thief, "p2"));
    assert_int_equal(rig.report.slot[1].result, PRM_ERR_SIG_KEY);
    rig.flash_bytes[rig.layout.bank_off[0] + 0x2000 + 80] ^= 1;
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.plan.bank, PRM_BOOT_SLOT_NONE);
}

static void any_number_of_a_thief_heals(void **state) {
    static const struct {
        uint64_t last, thief;
    } cases[] = {{7, 8}, {7, 7 + PRM_FLOOR_STEP}, {PRM_FLOOR_STEP * 3, PRM_FLOOR_STEP * 4}, {TOP - 1, TOP}, {TOP, TOP}};

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        the_thief_is_healed(cases[i].last, cases[i].thief);
}

/* One release raises the floor by a bounded step; numbers that leave no room for an epoch are none. */
static void one_release_goes_one_step(void **state) {
    static const struct {
        uint64_t sequence;
        prm_result result;
    } cases[] = {
        {8, PRM_OK},
        {7 + PRM_FLOOR_STEP, PRM_OK},
        {8 + PRM_FLOOR_STEP, PRM_ERR_FLOOR_STEP},
        {20261129120000u, PRM_ERR_FLOOR_STEP},
        {TOP, PRM_ERR_FLOOR_STEP},
        {TOP + 1, PRM_ERR_SEQUENCE},
        {20261129120000000u, PRM_ERR_SEQUENCE},
        {INT64_MAX, PRM_ERR_SEQUENCE},
        {0, PRM_ERR_SEQUENCE},
        {6, PRM_ERR_FLOOR},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)set_up(NULL);
        assert_int_equal(verdict_on(1, cases[i].sequence, "p2"), cases[i].result);
        assert_int_equal(rig.plan.bank, cases[i].result == PRM_OK ? 1 : 0);
    }
}

/* No cure reopens a rollback: old genuine releases, by a key that stays listed. */
static void an_added_key_reopens_nothing(void **state) {
    (void)state;
    (void)set_up(NULL);
    installs(1, 9, "p1");
    for (uint32_t number = 1; number <= 3; number++) {
        /* A base in the same epoch, whichever, lowers nothing. */
        takes(number, 0, number == 2 ? 9 : 1, GRANTS({rig_key("p1"), NULL, NULL, 0}, {rig_key("p3"), NULL, NULL, 0}));
        runs(1, 9, 0);
        assert_int_equal(floor_now(), 9);
        assert_int_equal(verdict_on(0, 7, "p1"), PRM_ERR_FLOOR);
        assert_int_equal(verdict_on(0, 8, "p1"), PRM_ERR_FLOOR);
    }
    runs(1, 9, 0);
}

static void an_epoch_with_the_right_base_reopens_nothing(void **state) {
    (void)state;
    (void)set_up(NULL);
    installs(1, 9, "p1");
    /* p2's key was stolen, p1's stays: the base is above all that p1 ever signed. */
    takes(1, 1, 10, GRANTS({rig_key("p1"), NULL, NULL, 0}));
    runs(1, 9, 1);
    assert_int_equal(floor_now(), prm_floor_of(1, 9));
    for (uint64_t old = 1; old < 10; old++) {
        if (old == 9)
            continue; /* the same manifest as what is kept, whoever signed it */
        assert_int_equal(verdict_on(0, old, "p1"), PRM_ERR_FLOOR);
        assert_int_equal(verdict_on(0, old, "p2"), PRM_ERR_SIG_KEY);
    }
    runs(1, 9, 1);
    installs(0, 10, "p1");
    runs(0, 10, 0);
    assert_int_equal(verdict_on(1, 9, "p1"), PRM_ERR_FLOOR);
    runs(0, 10, 0);
}

/* A base above what runs, in the same epoch: a fence that root keys put up. What runs is kept; then it is one like others. */
static void a_fence_in_the_same_epoch(void **state) {
    (void)state;
    (void)set_up(NULL);
    installs(1, 9, "p1");
    takes(1, 0, 50, GRANTS({rig_key("p1"), NULL, NULL, 0}));
    runs(1, 9, 1);
    assert_int_equal(floor_now(), 49);
    assert_int_equal(verdict_on(0, 10, "p1"), PRM_ERR_FLOOR);
    assert_int_equal(verdict_on(0, 49, "p1"), PRM_ERR_FLOOR);
    installs(0, 50, "p1");
    assert_int_equal(verdict_on(1, 9, "p1"), PRM_ERR_FLOOR);
}

/* Without a journal, in an epoch of which nothing was accepted, the kept release runs, and nothing else. */
static void a_lost_journal_in_a_new_epoch(void **state) {
    static struct rig_state before;

    (void)state;
    (void)set_up(NULL);
    takes(1, 1, 10, GRANTS({rig_key("p3"), NULL, NULL, 0}));
    runs(0, 7, 1);
    rig_release(&rig, 1, 10, rig_key("p3"), NULL);
    status(1, 10, PRM_BANK_REJECTED);
    rig_save(&rig, &before);
    memset(rig.flash_bytes, 0xFF, 0x2000);
    runs(0, 7, 1);
    assert_int_equal(rig.report.slot[1].result, PRM_ERR_BANK_UNKNOWN);
    /* With release 10 accepted it is exactly that one. */
    rig_restore(&rig, &before);
    installs(1, 10, "p3");
    memset(rig.flash_bytes, 0xFF, 0x2000);
    runs(1, 10, 0);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_KEY);
    /* The thief's release, whose number is above all of the new epoch, is kept without a journal too. */
    (void)set_up(NULL);
    installs(1, 7 + PRM_FLOOR_STEP, "p2");
    takes(1, 1, 1, GRANTS({rig_key("p3"), NULL, NULL, 0}));
    runs(1, 7 + PRM_FLOOR_STEP, 1);
    memset(rig.flash_bytes, 0xFF, 0x2000);
    runs(1, 7 + PRM_FLOOR_STEP, 1);
    /* The only release there is may be on trial while an epoch opens: it is kept, and not started without an end. */
    (void)set_up(NULL);
    rig_release(&rig, 1, 8, rig_key("p2"), NULL);
    status(1, 8, PRM_BANK_STAGED);
    status(0, 7, PRM_BANK_REJECTED);
    takes(1, 1, 1, GRANTS({rig_key("p3"), NULL, NULL, 0}));
    runs(1, 8, 1);
    assert_int_equal(rig.plan.trial, PRM_YES);
}

/* A release on its way before the boot in which an epoch opens: judged by the new rules, tried, and the malware behind it. */
static void a_healing_release_that_comes_with_its_epoch(void **state) {
    (void)state;
    (void)set_up(NULL);
    installs(1, 7 + PRM_FLOOR_STEP, "p2");
    takes(1, 1, 1, GRANTS({rig_key("p3"), NULL, NULL, 0}));
    rig_release(&rig, 0, 1, rig_key("p3"), NULL);
    status(0, 1, PRM_BANK_STAGED);
    runs(0, 1, 0);
    assert_int_equal(rig.plan.trial, PRM_YES);
    assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_REVOKED(1), PRM_BOOT_NOTE_REVOKED(1));
    /* Never accepted: the device falls back to what it had. */
    status(0, 1, PRM_BANK_REJECTED);
    runs(1, 7 + PRM_FLOOR_STEP, 1);
}

/*
 * The manifest is lost after the cut, in both slots. As long as the trust floor didn't move, the old rules hold, and the device
 * runs what it ran by them; else the root takes the manifest again.
 */
static void without_the_manifest(uint64_t sequence) {
    static struct rig_state whole;
    const uint64_t trust_floor = rig_trust_floor(&rig);

    rig_save(&rig, &whole);
    for (uint32_t slot = 0; slot < PRM_TRUST_SLOTS; slot++)
        memset(rig.flash_bytes + rig.layout.trust_off[slot], 0xFF, PRM_TRUST_SLOT_SIZE);
    if (trust_floor == 0) {
        runs(1, sequence, 0);
    } else {
        assert_int_equal(rig_boot(&rig), PRM_ERR_TRUST_NONE);
        assert_int_equal(rig_store(&rig, &m), PRM_OK);
        runs(1, sequence, 1);
    }
    rig_restore(&rig, &whole);
}

/* The power goes at each change while an epoch opens: before and after it the device runs what it ran, and heals. */
static void cut_while_an_epoch_opens(void **state) {
    static struct rig_state before;
    unsigned cuts = 0;

    (void)state;
    (void)set_up(NULL);
    installs(1, 7 + PRM_FLOOR_STEP, "p2");
    takes(1, 1, 1, GRANTS({rig_key("p3"), NULL, NULL, 0}));
    rig_save(&rig, &before);
    for (int cut = RIG_CUT_NONE; cut < RIG_CUTS; cut++) {
        int done = 0;
        for (uint32_t at = 0; !done; at++, cuts++) {
            rig_restore(&rig, &before);
            rig_cut(&rig, at, (enum rig_cut)cut);
            const prm_result booted = rig_boot(&rig);
            (void)booted;
            done = !rig.dead;
            rig_power_on(&rig);
            without_the_manifest(7 + PRM_FLOOR_STEP);
            runs(1, 7 + PRM_FLOOR_STEP, 1);
            assert_int_equal(floor_now(), prm_floor_of(1, 1) - 1);
            installs(0, 1, "p3");
            runs(0, 1, 0);
        }
    }
    printf("%u cuts\n", cuts);
    assert_true(cuts > 9);
}

/* A floor that can't be raised when an epoch opens: the rules' own bound holds, and it is raised at the next boot. */
static prm_result broken_advance(void *ctx, uint64_t value) {
    (void)ctx;
    (void)value;
    return PRM_ERR_COUNTER_IO;
}

static void a_floor_that_does_not_move(void **state) {
    struct prm_counter broken;

    (void)state;
    (void)set_up(NULL);
    takes(1, 1, 10, GRANTS({rig_key("p1"), NULL, NULL, 0}));
    /* As long as the trust floor doesn't move, the rollback floor doesn't either: the new rules might be lost. */
    broken = rig.trust_floor;
    broken.advance_to = broken_advance;
    rig.platform.trust_counter = &broken;
    runs(0, 7, 1);
    assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_TRUST_WAITS, PRM_BOOT_NOTE_TRUST_WAITS);
    assert_int_equal(floor_now(), 7);
    rig.platform.trust_counter = &rig.trust_floor;
    broken = rig.floor;
    broken.advance_to = broken_advance;
    rig.platform.counter = &broken;
    runs(0, 7, 1);
    assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_TRUST_WAITS, PRM_BOOT_NOTE_TRUST_WAITS);
    assert_int_equal(floor_now(), 7);
    assert_int_equal(verdict_on(1, 9, "p1"), PRM_ERR_FLOOR);
    rig.platform.counter = &rig.floor;
    runs(0, 7, 1);
    assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_TRUST_WAITS, 0);
    assert_int_equal(floor_now(), prm_floor_of(1, 9));
}

/* Epochs are taken one after the other, and a manifest of one that is past opens nothing. */
static void epochs_are_opened_in_order(void **state) {
    static struct rig_manifest old;

    (void)state;
    (void)set_up(NULL);
    for (uint32_t epoch = 1; epoch <= 5; epoch++) {
        rig_trust_of(&m, &(struct rig_terms){epoch + 1, epoch + 1, 1, {1, 0}}, GRANTS({rig_key("p3"), NULL, NULL, 0}),
                     KEYS(rig_key("r1"), rig_key("r2")));
        assert_int_equal(rig_store(&rig, &m), PRM_ERR_TRUST_EPOCH);
        takes(epoch, epoch, 1, GRANTS({rig_key("p3"), NULL, NULL, 0}));
        runs(0, 7, 1);
        assert_int_equal(floor_now() >> 48, epoch - (floor_now() + 1 == prm_floor_of(epoch, 1) ? 0u : 1u));
        old = m;
        rig_trust_of(&old, &(struct rig_terms){epoch + 1, epoch - 1, 1, {1, 0}}, GRANTS({rig_key("p2"), NULL, NULL, 0}),
                     KEYS(rig_key("r1"), rig_key("r2")));
        assert_int_equal(rig_store(&rig, &old), PRM_ERR_TRUST_EPOCH);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_are_bounded, set_up),
        cmocka_unit_test_setup(format_1_is_refused, set_up),
        cmocka_unit_test(anchors_2_are_refused),
        cmocka_unit_test(any_number_of_a_thief_heals),
        cmocka_unit_test(one_release_goes_one_step),
        cmocka_unit_test(an_added_key_reopens_nothing),
        cmocka_unit_test(an_epoch_with_the_right_base_reopens_nothing),
        cmocka_unit_test(a_fence_in_the_same_epoch),
        cmocka_unit_test(a_lost_journal_in_a_new_epoch),
        cmocka_unit_test(a_healing_release_that_comes_with_its_epoch),
        cmocka_unit_test(cut_while_an_epoch_opens),
        cmocka_unit_test(a_floor_that_does_not_move),
        cmocka_unit_test(epochs_are_opened_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
