/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/bank_act.h"
#include "trust/trust_store_stages.h"

prm_result prm_trust_act_write(const struct prm_trust_source *source, uint32_t slot, prm_span bytes, uint32_t diff) {
    const struct prm_flash *flash = source->flash;
    const uint32_t off = source->layout->trust_off[slot];

    if (prm_launder(diff) != 0)
        return PRM_ERR_WORD;
    if (bytes.len > PRM_TRUST_SLOT_SIZE)
        return PRM_ERR_ARGUMENT;
    /* All of it, since an older and longer one may have been torn at its end. */
    PRM_TRY(prm_bank_erase(flash, off, off + PRM_TRUST_SLOT_SIZE));
    return prm_bank_program(flash, off, bytes, PRM_TRUST_STEP);
}
