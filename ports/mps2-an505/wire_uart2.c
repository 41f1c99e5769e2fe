/* SPDX-License-Identifier: Apache-2.0 */
/* CMSDK APB UART 2 at WIRE_BASE, given with -D: one alias for the Secure world, one for the application. */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/wire.h"

#define UART_DATA ARMV8M_REG(WIRE_BASE + 0x0)
#define UART_STATE ARMV8M_REG(WIRE_BASE + 0x4)
#define UART_CTRL ARMV8M_REG(WIRE_BASE + 0x8)
#define UART_BAUDDIV ARMV8M_REG(WIRE_BASE + 0x10)
enum { TX_FULL = 1, RX_FULL = 2, CTRL_TX_RX = 3, PATIENCE = 100000 };

void prm_wire_start(void) {
    UART_BAUDDIV = BOARD_CORE_HZ / 115200;
    UART_CTRL = CTRL_TX_RX;
    (void)UART_DATA; /* takes what came before, so that the emulated line goes on after a reset */
}

prm_answer prm_wire_get(uint8_t *byte) {
    if ((UART_STATE & RX_FULL) == 0)
        return PRM_NO;
    *byte = (uint8_t)UART_DATA;
    return PRM_YES;
}

void prm_wire_put(uint8_t byte) {
    for (uint32_t i = 0; i < PATIENCE; i++)
        if ((UART_STATE & TX_FULL) == 0)
            break;
    UART_DATA = byte;
}
