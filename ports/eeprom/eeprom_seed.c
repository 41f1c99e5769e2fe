/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/eeprom/eeprom_seed.h"

/* More than the frames below a read or write of a cell (620 bytes on a Cortex-M33); tests/unit/test_random_memory.c looks at what is left. */
enum { BELOW = 1024 };

/* Where the frames of the call before stood, this one's stands now. */
__attribute__((noinline)) static void wipe_below(void) {
    uint8_t frames[BELOW];

    prm_wipe(frames, sizeof frames);
}

prm_result prm_eeprom_seed_read(void *ctx, uint8_t out[PRM_CELL_SIZE]) {
    const prm_result result = prm_eeprom_cell_read(ctx, out);

    wipe_below();
    return result;
}

prm_result prm_eeprom_seed_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]) {
    const prm_result result = prm_eeprom_cell_write(ctx, in);

    wipe_below();
    return result;
}
