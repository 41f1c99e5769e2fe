/* SPDX-License-Identifier: Apache-2.0 */
/* CMSDK APB UART 0 through its Secure alias; prm_mps2_start() has turned its transmitter on. */
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/board.h"

enum { UART_DATA = 0x0, UART_STATE = 0x4, UART_STATE_TX_FULL = 1, PATIENCE = 100000 };

void prm_console_put(char c) {
    for (uint32_t i = 0; i < PATIENCE; i++)
        if ((ARMV8M_REG(BOARD_UART0_BASE + UART_STATE) & UART_STATE_TX_FULL) == 0)
            break;
    ARMV8M_REG(BOARD_UART0_BASE + UART_DATA) = (uint8_t)c;
}
