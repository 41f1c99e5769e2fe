/* SPDX-License-Identifier: Apache-2.0 */
/* A table for tests: a console and nothing else; what is left zero grants nothing. */
#include "firmware/services/grants.h"

static const uint8_t peripherals[] = {MPS2_UART1, MPS2_END};
static const uint8_t lines[] = {MPS2_END};

const struct mps2_grants services_grants = {.peripherals = peripherals, .lines = lines};
