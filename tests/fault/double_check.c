/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For scripts/check_disasm.sh: the double check as the tree writes it, alone in a function, and the broken idiom beside
 * it, which the script must be able to tell apart.
 */
#include "base/harden.h"

prm_result probe_source(void);
prm_result probe_try(void);
prm_result probe_broken(void);
prm_result probe_open_edge(void);
prm_result probe_closed_edge(void);

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

static prm_result known(prm_result result) {
    return result == PRM_OK ? PRM_OK : PRM_ERR_WORD;
}

/* What PRM_TRY was: of a result that the compiler knows on this path, the refusal returns PRM_OK. */
prm_result probe_open_edge(void) {
    const prm_result result = probe_source();

    if (known(result) == PRM_OK) {
        if (prm_is_error(PRM_OK))
            return PRM_OK;
        prm_confirm(result);
    }
    return probe_try();
}

/* The same by PRM_TRY. */
prm_result probe_closed_edge(void) {
    const prm_result result = probe_source();

    if (known(result) == PRM_OK)
        PRM_TRY(known(PRM_OK));
    return probe_try();
}
