/* SPDX-License-Identifier: Apache-2.0 */
/* Trust manifests: read, refused, taken, replaced, and what that does to what runs. */
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
static struct rig_manifest m, m2;

/* Factory: release key p1, three root keys of which two must sign (one of them HSS), one key of both roles. */
static int set_up(void **state) {
    (void)state;
    rig_init(&rig);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("r2"), PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("hr"), PRM_ROLE_ROOT);
    rig.factory.need_root = 2;
    rig_seal(&rig);
    return 0;
}

/* Verified, then made rules of, as the root and the services do it. */
static prm_result check_at(prm_span bytes, const struct prm_trust_floors *floors, struct prm_trust_rules *rules) {
    const struct prm_trust_source source = rig_source(&rig);
    struct prm_tries tries = prm_tally_tries(&rig.factory, PRM_ROLE_ROOT);
    const uint32_t most = tries.left;
    struct prm_trust_proof proof;
    const prm_result result = prm_trust_verify(&source, bytes, floors, &proof, &tries, &proof);

    assert_true(tries.left <= most);
    if (result == PRM_OK) {
        assert_int_equal(prm_trust_verify_again(&source, bytes, &proof, rules), PRM_OK);
        return result;
    }
    /* Whoever makes rules of what is left of a refusal gets none, or spoilt ones. */
    assert_int_equal(proof.number, 0);
    assert_int_equal(proof.diff, UINT32_MAX);
    const prm_result made = prm_trust_verify_again(&source, bytes, &proof, rules);
    assert_int_equal(rules->diff, UINT32_MAX);
    if (made == PRM_OK)
        memset(&rules->trust, 0, sizeof rules->trust);
    return result;
}

static prm_result check(const struct rig_manifest *manifest, struct prm_trust_rules *rules) {
    return check_at(prm_span_of(manifest->bytes, manifest->len), &(struct prm_trust_floors){0, 0}, rules);
}

static void is_nothing(const struct prm_trust_rules *rules) {
    static const struct prm_trust none;

    assert_memory_equal(&rules->trust, &none, sizeof none);
    assert_int_equal(rules->diff, UINT32_MAX);
    assert_int_equal(rules->slot, PRM_TRUST_SLOT_NONE);
}

static void becomes_rules(void **state) {
    struct prm_trust_rules rules;

    (void)state;
    rig_trust(&m, 5, 1, 1, GRANTS({rig_key("p2"), NULL, NULL, 0}, {rig_key("h2"), NULL, NULL, 0}),
              KEYS(rig_key("r1"), rig_key("hr")));
    assert_int_equal(check(&m, &rules), PRM_OK);
    assert_int_equal(rules.diff, 0);
    assert_int_equal(rules.trust.number, 5);
    assert_int_equal(rules.trust.count, 2);
    assert_int_equal(rules.trust.need[0], 1);
    assert_int_equal(rules.trust.need[1], 1);
    assert_int_equal(rules.trust.need_root, 2);
    assert_memory_equal(rules.trust.anchor[0].key_id, rig_key("p2")->id, 8);
    assert_memory_equal(rules.trust.anchor[1].public_key, rig_key("h2")->public_key, LMS_KEY_SIZE);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(rules.trust.anchor[i].roles, PRM_ROLE_RELEASE);
}

