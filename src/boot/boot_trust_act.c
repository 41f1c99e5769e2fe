/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_stages.h"

prm_result prm_boot_act_keep(const struct prm_cell *cell, const struct prm_boot_plan *plan, uint32_t components,
                             const uint8_t note[PRM_CELL_SIZE]) {
    const uint32_t expected = prm_boot_word_run(components);

    if (prm_launder(plan->word) != expected)
        return PRM_ERR_WORD;
    if (prm_launder(~plan->word) != ~expected)
        prm_trap();
    return cell->write(cell->ctx, note);
}
