/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_counter.h"

#include "base/endian.h"
#include "base/harden.h"

enum { REC_MAGIC = 0x434D5250, REC_SIZE = 32, REC_CHECK_OFF = 24 };

struct best {
    uint64_t value;
    uint32_t generation;
    uint32_t index;    /* of the newest valid record; 1 when there is none, so that record 0 is written first */
    prm_answer found;  /* a valid record */
    prm_answer blank;  /* a record has never been written */
};

static uint32_t check_of(const uint8_t *record) {
    uint32_t sum = REC_MAGIC;

    for (unsigned i = 0; i < REC_CHECK_OFF; i++)
        sum = PRM_ROTL32(sum, 5) + record[i];
    return sum;
}

static prm_answer is_valid(const uint8_t *record) {
    if (prm_load_le32(record) != REC_MAGIC || prm_load_le32(record + REC_CHECK_OFF) != check_of(record))
        return PRM_NO;
    return prm_load_le64(record + 8) == ~prm_load_le64(record + 16) ? PRM_YES : PRM_NO;
}

static prm_answer is_blank(const uint8_t *record) {
    for (unsigned k = 0; k < REC_SIZE; k++)
        if (record[k] != 0xFF)
            return PRM_NO;
    return PRM_YES;
}

static prm_result find(const struct prm_eeprom_counter *c, struct best *best) {
    uint8_t record[REC_SIZE];

    *best = (struct best){.index = 1, .found = PRM_NO, .blank = PRM_NO};
    for (uint32_t i = 0; i < 2; i++) {
        PRM_TRY(c->eeprom->read(c->eeprom->ctx, c->off + i * REC_SIZE, record, REC_SIZE));
        if (is_blank(record) == PRM_YES)
            best->blank = PRM_YES;
        if (is_valid(record) != PRM_YES)
            continue;
        const uint32_t generation = prm_load_le32(record + 4);
        if (best->found == PRM_YES && generation <= best->generation)
            continue;
        best->value = prm_load_le64(record + 8);
        best->generation = generation;
        best->index = i;
        best->found = PRM_YES;
    }
    /* Never written, or the very first write was cut: 0. A part that was in use has no blank record. */
    return best->found == PRM_YES || best->blank == PRM_YES ? PRM_OK : PRM_ERR_COUNTER_DAMAGED;
}

prm_result prm_eeprom_counter_read(void *ctx, uint64_t *value) {
    struct best best;

    *value = UINT64_MAX;
    PRM_TRY(find(ctx, &best));
    *value = best.value;
    return PRM_OK;
}

static void encode(uint8_t record[REC_SIZE], uint32_t generation, uint64_t value) {
    prm_store_le32(record, REC_MAGIC);
    prm_store_le32(record + 4, generation);
    prm_store_le64(record + 8, value);
    prm_store_le64(record + 16, ~value);
    prm_store_le32(record + REC_CHECK_OFF, check_of(record));
    prm_store_le32(record + REC_CHECK_OFF + 4, UINT32_MAX);
}

prm_result prm_eeprom_counter_advance_to(void *ctx, uint64_t value) {
    const struct prm_eeprom_counter *c = ctx;
    uint8_t record[REC_SIZE];
    struct best best;

    PRM_TRY(find(c, &best));
    if (value <= best.value)
        return PRM_OK;
    encode(record, best.generation + 1, value);
    /* The stale record first: a cut leaves the other. Then that one too, so that damage to either loses no floor. */
    PRM_TRY(c->eeprom->write(c->eeprom->ctx, c->off + (best.index ^ 1u) * REC_SIZE, record, REC_SIZE));
    return c->eeprom->write(c->eeprom->ctx, c->off + best.index * REC_SIZE, record, REC_SIZE);
}