/* Which signatures are enough: k of n distinct keys with the root role, in any order, and nothing else. */
static void thresholds(void **state) {
    static const struct {
        const char *signer[4];
        enum rig_flaw flaw;
        prm_result result;
    } cases[] = {
        {{"r1", "r2"}, RIG_GOOD, PRM_OK},
        {{"r2", "r1"}, RIG_GOOD, PRM_OK},
        {{"hr", "r2"}, RIG_GOOD, PRM_OK},
        {{"r1", "r2", "hr"}, RIG_GOOD, PRM_OK},
        {{"p1", "other", "r1", "r2"}, RIG_GOOD, PRM_OK},
        {{"r1", "r2"}, RIG_NO_KID, PRM_ERR_SIG_UNNAMED},
        {{"hr"}, RIG_NO_KID, PRM_ERR_SIG_POLICY},
        {{"r1"}, RIG_GOOD, PRM_ERR_SIG_POLICY},
        {{"hr"}, RIG_GOOD, PRM_ERR_SIG_POLICY},
        {{"r1", "r1"}, RIG_GOOD, PRM_ERR_SIG_POLICY},
        {{"r1", "r1", "r1", "r1"}, RIG_GOOD, PRM_ERR_SIG_POLICY},
        {{"hr", "hr"}, RIG_GOOD, PRM_ERR_SIG_POLICY},
        {{"r1", "p1"}, RIG_GOOD, PRM_ERR_SIG_POLICY},
        {{"hr", "other"}, RIG_NO_KID, PRM_ERR_SIG_POLICY},
        {{"p1", "other"}, RIG_GOOD, PRM_ERR_SIG_KEY},
        {{"r1", "r2"}, RIG_BAD, PRM_ERR_SIG_INVALID},
        {{"r1", "r2"}, RIG_UNKNOWN_ALG, PRM_ERR_SIG_ALGORITHM},
    };
    static struct rig_block block[4];
    uint8_t bytes[PRM_TRUST_PAYLOAD_MAX];
    struct prm_trust_rules rules;

    (void)state;
    const prm_span payload =
        prm_span_of(bytes, rig_payload(bytes, sizeof bytes, &(struct rig_terms){1, 0, 1, {1, 0}}, GRANTS({rig_key("p2"), NULL, NULL, 0})));
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t n = 0;
        for (; n < 4 && cases[i].signer[n] != NULL; n++)
            rig_signature(&block[n], rig_key(cases[i].signer[n]), cases[i].flaw, payload);
        rig_envelope(&m, payload, block, n);
        assert_int_equal(check(&m, &rules), cases[i].result);
        if (cases[i].result != PRM_OK)
            is_nothing(&rules);
    }
    /* The same key in two anchors is one key; a factory that needs none takes none. */
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r1")));
    rig_anchor(&rig, rig_key("r1"), PRM_ROLE_ROOT | PRM_ROLE_RELEASE);
    assert_int_equal(check(&m, &rules), PRM_ERR_SIG_POLICY);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_OK);
    rig.factory.need_root = 0;
    assert_int_equal(check(&m, &rules), PRM_ERR_SIG_POLICY);
    /* A release's signature over the same bytes is none of a trust manifest: another context. */
    rig.factory.need_root = 1;
    static const uint8_t detached[] = {0x84, 0x43, 0xA1, 0x01, 0x28, 0xA0, 0xF6, 0x40};
    memcpy(block[0].bytes, detached, sizeof detached);
    block[0].len = sizeof detached;
    rig_envelope(&m, payload, block, 1);
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
    (void)set_up(NULL);
}

/* Keys that are limited to others are left out. */
static void limits(void **state) {
    static const uint8_t other[16] = {9};
    const uint8_t *vendor = rig.fuses.vendor, *class_ = rig.fuses.class_;
    struct prm_trust_rules rules;

    (void)state;
    rig_trust(&m, 1, 1, 0,
              GRANTS({rig_key("p1"), vendor, NULL, 0}, {rig_key("p2"), other, NULL, 0},
                     {rig_key("p3"), vendor, class_, 1}, {rig_key("p4"), vendor, other, 0},
                     {rig_key("p5"), NULL, class_, 3}, {rig_key("p6"), NULL, class_, 2}),
              KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_OK);
    assert_int_equal(rules.trust.count, 3);
    assert_memory_equal(rules.trust.anchor[0].key_id, rig_key("p1")->id, 8);
    assert_memory_equal(rules.trust.anchor[1].key_id, rig_key("p3")->id, 8);
    assert_memory_equal(rules.trust.anchor[2].key_id, rig_key("p5")->id, 8);
    /* With two components, a key for one of them may sign neither's releases. */
    rig.layout.components = 2;
    assert_int_equal(check(&m, &rules), PRM_OK);
    assert_int_equal(rules.trust.count, 2);
    assert_memory_equal(rules.trust.anchor[1].key_id, rig_key("p5")->id, 8);
    rig.layout.components = 1;
}

