/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entropy.h - what a port gives of its noise source: raw samples, and what is claimed for them. The tests that tell a
 * source that has died (SP 800-90B 4.4) are the core's, src/random/health.h; a part's own tests come on top of them.
 */
#ifndef PRM_SEAM_ENTROPY_H
#define PRM_SEAM_ENTROPY_H

#include <stddef.h>

#include "base/result.h"

#define PRM_ENTROPY_EIGHTHS 8u /* in which min-entropy is told: eighths of a bit */

struct prm_entropy {
    void *ctx; /* the port's; passed to every function */

    /* Facts. */
    uint32_t bits;    /* that a sample has: 1 to 8, the low ones of a byte; the others are 0 */
    uint32_t eighths; /* min-entropy claimed for a sample: 1 to 8 * bits. From the part's assessment (SP 800-90B 3), at the
                         worst temperature, voltage and age that the product allows; less is more cautious */

    /*
     * The next `n` samples, one a byte, as the source gives them: nothing that a conditioner made, which would hide a source
     * that died, and none twice. All or nothing: on failure `samples` is zeros.
     * Errors: ENTROPY_IO (it didn't give them in the time that it needs for them at most); ENTROPY_HEALTH (the part's own
     * test failed: answered until the next start, also if the part recovers).
     */
    prm_result (*fill)(void *ctx, uint8_t *samples, size_t n);
};

#endif
