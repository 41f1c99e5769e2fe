/* SPDX-License-Identifier: Apache-2.0 */
/* boot_run.h - one boot while it lasts, for boot.c and boot_rules.c. */
#ifndef PRM_BOOT_RUN_H
#define PRM_BOOT_RUN_H

#include "boot/boot.h"
#include "boot/boot_decide.h"
#include "boot/boot_load.h"
#include "boot/boot_parse.h"
#include "boot/boot_trust_act.h"
#include "boot/boot_verify.h"
#include "journal/state.h"

/* Who this device is, whom it believes, what its journal remembers, and what was found in its banks. */
struct prm_boot_run {
    const struct prm_boot_platform *platform;
    struct prm_boot_workspace *workspace;
    struct prm_boot_plan *plan;
    struct prm_boot_report *report; /* in the application's memory: written, and never read but to tell of it */
    const struct prm_fuses *fuses;
    const struct prm_trust *factory;
    struct prm_trust_rules *rules; /* in force; in the workspace */
    struct prm_release_age age; /* the rules in force and the floor; `other` is of the bank that is examined */
    uint8_t kept[PRM_CELL_SIZE]; /* manifest digest of the release to keep, if it was noted at the floor in `age` */
    uint32_t notes;              /* for the report, about the rules */
    struct prm_tries tries;      /* signatures that may still be tried in this examination */
    prm_result journal_result;
    struct prm_journal journal;
    struct prm_state state;
    struct prm_boot_candidate candidate[PRM_BANKS];
};
/*
 * If one bit of the opcode that loads `rules` is changed, another member is loaded; were that `factory`, keys that were revoked
 * would be in force again. Two bits, not one, lie between their places.
 */
enum { PRM_BOOT_RUN_APART = offsetof(struct prm_boot_run, factory) ^ offsetof(struct prm_boot_run, rules) };
_Static_assert((PRM_BOOT_RUN_APART & (PRM_BOOT_RUN_APART - 1)) != 0, "more than one bit tells factory from rules");

/*
 * The envelope of one bank, from flash to a word that says it is signed, and its manifest, not parsed yet. Then what the
 * manifest says, and the images. On success candidate and word are complete, but for candidate->word. The report tells how far it came.
 */
PRM_MUST_USE prm_result prm_boot_examine_signed(struct prm_boot_run *b, uint32_t bank, prm_span *manifest, prm_word *word);
PRM_MUST_USE prm_result prm_boot_examine_fit(struct prm_boot_run *b, uint32_t bank, prm_span bytes, prm_word *word);

/*
 * The cell holds the manifest digest of the release to keep, with the rollback floor XORed into its end: once the floor has
 * moved, since another release was accepted, the note is of no release any more, at once and for good. From digest to note and
 * back; from one floor to another, by the XOR of both.
 */
void prm_boot_bind(const uint8_t in[PRM_CELL_SIZE], uint64_t floor, uint8_t out[PRM_CELL_SIZE]);

/* Examines every bank by the rules in force. */
void prm_boot_examine(struct prm_boot_run *b);

#endif
