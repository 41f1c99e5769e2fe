/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"

#include <string.h>

#include "base/endian.h"
#include "base/harden.h"

enum { CHECK_OFF = 56, CHECK_SIZE = 8, PAYLOAD_OFF = 4 };

static uint32_t records_in_page(const struct prm_journal *j) {
    return prm_flash_unit_size(j->flash, j->off) / PRM_JOURNAL_RECORD_SIZE;
}

static uint32_t record_off(const struct prm_journal *j, uint32_t page, uint32_t index) {
    return j->off + page * prm_flash_unit_size(j->flash, j->off) + index * PRM_JOURNAL_RECORD_SIZE;
}

static prm_result check_of(const struct prm_journal *j, const uint8_t *record, uint8_t check[PRM_SHA256_SIZE]) {
    const prm_span covered = prm_span_of(record, CHECK_OFF);

    return j->crypto->sha256(&covered, 1, check);
}

/* Looks at one record; keeps it if it is whole and newer than what was found so far. */
static prm_result consider(struct prm_journal *j, uint32_t page, uint32_t index, uint8_t *payload) {
    const uint32_t off = record_off(j, page, index);
    uint8_t record[PRM_JOURNAL_RECORD_SIZE];
    uint8_t check[PRM_SHA256_SIZE];

    /* The generation first: blank and older records cost four bytes. Blank reads as the largest and is never written. */
    PRM_TRY(j->flash->read(j->flash->ctx, off, record, PAYLOAD_OFF));
    const uint32_t generation = prm_load_le32(record);
    if (generation == UINT32_MAX || generation <= j->generation)
        return PRM_OK;
    PRM_TRY(j->flash->read(j->flash->ctx, off, record, PRM_JOURNAL_RECORD_SIZE));
    PRM_TRY(check_of(j, record, check));
    if (prm_diff(check, record + CHECK_OFF, CHECK_SIZE) != 0)
        return PRM_OK;
    j->generation = prm_load_le32(record);
    j->page = page;
    j->index = index;
    memcpy(payload, record + PAYLOAD_OFF, PRM_JOURNAL_PAYLOAD_SIZE);
    return PRM_OK;
}

static prm_result find(struct prm_journal *j, uint8_t *payload) {
    /* From the end of each page: the first whole record met is its newest, and spares the check of all before it. */
    for (uint32_t page = 0; page < PRM_JOURNAL_PAGES; page++)
        for (uint32_t index = records_in_page(j); index > 0; index--)
            PRM_TRY(consider(j, page, index - 1, payload));
    return j->generation != 0 ? PRM_OK : PRM_ERR_JOURNAL_EMPTY;
}

prm_result prm_journal_load(struct prm_journal *journal, const struct prm_flash *flash, const struct prm_crypto *crypto,
                            uint32_t off, uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    *journal = (struct prm_journal){.flash = flash, .crypto = crypto, .off = off};
    memset(payload, 0, PRM_JOURNAL_PAYLOAD_SIZE);
    if (prm_flash_unit_size(flash, off) < PRM_JOURNAL_RECORD_SIZE || flash->write_size == 0 ||
        PRM_JOURNAL_RECORD_SIZE % flash->write_size != 0)
        return PRM_ERR_ARGUMENT;
    const prm_result result = find(journal, payload);
    if (result != PRM_OK)
        memset(payload, 0, PRM_JOURNAL_PAYLOAD_SIZE);
    return result;
}

/* PRM_OK if every byte of the record is erased; FLASH_NOT_ERASED if not. */
static prm_result is_blank(const struct prm_journal *j, uint32_t page, uint32_t index) {
    uint8_t record[PRM_JOURNAL_RECORD_SIZE];

    PRM_TRY(j->flash->read(j->flash->ctx, record_off(j, page, index), record, sizeof record));
    for (size_t i = 0; i < sizeof record; i++)
        if (record[i] != 0xFF)
            return PRM_ERR_FLASH_NOT_ERASED;
    return PRM_OK;
}

/* Where the next record goes: the first blank place after the newest; else the other page, erased. */
static prm_result make_room(const struct prm_journal *j, uint32_t *page, uint32_t *index) {
    *page = j->page;
    if (j->generation != 0) {
        for (*index = j->index + 1; *index < records_in_page(j); (*index)++) {
            const prm_result blank = is_blank(j, *page, *index);
            if (blank != PRM_ERR_FLASH_NOT_ERASED)
                return blank;
        }
        *page ^= 1u;
    }
    *index = 0;
    return j->flash->erase(j->flash->ctx, record_off(j, *page, 0));
}

prm_result prm_journal_append(struct prm_journal *journal, const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    uint8_t record[PRM_JOURNAL_RECORD_SIZE];
    uint8_t check[PRM_SHA256_SIZE];
    uint32_t page, index;

    /* The largest generation would read as blank. */
    if (journal->generation >= UINT32_MAX - 1)
        return PRM_ERR_JOURNAL_END;
    prm_store_le32(record, journal->generation + 1);
    memcpy(record + PAYLOAD_OFF, payload, PRM_JOURNAL_PAYLOAD_SIZE);
    PRM_TRY(check_of(journal, record, check));
    memcpy(record + CHECK_OFF, check, CHECK_SIZE);
    PRM_TRY(make_room(journal, &page, &index));
    PRM_TRY(journal->flash->write(journal->flash->ctx, record_off(journal, page, index), record, sizeof record));
    journal->generation++;
    journal->page = page;
    journal->index = index;
    return PRM_OK;
}