/* Each flipped bit, each truncation, each byte more: refused, with nothing left behind. */
static void damaged(void **state) {
    struct prm_trust_rules rules;
    unsigned flips = 0;

    (void)state;
    rig_trust(&m, 5, 1, 0, GRANTS({rig_key("p2"), rig.fuses.vendor, NULL, 1}, {rig_key("h2"), NULL, NULL, 0}),
              KEYS(rig_key("r1"), rig_key("hr")));
    assert_int_equal(check(&m, &rules), PRM_OK);
    m2 = m;
    for (size_t bit = 0; bit < m.len * 8; bit++, flips++) {
        m.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(check(&m, &rules), PRM_OK);
        m.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        is_nothing(&rules);
    }
    for (m.len = 0; m.len < m2.len; m.len++) {
        /* Of exactly that size, so that a sanitizer sees what reads on. */
        static uint8_t exact[RIG_TRUST_MAX];
        uint8_t *at = exact + sizeof exact - m.len;
        memcpy(at, m.bytes, m.len);
        assert_int_not_equal(check_at(prm_span_of(at, m.len), &(struct prm_trust_floors){0, 0}, &rules), PRM_OK);
        is_nothing(&rules);
    }
    /* In a slot anything may follow; what is to be stored must end. */
    m.len = m2.len + 1;
    m.bytes[m2.len] = 0;
    assert_int_equal(check(&m, &rules), PRM_OK);
    assert_int_equal(rules.len, m2.len);
    assert_int_equal(rig_store(&rig, &m), PRM_ERR_CBOR_TRAILING);
    assert_int_equal(rig.writes, 0);
    printf("%u flips, %zu truncations\n", flips, m2.len);
}

