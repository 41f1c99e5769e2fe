/* SPDX-License-Identifier: Apache-2.0 */
/* boot_run.h - one boot while it lasts, for boot.c and boot_rules.c. */
#ifndef PRM_BOOT_RUN_H
#define PRM_BOOT_RUN_H

#include "boot/boot_stages.h"

/* Who this device is, whom it believes, what its journal remembers, and what was found in its banks. */
struct prm_boot_run {
    const struct prm_boot_platform *platform;
    struct prm_boot_workspace *workspace;
    const struct prm_fuses *fuses;
    const struct prm_trust *factory;
    struct prm_trust_rules *rules; /* in force; in the workspace */
    uint64_t floor;
    uint8_t kept[PRM_CELL_SIZE]; /* the manifest digest of the release to keep; all 0xFF: none */
    uint32_t notes;              /* for the report, about the rules */
    uint32_t tries;              /* signatures that may still be tried in this examination */
    prm_result journal_result;
    struct prm_journal journal;
    struct prm_state state;
    struct prm_boot_candidate candidate[PRM_BANKS];
};

/* Examines every bank by the rules in force. */
void prm_boot_examine(struct prm_boot_run *b);

#endif
