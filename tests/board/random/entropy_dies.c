/* SPDX-License-Identifier: Apache-2.0 */
/* In the place of the board's source: one that gives samples for a start and some requests, and then the same one for good. */
#include "ports/mps2-an505/port.h"

enum { DIES_AFTER = 3000 };

static uint32_t taken;

static prm_result fill(void *ctx, uint8_t *samples, size_t n) {
    (void)ctx;
    for (size_t i = 0; i < n; i++, taken++)
        samples[i] = taken < DIES_AFTER ? (uint8_t)(taken * 167u >> 3 ^ taken) : 0;
    return PRM_OK;
}

const struct prm_entropy prm_mps2_entropy = {NULL, 8, 4 * PRM_ENTROPY_EIGHTHS, fill};
