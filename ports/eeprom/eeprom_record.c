/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_record.h"

#include <string.h>

#include "base/endian.h"

enum { HEAD_SIZE = 8, RECORD_MAX = PRM_EEPROM_RECORD_SIZE(PRM_EEPROM_CONTENTS_MAX), TAG_SHARED = 0xFFFF };

static uint32_t size_of(const struct prm_eeprom_place *place) {
    return PRM_EEPROM_RECORD_SIZE(place->len);
}

static prm_result check_of(const struct prm_eeprom_place *place, const uint8_t *record, uint8_t digest[PRM_SHA256_SIZE]) {
    const prm_span all = prm_span_of(record, HEAD_SIZE + place->len);

    return place->eeprom->crypto->sha256(&all, 1, digest);
}

/* A part that doesn't answer once is asked again. */
static prm_result read_records(const struct prm_eeprom_place *place, uint8_t *records, uint32_t len) {
    const struct prm_eeprom *eeprom = place->eeprom;
    prm_result result = PRM_ERR_COUNTER_IO;

    for (uint32_t i = 0; i < PRM_EEPROM_TRIES && result == PRM_ERR_COUNTER_IO; i++)
        result = eeprom->read(eeprom->ctx, place->off, records, len);
    return result;
}

static void take(const struct prm_eeprom_place *place, const uint8_t *record, uint32_t index,
                 struct prm_eeprom_newest *newest) {
    const uint32_t generation = prm_load_le32(record + 4);

    if (newest->found == PRM_YES) {
        newest->twice = prm_diff(newest->contents, record + HEAD_SIZE, place->len) == 0 ? PRM_YES : PRM_NO;
        /* Generations are compared as they follow each other, so that the last one is followed by 0. */
        if (generation - newest->generation - 1u >= INT32_MAX)
            return;
    }
    newest->generation = generation;
    newest->index = index;
    newest->found = PRM_YES;
    memcpy(newest->contents, record + HEAD_SIZE, place->len);
}

prm_result prm_eeprom_find(const struct prm_eeprom_place *place, struct prm_eeprom_newest *newest) {
    const uint32_t size = size_of(place);
    uint8_t records[2 * RECORD_MAX];
    uint8_t check[PRM_SHA256_SIZE];

    memset(newest, 0xFF, sizeof *newest); /* a generation before 0, and contents that are nobody's */
    newest->index = 1;
    newest->found = newest->twice = newest->other = PRM_NO;
    PRM_TRY(read_records(place, records, 2 * size));
    for (uint32_t i = 0; i < 2; i++) {
        const uint8_t *record = records + i * size;
        const uint32_t tag = prm_load_le32(record);
        if (tag != place->tag) {
            if (((tag ^ place->tag) & TAG_SHARED) == 0)
                newest->other = PRM_YES;
            continue;
        }
        /* As a rule the two are the same, and the first one's check is the second one's. */
        if (newest->found == PRM_YES && prm_diff(records, record, size) == 0) {
            newest->twice = PRM_YES;
            continue;
        }
        PRM_TRY(check_of(place, record, check));
        if (prm_diff(check, record + HEAD_SIZE + place->len, PRM_EEPROM_CHECK_SIZE) == 0)
            take(place, record, i, newest);
    }
    return PRM_OK;
}

prm_result prm_eeprom_require(const struct prm_eeprom_place *place, struct prm_eeprom_newest *newest) {
    PRM_TRY(prm_eeprom_find(place, newest));
    if (newest->found == PRM_YES)
        return PRM_OK;
    return newest->other == PRM_YES ? PRM_ERR_COUNTER_VERSION : PRM_ERR_COUNTER_DAMAGED;
}

static prm_result write_record(const struct prm_eeprom_place *place, uint32_t index, uint32_t generation,
                               const uint8_t *contents) {
    const struct prm_eeprom *eeprom = place->eeprom;
    uint8_t record[RECORD_MAX + PRM_SHA256_SIZE - PRM_EEPROM_CHECK_SIZE];
    prm_result result = PRM_ERR_COUNTER_IO;

    prm_store_le32(record, place->tag);
    prm_store_le32(record + 4, generation);
    memcpy(record + HEAD_SIZE, contents, place->len);
    /* The digest's second half stands behind the record and isn't written. */
    PRM_TRY(check_of(place, record, record + HEAD_SIZE + place->len));
    for (uint32_t i = 0; i < PRM_EEPROM_TRIES && result == PRM_ERR_COUNTER_IO; i++)
        result = eeprom->write(eeprom->ctx, place->off + index * size_of(place), record, size_of(place));
    return result;
}

prm_result prm_eeprom_put_once(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest,
                               const uint8_t *contents) {
    return write_record(place, newest->index ^ 1u, newest->generation + 1, contents);
}

prm_result prm_eeprom_put(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest,
                          const uint8_t *contents) {
    /* The stale record first: a cut leaves the other. Then that one too, so that damage to either loses nothing. */
    PRM_TRY(prm_eeprom_put_once(place, newest, contents));
    return write_record(place, newest->index, newest->generation + 1, contents);
}

prm_result prm_eeprom_mend(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest) {
    struct prm_eeprom_newest again;

    if (newest->found != PRM_YES || newest->twice == PRM_YES)
        return PRM_OK;
    PRM_TRY(prm_eeprom_find(place, &again));
    if (again.twice == PRM_YES || again.found != PRM_YES || again.index != newest->index)
        return PRM_OK;
    return write_record(place, again.index ^ 1u, again.generation, again.contents);
}
