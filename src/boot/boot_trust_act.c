/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_trust_act.h"

prm_result prm_boot_act_keep(const struct prm_cell *cell, const struct prm_boot_plan *plan, uint32_t components,
                             const uint8_t note[PRM_CELL_SIZE]) {
    PRM_TRY(prm_boot_verify_word(plan->word, components));
    return cell->write(cell->ctx, note);
}
