/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_load.h"

#include "base/endian.h"

enum { BANK_MAGIC = 0x534D5250, MARK_MAGIC = 0x4B4D5250, CHUNK = 64 };

prm_result prm_update_load_is_same(const struct prm_flash *flash, const struct prm_update_plan *plan, prm_span envelope,
                                   prm_answer *same) {
    uint8_t chunk[CHUNK];

    *same = PRM_NO;
    PRM_TRY(flash->read(flash->ctx, plan->bank_off, chunk, PRM_BANK_HEADER_SIZE));
    uint32_t diff = (prm_load_le32(chunk) ^ BANK_MAGIC) | (prm_load_le32(chunk + 4) ^ (uint32_t)envelope.len);
    for (uint32_t at = 0; at < envelope.len && diff == 0; at += CHUNK) {
        const uint32_t n = envelope.len - at < CHUNK ? (uint32_t)envelope.len - at : CHUNK;
        PRM_TRY(flash->read(flash->ctx, plan->bank_off + PRM_BANK_HEADER_SIZE + at, chunk, n));
        diff |= prm_diff(chunk, envelope.ptr + at, n);
    }
    if (diff == 0)
        *same = PRM_YES;
    return PRM_OK;
}

uint32_t prm_update_mark_unit(const struct prm_flash *flash, const struct prm_update_plan *plan, uint32_t off) {
    return (off - plan->bank_off - PRM_BANK_IMAGES_OFF) / flash->erase_size;
}

uint32_t prm_update_mark_off(const struct prm_update_plan *plan, uint32_t unit) {
    return plan->bank_off + PRM_BANK_MARKS_OFF + unit * PRM_MARK_SIZE;
}

void prm_update_mark_of(const struct prm_update_plan *plan, uint32_t unit, uint8_t mark[PRM_MARK_SIZE]) {
    prm_store_le32(mark, MARK_MAGIC ^ unit);
    for (unsigned i = 0; i < PRM_MARK_SIZE - 4; i++)
        mark[4 + i] = plan->manifest_digest[i];
}

prm_result prm_update_load_mark(const struct prm_flash *flash, const struct prm_update_plan *plan,
                                const struct prm_update_place *place, uint32_t at, prm_answer *whole) {
    const uint32_t unit = prm_update_mark_unit(flash, plan, place->off + at);
    uint8_t there[PRM_MARK_SIZE];
    uint8_t mark[PRM_MARK_SIZE];

    *whole = PRM_NO;
    PRM_TRY(flash->read(flash->ctx, prm_update_mark_off(plan, unit), there, sizeof there));
    prm_update_mark_of(plan, unit, mark);
    if (prm_diff(there, mark, sizeof mark) == 0)
        *whole = PRM_YES;
    return PRM_OK;
}

prm_result prm_update_load_page(const struct prm_flash *flash, const struct prm_update_place *list, uint32_t number,
                                uint8_t *page, uint32_t len) {
    return flash->read(flash->ctx, list->off + number * PRM_PAGE_SIZE, page, len);
}
