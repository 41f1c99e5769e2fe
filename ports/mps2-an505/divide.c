/* SPDX-License-Identifier: Apache-2.0 */
/* The services' own walls, and the division of the board between them and the application. */
#include <string.h>

#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/door.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/grants.h"
#include "ports/mps2-an505/mpc.h"
#include "ports/mps2-an505/port.h"

/* From the linker script. */
extern uint32_t prm_ld_stack_top[];
extern const uint32_t prm_ld_image_start[], prm_ld_image_end[];

#define UART0_CTRL ARMV8M_REG(BOARD_UART0_BASE + 0x8)
enum { UART_CTRL_TX = 1 };

#define NS_RAM_END (BOARD_REPORT_BASE + BOARD_REPORT_SIZE)

enum { REGION_KEY = 0 };

/* The application's image; no bytes before it is started. */
static struct {
    uint32_t base;
    uint32_t end;
} application;

static uint32_t address(const void *p) {
    return (uint32_t)(uintptr_t)p;
}

void prm_mps2_services_start(void) {
    const uint32_t image = address(prm_ld_image_start);
    const uint32_t image_end = address(prm_ld_image_end);
    const struct armv8m_region regions[] = {
        {BOARD_KEY_BASE, BOARD_KEY_BASE + BOARD_KEY_SIZE, ARMV8M_READ, 0},
        {BOARD_ROM_BASE + BOARD_TRUST_OFF, BOARD_FUSES_BASE + BOARD_FUSES_SIZE, ARMV8M_READ, 0},
        {BOARD_HANDOFF_BASE, BOARD_SERVICES_RAM_BASE + BOARD_SERVICES_RAM_SIZE, ARMV8M_READ_WRITE, 0},
        {BOARD_NS_RAM_BASE, NS_RAM_END, ARMV8M_READ_WRITE, 0},
        {BOARD_FLASH_BASE, image, ARMV8M_READ_WRITE, 0},
        {image, image_end, ARMV8M_READ_EXECUTE, 0},
        {image_end, BOARD_FLASH_BASE + BOARD_FLASH_SIZE, ARMV8M_READ_WRITE, 0},
        {0x50000000, 0x60000000, ARMV8M_READ_WRITE, 1},
        {BOARD_NS_PRIVILEGE_BASE, BOARD_NS_PRIVILEGE_BASE + BOARD_NS_PRIVILEGE_SIZE, ARMV8M_READ_WRITE, 1},
    };

    armv8m_door_vectors();
    armv8m_faults_start();
    armv8m_mpu_start(regions, sizeof regions / sizeof regions[0]);
    UART0_CTRL = UART_CTRL_TX;
}

void prm_mps2_close_key(void) {
    armv8m_mpu_set(REGION_KEY, &(struct armv8m_region){BOARD_KEY_BASE, BOARD_KEY_BASE + 32u, ARMV8M_READ, 0},
                   UINT32_MAX);
}

static void give_ram(void) {
    const uint32_t last = MPC_BLK_MAX(MPC_SSRAM2);

    MPC_CTRL(MPC_SSRAM2) = MPC_CTRL_OPEN;
    MPC_BLK_IDX(MPC_SSRAM2) = 0;
    for (uint32_t i = 0; i <= last && i < BOARD_MPC_LUT_WORDS; i++)
        MPC_BLK_LUT(MPC_SSRAM2) = UINT32_MAX;
    MPC_CTRL(MPC_SSRAM2) = MPC_CTRL_OPEN | MPC_CTRL_LOCK;
}

/* The application gets its image, its RAM with the report, and what the product's table names. Everything else stays Secure. */
static void divide(uint32_t image, uint32_t image_end, const struct mps2_grants *grants) {
    give_ram();
    armv8m_sau_open(0, image, image_end, 0);
    armv8m_sau_open(1, BOARD_NS_RAM_BASE, NS_RAM_END, 0);
    prm_mps2_grant(grants, BOARD_SAU_PERIPHERALS);
    armv8m_sau_start();
}

void prm_mps2_start_application(uint32_t base, uint32_t size, const struct mps2_grants *grants) {
    const volatile uint32_t *const vectors = (const volatile uint32_t *)(uintptr_t)base;

    application.base = base;
    application.end = (base + size + 31u) & ~31u;
    divide(application.base, application.end, grants);
    ARMV8M_VTOR_NS = base;
    __asm__ volatile("msr msp_ns, %0\n\tmsr control_ns, %1" ::"r"(vectors[0]), "r"(0));
    prm_enter_nonsecure(vectors[1] & ~1u, address(prm_ld_stack_top));
    ARMV8M_STOP_HERE();
}

/* 1 if [at, at + len) is in [base, end); no sum that could wrap. */
static int within(uint32_t at, uint32_t len, uint32_t base, uint32_t end) {
    return at >= base && at < end && len <= end - at;
}

static prm_answer may(void *ctx, uint32_t at, uint32_t len, enum prm_caller_use use, prm_answer privileged) {
    (void)ctx;
    if (!within(at, len, BOARD_NS_RAM_BASE, NS_RAM_END) &&
        !(use == PRM_CALLER_READ && within(at, len, application.base, application.end)))
        return PRM_NO;
    return armv8m_is_nonsecure(at, len, use, privileged);
}

static void fetch(void *ctx, void *to, uint32_t at, uint32_t len) {
    (void)ctx;
    memcpy(to, (const void *)(uintptr_t)at, len);
}

static void store(void *ctx, uint32_t at, const void *from, uint32_t len) {
    (void)ctx;
    memcpy((void *)(uintptr_t)at, from, len);
}

const struct prm_caller prm_mps2_caller = {NULL, may, fetch, store};
