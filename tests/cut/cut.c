/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cut.c - `make cut`: the power fails at every write and erase of every story, in four kinds; then twice in a row. On flash
 * parts of eight kinds, or one of them.
 *
 * usage: cut [--part NAME | --parts] [--seed N] [--pairs N] [--variants N] [--replay ID]
 * Prints points, runs, seed; for each failure an id that --replay takes, with --part. Last line: N passed, N failed, N skipped.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cut/cost.h"
#include "tests/cut/story.h"

enum { SHOWN_MAX = 20 };

/* How often each kind is drawn at a point: those that leave something random several times. */
static const int rounds[RIG_KINDS] = {1, 1, 4, 2};

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
            for (int round = 0; round < rounds[kind]; round++, runs++) {
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

static void singles(struct story_book *book, uint64_t seed, unsigned variants, uint32_t points[STORIES][STORY_VARIANTS],
                    struct tally *tally) {
    const uint32_t failed_before = tally->failed;
    uint32_t all = 0, runs = 0;

    for (int story = 0; story < STORIES; story++) {
        uint32_t here = 0;
        for (unsigned variant = 0; variant < variants; variant++) {
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
    printf("one cut:  %u points x (not done, half done, random x %d, unreadable x %d): %u runs, %u failed\n", all,
           rounds[RIG_RANDOM], rounds[RIG_UNREADABLE], runs, tally->failed - failed_before);
}

/* A pair: the first cut anywhere in a story, the second anywhere in what follows it. 1 if both happened. */
static int play_pair(struct story_book *book, unsigned variants, uint32_t points[STORIES][STORY_VARIANTS],
                     uint64_t *seed, struct story_run *run) {
    *run = (struct story_run){.story = (enum story_name)(draw(seed) % STORIES),
                              .variant = (unsigned)(draw(seed) % variants),
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

static void pairs(struct story_book *book, uint32_t wanted, unsigned variants, uint64_t seed,
                  uint32_t points[STORIES][STORY_VARIANTS], struct tally *tally) {
    const uint32_t failed_before = tally->failed;
    uint32_t by_kind[RIG_KINDS][RIG_KINDS] = {{0}};
    uint32_t missed = 0;

    for (uint32_t n = 0; n < wanted && missed < wanted + 1000;) {
        struct story_run run;
        if (!play_pair(book, variants, points, &seed, &run)) {
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
        printf("          first %-10s then not-done %u, half-done %u, random %u, unreadable %u\n", kind_names[a],
               by_kind[a][0], by_kind[a][1], by_kind[a][2], by_kind[a][3]);
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

/* What is to be done. */
struct campaign {
    uint64_t seed, pairs;
    uint64_t variants; /* of each story, from the first on */
    const char *part;  /* its name; NULL: all of them */
    const char *id;    /* of a run to be replayed */
};

/* Everything on one part of flash. */
static void run_on(const struct rig_part *part, const struct campaign *c, struct tally *tally) {
    uint32_t points[STORIES][STORY_VARIANTS] = {{0}};
    struct story_book *book = story_book_new(part);

    printf("\n== flash %s (erase unit/write unit), erased 0x%02X; boots of a trial: %u; seed %llu\n", part->name,
           part->erased, part->trial_boots, (unsigned long long)c->seed);
    singles(book, c->seed, (unsigned)c->variants, points, tally);
    pairs(book, (uint32_t)c->pairs, (unsigned)c->variants, c->seed, points, tally);
    torn_flag(book, c->seed, tally);
    story_book_free(book);
}

static int replay_on(const struct rig_part *part, const struct campaign *c) {
    struct story_book *book = story_book_new(part);
    const int status = replay(book, c->id);

    story_book_free(book);
    return status;
}

static int run(const struct campaign *c) {
    struct tally tally = {0, 0};
    unsigned parts = 0;

    for (unsigned i = 0; i < RIG_PARTS; i++) {
        if (c->part != NULL && strcmp(c->part, rig_parts[i].name) != 0)
            continue;
        if (c->id != NULL)
            return replay_on(&rig_parts[i], c);
        run_on(&rig_parts[i], c, &tally);
        parts++;
        if (i == 0)
            cost_print(&tally.passed, &tally.failed);
    }
    if (parts == 0)
        return primum_fail(PRIMUM_USAGE, "there is no part '%s'; --parts lists them", c->part);
    printf("%u passed, %u failed, 0 skipped\n", tally.passed, tally.failed);
    return tally.failed == 0 && tally.passed > 0 ? PRIMUM_OK : PRIMUM_REFUSED;
}

static int list_parts(void) {
    for (unsigned i = 0; i < RIG_PARTS; i++)
        puts(rig_parts[i].name);
    return PRIMUM_OK;
}

int main(int argc, char **argv) {
    static const struct option longs[] = {
        {"seed", required_argument, NULL, 's'},     {"pairs", required_argument, NULL, 'p'},
        {"variants", required_argument, NULL, 'v'}, {"part", required_argument, NULL, 'f'},
        {"parts", no_argument, NULL, 'l'},          {"replay", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0}};
    struct campaign c = {.seed = 20240229, .pairs = 3000, .variants = STORY_VARIANTS};

    for (int o; (o = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (o == 'l')
            return list_parts();
        if (o == 'r')
            c.id = optarg;
        else if (o == 'f')
            c.part = optarg;
        else if (o == '?' || !primum_parse_u64(optarg, o == 's'   ? &c.seed
                                                       : o == 'v' ? &c.variants
                                                                  : &c.pairs))
            return primum_fail(PRIMUM_USAGE,
                               "usage: cut [--part NAME | --parts] [--seed N] [--pairs N] [--variants N] [--replay ID]");
    }
    if (c.variants == 0 || c.variants > STORY_VARIANTS)
        return primum_fail(PRIMUM_USAGE, "--variants is 1 to %d", STORY_VARIANTS);
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    return run(&c);
}