/* Payloads that are signed but mean nothing good. */
static void malformed(void **state) {
    static const struct {
        uint32_t number, p256, hss;
        prm_result result;
    } numbers[] = {
        {0, 1, 0, PRM_ERR_TRUST_FORMAT}, {1, 0, 0, PRM_ERR_TRUST_FORMAT},  {1, 2, 0, PRM_ERR_TRUST_FORMAT},
        {1, 0, 1, PRM_ERR_TRUST_FORMAT}, {1, 257, 0, PRM_ERR_TRUST_FORMAT}, {PRM_TRUST_NUMBER_STEP, 1, 0, PRM_OK},
    };
    struct rig_key odd = *rig_key("p2");
    struct prm_trust_rules rules;
    struct rig_grant nine[10] = {{.key = NULL}};

    (void)state;
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        rig_trust(&m, numbers[i].number, numbers[i].p256, numbers[i].hss, GRANTS({rig_key("p2"), NULL, NULL, 0}),
                  KEYS(rig_key("r1"), rig_key("r2")));
        assert_int_equal(check(&m, &rules), numbers[i].result);
    }
    odd.len = 63;
    rig_trust(&m, 1, 1, 0, GRANTS({&odd, NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
    odd.kind = PRM_KEY_HSS;
    odd.len = 56;
    rig_trust(&m, 1, 0, 1, GRANTS({&odd, NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
    odd.kind = PRM_KEY_ALGS;
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}, {&odd, NULL, NULL, 0}),
              KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, UINT32_MAX}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
    for (unsigned i = 0; i < 9; i++)
        nine[i].key = rig_key(i % 2 == 0 ? "p2" : "p3");
    rig_trust(&m, 1, 1, 0, nine, KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
    nine[8].key = NULL;
    rig_trust(&m, 1, 1, 0, nine, KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_OK);
    rig_trust(&m, 1, 1, 0, GRANTS({.key = NULL}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(check(&m, &rules), PRM_ERR_TRUST_FORMAT);
}

/* ---- the life of a device ---- */

static void runs(uint32_t bank, uint64_t sequence, uint32_t number, uint32_t notes) {
    assert_int_equal(rig_boot(&rig), PRM_OK);
    if (rig.platform.rules != prm_boot_rules_factory)
        assert_int_equal(rig_mend(&rig), PRM_OK);
    assert_int_equal(rig.plan.bank, bank);
    assert_int_equal(rig.report.slot[bank].sequence, sequence);
    assert_int_equal(rig.plan.sequence, (notes >> bank & 1u) != 0 ? 0 : sequence);
    assert_int_equal(rig_trust_number(&rig), number);
    assert_int_equal(rig.report.notes & 0xFF, notes);
    assert_int_equal(rig_trust_floor(&rig), number);
}

static void rotation(void **state) {
    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    runs(0, 10, 0, 0);
    /* Both keys in force for a while. */
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}, {rig_key("p2"), NULL, NULL, 0}),
              KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    assert_int_equal(rig.workspace.rules.trust.number, 1);
    runs(0, 10, 1, 0);
    rig_release(&rig, 1, 11, rig_key("p2"), NULL);
    runs(1, 11, 1, 0);
    /* Then the old one goes; nothing by it runs any more, since what is kept is the newer. */
    rig_trust(&m, 2, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r2"), rig_key("hr")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(1, 11, 2, 0);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_KEY);
    /* From classical to hybrid. */
    rig_trust(&m, 3, 1, 1, GRANTS({rig_key("p2"), NULL, NULL, 0}, {rig_key("h2"), NULL, NULL, 0}),
              KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(1, 11, 3, PRM_BOOT_NOTE_REVOKED(1));
    rig_release(&rig, 0, 12, rig_key("p2"), NULL);
    runs(1, 11, 3, PRM_BOOT_NOTE_REVOKED(1));
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_POLICY);
    rig_release(&rig, 0, 12, rig_key("h2"), rig_key("p2"));
    runs(0, 12, 3, PRM_BOOT_NOTE_REVOKED(1));
}

static void revocation(void **state) {
    struct rig_manifest *older = &m2;

    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    runs(0, 10, 0, 0);
    rig_trust(older, 1, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, older), PRM_OK);
    runs(0, 10, 1, 0);
    rig_trust(&m, 2, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    /* The same number for other keys is no newer one. */
    static struct rig_manifest same;
    rig_trust(&same, 2, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &same), PRM_ERR_TRUST_OLD);
    assert_int_equal(rig.workspace.rules.trust.number, 2);
    assert_memory_equal(rig.workspace.rules.trust.anchor[0].key_id, rig_key("p2")->id, 8);
    /* It goes on running, and says so; again and again. */
    runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
    runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
    /* No other release by that key, newer, older or in the other bank. */
    for (uint64_t sequence = 9; sequence <= 12; sequence += 2) {
        rig_release(&rig, 1, sequence, rig_key("p1"), NULL);
        runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
        assert_int_equal(rig.report.slot[1].result, PRM_ERR_SIG_KEY);
    }
    /* The older manifest: refused by the wire, and in both slots of the flash. */
    assert_int_equal(rig_store(&rig, older), PRM_ERR_TRUST_OLD);
    rig_put_trust(&rig, 0, older);
    runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
    rig_put_trust(&rig, 1, older);
    runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
    rig_put_trust(&rig, 0, older);
    rig_put_trust(&rig, 1, older);
    assert_int_equal(rig_boot(&rig), PRM_ERR_TRUST_NONE);
    assert_int_equal(rig.plan.bank, PRM_BOOT_SLOT_NONE);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_NOT_TRIED);
    /* Recovery: the lost one, sent again. */
    assert_int_equal(rig_store(&rig, older), PRM_ERR_TRUST_OLD);
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    /* A release by the key in force. */
    rig_release(&rig, 1, 11, rig_key("p2"), NULL);
    runs(1, 11, 2, PRM_BOOT_NOTE_REVOKED(0));
    /* The next manifest keeps what runs now; the old one is no longer taken, though its bytes are those that were kept. */
    rig_trust(&m, 3, 1, 0, GRANTS({rig_key("p3"), NULL, NULL, 0}), KEYS(rig_key("hr"), rig_key("r1")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(1, 11, 3, PRM_BOOT_NOTE_REVOKED(1));
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_KEY);
    /* A manifest that takes the first key back in is a decision of the root keys: what it permits goes before what is kept. */
    rig_trust(&m, 4, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(0, 10, 4, PRM_BOOT_NOTE_REVOKED(1));
    assert_int_equal(rig.report.slot[1].result, PRM_OK);
}

/* What is kept still has to be for this device, whole, and not below the floor. */
static void kept_is_not_above_the_rest(void **state) {
    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    runs(0, 10, 0, 0);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(0, 10, 1, PRM_BOOT_NOTE_REVOKED(0));
    uint8_t *image = rig.flash_bytes + rig.layout.bank_off[0] + 0x2000;
    image[77] ^= 1;
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_IMAGE_DIGEST);
    image[77] ^= 1;
    rig.fuses.class_[3] ^= 1;
    rig_seal(&rig);
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_DEVICE_CLASS);
    rig.fuses.class_[3] ^= 1;
    rig_seal(&rig);
    assert_int_equal(rig.floor.advance_to(rig.floor.ctx, 11), PRM_OK);
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
    assert_int_equal(rig.report.slot[0].result, PRM_ERR_SIG_KEY);
}

/* One damaged slot is restored from the other, whichever it is and whatever it holds. */
static void damage_to_one_slot(void **state) {
    static struct rig_state before;

    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(0, 10, 1, 0);
    rig_save(&rig, &before);
    for (uint32_t slot = 0; slot < 2; slot++)
        for (uint32_t at = 0; at < m.len; at += 5) {
            rig_restore(&rig, &before);
            rig.flash_bytes[rig.layout.trust_off[slot] + at] ^= 0x10;
            runs(0, 10, 1, 0);
            assert_memory_equal(rig.flash_bytes + rig.layout.trust_off[0], rig.flash_bytes + rig.layout.trust_off[1],
                                m.len);
        }
    rig_restore(&rig, &before);
    rig.writes = 0;
    runs(0, 10, 1, 0);
    assert_int_equal(rig.writes, 0);
}

/* A manifest that waits for the next boot is not copied over the one that the floor stands at. */
static void one_that_waits(void **state) {
    const struct prm_trust_source source = rig_source(&rig);

    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p1"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(0, 10, 1, 0);
    rig_trust(&m2, 2, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m2), PRM_OK);
    rig.writes = 0;
    assert_int_equal(prm_trust_find(&source, &rig.workspace.rules), PRM_OK);
    assert_int_equal(rig.workspace.rules.trust.number, 2);
    assert_int_equal(rig_mend(&rig), PRM_OK);
    assert_int_equal(rig.writes, 0);
    runs(0, 10, 2, PRM_BOOT_NOTE_REVOKED(0));
    /* Then it is: no more than its bytes. */
    assert_in_range(rig.writes, 5, 5 + m2.len / 8 + 1);
}

/* The cell: damage to one record is mended by the next write, of the same contents too. */
static void cell_records(void **state) {
    uint8_t contents[PRM_CELL_SIZE], out[PRM_CELL_SIZE];

    (void)state;
    (void)set_up(NULL);
    memset(contents, 0x3A, sizeof contents);
    assert_int_equal(rig.kept.read(rig.kept.ctx, out), PRM_ERR_COUNTER_DAMAGED); /* never written */
    assert_true(out[0] == 0xFF && out[PRM_CELL_SIZE - 1] == 0xFF);
    assert_int_equal(rig.kept.write(rig.kept.ctx, contents), PRM_OK);
    for (unsigned i = 0; i < PRM_EEPROM_CELL_SIZE; i++) {
        rig.eeprom_bytes[RIG_KEPT_OFF + i] ^= 0x08;
        assert_int_equal(rig.kept.read(rig.kept.ctx, out), PRM_OK);
        assert_memory_equal(out, contents, sizeof out);
        assert_int_equal(rig.kept.write(rig.kept.ctx, contents), PRM_OK);
        assert_memory_equal(rig.eeprom_bytes + RIG_KEPT_OFF, rig.eeprom_bytes + RIG_KEPT_OFF + PRM_EEPROM_CELL_SIZE / 2,
                            PRM_EEPROM_CELL_SIZE / 2);
    }
    rig.writes = 0;
    assert_int_equal(rig.kept.write(rig.kept.ctx, contents), PRM_OK);
    assert_int_equal(rig.writes, 0);
}

/* A trial is not what is kept: it may end. The accepted release is, and so the device survives both. */
static void trial_and_revocation(void **state) {
    struct prm_journal journal;
    struct prm_state s;

    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    runs(0, 10, 0, 0);
    rig_release(&rig, 1, 11, rig_key("p1"), NULL);
    assert_int_equal(prm_state_load(&journal, &rig.flash, &rig_crypto, 0, &s), PRM_OK);
    s.bank[1].status = PRM_BANK_STAGED;
    s.bank[1].attempts = 3;
    uint8_t digest[RIG_DIGEST_SIZE];
    rig_release_digest(&rig, 11, digest);
    memcpy(s.bank[1].manifest, digest + 4, PRM_STATE_MANIFEST_SIZE);
    assert_int_equal(prm_state_store(&journal, &s), PRM_OK);
    runs(1, 11, 0, 0);
    assert_int_equal(rig.plan.trial, PRM_YES);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    runs(0, 10, 1, PRM_BOOT_NOTE_REVOKED(0));
    assert_int_equal(rig.report.slot[1].result, PRM_ERR_SIG_KEY);
}

/* Without a trust counter, or without slots, the factory's rules are all there is. */
static void feature_absent(void **state) {
    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    rig_put_trust(&rig, 0, &m);
    rig.platform.rules = prm_boot_rules_factory;
    rig.platform.kept = NULL;
    runs(0, 10, 0, 0);
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    rig.layout.trust_off[0] = rig.layout.trust_off[1] = 0;
    runs(0, 10, 0, 0);
    assert_int_equal(rig_store(&rig, &m), PRM_ERR_UNSUPPORTED);
    /* A floor that can't be read judges nothing. */
    (void)set_up(NULL);
    memset(rig.eeprom_bytes + RIG_TRUST_FLOOR_OFF, 0x55, 64);
    assert_int_equal(rig_boot(&rig), PRM_ERR_COUNTER_DAMAGED);
}

/* The cell: an unreadable one keeps nothing; one that can't be written keeps the old rules, and says that it waits. */
static prm_result broken_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]) {
    (void)ctx;
    (void)in;
    return PRM_ERR_COUNTER_IO;
}

