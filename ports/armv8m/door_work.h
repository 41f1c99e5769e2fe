/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door_work.h - the work behind the door, on a stack of its own, from which it can be stopped between any two instructions.
 *
 * Everything here runs in the handler of the Secure PendSV, on one of two halves of the Secure stack:
 *
 *     prm_ld_stack_limit ┌────────────────┐ the work: it keeps its frames while an application's thread runs
 *                        │                │
 *                        ├────────────────┤ the handlers: empty whenever the application's thread runs
 *     prm_ld_stack_top   └────────────────┘
 *
 * A switch is the return from an exception with the other half's stack pointer: a SVC of the handler's to begin or go on, a SVC of the work's
 * when it has finished, and the Secure SysTick, which looks from time to time whether the application has something pending that
 * the work holds off. The halves belong to the Secure world alone, and there is one work at most: nothing that the application
 * does can exchange them.
 */
#ifndef PRM_PORTS_ARMV8M_DOOR_WORK_H
#define PRM_PORTS_ARMV8M_DOOR_WORK_H

#include "door/door.h"

/* `slice`: cycles between two looks, up to 2^24. Takes the Secure SysTick and SVC. */
void armv8m_door_work_start(uint32_t slice);

extern const struct prm_door_worker armv8m_door_worker;

void armv8m_door_svc_entry(void);
void armv8m_door_systick_entry(void);

#endif
