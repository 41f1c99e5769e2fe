/* SPDX-License-Identifier: Apache-2.0 */
/* boot_stages.h - the stages of a boot, for boot.c and the tests. boot.h is what others use. */
#ifndef PRM_BOOT_STAGES_H
#define PRM_BOOT_STAGES_H

#include "boot/boot.h"
#include "journal/state.h"

/* ---- load: bytes in, nothing understood ---- */

/*
 * Copies what the signature covers to the workspace, and has the envelope point there: what is verified is what is used.
 * Errors: CBOR_LIMIT (more than the workspace holds).
 */
PRM_MUST_USE prm_result prm_boot_load_signed(struct prm_suit_envelope *envelope, struct prm_boot_workspace *workspace);

/* ---- parse ---- */

/* Errors: DEVICE_FUSES; TRUST_ANCHORS. The results borrow; NULL on failure. */
PRM_MUST_USE prm_result prm_boot_fuses_parse(prm_span bytes, const struct prm_fuses **fuses);
PRM_MUST_USE prm_result prm_boot_trust_parse(prm_span bytes, const struct prm_trust **trust);

/* ---- verify ---- */

/* The check digests of fuses and anchors: blank or damaged parts are told from good ones. Errors: as parse; CRYPTO. */
PRM_MUST_USE prm_result prm_boot_verify_device(const struct prm_crypto *crypto, const struct prm_fuses *fuses,
                                               const struct prm_trust *trust);

/*
 * The image is the one of the manifest (adds step IMAGE), and its stack pointer and entry lie where they may.
 * `digest` is what was measured. Errors: IMAGE_DIGEST, IMAGE_ENTRY, CRYPTO.
 */
PRM_MUST_USE prm_result prm_boot_verify_image(const struct prm_crypto *crypto,
                                              const struct prm_layout_component *place, uint32_t image_base,
                                              prm_span image, const struct prm_suit_component *component,
                                              uint8_t digest[PRM_SHA256_SIZE], prm_word *word);

/*
 * Age once more, from a second reading of manifest and counter (adds step AGAIN). Between the two everything that a signature
 * doesn't cover could have been misread: an authentic release that is too old has nothing else against it.
 * Errors: those of prm_floor_verify(); FLOOR too if the two readings of the sequence differ.
 */
PRM_MUST_USE prm_result prm_boot_verify_again(uint64_t sequence, uint64_t sequence_again,
                                              const struct prm_release_age *age_again, prm_word *word);

/*
 * The branch on the word, once all is folded in: a difference that no other branch has answered would end in the hand-over's trap,
 * at every boot if it is there at every boot. So such a bank is unfit, and another bank or the recovery has its turn.
 * Errors: WORD.
 */
PRM_MUST_USE prm_result prm_boot_verify_word(uint32_t word, uint32_t components);

/* ---- act ---- */

/*
 * Writes the note of the release to keep, which is that of the plan.
 * Errors: WORD (the plan's word is wrong), COUNTER_*. Cut: the old note or this one.
 */
PRM_MUST_USE prm_result prm_boot_act_keep(const struct prm_cell *cell, const struct prm_boot_plan *plan,
                                          uint32_t components, const uint8_t note[PRM_CELL_SIZE]);

/* ---- decide ---- */

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
