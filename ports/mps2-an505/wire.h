/* SPDX-License-Identifier: Apache-2.0 */
/* wire.h - UART 2, which releases come over: bytes in and out, polled. Its owner's alias is chosen by linking. */
#ifndef PRM_PORTS_MPS2_AN505_WIRE_H
#define PRM_PORTS_MPS2_AN505_WIRE_H

#include "base/harden.h"

void prm_wire_start(void);

/* PRM_YES and the byte that came in, or PRM_NO. */
prm_answer prm_wire_get(uint8_t *byte);

/* Comes back even if nobody takes the byte. */
void prm_wire_put(uint8_t byte);

#endif
