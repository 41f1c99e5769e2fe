/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/journal.h"

#include <string.h>

#include "base/endian.h"

enum { PAYLOAD_OFF = 4, CHECK_OFF = PAYLOAD_OFF + PRM_JOURNAL_PAYLOAD_SIZE };
_Static_assert(CHECK_OFF + PRM_JOURNAL_CHECK_SIZE == PRM_JOURNAL_RECORD_SIZE, "the format is fixed");

/*
 * Generations that are never written, since blank flash may read so. Between two records that follow each other lie at most
 * these two.
 */
#define BLANK_ZEROS 0u
#define BLANK_ONES UINT32_MAX
enum { SKIPPED_MAX = 2 };

/* What stood at the payload's beginning in the format before this one: there it was a version of four bytes. */
enum { VERSION_BEFORE = 2 };

static uint32_t page_size(const struct prm_journal *j) {
    return (uint32_t)j->records * j->place_size;
}

static uint32_t record_off(const struct prm_journal *j, uint32_t page, uint32_t index) {
    return j->off + page * page_size(j) + index * j->place_size;
}

static prm_result check_of(const struct prm_journal *j, const uint8_t *record, uint8_t check[PRM_SHA256_SIZE]) {
    const prm_span covered = prm_span_of(record, CHECK_OFF);

    return j->crypto->sha256(&covered, 1, check);
}

/* Copies one record. Errors: JOURNAL_EMPTY (not a whole one), JOURNAL_VERSION (of the format before), FLASH_*, CRYPTO. */
static prm_result read_record(const struct prm_journal *j, uint32_t page, uint32_t index, uint8_t *record) {
    const uint32_t off = record_off(j, page, index);
    uint8_t check[PRM_SHA256_SIZE];

    /* The generation first: blank places cost four bytes. */
    PRM_TRY(j->flash->read(j->flash->ctx, off, record, PAYLOAD_OFF));
    const uint32_t generation = prm_load_le32(record);
    if (generation == BLANK_ONES || generation == BLANK_ZEROS)
        return PRM_ERR_JOURNAL_EMPTY;
    PRM_TRY(j->flash->read(j->flash->ctx, off, record, PRM_JOURNAL_RECORD_SIZE));
    PRM_TRY(check_of(j, record, check));
    if (prm_diff(check, record + CHECK_OFF, PRM_JOURNAL_CHECK_SIZE) == 0)
        return PRM_OK;
    return prm_load_le32(record + PAYLOAD_OFF) == VERSION_BEFORE ? PRM_ERR_JOURNAL_VERSION : PRM_ERR_JOURNAL_EMPTY;
}

/*
 * The last whole record of a page, which is its newest: records are appended from the front, whatever generations they claim.
 * Errors: JOURNAL_EMPTY, JOURNAL_VERSION (none is whole), FLASH_*, CRYPTO.
 */
static prm_result newest_of_page(const struct prm_journal *j, uint32_t page, uint8_t *record, uint32_t *index) {
    prm_result none = PRM_ERR_JOURNAL_EMPTY;

    for (*index = j->records; *index > 0;) {
        *index -= 1;
        const prm_result result = read_record(j, page, *index, record);
        if (result == PRM_ERR_JOURNAL_VERSION)
            none = result;
        /* What can't be read, torn or blank as it may be, is no record. */
        if (result != PRM_ERR_JOURNAL_EMPTY && result != PRM_ERR_JOURNAL_VERSION && result != PRM_ERR_FLASH_DAMAGED)
            return result;
    }
    return none;
}

/* PRM_YES if b comes after a, as serial numbers (RFC 1982). Half the circle apart, neither does. */
static prm_answer is_later(uint32_t a, uint32_t b) {
    return b - a - 1u < UINT32_C(0x7FFFFFFF) ? PRM_YES : PRM_NO;
}

/* Takes a page's newest record if it is later than what was found before it. */
static void consider(struct prm_journal *j, uint32_t page, uint32_t index, const uint8_t *record, uint8_t *payload) {
    const uint32_t generation = prm_load_le32(record);
    const uint32_t other = j->generation;

    j->in_order = PRM_YES;
    if (other != 0) {
        const uint32_t apart = is_later(other, generation) == PRM_YES ? generation - other : other - generation;
        if (apart - 1u >= (uint32_t)j->records + SKIPPED_MAX)
            j->in_order = PRM_NO;
        if (is_later(other, generation) != PRM_YES)
            return;
    }
    j->generation = generation;
    j->page = (uint16_t)page;
    j->index = (uint16_t)index;
    memcpy(payload, record + PAYLOAD_OFF, PRM_JOURNAL_PAYLOAD_SIZE);
}

