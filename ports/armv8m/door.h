/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.h - how a call gets in on Armv8-M: through the SecureFault of a branch to a Secure address that isn't callable.
 *
 *   application                     SecureFault, priority 0                PendSV of the Secure state
 *   blx door ──INVEP──────────────▶ is it the door, and the frame the
 *     frame on its own stack        caller's own? PC := LR, "ask anew";
 *                                   pends ───────────────────────────────▶ one step above the application's PendSV:
 *   ◀─────────────────────────────────────────────────────────────────────checks, copies, works; the answer goes into the frame
 *
 * The Non-secure interrupts above its PendSV preempt the work, strictly nested; its PendSV, and so a kernel that switches
 * threads there, waits. Should a kernel switch at another place all the same, the frame is not where it was when the work looks
 * again, and the answer waits for its owner. There is no Secure thread, so no Secure frame that a switch could mix up.
 */
#ifndef PRM_PORTS_ARMV8M_DOOR_H
#define PRM_PORTS_ARMV8M_DOOR_H

#include "door/door.h"

/*
 * From here on a branch from the application to `address` (even; Secure, and callable by nobody) is a call. `memory` says what is
 * the application's own. Every `slice` cycles the work is looked at, and stopped if the application has something pending that it
 * holds off.
 */
void armv8m_door_open(uint32_t address, const struct prm_door_service *services, uint32_t services_count,
                      const struct prm_caller *memory, uint32_t slice);

/* From here on exceptions go through the services' own table. */
void armv8m_door_vectors(void);

/*
 * PRM_YES if every byte of [at, at + len) is Non-secure, and the application's own MPU lets it be read, or read and written, by
 * its privileged code, or by all its code. Looks at each unit of 32 bytes, which is the smallest that either can tell apart.
 */
prm_answer armv8m_is_nonsecure(uint32_t at, uint32_t len, enum prm_caller_use use, prm_answer privileged);

#endif
