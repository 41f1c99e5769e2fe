/* SPDX-License-Identifier: Apache-2.0 */
/* counter.h - a value that only grows, across power loss and whatever the software does. */
#ifndef PRM_SEAM_COUNTER_H
#define PRM_SEAM_COUNTER_H

#include "base/result.h"

struct prm_counter {
    void *ctx;

    /*
     * The present value; a counter never written reads 0. On failure `*value` is UINT64_MAX (nothing is above such a
     * floor). Errors: COUNTER_IO, COUNTER_DAMAGED.
     */
    prm_result (*read)(void *ctx, uint64_t *value);

    /*
     * Makes the value at least `value`; does nothing if it already is. Idempotent.
     * Errors: COUNTER_IO, COUNTER_DAMAGED. Cut: the value is the old one or the new one, never another.
     */
    prm_result (*advance_to)(void *ctx, uint64_t value);
};

#endif
