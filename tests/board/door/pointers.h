/* SPDX-License-Identifier: Apache-2.0 */
/* pointers.h - vectors at every place around what the application's own MPU forbids, from privileged and unprivileged threads. */
#ifndef PRM_TESTS_BOARD_DOOR_POINTERS_H
#define PRM_TESTS_BOARD_DOOR_POINTERS_H

#include <stdint.h>

/* Returns how many calls were answered otherwise than the MPU says; `calls` counts them all. For a thread that may set the MPU. */
void pointers_protect(void);
void pointers_open(void);
/* 32 bytes that are privileged code's alone, and 32 that all may read and none write. */
enum pointers_part { POINTERS_KERNELS, POINTERS_READ_ONLY };
uint32_t *pointers_part(enum pointers_part part);
/* Addresses that the map refuses before the core is asked, given to the port alone; with no MPU. */
uint32_t pointers_look(volatile uint32_t *calls);
uint32_t pointers_try(uint32_t privileged, volatile uint32_t *calls);

#endif
