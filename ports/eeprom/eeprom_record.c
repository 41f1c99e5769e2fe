/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_record.h"

#include "base/endian.h"

enum { HEAD_SIZE = 8, TAIL_SIZE = 8, RECORD_MAX = HEAD_SIZE + (int)PRM_EEPROM_CONTENTS_MAX + TAIL_SIZE };

static uint32_t check_of(const struct prm_eeprom_place *place, const uint8_t *record) {
    uint32_t sum = place->magic;

    for (uint32_t i = 0; i < HEAD_SIZE + place->len; i++)
        sum = PRM_ROTL32(sum, 5) + record[i];
    return sum;
}

static prm_answer is_valid(const struct prm_eeprom_place *place, const uint8_t *record) {
    const uint32_t check = prm_load_le32(record + HEAD_SIZE + place->len);

    return prm_load_le32(record) == place->magic && check == check_of(place, record) ? PRM_YES : PRM_NO;
}

static prm_answer is_blank(const uint8_t *record, uint32_t size) {
    for (uint32_t k = 0; k < size; k++)
        if (record[k] != 0xFF)
            return PRM_NO;
    return PRM_YES;
}

prm_result prm_eeprom_find(const struct prm_eeprom_place *place, struct prm_eeprom_newest *newest) {
    const uint32_t size = HEAD_SIZE + place->len + TAIL_SIZE;
    uint8_t record[RECORD_MAX];

    *newest = (struct prm_eeprom_newest){.index = 1, .found = PRM_NO, .blank = PRM_NO, .twice = PRM_NO};
    for (uint32_t k = 0; k < PRM_EEPROM_CONTENTS_MAX; k++)
        newest->contents[k] = 0xFF;
    for (uint32_t i = 0; i < 2; i++) {
        PRM_TRY(place->eeprom->read(place->eeprom->ctx, place->off + i * size, record, size));
        if (is_blank(record, size) == PRM_YES)
            newest->blank = PRM_YES;
        if (is_valid(place, record) != PRM_YES)
            continue;
        const uint32_t generation = prm_load_le32(record + 4);
        if (newest->found == PRM_YES && prm_diff(newest->contents, record + HEAD_SIZE, place->len) == 0)
            newest->twice = PRM_YES;
        if (newest->found == PRM_YES && generation <= newest->generation)
            continue;
        newest->generation = generation;
        newest->index = i;
        newest->found = PRM_YES;
        for (uint32_t k = 0; k < place->len; k++)
            newest->contents[k] = record[HEAD_SIZE + k];
    }
    return PRM_OK;
}

prm_result prm_eeprom_put(const struct prm_eeprom_place *place, const struct prm_eeprom_newest *newest,
                          const uint8_t *contents) {
    const struct prm_eeprom *eeprom = place->eeprom;
    const uint32_t size = HEAD_SIZE + place->len + TAIL_SIZE;
    uint8_t record[RECORD_MAX];

    prm_store_le32(record, place->magic);
    prm_store_le32(record + 4, newest->generation + 1);
    for (uint32_t k = 0; k < place->len; k++)
        record[HEAD_SIZE + k] = contents[k];
    prm_store_le32(record + HEAD_SIZE + place->len, check_of(place, record));
    prm_store_le32(record + HEAD_SIZE + place->len + 4, UINT32_MAX);
    /* The stale record first: a cut leaves the other. Then that one too, so that damage to either loses nothing. */
    PRM_TRY(eeprom->write(eeprom->ctx, place->off + (newest->index ^ 1u) * size, record, size));
    return eeprom->write(eeprom->ctx, place->off + newest->index * size, record, size);
}
