/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alive.h - the watchdog runs from the device's first instruction on, and the application is the last to watch it.
 *
 * An application that was accepted, or needs no acceptance, calls primum_alive() whenever what it is there for is in order,
 * at least every 60 s on the emulated board (BOARD_RUN_S). If it doesn't, the watchdog resets the system.
 * On trial the call changes nothing: the trial has its own time, which psa_fwu_accept() ends; the first minute begins there.
 */
#ifndef PRIMUM_ALIVE_H
#define PRIMUM_ALIVE_H

#include "psa/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Errors: PSA_ERROR_BAD_STATE (another call is under way; it is not counted as a sign of life). */
psa_status_t primum_alive(void);

#ifdef __cplusplus
}
#endif

#endif
