/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_store_stages.h"

enum { UNIT_MAX = 64 };

/* One write unit of the manifest; past its end all ones. */
static prm_result write_unit(const struct prm_flash *flash, uint32_t off, prm_span bytes, uint32_t at) {
    uint8_t unit[UNIT_MAX];

    for (uint32_t i = 0; i < flash->write_size; i++)
        unit[i] = at + i < bytes.len ? bytes.ptr[at + i] : 0xFF;
    return flash->write(flash->ctx, off + at, unit, flash->write_size);
}

prm_result prm_trust_act_write(const struct prm_trust_source *source, uint32_t slot, prm_span bytes, uint32_t diff) {
    const struct prm_flash *flash = source->flash;
    const uint32_t off = source->layout->trust_off[slot];

    if (prm_launder(diff) != 0)
        return PRM_ERR_WORD;
    if (bytes.len > PRM_TRUST_SLOT_SIZE || flash->write_size > UNIT_MAX)
        return PRM_ERR_ARGUMENT;
    for (uint32_t at = 0; at < bytes.len; at += flash->erase_size)
        PRM_TRY(flash->erase(flash->ctx, off + at));
    for (uint32_t at = 0; at < bytes.len; at += flash->write_size)
        PRM_TRY(write_unit(flash, off, bytes, at));
    return PRM_OK;
}
