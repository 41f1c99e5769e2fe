/* SPDX-License-Identifier: Apache-2.0 */
/* boot_trust_act.h - the one thing that a boot writes beside its journal and the counters. */
#ifndef PRM_BOOT_BOOT_TRUST_ACT_H
#define PRM_BOOT_BOOT_TRUST_ACT_H

#include "boot/boot_plan.h"
#include "seam/cell.h"

/*
 * Writes the note of the release to keep, which is that of the plan.
 * Errors: WORD (the plan's word is wrong), COUNTER_*. Cut: the old note or this one.
 */
PRM_MUST_USE prm_result prm_boot_act_keep(const struct prm_cell *cell, const struct prm_boot_plan *plan,
                                          uint32_t components, const uint8_t note[PRM_CELL_SIZE]);

#endif
