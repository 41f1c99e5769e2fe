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
    PRM_SIM_FLASH_BLANK,
    PRM_SIM_FLASH_COMMIT,
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

/* A part of flash: what differs from one to the next. */
struct prm_sim_part {
    uint32_t write_size;                           /* bytes, a power of two */
    struct prm_flash_units units[PRM_FLASH_KINDS]; /* powers of two, at least a write unit each, each at a multiple of its size */
    uint8_t erased;
    int blank_faults; /* 1: blank memory can't be read */
};

/* A part with erase units of one size, and ones where it is blank. */
struct prm_sim_part prm_sim_part_of(uint32_t size, uint32_t erase_size, uint32_t write_size);

/*
 * A flash. Owns: the state of its write units and, if it was opened from a file, the mapping; prm_sim_flash_close() frees
 * both. Not to be moved while in use (`flash.ctx` points to it). The contract is flash.h's: a write unit that was written is
 * not blank before the next erase, even if nothing but erased bytes was written; of a file's, what was written before it was
 * opened is told by its bytes. Who changes `bytes` directly calls prm_sim_flash_reread() after it. Cut: a killed process leaves every write
 * unit as it was or as it was to be; a power cut that leaves anything in between is the business of tests.
 */
struct prm_sim_flash {
    struct prm_flash flash;
    struct prm_sim_part part;
    uint8_t *bytes;
    uint8_t *state;              /* of each write unit */
    size_t mapped;               /* bytes of the mapping to unmap on close; 0 if the memory is the caller's */
    struct prm_sim_fault *fault; /* borrowed, may be NULL */
};

/* A flash over the caller's memory, as it is, of as many bytes as the part has. Errors: ARGUMENT. */
PRM_MUST_USE prm_result prm_sim_flash_init(struct prm_sim_flash *self, uint8_t *bytes, const struct prm_sim_part *part,
                                           struct prm_sim_fault *fault);

/* The same over a file, as large as the file is; changes go to the file. Errors: ARGUMENT, FLASH_IO (errno says why). */
PRM_MUST_USE prm_result prm_sim_flash_open(struct prm_sim_flash *self, const char *path, uint32_t erase_size,
                                           uint32_t write_size, struct prm_sim_fault *fault);

/* For who changed `bytes`: from here on they alone tell what is blank, as in a file that was opened. Nothing is torn. */
void prm_sim_flash_reread(struct prm_sim_flash *self);

/* Whole write units as if they had been written, or erased (`bytes` NULL); or torn: they can't be read before they are erased. */
void prm_sim_flash_set(struct prm_sim_flash *self, uint32_t off, uint32_t len, const uint8_t *bytes);
void prm_sim_flash_damage(struct prm_sim_flash *self, uint32_t off, uint32_t len);

/* Writes everything back, unmaps and frees. Errors: FLASH_IO. */
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
