/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an update does to flash. Order is what makes a cut harmless:
 *   journal says WRITING; marks unit and header unit erased; envelope written, header last; then for each unit
 *   erase, write, mark; and only when all is whole and verified does the journal say CANDIDATE.
 */
#include "base/endian.h"
#include "update/update_stages.h"

enum { BANK_MAGIC = 0x534D5250, MARK_SIZE = 8, MARK_MAGIC = 0x4B4D5250, CHUNK = 64 };

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

/* 0 if the bank's header and envelope are those of this release. */
static prm_result compare_bank(const struct prm_update *u, uint32_t len, uint32_t *diff) {
    const struct prm_flash *flash = u->platform->flash;
    const uint32_t bank = u->platform->layout->bank_off[u->bank];
    uint8_t chunk[CHUNK];

    PRM_TRY(flash->read(flash->ctx, bank, chunk, PRM_BANK_HEADER_SIZE));
    *diff = (prm_load_le32(chunk) ^ BANK_MAGIC) | (prm_load_le32(chunk + 4) ^ len);
    for (uint32_t at = 0; at < len && *diff == 0; at += CHUNK) {
        const uint32_t n = len - at < CHUNK ? len - at : CHUNK;
        PRM_TRY(flash->read(flash->ctx, bank + PRM_BANK_HEADER_SIZE + at, chunk, n));
        *diff |= prm_diff(chunk, u->header + at, n);
    }
    return PRM_OK;
}

static prm_result write_bank(const struct prm_update *u, uint32_t len) {
    const struct prm_flash *flash = u->platform->flash;
    const uint32_t bank = u->platform->layout->bank_off[u->bank];
    uint8_t header[PRM_BANK_HEADER_SIZE];

    if (len > PRM_BANK_MARKS_OFF - PRM_BANK_HEADER_SIZE)
        return PRM_ERR_CBOR_LIMIT;
    for (uint32_t at = PRM_BANK_IMAGES_OFF; at > 0; at -= flash->erase_size)
        PRM_TRY(flash->erase(flash->ctx, bank + at - flash->erase_size));
    PRM_TRY(write_padded(flash, bank + PRM_BANK_HEADER_SIZE, u->header, len));
    prm_store_le32(header, BANK_MAGIC);
    prm_store_le32(header + 4, len);
    return write_padded(flash, bank, header, sizeof header);
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
    uint32_t diff = UINT32_MAX;

    PRM_TRY(permitted(u));
    if (u->state.downloads >= PRM_DOWNLOADS_MAX)
        return PRM_ERR_FLASH_WEAR;
    u->state.downloads++;
    PRM_TRY(prm_update_act_status(u, PRM_BANK_WRITING));
    /* From here on the header stands as the bank keeps it; what the install sequence said is behind it, untouched. */
    u->header[MAP_HEAD_AT] = MAP_OF_TWO;
    if (resumes == PRM_YES)
        PRM_TRY(compare_bank(u, len, &diff));
    return diff == 0 ? PRM_OK : write_bank(u, len);
}

/* The unit of the bank's images that holds this block, and where its mark is. */
static uint32_t mark_off(const struct prm_update *u, const struct prm_update_payload *payload, uint32_t block,
                         uint32_t *unit) {
    const uint32_t bank = u->platform->layout->bank_off[u->bank];

    *unit = (payload->off + block * PRM_BLOCK_SIZE - bank - PRM_BANK_IMAGES_OFF) / u->platform->flash->erase_size;
    return bank + PRM_BANK_MARKS_OFF + *unit * MARK_SIZE;
}

static void mark_of(const struct prm_update *u, uint32_t unit, uint8_t mark[MARK_SIZE]) {
    prm_store_le32(mark, MARK_MAGIC ^ unit);
    for (unsigned i = 0; i < MARK_SIZE - 4; i++)
        mark[4 + i] = u->manifest_digest[i];
}

prm_result prm_update_act_is_done(const struct prm_update *u, const struct prm_update_payload *payload,
                                  prm_answer *done) {
    const struct prm_flash *flash = u->platform->flash;
    uint8_t there[MARK_SIZE];
    uint8_t mark[MARK_SIZE];
    uint32_t unit;

    *done = PRM_NO;
    const uint32_t off = mark_off(u, payload, payload->done, &unit);
    PRM_TRY(flash->read(flash->ctx, off, there, sizeof there));
    mark_of(u, unit, mark);
    if (prm_diff(there, mark, sizeof mark) == 0)
        *done = PRM_YES;
    return PRM_OK;
}

/* A unit is whole. A mark torn by an earlier cut can't be written again: then this unit is done anew next time. */
static prm_result set_mark(const struct prm_update *u, uint32_t off, uint32_t unit) {
    const struct prm_flash *flash = u->platform->flash;
    uint8_t mark[MARK_SIZE];

    mark_of(u, unit, mark);
    const prm_result written = write_padded(flash, off, mark, sizeof mark);
    return written == PRM_ERR_FLASH_NOT_ERASED ? PRM_OK : written;
}

prm_result prm_update_act_block(struct prm_update *u, const struct prm_update_payload *payload, uint32_t len) {
    const struct prm_flash *flash = u->platform->flash;
    const uint32_t off = payload->off + payload->done * PRM_BLOCK_SIZE;
    const uint32_t end = payload->off + payload->size;
    uint32_t unit;

    PRM_TRY(permitted(u));
    if (off % flash->erase_size == 0)
        PRM_TRY(flash->erase(flash->ctx, off));
    PRM_TRY(write_padded(flash, off, u->block, len));
    if ((off + len) % flash->erase_size != 0 && off + len != end)
        return PRM_OK;
    const uint32_t mark = mark_off(u, payload, payload->done, &unit);
    return set_mark(u, mark, unit);
}

prm_result prm_update_act_status(struct prm_update *u, enum prm_bank_status status) {
    struct prm_bank_state *bank = &u->state.bank[u->bank];

    *bank = (struct prm_bank_state){.status = (uint8_t)status};
    for (unsigned i = 0; i < PRM_STATE_MANIFEST_SIZE; i++)
        bank->manifest[i] = u->manifest_digest[i];
    return prm_state_store(&u->journal, &u->state);
}
