/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flash.h - what a port gives for its non-volatile memory: facts of the part, and what can be done with it.
 *
 * Offsets and lengths are bytes from the start of the flash. An erase makes a unit blank; a write unit is programmed once
 * between two erases, whatever is written (parts with error correction spoil a unit that is programmed twice). A call
 * outside [0, size) or not aligned to the units returns FLASH_RANGE and does nothing.
 *
 * What blank memory reads as is the part's matter: ones, zeros, or nothing at all (reading it is DAMAGED). So nobody takes
 * bytes for a sign of blank memory: blank() tells.
 */
#ifndef PRM_SEAM_FLASH_H
#define PRM_SEAM_FLASH_H

#include "base/harden.h"
#include "base/result.h"
#include "base/span.h"

#define PRM_FLASH_WRITE_MIN 4u   /* bytes that a write unit may have */
#define PRM_FLASH_WRITE_MAX 512u
#define PRM_FLASH_KINDS 3u       /* sizes of erase units, one after the other */

/* `count` erase units of `size` bytes. */
struct prm_flash_units {
    uint32_t count;
    uint32_t size; /* a power of two; each unit stands at a multiple of its size */
};

struct prm_flash {
    void *ctx;           /* the port's own; passed to every function */
    uint32_t size;       /* bytes */
    uint32_t write_size; /* bytes in a write unit: a power of two, at most that of an erase unit */
    struct prm_flash_units units[PRM_FLASH_KINDS]; /* from offset 0 to `size`; those that aren't needed have count 0 */
    uint8_t erased;      /* what blank memory reads as, where it can be read */
    prm_answer rww;      /* PRM_YES: while a bank is written or erased, code runs on from the other one. PRM_NO: what must run
                            meanwhile, the driver first of all, stands in RAM */

    /*
     * Copies `len` bytes at `off` to `dst`. On failure `dst` is zeros.
     * Errors: FLASH_RANGE, FLASH_IO; FLASH_DAMAGED: some of it can't be read (a unit torn by a cut, or worn out; a blank one,
     * where the part has it so). That is an answer, never a fault or a reset: the port catches what its part raises.
     */
    prm_result (*read)(void *ctx, uint32_t off, void *dst, uint32_t len);

    /*
     * Lends `len` bytes at `off` in place (memory-mapped flash), after a first pass over them behind the same guard as read.
     * Valid until the next write or erase of that range.
     * Errors: as read; ERR_UNSUPPORTED where flash isn't mapped. On failure `*out` is empty.
     */
    prm_result (*view)(void *ctx, uint32_t off, uint32_t len, prm_span *out);

    /*
     * Programs whole write units. Errors: FLASH_RANGE, FLASH_IO, FLASH_NOT_ERASED (a unit isn't blank; nothing is written).
     * Cut: units not yet reached stay blank; the units being written hold *anything*, or can't be read.
     */
    prm_result (*write)(void *ctx, uint32_t off, const void *src, uint32_t len);

    /* Erases the erase unit that begins at `off`. Errors: FLASH_RANGE, FLASH_IO. Cut: all of it holds *anything*, or can't be read. */
    prm_result (*erase)(void *ctx, uint32_t off);

    /*
     * PRM_OK if all of it, which is whole write units, is blank: it can be programmed. Errors: FLASH_NOT_ERASED (it isn't),
     * FLASH_RANGE, FLASH_IO.
     */
    prm_result (*blank)(void *ctx, uint32_t off, uint32_t len);

    /*
     * Waits until what was written and erased so far has reached the memory, past buffers of the part that lose it in a cut.
     * Errors: FLASH_IO.
     */
    prm_result (*commit)(void *ctx);
};

/* Bytes of the erase unit that holds `off`. */
static inline uint32_t prm_flash_unit_size(const struct prm_flash *flash, uint32_t off) {
    uint32_t i = 0;

    for (; i < PRM_FLASH_KINDS - 1 && off >= flash->units[i].count * flash->units[i].size; i++)
        off -= flash->units[i].count * flash->units[i].size;
    return flash->units[i].size;
}

#endif
