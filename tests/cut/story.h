/* SPDX-License-Identifier: Apache-2.0 */
/*
 * story.h - what a device lives through, with the power failing in it: download, install, first boot, accept, reject, a
 * trial that runs out, recovery. After a cut the device boots and everybody does what they do at a start, until the story
 * has come to its end; then what was new is installed and accepted, whatever the story made of it. Every boot is judged.
 */
#ifndef PRM_TESTS_CUT_STORY_H
#define PRM_TESTS_CUT_STORY_H

#include "tests/cut/rig.h"

enum story_name {
    STORY_DOWNLOAD, /* release 1 runs; 2 comes over the wire, encrypted */
    STORY_INSTALL,  /* 2 is whole: it is staged */
    STORY_BOOT,     /* 2 is staged: its first boot */
    STORY_ACCEPT,   /* 2 is on trial: it is accepted */
    STORY_REJECT,   /* 2 is on trial: it is rejected, and 1 runs again */
    STORY_RUN_OUT,  /* 2 is on trial and nobody accepts it: 1 runs again */
    STORY_LIFE,     /* 2 is accepted; 3 is downloaded, installed, tried, accepted */
    STORY_RECOVERY, /* both banks are destroyed; the root takes the services of 3, these take all of it */
    STORY_RECOVERY_PLAIN, /* the same with a release that is not encrypted: the root takes all of it */
    STORIES
};

enum { STORY_VARIANTS = 4, STORY_CUTS = 2 }; /* variants: the journal blank, or with 0 to 2 places left in its unit */

struct story_cut {
    uint32_t at; /* the how many-th operation since the start, or since the cut before; RIG_NEVER: none */
    enum rig_kind kind;
};

struct story_run {
    enum story_name story;
    unsigned variant;
    struct story_cut cut[STORY_CUTS];
    uint64_t random;
    /* what came of it */
    uint32_t operations;  /* of the story, without what comes after its end */
    uint32_t total;       /* with it */
    uint32_t after_first; /* operations after the first cut */
    unsigned cuts;        /* that happened */
    unsigned boots;
    char failure[160];    /* empty: none */
};

/* Makes releases and the devices that stories begin with. */
struct story_book;
struct story_book *story_book_new(const struct rig_part *part);
void story_book_free(struct story_book *book);

const char *story_title(enum story_name story);

void story_play(struct story_book *book, struct story_run *run);

/*
 * The torn flag: release 2 is on trial, and the power fails in the record that accepts it, of which `len` bytes are whole
 * and the rest is `random` or blank. Nobody accepts it again. 1 if it ran no more often than a trial allows and 1 is back,
 * or if the record is whole after all.
 */
int story_torn_flag(struct story_book *book, uint32_t len, int random, uint64_t seed);

#endif
