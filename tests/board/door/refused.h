/* SPDX-License-Identifier: Apache-2.0 */
/* refused.h - a call by a thread whose stack pointer is in memory that the MPU forbids it. */
#ifndef PRM_TESTS_BOARD_DOOR_REFUSED_H
#define PRM_TESTS_BOARD_DOOR_REFUSED_H

/* Doesn't come back: the services report a fault and reset the system. Says "door: WRONG" if the call was taken. */
void refused_stack(void);

#endif
