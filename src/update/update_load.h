/* SPDX-License-Identifier: Apache-2.0 */
/* update_load.h - what the bank that is being written holds already. */
#ifndef PRM_UPDATE_UPDATE_LOAD_H
#define PRM_UPDATE_UPDATE_LOAD_H

#include "seam/flash.h"
#include "update/update_plan.h"

/* PRM_YES if the bank's header and envelope are these bytes. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_update_load_is_same(const struct prm_flash *flash, const struct prm_update_plan *plan,
                                                prm_span envelope, prm_answer *same);

/* PRM_YES if the unit that holds what stands `at` bytes into a place is marked as whole. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_update_load_mark(const struct prm_flash *flash, const struct prm_update_plan *plan,
                                             const struct prm_update_place *place, uint32_t at, prm_answer *whole);

/* Copies page `number` of a payload's list, `len` bytes. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_update_load_page(const struct prm_flash *flash, const struct prm_update_place *list,
                                             uint32_t number, uint8_t *page, uint32_t len);

/* Where marks are, and what they say: also for the stage that sets them. */
#define PRM_MARK_SIZE 8u
uint32_t prm_update_mark_unit(const struct prm_flash *flash, const struct prm_update_plan *plan, uint32_t off);
uint32_t prm_update_mark_off(const struct prm_update_plan *plan, uint32_t unit);
void prm_update_mark_of(const struct prm_update_plan *plan, uint32_t unit, uint8_t mark[PRM_MARK_SIZE]);

#endif
