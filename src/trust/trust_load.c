/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_load.h"

#include "base/harden.h"
#include "seam/counter.h"
#include "seam/flash.h"
#include "seam/layout.h"

prm_result prm_trust_load(const struct prm_trust_source *source, uint32_t slot, prm_span *bytes) {
    const struct prm_flash *flash = source->flash;

    *bytes = prm_span_of(NULL, 0);
    if (slot >= PRM_TRUST_SLOTS || source->layout->trust_off[slot] == 0)
        return PRM_ERR_SLOT_EMPTY;
    const uint32_t off = source->layout->trust_off[slot];
    uint32_t len = 0;
    while (len < PRM_TRUST_SLOT_SIZE && flash->blank(flash->ctx, off + len, PRM_TRUST_STEP) != PRM_OK)
        len += PRM_TRUST_STEP;
    return len > 0 ? flash->view(flash->ctx, off, len, bytes) : PRM_ERR_SLOT_EMPTY;
}

prm_result prm_trust_load_floors(const struct prm_trust_source *source, struct prm_trust_floors *out) {
    *out = (struct prm_trust_floors){UINT64_MAX, UINT64_MAX};
    PRM_TRY(source->trust_counter->read(source->trust_counter->ctx, &out->trust));
    return source->counter->read(source->counter->ctx, &out->release);
}
