/* SPDX-License-Identifier: Apache-2.0 */
/* What comes over a wire: a trust manifest, a release, or one after the other, in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"
#include "update/update.h"

static struct rig rig;
static struct rig_manifest manifest;
static struct prm_update update;
static struct prm_trust_rules rules;
static struct prm_update_platform platform;
static uint8_t file[RIG_TRUST_MAX + RIG_ENVELOPE_MAX];
static size_t file_len;

/* Release 10 by p1 runs in A; two of r1, r2 and hr rule. Manifest 5 has p2 instead of p1. */
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
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    assert_int_equal(rig_boot(&rig), PRM_OK);
    rules = rig.workspace.rules;
    platform = (struct prm_update_platform){.crypto = &rig_crypto,
                                            .flash = &rig.flash,
                                            .counter = &rig.floor,
                                            .layout = &rig.layout,
                                            .fuses = &rig.fuses,
                                            .trust = &rig.factory,
                                            .rules = &rules,
                                            .trust_counter = &rig.trust_floor};
    file_len = 0;
    return 0;
}

static void add_manifest(const struct rig_manifest *m) {
    memcpy(file + file_len, m->bytes, m->len);
    file_len += m->len;
}

/*
 * A release as a bank keeps it: there is nothing to install in it, so one that the signature covers is refused as
 * SUIT_MISSING, and any other before that.
 */
static void add_release(uint64_t sequence, const char *name) {
    static uint8_t envelope[RIG_ENVELOPE_MAX];
    uint8_t digest[RIG_DIGEST_SIZE];
    struct rig_block block;

    rig_release_digest(&rig, sequence, digest);
    rig_sign1(&block, rig_key(name), RIG_GOOD, prm_span_of(digest, sizeof digest));
    const size_t len = rig_release_envelope(&rig, sequence, &block, 1, envelope);
    memcpy(file + file_len, envelope, len);
    file_len += len;
}

static prm_result push_all(size_t len, size_t piece) {
    prm_result result = prm_update_open(&update, &platform, 0, 10);

    for (size_t at = 0; at < len && result == PRM_OK; at += piece)
        result = prm_update_push(&update, prm_span_of(file + at, len - at < piece ? len - at : piece));
    return result;
}

static const size_t pieces[] = {1, 2, 3, 5, 64, 1000, 1024, sizeof file};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

static void alone(void **state) {
    for (unsigned i = 0; i < PIECES; i++) {
        (void)set_up(state);
        add_manifest(&manifest);
        assert_int_equal(push_all(file_len, pieces[i]), PRM_OK);
        assert_int_equal(prm_update_is_trust(&update), PRM_YES);
        assert_int_equal(prm_update_finish(&update), PRM_OK);
        assert_int_equal(rules.trust.number, 5);
        assert_int_equal(rig_boot(&rig), PRM_OK);
        assert_int_equal(rig_trust_number(&rig), 5);
        assert_int_equal(rig.report.notes & PRM_BOOT_NOTE_REVOKED(0), PRM_BOOT_NOTE_REVOKED(0));
    }
}

static void with_a_release(void **state) {
    for (unsigned i = 0; i < PIECES; i++) {
        (void)set_up(state);
        add_manifest(&manifest);
        add_release(11, "p2");
        assert_int_equal(push_all(file_len, pieces[i]), PRM_ERR_SUIT_MISSING);
        assert_int_equal(prm_update_is_trust(&update), PRM_NO);
        assert_int_equal(rules.trust.number, 5);
    }
}

/* The key that the manifest revokes signs nothing more, not even what comes with it. */
static void revoked_at_once(void **state) {
    (void)state;
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 1), PRM_ERR_SUIT_MISSING);
    file_len = 0;
    add_manifest(&manifest);
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 100), PRM_ERR_SIG_KEY);
    file_len = 0;
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 100), PRM_ERR_SIG_KEY);
}

static void release_alone(void **state) {
    for (unsigned i = 0; i < PIECES; i++) {
        (void)set_up(state);
        add_release(11, "p2");
        assert_int_equal(push_all(file_len, pieces[i]), PRM_ERR_SIG_KEY);
        assert_int_equal(prm_update_is_trust(&update), PRM_NO);
    }
}

