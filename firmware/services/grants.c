/* SPDX-License-Identifier: Apache-2.0 */
/* The product's table: what the pump's application gets of the board. All else is closed. */
#include "firmware/services/grants.h"

static const uint8_t peripherals[] = {
    MPS2_UART1,  /* its console */
    MPS2_UART2,  /* the wire that releases come over */
    MPS2_TIMER0, /* a timer of its own, beside SysTick */
    MPS2_END,
};

static const uint8_t lines[] = {
    68, /* pended by software: deferred work of an RTOS */
    MPS2_END,
};

const struct mps2_grants services_grants = {
    .core = {.fpu = PRM_YES, .system_reset = PRM_YES, .deep_sleep = PRM_NO},
    .peripherals = peripherals,
    .lines = lines,
};
