/* SPDX-License-Identifier: Apache-2.0 */
/* test_floor.c - which sequence numbers may run: every pair of edges, and numbers at random, against the rule in words. */
#include "tests/unit/unit.h"

#include "trust/floor.h"

enum { OTHER = 0x40000000 };

/*
 * The rule, with epoch and sequence kept apart, so that nothing here depends on how they are packed. A counter that is above
 * every floor (63 bits) couldn't be read.
 */
static prm_result rule(const struct prm_trust *trust, uint64_t floor, uint64_t sequence, uint32_t other) {
    const uint64_t epoch = floor >> 48, passed = floor & 0xFFFFFFFFFFFFu;
    uint64_t least;

    if (sequence < 1 || sequence > 0xFFFFFFFFFFFFu)
        return PRM_ERR_SEQUENCE;
    if (other == 0)
        return PRM_OK;
    if (epoch > 0x7FFF || epoch > trust->epoch)
        return PRM_ERR_FLOOR;
    least = epoch == trust->epoch && passed > trust->base ? passed : trust->base;
    if (sequence < least)
        return PRM_ERR_FLOOR;
    return sequence - least <= 0x100000000u ? PRM_OK : PRM_ERR_FLOOR_STEP;
}

static unsigned seen[4];

static void judge(uint32_t epoch, uint64_t base, uint64_t floor, uint64_t sequence, uint32_t other) {
    const struct prm_trust trust = {.epoch = epoch, .base = base};
    const prm_result expected = rule(&trust, floor, sequence, other);

    const struct prm_release_age age = {&trust, floor, other};

    assert_result(prm_floor_verify(&age, sequence), expected);
    assert_true((prm_floor_wrong(&age, sequence) == 0) == (expected == PRM_OK));
    seen[expected == PRM_OK ? 0 : expected == PRM_ERR_FLOOR ? 1 : expected == PRM_ERR_FLOOR_STEP ? 2 : 3]++;
}

static void every_pair_of_edges(void **state) {
    static const uint64_t near[] = {0, 1, 2, 3, 0xFFFFFFFFu, 0x100000000u, 0x100000001u, 0x100000002u, 0x7FFFFFFFFFFFu,
                                    0xFFFEFFFFFFFFu, 0xFFFFFFFFFFFEu, 0xFFFFFFFFFFFFu, 0x1000000000000u,
                                    0x1000000000001u, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX};
    static const uint32_t epochs[] = {0, 1, 2, 0x7FFE, 0x7FFF};

    (void)state;
    for (size_t e = 0; e < COUNT_OF(epochs) * COUNT_OF(epochs); e++)
        for (size_t b = 0; b < COUNT_OF(near); b++)
            for (size_t f = 0; f < COUNT_OF(near); f++)
                for (size_t s = 0; s < COUNT_OF(near) * 2; s++) {
                    const uint64_t floor = ((uint64_t)epochs[e / 5] << 48) + near[f];
                    if (near[b] < 1 || near[b] > PRM_SEQUENCE_MAX)
                        continue;
                    judge(epochs[e % 5], near[b], floor, near[s / 2], s % 2 == 0 ? OTHER : 0);
                    judge(epochs[e % 5], near[b], near[f], near[s / 2], s % 2 == 0 ? OTHER : 0);
                }
    for (unsigned i = 0; i < COUNT_OF(seen); i++)
        assert_true(seen[i] > 100);
    print_message("%u may run, %u below, %u too far above, %u no numbers\n", seen[0], seen[1], seen[2], seen[3]);
}

static void numbers_at_random(void **state) {
    uint64_t seed = 11;

    (void)state;
    for (unsigned round = 0; round < 200000; round++) {
        const uint32_t epoch = (uint32_t)(fx_random(&seed) % 4);
        const uint64_t base = 1 + (fx_random(&seed) & PRM_SEQUENCE_MAX) % PRM_SEQUENCE_MAX;
        const uint64_t floor = fx_random(&seed) >> fx_random(&seed) % 64;
        const uint64_t near = fx_random(&seed) >> (fx_random(&seed) % 64);
        judge(epoch, base, floor, near, (uint32_t)(fx_random(&seed) & 1u));
        judge(epoch, base, prm_floor_of(epoch, base + near % 9), base + fx_random(&seed) % 9, OTHER);
    }
}

/* What acceptance makes of a floor, and what it is before a release of new rules was accepted. */
static void the_floor_goes_on_in_its_epoch(void **state) {
    const struct prm_trust trust = {.epoch = 4, .base = 7}, begins = {.epoch = 0, .base = 1};

    (void)state;
    assert_true(prm_floor_accept(prm_floor_of(3, 5), 9) == prm_floor_of(3, 9));
    assert_true(prm_floor_accept(prm_floor_of(3, PRM_SEQUENCE_MAX), 1) == prm_floor_of(3, 1));
    assert_true(prm_floor_accept(5, 0) == 0); /* a kept release: no floor is below that */
    assert_true(prm_floor_before(&trust) == prm_floor_of(4, 6));
    assert_true(prm_floor_before(&begins) == 0);
    assert_true(prm_floor_raised(&begins, 5) == 5);
    assert_true(prm_floor_raised(&trust, 5) == prm_floor_of(4, 6));
    assert_true(prm_floor_raised(&trust, prm_floor_of(4, 7)) == prm_floor_of(4, 7));
    assert_true(prm_floor_raised(&trust, UINT64_MAX) == UINT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_edges),
        cmocka_unit_test(numbers_at_random),
        cmocka_unit_test(the_floor_goes_on_in_its_epoch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
