/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_load.h"

#include "bank/bank_format.h"
#include "bank/bank_load.h"

static prm_result compare(const struct prm_bank *bank, const uint8_t *header, prm_span envelope, uint32_t *diff) {
    uint8_t there[PRM_BANK_HEADER_SIZE];
    prm_span kept;

    PRM_TRY(prm_bank_load_header(bank, there));
    PRM_TRY(prm_bank_load_envelope(bank, (uint32_t)envelope.len, &kept));
    *diff = prm_diff(there, header, sizeof there) | prm_diff(kept.ptr, envelope.ptr, envelope.len);
    return PRM_OK;
}

prm_result prm_update_load_is_same(const struct prm_bank *bank, const uint8_t *header, prm_span envelope, prm_answer *same) {
    uint32_t diff = UINT32_MAX;

    *same = PRM_NO;
    const prm_result result = compare(bank, header, envelope, &diff);
    if (result == PRM_ERR_SLOT_EMPTY || result == PRM_ERR_FLASH_DAMAGED)
        return PRM_OK;
    PRM_TRY(result);
    if (diff == 0)
        *same = PRM_YES;
    return PRM_OK;
}

prm_result prm_update_load_is_whole(const struct prm_bank *bank, const struct prm_update_plan *plan, uint32_t component,
                                    uint32_t off, prm_answer *whole) {
    uint8_t there[PRM_BANK_MARK_SIZE];
    uint8_t mark[PRM_BANK_MARK_SIZE];

    *whole = PRM_NO;
    PRM_TRY(prm_bank_load_mark(bank, component, off, there));
    prm_bank_mark_encode(prm_bank_chunk(bank->layout, component, off), plan->manifest_digest, mark);
    if (prm_diff(there, mark, sizeof mark) == 0)
        *whole = PRM_YES;
    return PRM_OK;
}
