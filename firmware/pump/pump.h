/* SPDX-License-Identifier: Apache-2.0 */
/* pump.h - the demo application's therapies. */
#ifndef PUMP_H
#define PUMP_H

/* A therapy of hours, for an update that comes in the middle of it. */
void pump_infuse_long(void);

#endif
