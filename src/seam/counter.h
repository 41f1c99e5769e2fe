/* SPDX-License-Identifier: Apache-2.0 */
/* counter.h - a value that only grows, across power loss and whatever the software does. */
#ifndef PRM_SEAM_COUNTER_H
#define PRM_SEAM_COUNTER_H

#include "base/result.h"

struct prm_counter {
    void *ctx;

    /*
     * The present value. On failure `*value` is UINT64_MAX (nothing is above such a floor); a counter that the factory
     * never wrote is a failure. Errors: COUNTER_IO, COUNTER_DAMAGED, COUNTER_VERSION, CRYPTO.
     */
    prm_result (*read)(void *ctx, uint64_t *value);

    /*
     * Makes the value at least `value`; if it already is, nothing but redundancy that was lost changes. Idempotent.
     * Errors: COUNTER_IO, COUNTER_DAMAGED, COUNTER_VERSION, CRYPTO. Cut: the value is the old one or the new one, never another.
     */
    prm_result (*advance_to)(void *ctx, uint64_t value);
};

#endif
