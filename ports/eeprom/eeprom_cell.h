/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eeprom_cell.h - the cell seam over a byte-wise EEPROM, for every port that has one.
 *
 * Two records of eeprom_record.h with 32 bytes of contents.
 */
#ifndef PRM_PORTS_EEPROM_CELL_H
#define PRM_PORTS_EEPROM_CELL_H

#include "ports/eeprom/eeprom_record.h"
#include "seam/cell.h"

#define PRM_EEPROM_CELL_SIZE (2u * PRM_EEPROM_RECORD_SIZE(PRM_CELL_SIZE)) /* bytes of EEPROM that it uses */

#define PRM_EEPROM_KEPT PRM_EEPROM_TAG('K') /* the kept release */

/* Fixed: where a cell stands. The functions of the seam take it as their ctx. */
struct prm_eeprom_cell {
    struct prm_eeprom_place place; /* of PRM_CELL_SIZE bytes */
};

/*
 * The functions of the seam: put them and a struct prm_eeprom_cell into a struct prm_cell. Of the two that read, the second mends
 * as well (eeprom_record.h). Errors as in seam/cell.h, COUNTER_VERSION, CRYPTO. The factory's first write is a write.
 */
PRM_MUST_USE prm_result prm_eeprom_cell_read(void *ctx, uint8_t out[PRM_CELL_SIZE]);
PRM_MUST_USE prm_result prm_eeprom_cell_read_mending(void *ctx, uint8_t out[PRM_CELL_SIZE]);
PRM_MUST_USE prm_result prm_eeprom_cell_write(void *ctx, const uint8_t in[PRM_CELL_SIZE]);

#endif
