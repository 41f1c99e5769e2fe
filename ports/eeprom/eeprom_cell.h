/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_cell.h - the cell seam over a byte-wise EEPROM, for every port that has one.
 *
 * Two records of eeprom_record.h, magic "PRMD", 32 bytes of contents.
 */
#ifndef PRM_PORTS_EEPROM_CELL_H
#define PRM_PORTS_EEPROM_CELL_H

#include "ports/eeprom/eeprom_record.h"
#include "seam/cell.h"

#define PRM_EEPROM_CELL_SIZE 96u /* bytes of EEPROM that it uses */

/* Fixed: where a cell stands. `prm_eeprom_cell_read/write` take it as their ctx. */
struct prm_eeprom_cell {
    const struct prm_eeprom *eeprom;
    uint32_t off; /* bytes from the EEPROM's start */
};

/* The two functions of the seam: put them and a struct prm_eeprom_cell into a struct prm_cell. */
PRM_MUST_USE prm_result prm_eeprom_cell_read(void *ctx, uint8_t out[PRM_CELL_SIZE]);
PRM_MUST_USE prm_result prm_eeprom_cell_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]);

#endif
