/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cell.h - 32 bytes that survive any cut. A cell has one writer: the root, of the kept release, which a port that can lock it
 * locks at the hand-over; the services, of the seed of their random numbers.
 */
#ifndef PRM_SEAM_CELL_H
#define PRM_SEAM_CELL_H

#include "base/result.h"

#define PRM_CELL_SIZE 32u /* bytes */

struct prm_cell {
    void *ctx;

    /*
     * The present contents; the factory's are all 0xFF. On failure `out` is all 0xFF.
     * Errors: COUNTER_IO, COUNTER_DAMAGED, COUNTER_VERSION, CRYPTO.
     */
    prm_result (*read)(void *ctx, uint8_t out[PRM_CELL_SIZE]);

    /*
     * Replaces the contents, also damaged ones; does nothing if they are so already. Errors: COUNTER_IO, CRYPTO.
     * Cut: the contents are the old ones or the new ones, never others.
     */
    prm_result (*write)(void *ctx, const uint8_t in[PRM_CELL_SIZE]);
};

#endif
