/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_cell.h"

prm_result prm_eeprom_cell_read(void *ctx, uint8_t out[PRM_CELL_SIZE]) {
    const struct prm_eeprom_cell *cell = ctx;
    struct prm_eeprom_newest newest;

    const prm_result result = prm_eeprom_require(&cell->place, &newest);
    for (unsigned k = 0; k < PRM_CELL_SIZE; k++)
        out[k] = newest.contents[k]; /* all 0xFF if there is none */
    return result;
}

prm_result prm_eeprom_cell_read_mending(void *ctx, uint8_t out[PRM_CELL_SIZE]) {
    const struct prm_eeprom_cell *cell = ctx;
    struct prm_eeprom_newest newest;

    const prm_result result = prm_eeprom_require(&cell->place, &newest);
    for (unsigned k = 0; k < PRM_CELL_SIZE; k++)
        out[k] = newest.contents[k];
    const prm_result mended = prm_eeprom_mend(&cell->place, &newest);
    (void)mended; /* the contents were read all the same */
    return result;
}

prm_result prm_eeprom_cell_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]) {
    const struct prm_eeprom_cell *cell = ctx;
    struct prm_eeprom_newest newest;

    PRM_TRY(prm_eeprom_find(&cell->place, &newest));
    if (newest.twice == PRM_YES && prm_diff(newest.contents, in, PRM_CELL_SIZE) == 0)
        return PRM_OK;
    return prm_eeprom_put(&cell->place, &newest, in);
}
