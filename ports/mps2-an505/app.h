/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h - what a Non-secure application on this board starts with. The root enters app_reset() with the stack pointer
 * of the vector table, r1 to r12 zero, interrupts enabled and nothing else of the Non-secure state touched. Text goes
 * out through ports/armv8m/console.h, linked over UART 1.
 */
#ifndef PRM_PORTS_MPS2_AN505_APP_H
#define PRM_PORTS_MPS2_AN505_APP_H

#include <stdint.h>

#define APP_TICK_MS 10u

_Noreturn void app_reset(void);

/* The application's; when it returns, app_end() is called. */
void app_main(void);

/* What comes after the end: app_end_idle.c says that it is alive, for good; app_end_reset.c resets the system. Chosen by linking. */
_Noreturn void app_end(void);

/*
 * Starts SysTick; from then on app_tick_wait() sleeps until the next tick, and comes back at once for each one that was
 * missed. app_ticks() counts them.
 */
void app_tick_start(void);
void app_tick_stop(void);
uint32_t app_ticks(void);

/* The application's: called in the interrupt of each tick. */
void app_on_tick(void);
void app_tick_wait(void);

/* 1 and the character that came in on the console, or 0. */
uint32_t app_console_get(uint8_t *c);

#endif
