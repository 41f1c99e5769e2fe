/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_manifest.h"

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
