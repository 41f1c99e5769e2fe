/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_stages.h"

prm_result prm_boot_decide(const struct prm_boot_candidate candidate[PRM_BOOT_SLOTS], struct prm_boot_plan *plan) {
    const struct prm_boot_candidate *best = NULL;

    *plan = (struct prm_boot_plan){.slot = PRM_BOOT_SLOT_NONE};
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS; i++) {
        if (candidate[i].result != PRM_OK)
            continue;
        if (best != NULL && candidate[i].sequence <= best->sequence)
            continue;
        best = &candidate[i];
        plan->slot = i;
    }
    if (best == NULL)
        return PRM_ERR_NOTHING_TO_RUN;
    plan->image_base = best->image_base ^ PRM_WORD_RUN;
    plan->image_size = best->image_size;
    plan->word = best->word;
    return PRM_OK;
}
