/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_seed.h - the cell seam over a byte-wise EEPROM for contents that are secret: the seed of the random numbers. The records
 * are those of eeprom_cell.h; what reading and writing them left on the stack is wiped.
 */
#ifndef PRM_PORTS_EEPROM_SEED_H
#define PRM_PORTS_EEPROM_SEED_H

#include "ports/eeprom/eeprom_cell.h"

#define PRM_EEPROM_SEED PRM_EEPROM_TAG('S')

/* The functions of the seam, with a struct prm_eeprom_cell for their ctx. Errors as in seam/cell.h. */
PRM_MUST_USE prm_result prm_eeprom_seed_read(void *ctx, uint8_t out[PRM_CELL_SIZE]);
PRM_MUST_USE prm_result prm_eeprom_seed_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]);

#endif
