/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_cell.h"

enum { CELL_MAGIC = 0x444D5250 };

static struct prm_eeprom_place place_of(const struct prm_eeprom_cell *c) {
    return (struct prm_eeprom_place){c->eeprom, c->off, CELL_MAGIC, PRM_CELL_SIZE};
}

prm_result prm_eeprom_cell_read(void *ctx, uint8_t out[PRM_CELL_SIZE]) {
    const struct prm_eeprom_place place = place_of(ctx);
    struct prm_eeprom_newest newest;

    const prm_result result = prm_eeprom_find(&place, &newest);
    for (unsigned k = 0; k < PRM_CELL_SIZE; k++)
        out[k] = result == PRM_OK ? newest.contents[k] : 0xFF;
    PRM_TRY(result);
    /* Never written, or the very first write was cut: nothing. A part that was in use has no blank record. */
    return newest.found == PRM_YES || newest.blank == PRM_YES ? PRM_OK : PRM_ERR_COUNTER_DAMAGED;
}

prm_result prm_eeprom_cell_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]) {
    const struct prm_eeprom_place place = place_of(ctx);
    struct prm_eeprom_newest newest;

    PRM_TRY(prm_eeprom_find(&place, &newest));
    if (newest.twice == PRM_YES && prm_diff(newest.contents, in, PRM_CELL_SIZE) == 0)
        return PRM_OK;
    return prm_eeprom_put(&place, &newest, in);
}
