/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update does to flash. Order is what makes a cut harmless:
 *   journal says WRITING; the bank's head erased; envelope written, then its header, then the lists; for each chunk of the
 *   images erase, write, mark; and only when all is whole and verified does the journal say CANDIDATE.
 */
#include "update/update_act.h"

#include "bank/bank_act.h"
#include "bank/bank_format.h"

/*
 * The word of a header and so many pieces, looked at twice. If the branch is lost, the complement, computed from the word
 * once more, still differs, and the device stops: nothing is written that a signature doesn't cover.
 */
static prm_result permitted(const struct prm_update_plan *plan, const prm_word *word, uint32_t pieces) {
    uint32_t expected = prm_update_word_header(plan->components);
    const uint32_t value = prm_word_value(word);

    for (uint32_t i = 0; i < pieces; i++)
        expected = PRM_WORD_NEXT(expected, PRM_K_PIECE);
    if (prm_launder(value) != expected)
        return PRM_ERR_WORD;
    if (prm_launder(~value) != ~expected)
        prm_trap();
    return PRM_OK;
}

prm_result prm_update_act_status(struct prm_journal *journal, struct prm_state *state, const struct prm_update_plan *plan,
                                 const prm_word *word, enum prm_bank_status status) {
    struct prm_bank_state *bank = &state->bank[plan->place->bank];

    PRM_TRY(permitted(plan, word, 0));
    *bank = (struct prm_bank_state){.status = (uint8_t)status};
    for (unsigned i = 0; i < PRM_STATE_MANIFEST_SIZE; i++)
        bank->manifest[i] = plan->manifest_digest[i];
    return prm_state_store(journal, state);
}

prm_result prm_update_act_begin(const struct prm_update_plan *plan, const prm_word *word, prm_span envelope,
                                const uint8_t *header) {
    PRM_TRY(permitted(plan, word, 0));
    PRM_TRY(prm_bank_act_clear(plan->place));
    return prm_bank_act_envelope(plan->place, envelope, header);
}

prm_result prm_update_act_page(const struct prm_update_plan *plan, const prm_word *word, uint32_t component,
                               uint32_t number, prm_span page) {
    PRM_TRY(permitted(plan, word, 1));
    return prm_bank_act_page(plan->place, component, number, page);
}

prm_result prm_update_act_block(const struct prm_update_plan *plan, const prm_word *word, uint32_t component,
                                uint32_t number, prm_span block) {
    const struct prm_bank *bank = plan->place;
    const uint32_t off = number * PRM_BLOCK_SIZE;
    const uint32_t end = off + (uint32_t)block.len;
    uint8_t mark[PRM_BANK_MARK_SIZE];

    PRM_TRY(permitted(plan, word, 2));
    PRM_TRY(prm_bank_act_image(bank, component, off, block));
    if (end % bank->layout->chunk_size != 0 && end != plan->size[component])
        return PRM_OK;
    prm_bank_mark_encode(prm_bank_chunk(bank->layout, component, off), plan->manifest_digest, mark);
    return prm_bank_act_mark(bank, component, off, mark);
}
