/* SPDX-License-Identifier: Apache-2.0 */
/* update_load.h - what the bank that is being written holds already. What can't be read isn't there. */
#ifndef PRM_UPDATE_UPDATE_LOAD_H
#define PRM_UPDATE_UPDATE_LOAD_H

#include "bank/geometry.h"
#include "update/update_plan.h"

/* PRM_YES if the bank's header (PRM_BANK_HEADER_SIZE bytes) and envelope are these. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_update_load_is_same(const struct prm_bank *place, const uint8_t *header, prm_span envelope,
                                                prm_answer *same);

/* PRM_YES if the chunk that holds byte `off` of an image is marked as whole in this release. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_update_load_is_whole(const struct prm_update_plan *plan, uint32_t component,
                                                 uint32_t off, prm_answer *whole);

#endif
