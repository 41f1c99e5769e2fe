/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grants.h - the product's table: which parts of this board are the application's. What the table doesn't name stays the
 * services', closed. The board's facts (addresses, gates, interrupt lines) are peripherals.c; which of them a product gives
 * away is firmware/services/grants.c.
 */
#ifndef PRM_PORTS_MPS2_AN505_GRANTS_H
#define PRM_PORTS_MPS2_AN505_GRANTS_H

#include "ports/armv8m/grants.h"

/* By ascending addresses. UART 0, I2C 3, watchdogs, FPGAIO and SCC aren't here: the services' own, or the board's. */
enum mps2_peripheral {
    MPS2_TIMER0,
    MPS2_TIMER1,
    MPS2_DUALTIMER,
    MPS2_DMA0, /* masters of the bus */
    MPS2_DMA1,
    MPS2_DMA2,
    MPS2_DMA3,
    MPS2_UART1,
    MPS2_UART2,
    MPS2_UART3,
    MPS2_UART4,
    MPS2_SPI0,
    MPS2_SPI1,
    MPS2_I2C0,
    MPS2_I2C1,
    MPS2_SPI2,
    MPS2_SPI3,
    MPS2_SPI4,
    MPS2_I2C2,
    MPS2_ETH,
    MPS2_PERIPHERALS,
    MPS2_END = 0xFF /* closes a list of them */
};

struct mps2_grants {
    struct armv8m_grants core;
    /*
     * Each with its interrupt lines, for privileged and unprivileged code of the application alike: its own MPU is what
     * divides it. Up to MPS2_END.
     */
    const uint8_t *peripherals;
    /* Lines that no peripheral of the board drives, for an application that pends them itself. Up to MPS2_END. */
    const uint8_t *lines;
};

/* A sentence about the first row that can't be granted, or NULL. */
const char *prm_mps2_grants_wrong(const struct mps2_grants *grants);

/*
 * Closes everything, then opens what the table names: NVIC, core, PPC, and SAU regions from `region` on; neighbours share a
 * region. Traps on a table that is wrong.
 */
void prm_mps2_grant(const struct mps2_grants *grants, uint32_t region);

#endif