static prm_result find(struct prm_journal *j, uint8_t *payload) {
    uint8_t record[PRM_JOURNAL_RECORD_SIZE];
    prm_result none = PRM_ERR_JOURNAL_EMPTY;
    uint32_t index;

    for (uint32_t page = 0; page < PRM_JOURNAL_PAGES; page++) {
        const prm_result result = newest_of_page(j, page, record, &index);
        if (result == PRM_OK)
            consider(j, page, index, record, payload);
        else if (result == PRM_ERR_JOURNAL_VERSION)
            none = result;
        else if (result != PRM_ERR_JOURNAL_EMPTY)
            return result;
    }
    return j->generation != 0 ? PRM_OK : none;
}

prm_result prm_journal_load(struct prm_journal *journal, const struct prm_flash *flash, const struct prm_crypto *crypto,
                            uint32_t off, uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    const uint32_t place = PRM_JOURNAL_PLACE(flash->write_size);
    const uint32_t unit = prm_flash_unit_size(flash, off);
    const uint32_t page = PRM_JOURNAL_AREA(unit, flash->write_size);

    *journal = (struct prm_journal){
        .flash = flash, .crypto = crypto, .off = off, .place_size = (uint16_t)place, .records = (uint16_t)(page / place)};
    memset(payload, 0, PRM_JOURNAL_PAYLOAD_SIZE);
    if (flash->write_size < PRM_FLASH_WRITE_MIN || flash->write_size > PRM_FLASH_WRITE_MAX ||
        (flash->write_size & (flash->write_size - 1)) != 0)
        return PRM_ERR_ARGUMENT;
    const prm_result result = find(journal, payload);
    if (result != PRM_OK)
        memset(payload, 0, PRM_JOURNAL_PAYLOAD_SIZE);
    return result;
}

static prm_result is_blank(const struct prm_journal *j, uint32_t page, uint32_t index) {
    return j->flash->blank(j->flash->ctx, record_off(j, page, index), j->place_size);
}

static prm_result erase_page(const struct prm_journal *j, uint32_t page) {
    const uint32_t off = record_off(j, page, 0);

    for (uint32_t at = off; at < off + page_size(j); at += prm_flash_unit_size(j->flash, j->off))
        PRM_TRY(j->flash->erase(j->flash->ctx, at));
    return PRM_OK;
}

/*
 * Where the next record goes: the first blank place after the newest; else the other page, erased. A page that holds what
 * doesn't come just before is erased too: with its generation it could pass for the later one.
 */
static prm_result make_room(const struct prm_journal *j, uint32_t *page, uint32_t *index) {
    *page = j->page;
    if (j->generation != 0) {
        for (*index = j->index + 1; j->in_order == PRM_YES && *index < j->records; (*index)++) {
            const prm_result blank = is_blank(j, *page, *index);
            if (blank != PRM_ERR_FLASH_NOT_ERASED)
                return blank;
        }
        *page ^= 1u;
    }
    *index = 0;
    return erase_page(j, *page);
}

/* The generation after this one. */
static uint32_t next_generation(uint32_t generation) {
    const uint32_t next = generation + 1u;

    return next == BLANK_ONES ? BLANK_ZEROS + 1u : next;
}

prm_result prm_journal_append(struct prm_journal *journal, const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    const uint32_t generation = next_generation(journal->generation);
    const struct prm_flash *flash = journal->flash;
    uint8_t record[PRM_FLASH_WRITE_MAX]; /* filled up to its place */
    uint8_t check[PRM_SHA256_SIZE];
    uint32_t page, index;

    memset(record, 0xFF, sizeof record);
    prm_store_le32(record, generation);
    memcpy(record + PAYLOAD_OFF, payload, PRM_JOURNAL_PAYLOAD_SIZE);
    PRM_TRY(check_of(journal, record, check));
    memcpy(record + CHECK_OFF, check, PRM_JOURNAL_CHECK_SIZE);
    PRM_TRY(make_room(journal, &page, &index));
    PRM_TRY(flash->write(flash->ctx, record_off(journal, page, index), record, journal->place_size));
    PRM_TRY(flash->commit(flash->ctx));
    journal->generation = generation;
    journal->page = (uint16_t)page;
    journal->index = (uint16_t)index;
    journal->in_order = PRM_YES;
    return PRM_OK;
}
