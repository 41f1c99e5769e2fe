/* SPDX-License-Identifier: Apache-2.0 */
/* test_boot_decide.c - the decision of a boot as tables: what the journal forbids, which bank runs, what is counted. */
#include "tests/unit/unit.h"

#include "boot/boot_decide.h"
#include "boot/boot_verify.h"
#include "trust/floor.h"

static const struct prm_trust trust_at_5 = {.base = 1};
static const struct prm_release_age at_5 = {&trust_at_5, 5, 1};
static const uint8_t digest[PRM_SHA256_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

enum { TRIAL_BOOTS = 3 };

static const uint64_t numbers[] = {0, 1, 2, UINT32_MAX, (uint64_t)UINT32_MAX + 1, (uint64_t)UINT32_MAX + 2, INT64_MAX,
                                 UINT64_MAX};

/* The state of a bank that is about `digest`, or about another release. */
static struct prm_bank_state bank_of(unsigned status, uint8_t attempts, int matches) {
    struct prm_bank_state bank = {.status = (uint8_t)status, .attempts = attempts};

    memcpy(bank.manifest, digest, sizeof bank.manifest);
    bank.manifest[sizeof bank.manifest - 1] ^= matches ? 0 : 0x40;
    return bank;
}

/* Status by status, in words. */
static prm_result expected_of_bank(unsigned status, uint8_t attempts, int matches) {
    switch (status) {
    case PRM_BANK_FACTORY:
        return PRM_OK; /* says nothing of a release; it is the one that the floor stands at */
    case PRM_BANK_CONFIRMED:
    case PRM_BANK_PARTIAL:
        return matches ? PRM_OK : PRM_ERR_BANK_OTHER;
    case PRM_BANK_STAGED:
    case PRM_BANK_TRIAL:
        return attempts == 0 || attempts > TRIAL_BOOTS ? PRM_ERR_BANK_REJECTED : matches ? PRM_OK : PRM_ERR_BANK_OTHER;
    case PRM_BANK_REJECTED:
        return PRM_ERR_BANK_REJECTED;
    default: /* being written, not installed, empty, and numbers that nobody knows */
        return PRM_ERR_BANK_STATUS;
    }
}

static void the_journal_forbids_by_status(void **unused) {
    unsigned allowed = 0;

    (void)unused;
    for (unsigned status = 0; status < 256; status++) {
        for (unsigned attempts = 0; attempts < 256; attempts++) {
            for (int matches = 0; matches < 2; matches++) {
                const struct prm_bank_state bank = bank_of(status, (uint8_t)attempts, matches);
                const prm_result result = prm_boot_decide_bank(&bank, TRIAL_BOOTS, digest, 5, &at_5);
                assert_result(result, expected_of_bank(status, (uint8_t)attempts, matches));
                allowed += result == PRM_OK;
            }
        }
    }
    /* factory: any; confirmed and partial: if it is that release; staged and trial: if boots are left, and not too many */
    assert_int_equal(allowed, 2 * 256 + 2 * 256 + 2 * TRIAL_BOOTS);
}

/*
 * Nothing known of a bank: exactly the release that the floor stands at runs; what is below it is left to the floor. The kept
 * release runs besides.
 */
static void an_unknown_bank_runs_what_was_accepted(void **unused) {
    static const uint32_t epochs[] = {0, 1, PRM_EPOCH_MAX};
    static const uint64_t bases[] = {1, 2, 1000};
    const struct prm_bank_state unknown = bank_of(PRM_BANK_FACTORY, 0, 0);
    const struct prm_bank_state known = bank_of(PRM_BANK_CONFIRMED, 0, 1);
    unsigned ran = 0, kept = 0;

    (void)unused;
    for (size_t e = 0; e < COUNT_OF(epochs) * COUNT_OF(bases); e++) {
        const struct prm_trust trust = {.epoch = epochs[e % 3], .base = bases[e / 3]};
        for (size_t f = 0; f < COUNT_OF(numbers) * 2; f++) {
            const uint64_t floor = f % 2 == 0 ? numbers[f / 2] : prm_floor_of(trust.epoch, numbers[f / 2]);
            for (size_t s = 0; s < COUNT_OF(numbers) * 2; s++) {
                const struct prm_release_age age = {&trust, floor, s % 2 == 0 ? 0 : 0x80000000u};
                const uint64_t sequence = numbers[s / 2];
                const int is_kept = s % 2 == 0;
                const int below = prm_floor_of(trust.epoch, sequence) < floor;
                const int exactly = prm_floor_of(trust.epoch, sequence) == floor;
                assert_result(prm_boot_decide_bank(&unknown, TRIAL_BOOTS, digest, sequence, &age),
                              is_kept || below || exactly ? PRM_OK : PRM_ERR_BANK_UNKNOWN);
                assert_result(prm_boot_decide_bank(&known, TRIAL_BOOTS, digest, sequence, &age), PRM_OK);
                ran += !is_kept && exactly ? 1u : 0u;
                kept += is_kept ? 1u : 0u;
            }
        }
    }
    assert_true(ran > 0 && kept > 0);
}

static void every_bit_of_the_release_counts(void **unused) {
    (void)unused;
    for (unsigned bit = 0; bit < PRM_STATE_MANIFEST_SIZE * 8; bit++) {
        struct prm_bank_state bank = bank_of(PRM_BANK_CONFIRMED, 0, 1);
        assert_result(prm_boot_decide_bank(&bank, TRIAL_BOOTS, digest, 5, &at_5), PRM_OK);
        bank.manifest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_result(prm_boot_decide_bank(&bank, TRIAL_BOOTS, digest, 5, &at_5), PRM_ERR_BANK_OTHER);
    }
}

/* ---- which bank runs ---- */

static const prm_result results[] = {PRM_OK, PRM_ERR_NOT_TRIED, PRM_ERR_SIG_INVALID, 0, UINT32_MAX, PRM_OK ^ 1u,
                                     ~PRM_OK};
static const uint64_t sequences[] = {0, 1, 2, UINT32_MAX, (uint64_t)UINT32_MAX + 1, INT64_MAX};
static const uint8_t statuses[] = {PRM_BANK_FACTORY, PRM_BANK_WRITING,   PRM_BANK_CANDIDATE, PRM_BANK_STAGED,
                                   PRM_BANK_TRIAL,   PRM_BANK_CONFIRMED, PRM_BANK_REJECTED,  PRM_BANK_EMPTY,
                                   PRM_BANK_PARTIAL, 99};

static int on_trial(uint8_t status) {
    return status == PRM_BANK_STAGED || status == PRM_BANK_TRIAL;
}

/* The rule in words. */
static uint32_t rule(const struct prm_boot_candidate c[PRM_BANKS], const struct prm_state *state, prm_answer may_try) {
    int may[PRM_BANKS];

    for (uint32_t i = 0; i < PRM_BANKS; i++)
        may[i] = c[i].result == PRM_OK && (may_try == PRM_YES || !on_trial(state->bank[i].status));
    if (!may[0] || !may[1])
        return may[0] ? 0 : may[1] ? 1 : PRM_BOOT_SLOT_NONE;
    if ((c[0].kept == PRM_YES) != (c[1].kept == PRM_YES))
        return c[0].kept == PRM_YES ? 1 : 0; /* what is permitted before what is only kept */
    if ((c[0].app_base != 0) != (c[1].app_base != 0))
        return c[0].app_base != 0 ? 0 : 1; /* a whole release before services alone */
    return c[1].sequence > c[0].sequence ? 1 : 0;
}

static void judge(const struct prm_boot_candidate c[PRM_BANKS], const struct prm_state *state, prm_answer may_try,
                  uint32_t components) {
    const uint32_t expected = rule(c, state, may_try);
    struct prm_boot_plan plan;

    memset(&plan, 0x5A, sizeof plan);
    const prm_result result = prm_boot_decide(c, state, may_try, components, &plan);
    assert_result(result, expected == PRM_BOOT_SLOT_NONE ? PRM_ERR_NOTHING_TO_RUN : PRM_OK);
    assert_int_equal(plan.bank, expected);
    if (expected == PRM_BOOT_SLOT_NONE) {
        const struct prm_boot_plan none = {.bank = PRM_BOOT_SLOT_NONE, .trial = PRM_NO};
        assert_memory_equal(&plan, &none, sizeof none);
        return;
    }
    const struct prm_boot_candidate *best = &c[expected];
    assert_int_equal(plan.first, components - 1);
    assert_int_equal(plan.image_base, best->image_base ^ prm_boot_word_run(components));
    assert_int_equal(plan.image_size, best->image_size);
    assert_int_equal(plan.word, best->word);
    assert_int_equal(plan.app_base, best->app_base);
    assert_int_equal(plan.app_size, best->app_size);
    assert_true(plan.sequence == best->sequence);
    assert_int_equal(plan.trial, on_trial(state->bank[expected].status) ? PRM_YES : PRM_NO);
}

/* Every pair of results, sequence numbers, statuses, wholeness and permission, with and without the right to try, for 1 and 2. */
static void the_highest_fit_sequence_runs(void **unused) {
    static const prm_answer answers[] = {PRM_YES, PRM_NO, 0, UINT32_MAX, PRM_YES ^ 1u};
    unsigned tables = 0;

    (void)unused;
    for (size_t r = 0; r < COUNT_OF(results) * COUNT_OF(results); r++) {
        for (size_t s = 0; s < COUNT_OF(sequences) * COUNT_OF(sequences); s++) {
            for (size_t b = 0; b < COUNT_OF(statuses) * COUNT_OF(statuses); b++) {
                for (unsigned whole = 0; whole < 16; whole++, tables++) {
                    const struct prm_boot_candidate c[PRM_BANKS] = {
                        {.result = results[r % COUNT_OF(results)],
                         .kept = (whole & 4u) != 0 ? PRM_YES : PRM_NO,
                         .sequence = sequences[s % COUNT_OF(sequences)],
                         .image_base = 0x1000,
                         .image_size = 11,
                         .word = 0xA0A0A0A0,
                         .app_base = (whole & 1u) != 0 ? 0x1100 : 0,
                         .app_size = (whole & 1u) != 0 ? 12 : 0},
                        {.result = results[r / COUNT_OF(results)],
                         .kept = (whole & 8u) != 0 ? PRM_YES : PRM_NO,
                         .sequence = sequences[s / COUNT_OF(sequences)],
                         .image_base = 0x2000,
                         .image_size = 22,
                         .word = 0xB0B0B0B0,
                         .app_base = (whole & 2u) != 0 ? 0x2200 : 0,
                         .app_size = (whole & 2u) != 0 ? 24 : 0}};
                    const struct prm_state state = {
                        .bank = {{.status = statuses[b % COUNT_OF(statuses)], .attempts = 1},
                                 {.status = statuses[b / COUNT_OF(statuses)]}}};
                    judge(c, &state, answers[tables % COUNT_OF(answers)], 1 + tables / 5 % 2);
                    judge(c, &state, PRM_YES, 2);
                    judge(c, &state, PRM_NO, 2);
                }
            }
        }
    }
    print_message("%u pairs of banks, three decisions each\n", tables);
}

/* ---- what is counted ---- */

static struct prm_state decided(uint32_t bank, prm_answer trial, struct prm_state state) {
    const struct prm_boot_plan plan = {.bank = bank, .trial = trial};
    const struct prm_boot_candidate same[PRM_BANKS] = {{.result = state.result[0]}, {.result = state.result[1]}};

    prm_boot_decide_state(&plan, same, &state);
    return state;
}

static void a_trial_is_counted_down_and_ends(void **unused) {
    struct prm_state state = {.decisions = 7, .chosen = 0};

    (void)unused;
    state.bank[0].status = PRM_BANK_CONFIRMED;
    state.bank[1] = bank_of(PRM_BANK_STAGED, TRIAL_BOOTS, 1);
    for (uint8_t boot = 1; boot <= TRIAL_BOOTS; boot++) {
        assert_result(prm_boot_decide_bank(&state.bank[1], TRIAL_BOOTS, digest, 5, &at_5), PRM_OK);
        state = decided(1, PRM_YES, state);
        assert_int_equal(state.bank[1].status, PRM_BANK_TRIAL);
        assert_int_equal(state.bank[1].attempts, TRIAL_BOOTS - boot);
        assert_int_equal(state.decisions, 8); /* the choice is counted once, its repetition isn't */
        assert_int_equal(state.chosen, 1);
    }
    /* The boots are used up: refused before the record says so, and after. */
    assert_result(prm_boot_decide_bank(&state.bank[1], TRIAL_BOOTS, digest, 5, &at_5), PRM_ERR_BANK_REJECTED);
    state = decided(0, PRM_NO, state);
    assert_int_equal(state.bank[1].status, PRM_BANK_REJECTED);
    assert_int_equal(state.bank[0].status, PRM_BANK_CONFIRMED);
    assert_int_equal(state.decisions, 9);
    assert_result(prm_boot_decide_bank(&state.bank[1], TRIAL_BOOTS, digest, 5, &at_5), PRM_ERR_BANK_REJECTED);
    const struct prm_state again = decided(0, PRM_NO, state);
    assert_memory_equal(&again, &state, sizeof state);
}

/*
 * Every status, in every bank, with every choice and result: what waited for its turn or was on trial and doesn't start is
 * REJECTED, with a reason; nothing else of any bank is touched but the boots of the trial that starts.
 */
static void every_status_has_a_way_out(void **unused) {
    static const prm_result reasons[] = {PRM_OK, PRM_ERR_IMAGE_DIGEST, PRM_ERR_BANK_REJECTED, PRM_ERR_FLASH_IO};
    unsigned rejected = 0;

    (void)unused;
    for (unsigned status = 0; status < 256; status++)
        for (unsigned i = 0; i < 3 * COUNT_OF(reasons) * COUNT_OF(reasons); i++) {
            const uint32_t chosen = i % 3 == 2 ? PRM_BOOT_SLOT_NONE : i % 3;
            const prm_result found = reasons[i / 3 % COUNT_OF(reasons)];
            struct prm_state state = {.chosen = 0, .result = {PRM_OK, reasons[i / 3 / COUNT_OF(reasons)]}};
            const struct prm_boot_candidate candidate[PRM_BANKS] = {{.result = PRM_OK}, {.result = found}};
            const int waits = status == PRM_BANK_STAGED || status == PRM_BANK_TRIAL;
            const struct prm_boot_plan plan = {.bank = chosen, .trial = waits && chosen == 1 ? PRM_YES : PRM_NO};
            state.bank[1] = bank_of(status, 2, 1);
            state.bank[1].error[0] = 7;
            struct prm_bank_state expected = state.bank[1];
            const prm_result before = state.result[1];
            prm_boot_decide_state(&plan, candidate, &state);
            if (waits && chosen != 1) {
                expected.status = PRM_BANK_REJECTED;
                expected.attempts = expected.error[0] = 0;
                assert_result(state.result[1], found == PRM_OK ? PRM_ERR_UPDATE_STALE : found);
                rejected++;
            } else if (waits) {
                expected.status = PRM_BANK_TRIAL;
                expected.attempts = 1;
            } else if (status == PRM_BANK_REJECTED && found == PRM_ERR_BANK_REJECTED && before != PRM_OK) {
                assert_result(state.result[1], before); /* why it was rejected stays known */
            } else {
                assert_result(state.result[1], found);
            }
            assert_memory_equal(&state.bank[1], &expected, sizeof expected);
        }
    assert_int_equal(rejected, 2 * 2 * COUNT_OF(reasons) * COUNT_OF(reasons));
}

/* A boot gives back some downloads, and never more than there are. */
static void downloads_are_given_back(void **unused) {
    (void)unused;
    for (uint32_t downloads = 0; downloads < 256; downloads++) {
        struct prm_state state = {.chosen = 0, .downloads = downloads, .decisions = 5};
        const uint32_t left = decided(0, PRM_NO, state).downloads;
        assert_int_equal(left, downloads < PRM_DOWNLOADS_MAX - PRM_DOWNLOADS_GIVEN_BACK
                                   ? downloads
                                   : PRM_DOWNLOADS_MAX - PRM_DOWNLOADS_GIVEN_BACK);
        assert_int_equal(decided(0, PRM_NO, state).decisions, 5);
    }
}

static void a_change_of_choice_or_reason_is_counted(void **unused) {
    static const prm_result reasons[] = {PRM_OK, PRM_ERR_SLOT_EMPTY, PRM_ERR_FLOOR};
    static const uint32_t choices[] = {0, 1, PRM_BOOT_SLOT_NONE};

    (void)unused;
    for (unsigned before = 0; before < 27; before++) {
        for (unsigned after = 0; after < 27; after++) {
            struct prm_state state = {.decisions = 41,
                                      .chosen = choices[before % 3],
                                      .result = {reasons[before / 3 % 3], reasons[before / 9]}};
            const struct prm_boot_plan plan = {.bank = choices[after % 3], .trial = PRM_NO};
            const prm_result result[PRM_BANKS] = {reasons[after / 3 % 3], reasons[after / 9]};
            const struct prm_boot_candidate found[PRM_BANKS] = {{.result = result[0]}, {.result = result[1]}};
            prm_boot_decide_state(&plan, found, &state);
            assert_int_equal(state.decisions, before == after ? 41 : 42);
            assert_int_equal(state.chosen, plan.bank);
            assert_memory_equal(state.result, result, sizeof result);
        }
    }
}

/* ---- the word ---- */

static void the_word_tells_how_many_components(void **unused) {
    prm_word one = {0, 0}, two = {0, 0};
    static const uint32_t steps_one[] = {PRM_K_DIGEST, PRM_K_SIGNATURE, PRM_K_SIGNATURE, PRM_K_DEVICE,
                                         PRM_K_FLOOR,  PRM_K_IMAGE,     PRM_K_AGAIN};
    static const uint32_t steps_two[] = {PRM_K_DIGEST, PRM_K_SIGNATURE, PRM_K_SIGNATURE, PRM_K_DEVICE, PRM_K_DEVICE,
                                         PRM_K_FLOOR,  PRM_K_IMAGE,     PRM_K_IMAGE,     PRM_K_AGAIN};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(steps_one); i++)
        prm_word_step(&one, steps_one[i], 0);
    for (size_t i = 0; i < COUNT_OF(steps_two); i++)
        prm_word_step(&two, steps_two[i], 0);
    assert_int_equal(prm_word_value(&one), prm_boot_word_run(1));
    assert_int_equal(prm_word_value(&two), prm_boot_word_run(2));
    assert_true(__builtin_popcount(prm_boot_word_run(1) ^ prm_boot_word_run(2)) >= 6);
    /* Any step left out of either, or two exchanged, and it is neither. */
    for (size_t skip = 0; skip < COUNT_OF(steps_two); skip++) {
        prm_word w = {0, 0};
        for (size_t i = 0; i < COUNT_OF(steps_two); i++)
            if (i != skip)
                prm_word_step(&w, steps_two[i], 0);
        assert_int_not_equal(prm_word_value(&w), prm_boot_word_run(2));
        assert_int_not_equal(prm_word_value(&w), prm_boot_word_run(1));
    }
}

