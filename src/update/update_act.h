/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_act.h - what an update does to flash and journal. Each function needs the word of the checks that permit it, and
 * does nothing without: Errors WORD.
 */
#ifndef PRM_UPDATE_UPDATE_ACT_H
#define PRM_UPDATE_UPDATE_ACT_H

#include "journal/state.h"
#include "seam/flash.h"
#include "update/update_plan.h"

/* Records a status of the plan's bank in `*state` and the journal; nothing if it is so already. Errors: FLASH_*, CRYPTO. */
PRM_MUST_USE prm_result prm_update_act_status(struct prm_journal *journal, struct prm_state *state,
                                              const struct prm_update_plan *plan, const prm_word *word,
                                              enum prm_bank_status status);

/* Erases marks and header, and writes the envelope, its header last. Errors: CBOR_LIMIT (too long), FLASH_*. */
PRM_MUST_USE prm_result prm_update_act_begin(const struct prm_flash *flash, const struct prm_update_plan *plan,
                                             const prm_word *word, prm_span envelope);

/*
 * Writes page `number` of the list, or block `number` of the image, of a component to its place, erasing its unit before
 * and marking it after. A page's word has one PRM_K_PIECE behind the header's, a block's two. Errors: FLASH_*.
 * Cut: the unit isn't marked.
 */
PRM_MUST_USE prm_result prm_update_act_page(const struct prm_flash *flash, const struct prm_update_plan *plan,
                                            const prm_word *word, uint32_t component, uint32_t number, prm_span page);
PRM_MUST_USE prm_result prm_update_act_block(const struct prm_flash *flash, const struct prm_update_plan *plan,
                                             const prm_word *word, uint32_t component, uint32_t number, prm_span block);

#endif
