/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update.h - the pump as an update client: moves bytes from its wire to the update service, and says when an update may
 * be installed. What is in a release, and whether it is any good, is the services' business.
 */
#ifndef PUMP_UPDATE_H
#define PUMP_UPDATE_H

#include <stdint.h>

/* At the start: a release on trial checks itself and is accepted or rejected. */
void update_begin(void);

/* Every tick of 10 ms: takes what the wire has. `infusing` 0: a release that is whole is installed, and the system
 * reset. */
void update_tick(uint32_t infusing);

/* Does what a release does to see whether it works; 1 if it does. */
uint32_t selfcheck(void);

#endif
