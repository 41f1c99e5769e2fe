/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut.c - `make cut`: the power fails at every write and erase of every story, in three kinds; then twice in a row.
 *
 * usage: cut [--seed N] [--pairs N] [--replay ID]
 * Prints points, runs, seed; for each failure an id that --replay takes. Last line: N passed, N failed, N skipped.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cut/cost.h"
#include "tests/cut/story.h"

enum { SHOWN_MAX = 20, RANDOM_ROUNDS = 4 };

struct tally {
    uint32_t passed, failed;
};

static const char *const kind_names[RIG_KINDS] = {"not-done", "half-done", "random", "unreadable"};

static void count(struct tally *tally, const struct story_run *run) {
    if (run->failure[0] == '\0') {
        tally->passed++;
        return;
    }
    if (tally->failed++ >= SHOWN_MAX)
        return;
    printf("FAILED %d.%u:%u.%d:%u.%d:%llu  %s: %s\n", (int)run->story, run->variant, run->cut[0].at,
           (int)run->cut[0].kind, run->cut[1].at, (int)run->cut[1].kind, (unsigned long long)run->random,
           story_title(run->story), run->failure);
}

/* splitmix64, for what the campaign draws. */
static uint64_t draw(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Operations of a story that is left in peace; ends the process if it fails. */
static uint32_t points_of(struct story_book *book, enum story_name story, unsigned variant, struct tally *tally) {
    struct story_run run = {.story = story, .variant = variant, .cut = {{RIG_NEVER, 0}, {RIG_NEVER, 0}}};

    story_play(book, &run);
    count(tally, &run);
    return run.operations;
}

/* Every point of a story, in each kind; random bits several times. */
static uint32_t every_point(struct story_book *book, enum story_name story, unsigned variant, uint64_t seed,
                            struct tally *tally) {
    const uint32_t points = points_of(book, story, variant, tally);
    uint32_t runs = 1;

    for (uint32_t at = 0; at < points; at++) {
        for (int kind = 0; kind < RIG_KINDS; kind++) {
            for (int round = 0; round < (kind == RIG_RANDOM ? RANDOM_ROUNDS : 1); round++, runs++) {
                struct story_run run = {.story = story,
                                        .variant = variant,
                                        .cut = {{at, (enum rig_kind)kind}, {RIG_NEVER, 0}},
                                        .random = draw(&seed)};
                story_play(book, &run);
                if (run.cuts != 1 && run.failure[0] == '\0')
                    (void)snprintf(run.failure, sizeof run.failure, "the power did not fail");
                count(tally, &run);
            }
        }
    }
    return runs;
}

static void singles(struct story_book *book, uint64_t seed, uint32_t points[STORIES][STORY_VARIANTS],
                    struct tally *tally) {
    uint32_t all = 0, runs = 0;

    for (int story = 0; story < STORIES; story++) {
        uint32_t here = 0;
        for (unsigned variant = 0; variant < STORY_VARIANTS; variant++) {
            struct tally quiet = {0, 0};
            points[story][variant] = points_of(book, (enum story_name)story, variant, &quiet);
            here += points[story][variant];
            runs += every_point(book, (enum story_name)story, variant, seed + (uint64_t)story, tally);
        }
        printf("%-15s %5u points (journal at its start and before its unit's end: %u, %u, %u, %u)\n",
               story_title((enum story_name)story), here, points[story][0], points[story][1], points[story][2],
               points[story][3]);
        all += here;
    }
    printf("one cut:  %u points x (not done, half done, random x %d): %u runs, %u failed\n", all, RANDOM_ROUNDS, runs,
           tally->failed);
}

/* A pair: the first cut anywhere in a story, the second anywhere in what follows it. 1 if both happened. */
static int play_pair(struct story_book *book, uint32_t points[STORIES][STORY_VARIANTS], uint64_t *seed,
                     struct story_run *run) {
    *run = (struct story_run){.story = (enum story_name)(draw(seed) % STORIES),
                              .variant = (unsigned)(draw(seed) % STORY_VARIANTS),
                              .cut = {{0, (enum rig_kind)(draw(seed) % RIG_KINDS)},
                                      {RIG_NEVER, (enum rig_kind)(draw(seed) % RIG_KINDS)}},
                              .random = draw(seed)};
    if (points[run->story][run->variant] == 0)
        return 0; /* a story that doesn't work was counted as failed already */
    run->cut[0].at = (uint32_t)(draw(seed) % points[run->story][run->variant]);
    story_play(book, run);
    if (run->failure[0] != '\0')
        return 1; /* found again, and counted again: it is a failure of this run too */
    if (run->after_first == 0)
        return 0; /* nothing was left to be done */
    run->cut[1].at = (uint32_t)(draw(seed) % run->after_first);
    story_play(book, run);
    return run->cuts == 2 || run->failure[0] != '\0';
}

static void pairs(struct story_book *book, uint32_t wanted, uint64_t seed, uint32_t points[STORIES][STORY_VARIANTS],
                  struct tally *tally) {
    const uint32_t failed_before = tally->failed;
    uint32_t by_kind[RIG_KINDS][RIG_KINDS] = {{0}};
    uint32_t missed = 0;

    for (uint32_t n = 0; n < wanted && missed < wanted + 1000;) {
        struct story_run run;
        if (!play_pair(book, points, &seed, &run)) {
            missed++;
            continue;
        }
        by_kind[run.cut[0].kind][run.cut[1].kind]++;
        count(tally, &run);
        n++;
    }
    printf("two cuts: %u random pairs, %u failed (%u draws in which the second came too late, drawn again)\n", wanted,
           tally->failed - failed_before, missed);
    for (int a = 0; a < RIG_KINDS; a++)
        printf("          first %-9s then not-done %u, half-done %u, random %u\n", kind_names[a], by_kind[a][0],
               by_kind[a][1], by_kind[a][2]);
}

/* The case that a boot loader with flag bytes loses (shared/reference/peers.md). */
static void torn_flag(struct story_book *book, uint64_t seed, struct tally *tally) {
    uint32_t reverted = 0, runs = 0;

    for (uint32_t len = 0; len <= PRM_JOURNAL_RECORD_SIZE; len++) {
        for (int round = 0; round < 17; round++, runs++)
            reverted += (uint32_t)story_torn_flag(book, len, round > 0, draw(&seed));
    }
    printf("torn-flag-reverts: the record that accepts is torn after 0 to 64 bytes, the rest blank or random:\n"
           "          %u of %u unaccepted releases reverted (a record that was whole stayed)\n", reverted, runs);
    tally->passed += reverted;
    tally->failed += runs - reverted;
}

static int replay(struct story_book *book, const char *id) {
    struct story_run run = {.story = STORY_DOWNLOAD};
    int story = 0, kind[STORY_CUTS] = {0, 0};
    unsigned long long random = 0;

    if (sscanf(id, "%d.%u:%u.%d:%u.%d:%llu", &story, &run.variant, &run.cut[0].at, &kind[0], &run.cut[1].at, &kind[1],
               &random) != 7 ||
        story < 0 || story >= STORIES || run.variant >= STORY_VARIANTS)
        return primum_fail(PRIMUM_USAGE, "'%s' is not a replay id", id);
    run.story = (enum story_name)story;
    run.random = random;
    for (int i = 0; i < STORY_CUTS; i++)
        run.cut[i].kind = (enum rig_kind)(kind[i] % RIG_KINDS);
    story_play(book, &run);
    printf("%s, variant %u: %u cuts, %u boots, %u operations: %s\n", story_title(run.story), run.variant, run.cuts,
           run.boots, run.total, run.failure[0] != '\0' ? run.failure : "passed");
    return run.failure[0] != '\0' ? PRIMUM_REFUSED : PRIMUM_OK;
}

int main(int argc, char **argv) {
    static const struct option longs[] = {{"seed", required_argument, NULL, 's'},
                                          {"pairs", required_argument, NULL, 'p'},
                                          {"replay", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    uint32_t points[STORIES][STORY_VARIANTS] = {{0}};
    uint64_t seed = 20240229, wanted = 20000;
    const char *id = NULL;
    struct tally tally = {0, 0};

    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (c == 'r')
            id = optarg;
        else if (c == '?' || !primum_parse_u64(optarg, c == 's' ? &seed : &wanted))
            return primum_fail(PRIMUM_USAGE, "usage: cut [--seed N] [--pairs N] [--replay ID]");
    }
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    struct story_book *book = story_book_new(&rig_parts[0]);
    int status = PRIMUM_OK;
    if (id != NULL) {
        status = replay(book, id);
    } else {
        printf("seed %llu\n", (unsigned long long)seed);
        singles(book, seed, points, &tally);
        pairs(book, (uint32_t)wanted, seed, points, &tally);
        torn_flag(book, seed, &tally);
        cost_print(&tally.passed, &tally.failed);
        printf("%u passed, %u failed, 0 skipped\n", tally.passed, tally.failed);
        status = tally.failed == 0 && tally.passed > 0 ? PRIMUM_OK : PRIMUM_REFUSED;
    }
    story_book_free(book);
    return status;
}
