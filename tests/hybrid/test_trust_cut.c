/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at each call that changes flash or EEPROM, with none, half or noise of it done: while a trust manifest is
 * stored, while it takes effect, and again while the device gets over the first cut. After it the old rules hold or the
 * new; where the floor has moved never the old; the release that ran always runs; no other by its key ever does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"

static struct rig rig;
static struct rig_state before, after_cut;
static struct rig_manifest first, second, third;

/* Release 10 by p1 runs in A; by p1 too, 11 would be in B. Manifest 1 has p1 in force, 2 and 3 have not. */
static int set_up(void **state) {
    (void)state;
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
    rig_trust(&first, 1, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    rig_trust(&second, 2, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    rig_trust(&third, 3, 1, 0, GRANTS({rig_key("p3"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    assert_int_equal(rig_boot(&rig), PRM_OK);
    return 0;
}

/* Boots without a cut: the release runs, by the old rules or the new. Returns the number of the rules. */
static uint32_t runs_by(uint32_t old, uint32_t new) {
    const uint64_t floor = rig_trust_floor(&rig);

    assert_int_equal(rig_boot(&rig), PRM_OK);
    assert_int_equal(rig_mend(&rig), PRM_OK);
    const uint32_t number = rig_trust_number(&rig);
    assert_true(number == old || number == new);
    assert_true(number >= floor && rig_trust_floor(&rig) == number);
    assert_int_equal(rig.plan.bank, 0);
    assert_int_equal(rig.report.slot[0].sequence, 10);
    assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_REVOKED(0), number >= 2 ? PRM_BOOT_NOTE_REVOKED(0) : 0);
    assert_int_equal(rig.report.notes & 0xFC, 0);
    return number;
}

/* Nothing that someone who can write the flash does brings the revoked key back. */
static void key_stays_revoked(uint32_t number) {
    rig_release(&rig, 1, 11, rig_key("p1"), NULL);
    for (unsigned way = 0; way < 4; way++) {
        if (way == 1)
            rig_put_trust(&rig, 0, &first);
        if (way == 2)
            rig_put_trust(&rig, 1, &first);
        if (way == 3)
            memset(rig.flash_bytes + rig.layout.trust_off[0], 0xFF, PRM_TRUST_SLOT_SIZE);
        assert_int_equal(runs_by(number, number), number);
        assert_int_equal(rig.report.slot[1].result, PRM_ERR_SIG_KEY);
    }
    rig_put_trust(&rig, 0, &first);
    rig_put_trust(&rig, 1, &first);
    assert_int_equal(rig_boot(&rig), PRM_ERR_TRUST_NONE);
}

/* Calls that a boot, or storing this manifest, makes from `before`. */
static uint32_t count_writes(const struct rig_manifest *manifest) {
    rig_restore(&rig, &before);
    if (manifest != NULL)
        assert_int_equal(rig_store(&rig, manifest), PRM_OK);
    else
        assert_true(rig_boot(&rig) == PRM_OK && rig_mend(&rig) == PRM_OK);
    return rig.writes;
}

static void do_it(const struct rig_manifest *manifest) {
    if (manifest != NULL)
        assert_int_not_equal(rig_store(&rig, manifest), PRM_OK);
    else
        assert_true(rig_boot(&rig) != PRM_OK || rig.dead || rig_mend(&rig) != PRM_OK);
    assert_true(rig.dead);
}

/* Every cut of storing (or, NULL, of taking effect), from `before` on. */
static void cut_everywhere(const char *what, const struct rig_manifest *manifest, uint32_t old, uint32_t new) {
    const uint32_t calls = count_writes(manifest);
    unsigned cuts = 0, news = 0;

    assert_true(calls > 2);
    for (uint32_t at = 0; at < calls; at++)
        for (int cut = 0; cut < RIG_CUTS; cut++, cuts++) {
            rig_restore(&rig, &before);
            rig_cut(&rig, at, (enum rig_cut)cut);
            do_it(manifest);
            rig_power_on(&rig);
            rig_save(&rig, &after_cut);
            const uint32_t number = runs_by(old, new);
            news += number == new;
            if (number >= 2)
                key_stays_revoked(number);
            /* What was begun can be done, and done again. */
            rig_restore(&rig, &after_cut);
            if (manifest != NULL)
                assert_int_equal(rig_store(&rig, manifest), PRM_OK);
            assert_int_equal(runs_by(new, new), new);
            assert_int_equal(runs_by(new, new), new);
            assert_memory_equal(rig.flash_bytes + rig.layout.trust_off[0], rig.flash_bytes + rig.layout.trust_off[1],
                                second.len);
        }
    printf("%s: %u calls, %u cuts, %u of them end with the new rules\n", what, calls, cuts, news);
}

/* A second cut while the device gets over the first. */
static void cut_twice(const char *what, uint32_t old, uint32_t new) {
    const uint32_t calls = count_writes(NULL);
    unsigned cuts = 0;

    for (uint32_t a = 0; a < calls; a += a < 6 ? 1 : 17)
        for (int cut = 0; cut < RIG_CUTS; cut++) {
            rig_restore(&rig, &before);
            rig_cut(&rig, a, (enum rig_cut)cut);
            do_it(NULL);
            rig_power_on(&rig);
            rig_save(&rig, &after_cut);
            for (uint32_t b = 0;; b += b < 6 ? 1 : 13, cuts++) {
                rig_restore(&rig, &after_cut);
                rig_cut(&rig, b, (enum rig_cut)((cut + 1) % RIG_CUTS));
                assert_true(rig_boot(&rig) != PRM_OK || rig.dead || rig_mend(&rig) == PRM_OK || rig.dead);
                const int done = !rig.dead;
                rig_power_on(&rig);
                assert_int_equal(runs_by(old, new), new);
                if (done)
                    break;
            }
        }
    printf("%s: %u pairs of cuts\n", what, cuts);
}

static void first_manifest(void **state) {
    (void)set_up(state);
    rig_save(&rig, &before);
    cut_everywhere("store 1 over the factory's", &first, 0, 1);
    cut_everywhere("store 2 over the factory's", &second, 0, 2);
    rig_restore(&rig, &before);
    assert_int_equal(rig_store(&rig, &second), PRM_OK);
    rig_save(&rig, &before);
    cut_everywhere("2 takes effect over the factory's", NULL, 0, 2);
    cut_twice("2 takes effect over the factory's", 0, 2);
}

static void next_manifest(void **state) {
    (void)set_up(state);
    assert_int_equal(rig_store(&rig, &first), PRM_OK);
    assert_int_equal(runs_by(1, 1), 1);
    rig_save(&rig, &before);
    cut_everywhere("store 2 over 1", &second, 1, 2);
    rig_restore(&rig, &before);
    assert_int_equal(rig_store(&rig, &second), PRM_OK);
    rig_save(&rig, &before);
    cut_everywhere("2 takes effect over 1", NULL, 1, 2);
    cut_twice("2 takes effect over 1", 1, 2);
}

/* Only one slot holds the manifest that the floor stands at: never that one is written. */
static void no_copy(void **state) {
    for (uint32_t slot = 0; slot < 2; slot++) {
        (void)set_up(state);
        rig_put_trust(&rig, slot, &first);
        assert_int_equal(rig_boot(&rig), PRM_OK);
        assert_int_equal(rig_trust_floor(&rig), 1);
        rig_save(&rig, &before);
        cut_everywhere(slot == 0 ? "store 2, 1 is in slot 0 only" : "store 2, 1 is in slot 1 only", &second, 1, 2);
    }
}

/* Another cell is there already, and the release is kept over two generations of keys. */
static void kept_twice(void **state) {
    (void)set_up(state);
    assert_int_equal(rig_store(&rig, &second), PRM_OK);
    assert_int_equal(runs_by(2, 2), 2);
    rig_save(&rig, &before);
    cut_everywhere("store 3 over 2", &third, 2, 3);
    rig_restore(&rig, &before);
    assert_int_equal(rig_store(&rig, &third), PRM_OK);
    rig_save(&rig, &before);
    cut_everywhere("3 takes effect over 2", NULL, 2, 3);
}

/* One manifest waits for the next boot when another comes: the one that the floor stands at is never touched. */
static void one_waits(void **state) {
    unsigned olds = 0, cuts = 0;

    (void)set_up(state);
    assert_int_equal(rig_store(&rig, &first), PRM_OK);
    assert_int_equal(runs_by(1, 1), 1);
    assert_int_equal(rig_store(&rig, &second), PRM_OK);
    rig_save(&rig, &before);
    const uint32_t calls = count_writes(&third);
    for (uint32_t at = 0; at < calls; at++)
        for (int cut = 0; cut < RIG_CUTS; cut++, cuts++) {
            rig_restore(&rig, &before);
            rig_cut(&rig, at, (enum rig_cut)cut);
            do_it(&third);
            rig_power_on(&rig);
            assert_int_equal(rig_boot(&rig), PRM_OK);
            const uint32_t number = rig_trust_number(&rig);
            assert_in_range(number, 1, 3);
            olds += number == 1;
            assert_int_equal(rig_store(&rig, &third), PRM_OK);
            assert_int_equal(runs_by(3, 3), 3);
        }
    assert_true(olds > 0);
    rig_restore(&rig, &before);
    assert_int_equal(rig_store(&rig, &third), PRM_OK);
    assert_int_equal(runs_by(3, 3), 3);
    printf("one waits: %u cuts, %u of them lose the one that waited\n", cuts, olds);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_manifest),
        cmocka_unit_test(next_manifest),
        cmocka_unit_test(no_copy),
        cmocka_unit_test(kept_twice),
        cmocka_unit_test(one_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
