/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover.h - how a boot ends: what a plan leads to, computed here for every port; the port's part is the memory protection
 * and the jump.
 *
 * The address that the plan leads to is computed from its word, and the place where the component must be from the layout
 * alone: they are equal if the plan was made by every check. The port compares both, and the word itself, in that order and
 * apart, and spoils what it sets up and where it jumps to by prm_handover_spoil(): if a comparison is lost, a wrong word
 * still leads nowhere. Each of these functions reads its figures anew, so a port that uses one twice has two readings.
 */
#ifndef PRM_BOOT_HANDOVER_H
#define PRM_BOOT_HANDOVER_H

#include "boot/boot.h"

/* Leaves the root for good: locks what the application must not touch, and starts the image of the plan. A link-time symbol. */
_Noreturn void prm_handover(const struct prm_boot_plan *plan);

/* Where the plan leads. */
static inline uint32_t prm_handover_address(const volatile struct prm_boot_plan *plan) {
    return plan->image_base ^ plan->word;
}

/* Where component `component` of a bank must be; an address that no image has if there is no such bank. */
static inline uint32_t prm_handover_place(const struct prm_layout *layout, uint32_t bank, uint32_t component) {
    return bank < PRM_BANKS ? prm_boot_image_base(layout, bank, component) : UINT32_MAX;
}

/* 0 if the word is the one of a bank that is fit to run, else all ones: computed without a branch that could be lost. */
static inline uint32_t prm_handover_spoil(uint32_t word, uint32_t components) {
    const uint32_t d = prm_launder(word ^ prm_boot_word_run(components));

    return 0u - (prm_launder(d | (0u - d)) >> 31);
}

#endif
