/* SPDX-License-Identifier: Apache-2.0 */
/* boot_plan.h - what a boot decided, as plain figures, and the word without which nothing acts on it. */
#ifndef PRM_BOOT_BOOT_PLAN_H
#define PRM_BOOT_BOOT_PLAN_H

#include "base/harden.h"
#include "primum/boot_report.h"
#include "trust/verified.h"

/*
 * What to do, as data. `image_base` is not an address: prm_handover_address() computes it from this and the word, so that
 * a plan made by skipping a check leads nowhere.
 */
struct prm_boot_plan {
    uint32_t bank;       /* 0, 1 or PRM_BOOT_SLOT_NONE */
    uint32_t first;      /* the component to start: the services where the layout has them, else the application */
    uint32_t image_base; /* address of its vector table, XORed with the word of a bank fit to run */
    uint32_t image_size; /* bytes */
    uint32_t word;       /* what the verification ended with */
    uint32_t app_base;   /* address of the application's image; 0 if it is not whole yet (PRM_BANK_PARTIAL) */
    uint32_t app_size;   /* bytes */
    prm_answer trial;    /* PRM_YES: not accepted yet; without a release, anything else */
    uint64_t sequence;   /* of the release */
};

/*
 * The word of a bank that is fit to run: every step, in order, without a difference: DIGEST, SIGNATURE twice; DEVICE for each component;
 * FLOOR; IMAGE for each component; AGAIN.
 */
#define PRM_K_IMAGE 0x57A4C86Bu
#define PRM_K_AGAIN 0x9DB37E14u
#define PRM_WORD_SIGNED PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(0, PRM_K_DIGEST), PRM_K_SIGNATURE), PRM_K_SIGNATURE)
#define PRM_WORD_FIT_1 PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_SIGNED, PRM_K_DEVICE), PRM_K_FLOOR)
#define PRM_WORD_RUN_1 PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_FIT_1, PRM_K_IMAGE), PRM_K_AGAIN)
#define PRM_WORD_FIT_2 PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_SIGNED, PRM_K_DEVICE), PRM_K_DEVICE), PRM_K_FLOOR)
#define PRM_WORD_RUN_2 PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_NEXT(PRM_WORD_FIT_2, PRM_K_IMAGE), PRM_K_IMAGE), PRM_K_AGAIN)

/* That word for a layout of `components`. */
static inline uint32_t prm_boot_word_run(uint32_t components) {
    return components == 2 ? PRM_WORD_RUN_2 : PRM_WORD_RUN_1;
}

/*
 * The branch on the word, once all is folded in: a difference that no other branch has answered would end in the hand-over's trap,
 * at every boot if it is there at every boot. So such a bank is unfit, and another bank or the recovery has its turn.
 * Errors: WORD.
 */
PRM_MUST_USE prm_result prm_boot_verify_word(uint32_t word, uint32_t components);

#endif
