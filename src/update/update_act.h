/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_act.h - what an update does to flash and journal. Each function needs the word of the checks that permit it, and
 * does nothing without: Errors WORD.
 */
#ifndef PRM_UPDATE_UPDATE_ACT_H
#define PRM_UPDATE_UPDATE_ACT_H

#include "bank/geometry.h"
#include "journal/state.h"
#include "update/update_plan.h"

/* Records a status of the plan's bank in `*state` and the journal; nothing if it is so already. Errors: FLASH_*, CRYPTO. */
PRM_MUST_USE prm_result prm_update_act_status(struct prm_journal *journal, struct prm_state *state,
                                              const struct prm_update_plan *plan, const prm_word *word,
                                              enum prm_bank_status status);

/* Erases the bank's head, and writes the envelope, then its header (PRM_BANK_HEADER_SIZE bytes). Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_update_act_begin(const struct prm_update_plan *plan, const prm_word *word,
                                             prm_span envelope, const uint8_t *header);

/*
 * Writes page `number` of the list of a component into a head that was erased. The word has one PRM_K_PIECE behind the
 * header's. Errors: FLASH_*. Cut: the page holds anything.
 */
PRM_MUST_USE prm_result prm_update_act_page(const struct prm_update_plan *plan, const prm_word *word,
                                            uint32_t component, uint32_t number, prm_span page);

/*
 * Writes block `number` of the image of a component, erasing the units that begin there before, and marking the chunk that
 * ends there after. The word has two PRM_K_PIECE behind the header's. Errors: FLASH_*. Cut: the chunk isn't marked.
 */
PRM_MUST_USE prm_result prm_update_act_block(const struct prm_update_plan *plan, const prm_word *word,
                                             uint32_t component, uint32_t number, prm_span block);

#endif
