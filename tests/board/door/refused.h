/* SPDX-License-Identifier: Apache-2.0 */
/* refused.h - calls by a thread whose stack pointer is in memory that the MPU forbids it to write. */
#ifndef PRM_TESTS_BOARD_DOOR_REFUSED_H
#define PRM_TESTS_BOARD_DOOR_REFUSED_H

#include <stdint.h>

/* The services report a fault for each, and reset the system. Says "door: WRONG" if the call was taken. */
void refused_stacks(void);
/* Nonzero: this start is one after such a reset, and refused_stacks() goes on. */
uint32_t refused_under_way(void);

#endif
