/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_load.h"

#include "bank/bank_format.h"
#include "bank/bank_load.h"

prm_result prm_update_load_is_same(const struct prm_bank *place, const uint8_t *header, prm_span envelope, prm_answer *same) {
    uint8_t there[PRM_BANK_HEADER_SIZE];
    prm_span kept;

    *same = PRM_NO;
    prm_result result = prm_bank_load_header(place, there);
    if (result == PRM_OK)
        result = prm_bank_load_envelope(place, (uint32_t)envelope.len, &kept);
    if (result == PRM_ERR_SLOT_EMPTY || result == PRM_ERR_FLASH_DAMAGED)
        return PRM_OK;
    PRM_TRY(result);
    if ((prm_diff(there, header, sizeof there) | prm_diff(kept.ptr, envelope.ptr, envelope.len)) == 0)
        *same = PRM_YES;
    return PRM_OK;
}

prm_result prm_update_load_is_whole(const struct prm_update_plan *plan, uint32_t component, uint32_t off, prm_answer *whole) {
    uint8_t there[PRM_BANK_MARK_SIZE];
    uint8_t mark[PRM_BANK_MARK_SIZE];

    *whole = PRM_NO;
    PRM_TRY(prm_bank_load_mark(plan->place, component, off, there));
    prm_bank_mark_encode(prm_bank_chunk(plan->place->layout, component, off), plan->manifest_digest, mark);
    if (prm_diff(there, mark, sizeof mark) == 0)
        *whole = PRM_YES;
    return PRM_OK;
}