static prm_result broken_advance(void *ctx, uint64_t value) {
    (void)ctx;
    (void)value;
    return PRM_ERR_COUNTER_IO;
}

/* A floor that can't be raised: the new rules hold, since it may have moved; and the release is kept all the same. */
static void broken_floor(void **state) {
    struct prm_counter broken;

    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    broken = rig.trust_floor;
    broken.advance_to = broken_advance;
    rig.platform.trust_counter = &broken;
    assert_int_equal(rig_boot(&rig), PRM_OK);
    assert_int_equal(rig.report.notes, 1u << PRM_BOOT_TRUST_SHIFT | PRM_BOOT_NOTE_TRUST_WAITS | PRM_BOOT_NOTE_REVOKED(0));
    assert_int_equal(rig_trust_floor(&rig), 0);
    rig.platform.trust_counter = &rig.trust_floor;
    runs(0, 10, 1, PRM_BOOT_NOTE_REVOKED(0));
}

static void broken_cell(void **state) {
    struct prm_cell broken;

    (void)state;
    (void)set_up(NULL);
    rig_release(&rig, 0, 10, rig_key("p1"), NULL);
    runs(0, 10, 0, 0);
    rig_trust(&m, 1, 1, 0, GRANTS({rig_key("p2"), NULL, NULL, 0}), KEYS(rig_key("r1"), rig_key("r2")));
    assert_int_equal(rig_store(&rig, &m), PRM_OK);
    broken = rig.kept;
    broken.write = broken_write;
    rig.platform.kept = &broken;
    runs(0, 10, 0, PRM_BOOT_NOTE_TRUST_WAITS);
    rig.platform.kept = &rig.kept;
    runs(0, 10, 1, PRM_BOOT_NOTE_REVOKED(0));
    memset(rig.eeprom_bytes + RIG_KEPT_OFF, 0x55, PRM_EEPROM_CELL_SIZE);
    assert_int_equal(rig_boot(&rig), PRM_ERR_NOTHING_TO_RUN);
}

