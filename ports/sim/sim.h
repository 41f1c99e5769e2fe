/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim.h - the seams of a device, over files or plain memory of this machine: for the command line, tests and fuzzers.
 *
 * The files have the same layout as those of the emulated board, so both run on the same folder.
 */
#ifndef PRM_PORTS_SIM_H
#define PRM_PORTS_SIM_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "ports/eeprom/eeprom_counter.h"
#include "seam/counter.h"
#include "seam/flash.h"

/* The calls of the seams that a fault hook is asked about. */
enum prm_sim_op {
    PRM_SIM_FLASH_READ,
    PRM_SIM_FLASH_VIEW,
    PRM_SIM_FLASH_WRITE,
    PRM_SIM_FLASH_ERASE,
    PRM_SIM_EEPROM_READ,
    PRM_SIM_EEPROM_WRITE
};

/*
 * Asked before every seam call, in the order of the calls. `index` counts them from 0 over all parts that share the
 * hook. PRM_OK lets the call happen; anything else is what the call returns, with nothing done (and outputs zero).
 */
struct prm_sim_fault {
    prm_result (*before)(void *ctx, enum prm_sim_op op, uint32_t index);
    void *ctx;
    uint32_t calls; /* so far; the next index */
};

/*
 * A NOR flash. Owns: the mapping, if it was opened from a file. Not to be moved while in use (`flash.ctx` points to
 * it). The contract is flash.h's. Cut: a killed process leaves every write unit as it was or as it was to be; a power
 * cut that leaves anything in between is the business of tests, through the fault hook and `bytes`.
 */
struct prm_sim_flash {
    struct prm_flash flash;
    uint8_t *bytes;
    size_t mapped;                /* bytes of the mapping to unmap on close; 0 if the memory is the caller's */
    struct prm_sim_fault *fault; /* borrowed, may be NULL */
};

/*
 * A flash over `size` bytes of the caller's memory, as they are. `size` is a multiple of `erase_size`, and that of
 * `write_size`; both are powers of two. Errors: ARGUMENT.
 */
PRM_MUST_USE prm_result prm_sim_flash_init(struct prm_sim_flash *self, uint8_t *bytes, uint32_t size,
                                            uint32_t erase_size, uint32_t write_size, struct prm_sim_fault *fault);

/* The same over a file, as large as the file is; changes go to the file. Errors: ARGUMENT, FLASH_IO (errno says why).
 */
PRM_MUST_USE prm_result prm_sim_flash_open(struct prm_sim_flash *self, const char *path, uint32_t erase_size,
                                            uint32_t write_size, struct prm_sim_fault *fault);

/* Writes everything back and unmaps. Errors: FLASH_IO. */
PRM_MUST_USE prm_result prm_sim_flash_close(struct prm_sim_flash *self);

/*
 * The rollback floor in an EEPROM, in the format of ports/eeprom. Owns: the mapping, if it was opened from a file.
 * Not to be moved while in use.
 */
struct prm_sim_counter {
    struct prm_counter counter;
    struct prm_eeprom eeprom;
    struct prm_eeprom_counter format;
    uint8_t *bytes;
    size_t size;   /* bytes of EEPROM */
    size_t mapped; /* as above */
    struct prm_sim_fault *fault;
};

/* The rollback floor at `off` of `size` bytes of the caller's memory; `crypto` is borrowed. Errors: ARGUMENT. */
PRM_MUST_USE prm_result prm_sim_counter_init(struct prm_sim_counter *self, const struct prm_crypto *crypto,
                                             uint8_t *bytes, size_t size, uint32_t off, struct prm_sim_fault *fault);

/* The same over a file. Errors: ARGUMENT, COUNTER_IO (errno says why). */
PRM_MUST_USE prm_result prm_sim_counter_open(struct prm_sim_counter *self, const struct prm_crypto *crypto,
                                             const char *path, uint32_t off, struct prm_sim_fault *fault);

/* Writes everything back and unmaps. Errors: COUNTER_IO. */
PRM_MUST_USE prm_result prm_sim_counter_close(struct prm_sim_counter *self);

#endif