/* Rules that were passed over spoil the word of what they permit. */
static void wrong_rules(void **state) {
    (void)state;
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 1000), PRM_ERR_SUIT_MISSING);
    const uint32_t right = prm_word_value(&update.verified.word);
    rules.diff = 1;
    assert_int_equal(push_all(file_len, 1000), PRM_ERR_SUIT_MISSING);
    assert_int_not_equal(prm_word_value(&update.verified.word), right);
}

static void cut_short(void **state) {
    const uint32_t writes = rig.writes;

    (void)state;
    add_manifest(&manifest);
    for (size_t len = 0; len < file_len; len++) {
        assert_int_equal(push_all(len, 1024), PRM_OK);
        assert_int_equal(prm_update_is_trust(&update), PRM_NO);
        assert_int_equal(prm_update_finish(&update), PRM_ERR_UPDATE_INCOMPLETE);
    }
    assert_int_equal(rig.writes, writes);
    assert_int_equal(rules.trust.number, 0);
}

static void refused(void **state) {
    static struct rig_manifest bad;
    const uint32_t writes = rig.writes;

    (void)state;
    rig_trust(&bad, 5, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1")));
    add_manifest(&bad);
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 1024), PRM_ERR_SIG_POLICY);
    assert_int_equal(prm_update_push(&update, prm_span_of(file, 1)), PRM_ERR_SIG_POLICY);
    assert_int_equal(prm_update_finish(&update), PRM_ERR_SIG_POLICY);
    file_len = 0;
    rig_trust(&bad, 5, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}),
              KEYS(rig_key("hr"), rig_key("h1"), rig_key("h2"), rig_key("r1")));
    assert_true(bad.len > PRM_UPDATE_TRUST_MAX);
    add_manifest(&bad);
    for (unsigned i = 0; i < PIECES; i++)
        assert_int_equal(push_all(file_len, pieces[i]), PRM_ERR_CBOR_LIMIT);
    assert_int_equal(rig.writes, writes);
    assert_int_equal(rules.trust.number, 0);
    assert_int_equal(rules.diff, 0);
}

static void a_device_that_takes_none(void **state) {
    (void)state;
    platform.rules = NULL;
    add_manifest(&manifest);
    assert_int_equal(push_all(file_len, 1024), PRM_ERR_SUIT_ENVELOPE);
    file_len = 0;
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 1), PRM_ERR_SUIT_MISSING);
}

/* No rules at all, the floor above 0: nothing is permitted until the manifest comes again. */
static void no_rules(void **state) {
    (void)state;
    assert_int_equal(rig.trust_floor.advance_to(rig.trust_floor.ctx, 5), PRM_OK);
    assert_int_equal(rig_boot(&rig), PRM_ERR_TRUST_NONE);
    rules = rig.workspace.rules;
    add_release(11, "p1");
    assert_int_equal(push_all(file_len, 1024), PRM_ERR_SIG_KEY);
    file_len = 0;
    add_manifest(&manifest);
    add_release(11, "p2");
    assert_int_equal(push_all(file_len, 1024), PRM_ERR_SUIT_MISSING);
    assert_int_equal(rules.trust.number, 5);
    assert_int_equal(rules.diff, 0);
}

/* The power goes at each change: the old rules hold or the new, and what runs goes on running. */
static void cut_while_it_comes(void **state) {
    for (int cut = RIG_CUT_NONE; cut < RIG_CUTS; cut++) {
        int done = 0;
        for (uint32_t at = 0; !done; at++) {
            (void)set_up(state);
            add_manifest(&manifest);
            rig_cut(&rig, at, (enum rig_cut)cut);
            const prm_result result = push_all(file_len, 1024);
            done = !rig.dead;
            rig_power_on(&rig);
            assert_int_equal(rig_boot(&rig), PRM_OK);
            assert_int_equal(rig.plan.bank, 0);
            assert_true(rig_trust_number(&rig) == 5 || (rig_trust_number(&rig) == 0 && result != PRM_OK));
            assert_true(at > 0 || !done);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(alone, set_up),          cmocka_unit_test_setup(with_a_release, set_up),
        cmocka_unit_test_setup(revoked_at_once, set_up), cmocka_unit_test_setup(release_alone, set_up),
        cmocka_unit_test_setup(wrong_rules, set_up),    cmocka_unit_test_setup(cut_short, set_up),
        cmocka_unit_test_setup(refused, set_up),        cmocka_unit_test_setup(a_device_that_takes_none, set_up),
        cmocka_unit_test_setup(no_rules, set_up),       cmocka_unit_test_setup(cut_while_it_comes, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
