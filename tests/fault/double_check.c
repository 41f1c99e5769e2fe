/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For scripts/check_disasm.sh: the double check as the tree writes it, alone in a function, and the broken idiom beside
 * it, which the script must be able to tell apart.
 */
#include "base/harden.h"

prm_result probe_source(void);
prm_result probe_try(void);
prm_result probe_broken(void);

prm_result probe_try(void) {
    PRM_TRY(probe_source());
    return PRM_ERR_NOT_TRIED;
}

/* The same comparison twice: one fault that gives a register the wrong value, or one bad compare, passes both. */
prm_result probe_broken(void) {
    const prm_result result = probe_source();

    if (prm_launder(result) != PRM_OK)
        return result;
    if (result != PRM_OK)
        prm_trap();
    return PRM_ERR_NOT_TRIED;
}
