/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of the hybrid policy table: which signatures, how good, in which order, how often. The right ones boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/hybrid/rig.h"

/* One authentication block of the table. */
struct entry {
    const char *key; /* NULL: no block */
    enum rig_flaw flaw;
    uint32_t p256, hss; /* bits of the keys that a good one stands for */
};

/* p1 p2 h1 h2 are release keys, proot a root key only, hroot one for debug permits (reserved) only, pother and hother nobody's. */
static const struct entry entries[] = {
    {NULL, RIG_GOOD, 0, 0},
    {"p1", RIG_GOOD, 1, 0},
    {"p1", RIG_NO_KID, 1, 0},
    {"p1", RIG_BAD, 0, 0},
    {"p1", RIG_UNKNOWN_ALG, 0, 0},
    {"p2", RIG_GOOD, 2, 0},
    {"pother", RIG_GOOD, 0, 0},
    {"proot", RIG_GOOD, 0, 0},
    {"h1", RIG_GOOD, 0, 1},
    {"h1", RIG_NO_KID, 0, 1},
    {"h1", RIG_BAD, 0, 0},
    {"h1", RIG_UNKNOWN_ALG, 0, 0},
    {"h2", RIG_GOOD, 0, 2},
    {"hother", RIG_NO_KID, 0, 0},
    {"hroot", RIG_GOOD, 0, 0},
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static struct rig rig;
static struct rig_block made[ENTRIES];

static uint32_t ones(uint32_t v) {
    return (v & 1u) + (v >> 1 & 1u);
}

static int set_up(void **state) {
    uint8_t digest[RIG_DIGEST_SIZE];

    (void)state;
    rig_init(&rig);
    rig_anchor(&rig, rig_key("proot"), PRM_ROLE_ROOT | PRM_ROLE_DEBUG);
    rig_anchor(&rig, rig_key("p1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("h1"), PRM_ROLE_RELEASE);
    rig_anchor(&rig, rig_key("hroot"), PRM_ROLE_DEBUG);
    rig_anchor(&rig, rig_key("p2"), PRM_ROLE_RELEASE | PRM_ROLE_ROOT);
    rig_anchor(&rig, rig_key("h2"), PRM_ROLE_RELEASE);
    rig_seal(&rig);
    rig_release_digest(&rig, 7, digest);
    for (unsigned i = 0; i < ENTRIES; i++)
        if (entries[i].key != NULL)
            rig_sign1(&made[i], rig_key(entries[i].key), entries[i].flaw, prm_span_of(digest, sizeof digest));
    return 0;
}

/* What a policy says of a release's blocks. */
struct verdict {
    prm_result result;
    prm_word word;
};

static struct verdict judge(const struct rig_block *block, uint32_t blocks) {
    static uint8_t bytes[RIG_ENVELOPE_MAX];
    const prm_span all = prm_span_of(bytes, rig_release_envelope(&rig, 7, block, blocks, bytes));
    struct prm_suit_envelope envelope;
    struct prm_release_verified verified;
    struct verdict v = {.word = {0, 0}};

    assert_int_equal(prm_suit_envelope_parse(all, &envelope), PRM_OK);
    v.result = prm_release_verify(&envelope, &rig_crypto, &rig.factory, &verified, &v.word);
    assert_true(v.result != PRM_OK || verified.revoked == PRM_NO);
    /* The same steps, whatever the verdict: what differs is the difference. */
    assert_int_equal(v.word.steps, PRM_WORD_SIGNED);
    return v;
}

static unsigned rows, accepted, booted, too_long;

/* A release with these blocks is accepted, and boots, if and only if it has what is needed. */
static int row(const unsigned *which, unsigned n, uint32_t need_p256, uint32_t need_hss) {
    static struct rig_block block[4];
    uint32_t p256 = 0, hss = 0, blocks = 0;

    for (unsigned i = 0; i < n; i++) {
        const struct entry *e = &entries[which[i]];
        p256 |= e->p256;
        hss |= e->hss;
        if (e->key != NULL)
            block[blocks++] = made[which[i]];
    }
    const int right = ones(p256) >= need_p256 && ones(hss) >= need_hss && need_p256 + need_hss > 0;
    const struct verdict v = judge(block, blocks);
    int fine = (v.result == PRM_OK) == right && (prm_word_value(&v.word) == PRM_WORD_SIGNED) == right;
    rows++;
    accepted += v.result == PRM_OK;
    if (rig_install(&rig, 0, 7, block, blocks)) {
        const prm_result result = rig_boot(&rig);
        fine &= result == (right ? PRM_OK : PRM_ERR_NOTHING_TO_RUN);
        booted += result == PRM_OK;
    } else {
        too_long++;
    }
    if (fine)
        return 1;
    fprintf(stderr, "need %u,%u: blocks", need_p256, need_hss);
    for (unsigned i = 0; i < n; i++)
        fprintf(stderr, " %s/%d", entries[which[i]].key != NULL ? entries[which[i]].key : "-", entries[which[i]].flaw);
    fprintf(stderr, ": %08x\n", v.result);
    return 0;
}

/* All pairs in both orders, each alone, twice, and both twice; for each of these policies. */
static void table(void **state) {
    static const uint32_t need[][2] = {{1, 0}, {0, 1}, {1, 1}, {2, 0}, {0, 2}, {2, 1}, {0, 0}, {3, 0}, {255, 255}};
    unsigned wrong = 0;

    (void)state;
    for (unsigned p = 0; p < sizeof need / sizeof *need; p++) {
        rig.factory.need[PRM_KEY_P256] = (uint8_t)need[p][0];
        rig.factory.need[PRM_KEY_HSS] = (uint8_t)need[p][1];
        rig_seal(&rig);
        for (unsigned a = 0; a < ENTRIES; a++)
            for (unsigned b = 0; b < ENTRIES; b++) {
                const unsigned blocks[4][4] = {{a, b}, {a, a, b}, {a, b, b}, {a, b, a, b}};
                static const unsigned count[4] = {2, 3, 3, 4};
                for (unsigned k = 0; k < 4; k++)
                    wrong += !row(blocks[k], count[k], need[p][0], need[p][1]);
            }
    }
    printf("%u rows, %u accepted, %u booted, %u too long for a bank, %u wrong\n", rows, accepted, booted, too_long, wrong);
    assert_int_equal(wrong, 0);
    assert_true(booted > 100 && rows == 9 * 15 * 15 * 4);
}

/* The reasons: what the report says of a release that lacks something. */
static void reasons(void **state) {
    static const struct {
        unsigned blocks[2];
        prm_result reason;
    } cases[] = {
        {{0, 0}, PRM_ERR_SIG_NONE},      {{6, 0}, PRM_ERR_SIG_KEY},     {{7, 0}, PRM_ERR_SIG_KEY},
        {{3, 0}, PRM_ERR_SIG_INVALID},   {{4, 0}, PRM_ERR_SIG_ALGORITHM}, {{10, 0}, PRM_ERR_SIG_INVALID},
        {{1, 0}, PRM_ERR_SIG_POLICY},    {{1, 10}, PRM_ERR_SIG_POLICY}, {{8, 3}, PRM_ERR_SIG_POLICY},
    };

    (void)state;
    rig.factory.need[PRM_KEY_P256] = rig.factory.need[PRM_KEY_HSS] = 1;
    rig_seal(&rig);
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(row(cases[i].blocks, 2, 1, 1));
        assert_int_equal(rig.report.slot[0].result, cases[i].reason);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(reasons),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
