/* SPDX-License-Identifier: Apache-2.0 */
/* port.h - what the emulated board mps2-an505 gives the root and the services: the seams, and the steps of their
 * starts. */
#ifndef PRM_PORTS_MPS2_AN505_H
#define PRM_PORTS_MPS2_AN505_H

#include "boot/boot.h"
#include "boot/handoff.h"
#include "boot/handover.h"
#include "ports/eeprom/at24.h"
#include "seam/caller.h"
#include "seam/cell.h"
#include "seam/counter.h"
#include "seam/entropy.h"
#include "seam/flash.h"
#include "seam/layout.h"

enum mps2_component { MPS2_APP, MPS2_SERVICES, MPS2_COMPONENTS };

/* The file-backed PSRAM, kept to NOR rules by the driver: the emulated part itself is RAM and would take any write. */
extern const struct prm_flash prm_mps2_flash;

extern const struct prm_layout prm_mps2_layout;

/* Watchdog and console on, faults routed to the root, MPU on: the root can execute nothing but its own text from here on. */
void prm_mps2_start(void);

/* The same for the services: their vector table, their console, their own walls. */
void prm_mps2_services_start(void);

/* The services may not read the device key any more; called as soon as it is where it is used. */
void prm_mps2_close_key(void);

/*
 * Divides the board between the services and the application: its image at `base`, its RAM, and what `grants` names.
 * Everything else stays Secure. Then starts it, and doesn't return.
 */
struct mps2_grants;
void prm_mps2_start_application(uint32_t base, uint32_t size, const struct mps2_grants *grants);

/*
 * The application's own memory: to be written, its RAM; to be read, its image as well. By the SAU, by its own MPU, and by the
 * map. No image is its own before it is started.
 */
extern const struct prm_caller prm_mps2_caller;

/*
 * The Secure watchdog: it resets the system after `seconds` (one of the budgets in board.h), unless it is started anew
 * before. Nothing stops it.
 */
void prm_mps2_watchdog_start(uint32_t seconds);

/* Milliseconds since some time, in steps of ten; goes on over 2^32. */
uint32_t prm_mps2_now_ms(void);

/*
 * The EEPROM, whose records (ports/eeprom, at the places in board.h) the root and the services make with their own
 * cryptography. The part has no lock: what keeps others off is that its bus is Secure. The services could write the kept
 * release, and by contract don't.
 */
extern const struct prm_i2c prm_mps2_i2c;
extern const struct prm_at24 prm_mps2_eeprom;

/* What stands in for a noise source, and is none (entropy_emulated.c): the services say so at each start. */
extern const struct prm_entropy prm_mps2_entropy;

#endif