/* ---- the second look ---- */

static void the_age_is_looked_at_again(void **unused) {
    static const struct {
        uint64_t sequence, again, floor;
        uint32_t other;
        prm_result result;
    } cases[] = {
        {5, 5, 5, 1, PRM_OK},           {5, 5, 6, 1, PRM_ERR_FLOOR},          {5, 6, 5, 1, PRM_ERR_FLOOR},
        {6, 5, 5, 1, PRM_ERR_FLOOR},    {0, 0, 0, 1, PRM_ERR_SEQUENCE},       {5, 5, UINT64_MAX, 1, PRM_ERR_FLOOR},
        {5, 5, 6, 0, PRM_OK},           {5, 6, 6, 0, PRM_ERR_FLOOR},          {0, 0, 6, 0, PRM_ERR_SEQUENCE},
        {1ull << 33, 1ull << 33, 5, 1, PRM_ERR_FLOOR_STEP},
    };
    static const struct prm_trust first = {.base = 1};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct prm_release_age age = {&first, cases[i].floor, cases[i].other};
        prm_word word = {0, 0};
        assert_result(prm_boot_verify_again(cases[i].sequence, cases[i].again, &age, &word), cases[i].result);
        assert_true((prm_word_value(&word) == PRM_WORD_NEXT(0, PRM_K_AGAIN)) == (cases[i].result == PRM_OK));
    }
    for (unsigned bit = 0; bit < 48; bit++) {
        const struct prm_release_age age = {&first, 5, 1};
        prm_word word = {0, 0};
        assert_int_not_equal(prm_boot_verify_again(5, 5 ^ (UINT64_C(1) << bit), &age, &word), PRM_OK);
        assert_int_not_equal(prm_word_value(&word), PRM_WORD_NEXT(0, PRM_K_AGAIN));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_journal_forbids_by_status),
        cmocka_unit_test(an_unknown_bank_runs_what_was_accepted),
        cmocka_unit_test(every_bit_of_the_release_counts),
        cmocka_unit_test(the_highest_fit_sequence_runs),
        cmocka_unit_test(a_trial_is_counted_down_and_ends),
        cmocka_unit_test(every_status_has_a_way_out),
        cmocka_unit_test(downloads_are_given_back),
        cmocka_unit_test(a_change_of_choice_or_reason_is_counted),
        cmocka_unit_test(the_word_tells_how_many_components),
        cmocka_unit_test(the_age_is_looked_at_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
