/* SPDX-License-Identifier: Apache-2.0 */
/* peripherals.h - facts of the board about what can be granted (Arm DAI 0505; SSE-200: Arm 101104). */
#ifndef PRM_PORTS_MPS2_AN505_PERIPHERALS_H
#define PRM_PORTS_MPS2_AN505_PERIPHERALS_H

#include <stdint.h>

#include "ports/mps2-an505/grants.h"

enum {
    MPS2_LINES = 92,      /* interrupt lines of the core */
    MPS2_LINES_FREE = 68, /* from here on no peripheral of the board drives one */
    MPS2_PERIPHERAL_LINES = 3
};

struct mps2_peripheral_facts {
    uint32_t base; /* Non-secure alias */
    uint32_t size;
    uint16_t gate; /* its Peripheral Protection Controller: offset of the register in the security controller */
    uint16_t bit;
    uint8_t line[MPS2_PERIPHERAL_LINES]; /* MPS2_END: none */
    uint8_t master;                      /* 1: it moves data by itself */
};

extern const struct mps2_peripheral_facts prm_mps2_peripherals[MPS2_PERIPHERALS];

#endif