/* Skipped checks: rules that were not rightly verified, or the factory's above a floor, spoil every word. */
static void words(void **state) {
    static const struct prm_trust_floors far[] = {{3, 0}, {UINT64_C(3) << 40, 0}, {UINT64_MAX, 0}};
    struct prm_trust_rules rules;
    struct prm_trust_found none = {0};
    const struct prm_trust_source source = rig_source(&rig);

    (void)state;
    (void)set_up(NULL);
    assert_int_equal(prm_trust_find(&source, &rules), PRM_OK);
    assert_int_equal(rules.diff, 0);
    for (unsigned i = 0; i < sizeof far / sizeof *far; i++) {
        none.floors = far[i];
        assert_int_equal(prm_trust_use(&source, &none, PRM_TRUST_SLOT_NONE, &rules), PRM_ERR_TRUST_NONE);
        assert_int_not_equal(rules.diff, 0);
        assert_int_equal(rules.trust.count, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(becomes_rules),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(limits),
        cmocka_unit_test(damaged),
        cmocka_unit_test(malformed),
        cmocka_unit_test(rotation),
        cmocka_unit_test(revocation),
        cmocka_unit_test(kept_is_not_above_the_rest),
        cmocka_unit_test(damage_to_one_slot),
        cmocka_unit_test(one_that_waits),
        cmocka_unit_test(cell_records),
        cmocka_unit_test(trial_and_revocation),
        cmocka_unit_test(feature_absent),
        cmocka_unit_test(broken_cell),
        cmocka_unit_test(broken_floor),
        cmocka_unit_test(words),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
