/* SPDX-License-Identifier: Apache-2.0 */
/* boot_decide.h - what the journal forbids, which bank runs, and what is noted of it. */
#ifndef PRM_BOOT_BOOT_DECIDE_H
#define PRM_BOOT_BOOT_DECIDE_H

#include "boot/boot_plan.h"
#include "journal/status.h"
#include "trust/floor.h"

/* What is known of one bank. */
struct prm_boot_candidate {
    prm_result result;   /* PRM_OK: fit to run */
    prm_answer kept;     /* PRM_YES: only because the device keeps it: its key, or its number, is in force no more */
    uint64_t sequence;   /* by which it ranks; 0 if it is kept, or not fit to run: every other release is newer */
    uint32_t image_base; /* of the component to start: an address */
    uint32_t image_size; /* bytes */
    uint32_t word;       /* what its verification ended with */
    uint32_t app_base;   /* 0: not whole yet */
    uint32_t app_size;
    struct prm_release_verified verified; /* zeros if it isn't authentic */
};

/*
 * What the journal says against a bank whose envelope is authentic: PRM_OK, BANK_STATUS (being written, or not installed),
 * BANK_REJECTED (or its trial ran out, or says it has more than `trial_boots`), BANK_OTHER (holds another release than the journal knows), BANK_UNKNOWN.
 * Of a bank that the journal knows nothing about (a new device's; a lost journal's) only the release may run that was accepted
 * last, whose number is the floor; and the one that the device keeps at this floor.
 */
PRM_MUST_USE prm_result prm_boot_decide_bank(const struct prm_bank_state *state, uint8_t trial_boots,
                                             const uint8_t manifest_digest[PRM_SHA256_SIZE], uint64_t sequence,
                                             const struct prm_release_age *age);

/*
 * The fit bank that ranks highest: one that the rules in force permit before one that is kept, whatever their numbers; then a
 * whole release before services alone; then the higher sequence number; of equals, the first. With `may_try` PRM_NO, only
 * one that is not on trial.
 * Errors: NOTHING_TO_RUN; then the plan is zeros but for bank = PRM_BOOT_SLOT_NONE and trial = PRM_NO.
 */
PRM_MUST_USE prm_result prm_boot_decide(const struct prm_boot_candidate candidate[PRM_BANKS],
                                        const struct prm_state *state, prm_answer may_try, uint32_t components,
                                        struct prm_boot_plan *plan);

/*
 * The state after this decision: a trial has one boot less (a staged release begins its trial), a release that was to be tried
 * or was on trial and doesn't start is REJECTED, with its result as the reason (UPDATE_STALE: a better one starts); the
 * choice is counted; some downloads are given back.
 */
void prm_boot_decide_state(const struct prm_boot_plan *plan, const struct prm_boot_candidate candidate[PRM_BANKS],
                           struct prm_state *state);

#endif
