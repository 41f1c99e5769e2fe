/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flash.h - what a port gives for its non-volatile memory.
 *
 * Offsets and lengths are bytes from the start of the flash. NOR rules: an erase sets every bit of a unit, a program only
 * clears bits. A call outside [0, size) or not aligned to the units returns PRM_ERR_FLASH_RANGE and does nothing.
 */
#ifndef PRM_SEAM_FLASH_H
#define PRM_SEAM_FLASH_H

#include "base/result.h"
#include "base/span.h"

struct prm_flash {
    void *ctx;           /* the port's own; passed to every function */
    uint32_t size;       /* bytes */
    uint32_t erase_size; /* bytes in an erase unit, a power of two */
    uint32_t write_size; /* bytes in a write unit, a power of two */

    /* Copies `len` bytes at `off` to `dst`. On failure `dst` is zeros. Errors: FLASH_RANGE, FLASH_IO. */
    prm_result (*read)(void *ctx, uint32_t off, void *dst, uint32_t len);

    /*
     * Lends `len` bytes at `off` in place (memory-mapped flash). Valid until the next write or erase of that range.
     * Errors: FLASH_RANGE, FLASH_IO; ERR_UNSUPPORTED where flash isn't mapped. On failure `*out` is empty.
     */
    prm_result (*view)(void *ctx, uint32_t off, uint32_t len, prm_span *out);

    /*
     * Programs whole write units. Errors: FLASH_RANGE, FLASH_IO, FLASH_NOT_ERASED (a bit would have to go from 0 to 1;
     * nothing is written). Cut: units not yet reached keep their contents; the units being written hold *anything*.
     */
    prm_result (*write)(void *ctx, uint32_t off, const void *src, uint32_t len);

    /* Erases one erase unit at `off`. Errors: FLASH_RANGE, FLASH_IO. Cut: the unit holds *anything*. */
    prm_result (*erase)(void *ctx, uint32_t off);
};

#endif
