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

#include "ports/eeprom/eeprom_cell.h"
#include "tests/cut/rig.h"

/* The last two are signed by the second release key. */
enum { OLDER, NEWER, GOOD, GOOD_PLAIN, GOOD_SECOND, GOOD_SECOND_PLAIN, RELEASES };
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

/* Which rules are in force, wait, or are lost. Manifest 1 and 2 list the first release key, or both; 3 the second alone. */
enum trust {
    TRUST_FACTORY,       /* no manifest ever came */
    TRUST_BOTH_SLOTS,    /* manifest 1 in force, in both slots */
    TRUST_FIRST_SLOT,    /* the other one is damaged */
    TRUST_SECOND_SLOT,
    TRUST_LOST,          /* manifest 1 in force, and in no slot */
    TRUST_OLDER,         /* manifest 2 in force; the slots hold manifest 1 */
    TRUST_ADDS,          /* manifest 1 in force, 2 waits */
    TRUST_REVOKES,       /* manifest 1 in force, 3 waits: what runs is to be kept */
    TRUST_REVOKED,       /* manifest 3 in force, the release of bank A is kept */
    TRUST_REVOKED_ALL,   /* manifest 3 in force, no release is kept */
    TRUST_REVOKED_TORN,  /* manifest 3 in force, the cell is torn */
    TRUSTS
};
enum { MANIFESTS = 3 };

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
    enum trust trust;
    uint32_t torn; /* bit i: of counter i (rollback floor, trust floor) one of the two records is torn */
};

/* What the first boot made of it. */
enum first { FIRST_A, FIRST_B, FIRST_SERVICES, FIRST_RECOVERY, FIRST_NO_RULES, FIRSTS };

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
    /* trust */
    EVP_PKEY *root_key, *second_key;
    struct primum_bytes manifest[MANIFESTS];
    uint8_t eeprom_bytes[2 * PRM_EEPROM_COUNTER_SIZE + PRM_EEPROM_CELL_SIZE];
    struct prm_eeprom eeprom;
    struct prm_eeprom_counter trust_floor_format;
    struct prm_eeprom_cell kept_format;
    struct prm_counter trust_floor;
    struct prm_cell kept;
    struct prm_trust_rules rules; /* as the services find them at their start */
};

/* Owns its memory; ends the process if something can't be made. Not to be moved. */
void device_init(struct device *device);
void device_free(struct device *device);

/* Banks, floor and trust as they say; the journal is blank. */
void device_put(struct device *device, const struct stored *stored);
/* The journal says so, in one record. */
void device_put_journal(struct device *device, const struct stored *stored);

/* The digest that the journal has of such a bank. */
const uint8_t *device_digest(const struct device *device, const struct stored *stored, uint32_t bank);

/*
 * Switches it on until the good release runs, accepted; or 12 times. Where trust manifests are in force, what is sent is the
 * newest of them and the release behind it, in one file.
 */
void device_heal(struct device *device, const struct stored *stored, struct ending *ending);

/* trust.c: the rules' keys, counters and slots, for device.c. */
void trust_layout(struct device *device);   /* before the rig is made: slots behind the banks, a root key */
void trust_init(struct device *device);     /* after it: platforms, manifests */
void trust_free(struct device *device);
void trust_put(struct device *device, const struct stored *stored);
void trust_start(struct device *device);    /* as the services do at their start: which rules are in force */
const struct rig_release *trust_good(const struct device *device, const struct stored *stored);
prm_span trust_manifest(const struct device *device, const struct stored *stored); /* that is sent; empty: none */

#endif
