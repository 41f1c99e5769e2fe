/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device.h - a device in any stored state, and what becomes of it when somebody sends it one good release.
 *
 * Two banks, a journal, the rollback floor. The device boots by the root's own code; what runs is an application that goes
 * by the update API alone, services without one, or recovery. Nothing here helps it: it is switched on, and sent the release
 * when it asks for one.
 */
#ifndef PRM_TESTS_STATES_DEVICE_H
#define PRM_TESTS_STATES_DEVICE_H

#include "tests/cut/rig.h"

enum { OLDER, NEWER, GOOD, GOOD_PLAIN, RELEASES };
enum { SEQUENCE_OLDER = 10, SEQUENCE_NEWER = 11, SEQUENCE_GOOD = 20, TRIAL_BOOTS = 2 };

/* What stands in a bank. */
enum content {
    FIT,     /* a whole release */
    DAMAGED, /* one with a bit of an image flipped */
    BLANK,
    HALF,    /* the good release, of which half came */
    SPOILT,  /* the same, and a bit of what is marked as written is flipped */
    CONTENTS
};

/* What the journal says of a bank, and what is there. */
struct situation {
    uint8_t status, attempts;
    int match; /* 1: the journal's digest is that of the release which is there */
    enum content content;
};

struct stored {
    struct situation bank[PRM_BANKS];
    uint32_t newer; /* the bank with NEWER; the other has OLDER */
    uint64_t floor;
    uint32_t chosen, downloads;
    int plain; /* 1: the release that is sent has nothing encrypted */
};

/* What the first boot made of it. */
enum first { FIRST_A, FIRST_B, FIRST_SERVICES, FIRST_RECOVERY, FIRSTS };

struct ending {
    enum first first;
    uint32_t boots; /* until the good release was accepted, and ran once more */
    uint32_t sends;
    uint32_t refused; /* of those */
    uint32_t parts;   /* of those: recovery took the services alone, and they take the rest of the same release */
    char wrong[160]; /* empty: that is what it came to */
};

struct device {
    struct rig_world world;
    struct rig rig;
    struct rig_release release[RELEASES];
    uint8_t digest[RELEASES][PRM_STATE_MANIFEST_SIZE];
    uint8_t *content[PRM_BANKS][CONTENTS][2]; /* the last index: OLDER or NEWER, for FIT and DAMAGED */
};

/* Owns its memory; ends the process if something can't be made. Not to be moved. */
void device_init(struct device *device);
void device_free(struct device *device);

/* Banks and floor as they say; the journal is blank. */
void device_put(struct device *device, const struct stored *stored);
/* The journal says so, in one record. */
void device_put_journal(struct device *device, const struct stored *stored);

/* The digest that the journal has of such a bank. */
const uint8_t *device_digest(const struct device *device, const struct stored *stored, uint32_t bank);

/* Switches it on until the good release runs, accepted; or 12 times. */
void device_heal(struct device *device, int plain, struct ending *ending);

#endif
