/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/mps2-an505/app.h"

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"

extern uint32_t app_ld_stack_top[];
extern const uint32_t app_ld_data_load[];
extern uint32_t app_ld_data_start[], app_ld_data_end[], app_ld_bss_start[], app_ld_bss_end[];

#define SYST_CSR ARMV8M_REG(0xE000E010)
#define SYST_RVR ARMV8M_REG(0xE000E014)
#define SYST_CVR ARMV8M_REG(0xE000E018)
enum { SYST_RUN = 7, CORE_KHZ = BOARD_CORE_HZ / 1000, SYSTICK = 15 };

#define UART_DATA ARMV8M_REG(BOARD_UART1_NS_BASE + 0x0)
#define UART_STATE ARMV8M_REG(BOARD_UART1_NS_BASE + 0x4)
enum { UART_TX_RX = 3, UART_RX_FULL = 2 };
#define UART_CTRL ARMV8M_REG(BOARD_UART1_NS_BASE + 0x8)
#define UART_BAUDDIV ARMV8M_REG(BOARD_UART1_NS_BASE + 0x10)

static volatile uint32_t ticks;
static uint32_t waited; /* ticks that app_tick_wait() has come back for */

static void on_tick(void) {
    ticks++;
    app_on_tick();
}

/* The Non-secure MemManage and UsageFault stay disabled: all faults go to the root. */
static void on_unexpected(void) {
    ARMV8M_AIRCR = ARMV8M_AIRCR_KEY | ARMV8M_AIRCR_SYSRESETREQ;
    for (;;) {
    }
}

struct vector_table {
    uint32_t *stack_top;
    void (*handler[SYSTICK])(void);
};

extern const struct vector_table app_vectors;

__attribute__((section(".vectors"), used)) const struct vector_table app_vectors = {
    app_ld_stack_top,
    {app_reset, on_unexpected, on_unexpected, on_unexpected, on_unexpected, on_unexpected, on_unexpected, on_unexpected,
     on_unexpected, on_unexpected, on_unexpected, on_unexpected, on_unexpected, on_unexpected, on_tick},
};

_Noreturn void app_reset(void) {
    const uint32_t *load = app_ld_data_load;

    for (uint32_t *p = app_ld_data_start; p < app_ld_data_end; p++)
        *p = *load++;
    for (uint32_t *p = app_ld_bss_start; p < app_ld_bss_end; p++)
        *p = 0;
    UART_BAUDDIV = CORE_KHZ * 1000 / 115200;
    UART_CTRL = UART_TX_RX;
    app_main();
    app_end();
}

void app_tick_start(void) {
    SYST_RVR = CORE_KHZ * APP_TICK_MS - 1u;
    SYST_CVR = 0;
    SYST_CSR = SYST_RUN;
}

void app_tick_stop(void) {
    SYST_CSR = 0;
}

uint32_t app_ticks(void) {
    return ticks;
}

void app_tick_wait(void) {
    while (ticks == waited)
        __asm__ volatile("wfi");
    waited++;
}

uint32_t app_console_get(uint8_t *c) {
    if ((UART_STATE & UART_RX_FULL) == 0)
        return 0;
    *c = (uint8_t)UART_DATA;
    return 1;
}
