/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tally.c - no memory that a tally was not begun in is taken for enough signatures: not zeros, not what another tally left,
 * not the values of one that was begun some bytes beside its place, by word or by branch.
 */
#include "tests/unit/unit.h"

#include "trust/trust_tally.h"

enum { BESIDE_MAX = 256, TRIES = 8 };

static const uint8_t roles[] = {PRM_ROLE_RELEASE, PRM_ROLE_ROOT};
static struct prm_trust trust;
static struct prm_tries tries;

static void need(uint8_t p256, uint8_t hss, uint8_t root) {
    memset(&trust, 0, sizeof trust);
    trust.count = 2;
    trust.need[PRM_KEY_P256] = p256;
    trust.need[PRM_KEY_HSS] = hss;
    trust.need_root = root;
    tries = (struct prm_tries){TRIES, TRIES};
}

/* What a good signature of this kind does to a tally. */
static void count(struct prm_tally *t, uint32_t kind, uint32_t anchor) {
    const uint32_t at = prm_tally_at(t->role & 3u, kind);

    t->used |= 1u << anchor;
    t->found[at]++;
    t->open[at]--;
}

/* Bit 0: the word takes it for enough; bit 1: the branch does. */
static unsigned verdict(struct prm_tally *t, uint8_t role) {
    prm_word word = {0, 0};
    unsigned enough;

    prm_tally_fold(t, PRM_NO, &word);
    enough = prm_word_value(&word) == PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_SIGNATURE), PRM_K_SIGNATURE) ? 1u : 0u;
    return enough | (prm_tally_end(t, &trust, role, &tries) == PRM_OK ? 2u : 0u);
}

/* The harness itself, and what is counted. */
static void exactly_as_many_as_needed_are_enough(void **state) {
    (void)state;
    for (uint8_t p256 = 0; p256 < 3; p256++)
        for (uint8_t hss = 0; hss < 3; hss++)
            for (uint32_t a = 0; a < 4; a++)
                for (uint32_t b = 0; b < 4; b++) {
                    struct prm_tally t;
                    need(p256, hss, 2);
                    prm_tally_begin(&t, &trust, PRM_ROLE_RELEASE, &tries);
                    for (uint32_t i = 0; i < a; i++)
                        count(&t, PRM_KEY_P256, i);
                    for (uint32_t i = 0; i < b; i++)
                        count(&t, PRM_KEY_HSS, 4 + i);
                    assert_int_equal(verdict(&t, PRM_ROLE_RELEASE), a == p256 && b == hss && a + b != 0 ? 3 : 0);
                    prm_tally_begin(&t, &trust, PRM_ROLE_ROOT, &tries);
                    for (uint32_t i = 0; i < a + b; i++)
                        count(&t, i & 1u, i);
                    assert_int_equal(verdict(&t, PRM_ROLE_ROOT), a + b == 2 ? 3 : 0);
                }
}

static void zero_memory_is_never_enough(void **state) {
    (void)state;
    for (size_t r = 0; r < COUNT_OF(roles); r++)
        for (unsigned n = 0; n < 27; n++) {
            struct prm_tally t;
            need((uint8_t)(n % 3), (uint8_t)(n / 3 % 3), (uint8_t)(n / 9));
            for (unsigned fill = 0; fill < 256; fill++) {
                memset(&t, (int)fill, sizeof t);
                assert_int_equal(verdict(&t, roles[r]), 0);
            }
        }
}

/* An envelope without signatures, by rules that need none. */
static void rules_of_zeros_permit_nothing(void **state) {
    (void)state;
    for (size_t r = 0; r < COUNT_OF(roles); r++) {
        struct prm_tally t;
        need(0, 0, 0);
        prm_tally_begin(&t, &trust, roles[r], &tries);
        assert_int_equal(verdict(&t, roles[r]), 0);
    }
}

static void what_a_tally_leaves_is_not_enough(void **state) {
    struct prm_tally t;

    (void)state;
    need(1, 1, 2);
    prm_tally_begin(&t, &trust, PRM_ROLE_ROOT, &tries);
    count(&t, PRM_KEY_P256, 0);
    assert_int_equal(verdict(&t, PRM_ROLE_ROOT), 0);
    /* The same key once more, in what was left. */
    t.role = PRM_ROLE_ROOT;
    count(&t, PRM_KEY_P256, 0);
    assert_int_equal(verdict(&t, PRM_ROLE_ROOT), 0);
}

/*
 * Begun some bytes beside its place, in memory that held zeros, ones, or a tally that had enough. Then signatures are counted,
 * fewer than are needed, where the tally really is. Word and branch must not both be content.
 */
static void begun_beside(unsigned n, int beside, uint32_t fewer) {
    static _Alignas(8) uint8_t memory[2 * BESIDE_MAX + sizeof(struct prm_tally)];
    struct prm_tally *const t = (void *)(memory + BESIDE_MAX);
    enum { ONES = 1, DONE };
    struct prm_tally begun;

    const uint8_t role = roles[n & 1u];
    const unsigned held = n >> 4;

    need((uint8_t)(1 + (n >> 1 & 1u)), n >> 2 & 1u, (uint8_t)(1 + (n >> 3 & 1u)));
    const uint32_t least = role == PRM_ROLE_ROOT ? trust.need_root : (uint32_t)trust.need[0] + trust.need[1];
    memset(memory, held == ONES ? 0xFF : 0, sizeof memory);
    if (held == DONE) {
        prm_tally_begin(t, &trust, role, &tries);
        for (uint32_t i = 0; i < least; i++)
            count(t, i < trust.need[0] ? PRM_KEY_P256 : PRM_KEY_HSS, i);
        assert_int_equal(verdict(t, role), 3);
    }
    prm_tally_begin(&begun, &trust, role, &tries);
    memcpy(memory + BESIDE_MAX + beside, &begun, sizeof begun);
    for (uint32_t i = 0; i + fewer < least; i++)
        count(t, i < trust.need[0] ? PRM_KEY_P256 : PRM_KEY_HSS, i);
    if (verdict(t, role) == 3)
        fail_msg("begun %d bytes beside, role %u, need %u and %u, or %u", beside, role, trust.need[0], trust.need[1],
                 trust.need_root);
}

static void a_tally_begun_beside_its_place_is_not_enough(void **state) {
    (void)state;
    for (unsigned n = 0; n < 2 * 8 * 3; n++)
        for (int beside = -BESIDE_MAX; beside <= BESIDE_MAX; beside++)
            for (uint32_t fewer = 1; fewer <= 3 && beside != 0; fewer++)
                begun_beside(n, beside, fewer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_as_many_as_needed_are_enough),
        cmocka_unit_test(zero_memory_is_never_enough),
        cmocka_unit_test(rules_of_zeros_permit_nothing),
        cmocka_unit_test(what_a_tally_leaves_is_not_enough),
        cmocka_unit_test(a_tally_begun_beside_its_place_is_not_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
