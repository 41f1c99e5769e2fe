/* SPDX-License-Identifier: Apache-2.0 */
/* cost.h - what an update costs the flash, by the driver's counters, beside what others need. */
#ifndef PRM_TESTS_CUT_COST_H
#define PRM_TESTS_CUT_COST_H

#include <stdint.h>

/* Prints the table, and counts each limit that is kept or not. */
void cost_print(uint32_t *passed, uint32_t *failed);

#endif
