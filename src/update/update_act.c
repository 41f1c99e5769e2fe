/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update does to flash. Order is what makes a cut harmless:
 *   journal says WRITING; the bank's head erased; envelope written, header last; then for each chunk
 *   erase, write, mark; and only when all is whole and verified does the journal say CANDIDATE.
 */
#include "bank/bank_act.h"
#include "bank/bank_format.h"
#include "bank/bank_load.h"
#include "update/update_stages.h"

enum { CHUNK = 64 };

static struct prm_bank place(const struct prm_update *u) {
    return (struct prm_bank){u->platform->flash, u->platform->layout, u->bank};
}

/* The word, looked at twice: nothing is written that a signature doesn't cover. */
static prm_result permitted(const struct prm_update *u) {
    const uint32_t expected = prm_update_word_expected(u->payloads);
    const uint32_t value = prm_word_value(&u->word);

    if (prm_launder(value) != expected)
        return PRM_ERR_WORD;
    if (prm_launder(~value) != ~expected)
        prm_trap();
    return PRM_OK;
}

/*
 * The header as the bank keeps it: authentication and manifest, without the members that only an installer reads. Those are
 * the first two of the map, so it is the header's beginning with another count. Returns its length.
 */
static uint32_t bank_envelope(struct prm_update *u) {
    struct prm_suit_envelope e;

    if (prm_suit_envelope_parse(prm_span_of(u->header, u->header_len), &e) != PRM_OK)
        return 0;
    return (uint32_t)(e.manifest.ptr + e.manifest.len - u->header);
}

enum { MAP_HEAD_AT = 2, MAP_OF_TWO = 0xA2 };

/* 0 if the bank's header and envelope are those of this release. What can't be read isn't. */
static prm_result compare_bank(const struct prm_update *u, const uint8_t *header, uint32_t len, uint32_t *diff) {
    const struct prm_flash *flash = u->platform->flash;
    const struct prm_bank bank = place(u);
    uint8_t chunk[CHUNK];

    PRM_TRY(prm_bank_load_header(&bank, chunk));
    *diff = prm_diff(chunk, header, PRM_BANK_HEADER_SIZE);
    for (uint32_t at = 0; at < len && *diff == 0; at += CHUNK) {
        const uint32_t n = len - at < CHUNK ? len - at : CHUNK;
        PRM_TRY(flash->read(flash->ctx, prm_bank_envelope_off(&bank) + at, chunk, n));
        *diff |= prm_diff(chunk, u->header + at, n);
    }
    return PRM_OK;
}

static prm_result write_bank(const struct prm_update *u, const uint8_t *header, uint32_t len) {
    const struct prm_bank bank = place(u);

    PRM_TRY(prm_bank_act_clear(&bank));
    return prm_bank_act_envelope(&bank, prm_span_of(u->header, len), header);
}

/* PRM_OK, or an error that isn't of the bank's contents: those are written anew, whatever is wrong with them. */
static prm_result unless_contents(prm_result result) {
    return result == PRM_ERR_SLOT_EMPTY || result == PRM_ERR_FLASH_DAMAGED ? PRM_OK : result;
}

/* PRM_YES if the journal says that this release is being written here. */
static prm_answer is_same_release(const struct prm_update *u) {
    const struct prm_bank_state *bank = &u->state.bank[u->bank];

    if (bank->status != PRM_BANK_WRITING && bank->status != PRM_BANK_PARTIAL && bank->status != PRM_BANK_CANDIDATE)
        return PRM_NO;
    return prm_diff(bank->manifest, u->manifest_digest, PRM_STATE_MANIFEST_SIZE) == 0 ? PRM_YES : PRM_NO;
}

prm_result prm_update_act_begin(struct prm_update *u) {
    const uint32_t len = bank_envelope(u);
    const prm_answer resumes = is_same_release(u);
    const prm_span envelope = prm_span_of(u->header, len);
    uint8_t header[PRM_BANK_HEADER_SIZE];
    uint8_t digest[PRM_SHA256_SIZE];
    uint32_t diff = UINT32_MAX;

    PRM_TRY(permitted(u));
    if (len > PRM_BANK_ENVELOPE_MAX)
        return PRM_ERR_CBOR_LIMIT;
    if (u->state.downloads >= PRM_DOWNLOADS_MAX)
        return PRM_ERR_FLASH_WEAR;
    u->state.downloads++;
    PRM_TRY(prm_update_act_status(u, PRM_BANK_WRITING));
    /* From here on the header stands as the bank keeps it; what the install sequence said is behind it, untouched. */
    u->header[MAP_HEAD_AT] = MAP_OF_TWO;
    PRM_TRY(u->platform->crypto->sha256(&envelope, 1, digest));
    prm_bank_header_encode(len, digest, header);
    if (resumes == PRM_YES)
        PRM_TRY(unless_contents(compare_bank(u, header, len, &diff)));
    return diff == 0 ? PRM_OK : write_bank(u, header, len);
}

prm_result prm_update_act_is_done(const struct prm_update *u, const struct prm_update_payload *payload,
                                  prm_answer *done) {
    const struct prm_bank bank = place(u);
    const uint32_t component = (uint32_t)(payload - u->payload);
    const uint32_t off = payload->done * PRM_BLOCK_SIZE;
    uint8_t there[PRM_BANK_MARK_SIZE];
    uint8_t mark[PRM_BANK_MARK_SIZE];

    *done = PRM_NO;
    PRM_TRY(prm_bank_load_mark(&bank, component, off, there));
    prm_bank_mark_encode(prm_bank_chunk(bank.layout, component, off), u->manifest_digest, mark);
    if (prm_diff(there, mark, sizeof mark) == 0)
        *done = PRM_YES;
    return PRM_OK;
}

prm_result prm_update_act_block(struct prm_update *u, const struct prm_update_payload *payload, uint32_t len) {
    const struct prm_bank bank = place(u);
    const uint32_t component = (uint32_t)(payload - u->payload);
    const uint32_t off = payload->done * PRM_BLOCK_SIZE;
    uint8_t mark[PRM_BANK_MARK_SIZE];

    PRM_TRY(permitted(u));
    PRM_TRY(prm_bank_act_image(&bank, component, off, prm_span_of(u->block, len)));
    if ((off + len) % bank.layout->chunk_size != 0 && off + len != payload->size)
        return PRM_OK;
    prm_bank_mark_encode(prm_bank_chunk(bank.layout, component, off), u->manifest_digest, mark);
    return prm_bank_act_mark(&bank, component, off, mark);
}

prm_result prm_update_act_status(struct prm_update *u, enum prm_bank_status status) {
    struct prm_bank_state *bank = &u->state.bank[u->bank];

    *bank = (struct prm_bank_state){.status = (uint8_t)status};
    for (unsigned i = 0; i < PRM_STATE_MANIFEST_SIZE; i++)
        bank->manifest[i] = u->manifest_digest[i];
    return prm_state_store(&u->journal, &u->state);
}
