/* SPDX-License-Identifier: Apache-2.0 */
/* A table for tests: all that this board can give. */
#include "firmware/services/grants.h"

static const uint8_t peripherals[] = {
    MPS2_ETH,  MPS2_I2C2, MPS2_SPI4,  MPS2_SPI3,  MPS2_SPI2,      MPS2_I2C1,   MPS2_I2C0,   MPS2_SPI1, MPS2_SPI0,
    MPS2_UART4, MPS2_UART3, MPS2_UART2, MPS2_UART1, MPS2_DUALTIMER, MPS2_TIMER1, MPS2_TIMER0, MPS2_END,
};
static const uint8_t lines[] = {68, 91, MPS2_END};

const struct mps2_grants services_grants = {
    .core = {.fpu = PRM_YES, .system_reset = PRM_YES, .deep_sleep = PRM_YES},
    .peripherals = peripherals,
    .lines = lines,
};
