/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_decide.h"

prm_result prm_update_decide(const struct prm_update_verified *verified, const struct prm_layout *layout, uint32_t bank,
                             prm_answer may_open, struct prm_update_plan *plan) {
    const uint32_t bank_off = layout->bank_off[bank];
    uint32_t lists = bank_off + layout->lists_off;
    uint32_t lists_end = lists;

    prm_wipe(plan, sizeof *plan);
    plan->bank = bank;
    plan->bank_off = bank_off;
    for (unsigned i = 0; i < PRM_DIGEST_SIZE; i++)
        plan->manifest_digest[i] = verified->manifest_digest[i];
    for (uint32_t i = 0; i < verified->components; i++) {
        const struct prm_update_source *source = &verified->source[i];
        const uint32_t off = bank_off + layout->component[i].off;
        plan->image[i] = (struct prm_update_place){off, off + source->size};
        plan->list[i].off = lists;
        plan->wanted[i] = source->encryption.ptr == NULL ? PRM_YES : may_open;
        if (plan->wanted[i] != PRM_YES)
            continue;
        lists_end = lists + prm_update_block_count(source->size) * PRM_DIGEST_SIZE;
        lists += prm_update_page_count(source->size) * PRM_PAGE_SIZE;
    }
    if (lists > bank_off + layout->lists_off + layout->lists_size)
        return PRM_ERR_IMAGE_SIZE;
    for (uint32_t i = 0; i < verified->components; i++)
        plan->list[i].end = lists_end;
    plan->components = verified->components;
    return PRM_OK;
}
