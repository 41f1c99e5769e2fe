/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_counter.h"

#include "base/endian.h"

enum { COUNTER_MAGIC = 0x434D5250, CONTENTS_SIZE = 16 };

static prm_result find(const struct prm_eeprom_counter *c, struct prm_eeprom_place *place,
                       struct prm_eeprom_newest *newest, uint64_t *value) {
    *place = (struct prm_eeprom_place){c->eeprom, c->off, COUNTER_MAGIC, CONTENTS_SIZE};
    *value = UINT64_MAX;
    PRM_TRY(prm_eeprom_find(place, newest));
    if (newest->found != PRM_YES) {
        /* Never written, or the very first write was cut: 0. A part that was in use has no blank record. */
        *value = newest->blank == PRM_YES ? 0 : UINT64_MAX;
        return newest->blank == PRM_YES ? PRM_OK : PRM_ERR_COUNTER_DAMAGED;
    }
    if (prm_load_le64(newest->contents) != ~prm_load_le64(newest->contents + 8))
        return PRM_ERR_COUNTER_DAMAGED;
    *value = prm_load_le64(newest->contents);
    return PRM_OK;
}

prm_result prm_eeprom_counter_read(void *ctx, uint64_t *value) {
    struct prm_eeprom_newest newest;
    struct prm_eeprom_place place;

    return find(ctx, &place, &newest, value);
}

prm_result prm_eeprom_counter_advance_to(void *ctx, uint64_t value) {
    struct prm_eeprom_newest newest;
    struct prm_eeprom_place place;
    uint8_t contents[CONTENTS_SIZE];
    uint64_t present;

    PRM_TRY(find(ctx, &place, &newest, &present));
    if (value <= present)
        return PRM_OK;
    prm_store_le64(contents, value);
    prm_store_le64(contents + 8, ~value);
    return prm_eeprom_put(&place, &newest, contents);
}
