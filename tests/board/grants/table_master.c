/* SPDX-License-Identifier: Apache-2.0 */
/* A table for tests, which is refused: a master, on a board whose flash only the SAU closes. */
#include "firmware/services/grants.h"

static const uint8_t peripherals[] = {MPS2_UART1, MPS2_DMA0, MPS2_END};
static const uint8_t lines[] = {MPS2_END};

const struct mps2_grants services_grants = {.peripherals = peripherals, .lines = lines};
