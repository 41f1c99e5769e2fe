/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update does to flash. Order is what makes a cut harmless:
 *   journal says WRITING; marks unit and header unit erased; envelope written, header last; then for each unit of lists and
 *   images erase, write, mark; and only when all is whole and verified does the journal say CANDIDATE.
 */
#include "update/update_act.h"

#include "base/endian.h"
#include "update/update_load.h"

enum { BANK_MAGIC = 0x534D5250, CHUNK = 64 };

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

/* Writes bytes that end anywhere: the last write unit is filled up with ones. */
static prm_result write_padded(const struct prm_flash *flash, uint32_t off, const uint8_t *src, uint32_t len) {
    const uint32_t whole = len & ~(flash->write_size - 1);
    uint8_t last[CHUNK];

    if (flash->write_size > sizeof last)
        return PRM_ERR_ARGUMENT;
    if (whole > 0)
        PRM_TRY(flash->write(flash->ctx, off, src, whole));
    if (whole == len)
        return PRM_OK;
    for (uint32_t i = 0; i < flash->write_size; i++)
        last[i] = whole + i < len ? src[whole + i] : 0xFF;
    return flash->write(flash->ctx, off + whole, last, flash->write_size);
}

prm_result prm_update_act_status(struct prm_journal *journal, struct prm_state *state, const struct prm_update_plan *plan,
                                 const prm_word *word, enum prm_bank_status status) {
    struct prm_bank_state *bank = &state->bank[plan->bank];

    PRM_TRY(permitted(plan, word, 0));
    *bank = (struct prm_bank_state){.status = (uint8_t)status};
    for (unsigned i = 0; i < PRM_STATE_MANIFEST_SIZE; i++)
        bank->manifest[i] = plan->manifest_digest[i];
    return prm_state_store(journal, state);
}

prm_result prm_update_act_begin(const struct prm_flash *flash, const struct prm_update_plan *plan, const prm_word *word,
                                prm_span envelope) {
    uint8_t header[PRM_BANK_HEADER_SIZE];

    PRM_TRY(permitted(plan, word, 0));
    if (envelope.len > PRM_BANK_MARKS_OFF - PRM_BANK_HEADER_SIZE)
        return PRM_ERR_CBOR_LIMIT;
    for (uint32_t at = PRM_BANK_IMAGES_OFF; at > 0; at -= flash->erase_size)
        PRM_TRY(flash->erase(flash->ctx, plan->bank_off + at - flash->erase_size));
    PRM_TRY(write_padded(flash, plan->bank_off + PRM_BANK_HEADER_SIZE, envelope.ptr, (uint32_t)envelope.len));
    prm_store_le32(header, BANK_MAGIC);
    prm_store_le32(header + 4, (uint32_t)envelope.len);
    return write_padded(flash, plan->bank_off, header, sizeof header);
}

/* A unit is whole. A mark torn by an earlier cut can't be written again: then this unit is done anew next time. */
static prm_result set_mark(const struct prm_flash *flash, const struct prm_update_plan *plan, uint32_t unit) {
    uint8_t mark[PRM_MARK_SIZE];

    prm_update_mark_of(plan, unit, mark);
    const prm_result written = write_padded(flash, prm_update_mark_off(plan, unit), mark, sizeof mark);
    return written == PRM_ERR_FLASH_NOT_ERASED ? PRM_OK : written;
}

/* A unit is erased with what begins it, and whole with what comes last in it or in all that shares it. */
static prm_result write_piece(const struct prm_flash *flash, const struct prm_update_plan *plan,
                              const struct prm_update_place *place, uint32_t at, prm_span bytes) {
    const uint32_t off = place->off + at;
    const uint32_t end = off + (uint32_t)bytes.len;

    for (uint32_t unit = (off + flash->erase_size - 1) & ~(flash->erase_size - 1); unit < end; unit += flash->erase_size)
        PRM_TRY(flash->erase(flash->ctx, unit));
    PRM_TRY(write_padded(flash, off, bytes.ptr, (uint32_t)bytes.len));
    if (end % flash->erase_size != 0 && end != place->end)
        return PRM_OK;
    return set_mark(flash, plan, prm_update_mark_unit(flash, plan, off));
}

prm_result prm_update_act_page(const struct prm_flash *flash, const struct prm_update_plan *plan, const prm_word *word,
                               uint32_t component, uint32_t number, prm_span page) {
    PRM_TRY(permitted(plan, word, 1));
    return write_piece(flash, plan, &plan->list[component], number * PRM_PAGE_SIZE, page);
}

prm_result prm_update_act_block(const struct prm_flash *flash, const struct prm_update_plan *plan, const prm_word *word,
                                uint32_t component, uint32_t number, prm_span block) {
    PRM_TRY(permitted(plan, word, 2));
    return write_piece(flash, plan, &plan->image[component], number * PRM_BLOCK_SIZE, block);
}
