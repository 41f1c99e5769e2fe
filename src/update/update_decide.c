/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_decide.h"

#include <string.h>

#include "bank/bank_format.h"

_Static_assert(PRM_PAGE_SIZE == PRM_BANK_PAGE_SIZE && PRM_BLOCK_SIZE * PRM_BLOCKS_PER_PAGE == PRM_BANK_PAGE_COVERS,
               "a bank has room for the pages of all that fits its images");

prm_result prm_update_decide(const struct prm_update_verified *verified, const struct prm_bank *place,
                             prm_answer may_open, struct prm_update_plan *plan) {
    prm_wipe(plan, sizeof *plan);
    if (verified->bank_len > PRM_BANK_ENVELOPE_MAX)
        return PRM_ERR_CBOR_LIMIT;
    plan->place = place;
    memcpy(plan->manifest_digest, verified->manifest_digest, sizeof plan->manifest_digest);
    for (uint32_t i = 0; i < verified->components; i++) {
        const struct prm_update_source *source = &verified->source[i];
        plan->size[i] = source->size;
        plan->wanted[i] = source->encryption.ptr == NULL ? PRM_YES : may_open;
        if (plan->wanted[i] == PRM_YES)
            plan->pages += prm_update_page_count(source->size);
    }
    plan->components = verified->components;
    return PRM_OK;
}
