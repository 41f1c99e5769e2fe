/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to whom: the root's own walls at its start, and the division of the board when it leaves. */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

extern uint32_t prm_ld_stack_top[]; /* from the linker script */

/* The SSE-200 security controller and the memory protection controllers, Secure aliases (Arm DDI 0571, DTO0051). */
#define SECCTL_SECRESPCFG ARMV8M_REG(0x50080010)
#define SECCTL_APBNSPPCEXP1 ARMV8M_REG(0x50080084)
enum { PPC_UART1 = 1 << 6 };

#define MPC_CTRL(mpc) ARMV8M_REG((mpc) + 0x00u)
#define MPC_BLK_MAX(mpc) ARMV8M_REG((mpc) + 0x10u)
#define MPC_BLK_IDX(mpc) ARMV8M_REG((mpc) + 0x18u)
#define MPC_BLK_LUT(mpc) ARMV8M_REG((mpc) + 0x1Cu)
#define MPC_SSRAM0 0x58007000u /* the ROM and the fuses */
#define MPC_SSRAM1 0x58008000u /* the root's RAM */
#define MPC_SSRAM2 0x58009000u /* the application's RAM */
#define MPC_CTRL_OPEN 0x110u   /* bus error on a violation; the block index advances by itself */
#define MPC_CTRL_LOCK 0x80000000u

#define UART0_CTRL ARMV8M_REG(BOARD_UART0_BASE + 0x8)
#define UART0_BAUDDIV ARMV8M_REG(BOARD_UART0_BASE + 0x10)
enum { UART_CTRL_TX = 1, UART_BAUDDIV = 20000000 / 115200 };

static const struct armv8m_region root_regions[] = {
    {BOARD_ROM_BASE, BOARD_ROM_BASE + BOARD_TRUST_OFF, ARMV8M_READ_EXECUTE, 0},
    {BOARD_ROM_BASE + BOARD_TRUST_OFF, BOARD_FUSES_BASE + BOARD_FUSES_SIZE, ARMV8M_READ, 0},
    {BOARD_ROT_RAM_BASE, BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE, ARMV8M_READ_WRITE, 0},
    {BOARD_REPORT_BASE, BOARD_REPORT_BASE + BOARD_REPORT_SIZE, ARMV8M_READ_WRITE, 0},
    {BOARD_FLASH_BASE, BOARD_FLASH_BASE + BOARD_FLASH_SIZE, ARMV8M_READ_WRITE, 0},
    {0x50000000, 0x60000000, ARMV8M_READ_WRITE, 1},
};
_Static_assert(BOARD_FUSES_BASE == BOARD_ROM_BASE + BOARD_ROM_SIZE, "one region covers the anchors and the fuses");

void prm_mps2_start(void) {
    armv8m_faults_start();
    armv8m_mpu_start(root_regions, sizeof root_regions / sizeof root_regions[0]);
    UART0_BAUDDIV = UART_BAUDDIV;
    UART0_CTRL = UART_CTRL_TX;
}

/* Traps unless equal; looks twice, the second time at the complement. */
static void require_equal(uint32_t a, uint32_t b) {
    if (prm_launder(a) != b)
        prm_trap();
    if (prm_launder(~a) != ~b)
        prm_trap();
}

/* 0 if the word is the one of a verified image, else all ones; no branch. */
static uint32_t spoil_of(uint32_t word) {
    const uint32_t d = prm_launder(word ^ PRM_WORD_RUN);

    return 0u - (prm_launder(d | (0u - d)) >> 31);
}

/* Where the slot's image must be; an address that no image has if there is no such slot. */
static uint32_t place_of(uint32_t slot) {
    if (slot >= PRM_BOOT_SLOTS)
        return UINT32_MAX;
    return (uint32_t)BOARD_FLASH_BASE + prm_mps2_map.slot_off[slot] + BOARD_SLOT_IMAGE_OFF;
}

static void give_ram(void) {
    const uint32_t last = MPC_BLK_MAX(MPC_SSRAM2);

    MPC_CTRL(MPC_SSRAM0) = MPC_CTRL_OPEN | MPC_CTRL_LOCK;
    MPC_CTRL(MPC_SSRAM1) = MPC_CTRL_OPEN | MPC_CTRL_LOCK;
    MPC_CTRL(MPC_SSRAM2) = MPC_CTRL_OPEN;
    MPC_BLK_IDX(MPC_SSRAM2) = 0;
    for (uint32_t i = 0; i <= last && i < BOARD_MPC_LUT_WORDS; i++)
        MPC_BLK_LUT(MPC_SSRAM2) = UINT32_MAX;
    MPC_CTRL(MPC_SSRAM2) = MPC_CTRL_OPEN | MPC_CTRL_LOCK;
}

/* The application gets its image, its RAM with the report, and its serial line. Everything else stays Secure. */
static void divide(uint32_t image, uint32_t image_size, uint32_t spoil) {
    give_ram();
    SECCTL_SECRESPCFG = 1;
    SECCTL_APBNSPPCEXP1 = PPC_UART1;
    armv8m_sau_open(0, image, (image + image_size + 31u) & ~31u, spoil);
    armv8m_sau_open(1, BOARD_NS_RAM_BASE, BOARD_REPORT_BASE + BOARD_REPORT_SIZE, spoil);
    armv8m_sau_open(2, BOARD_UART1_NS_BASE, BOARD_UART1_NS_BASE + 0x1000, spoil);
    armv8m_sau_start();
}

_Noreturn void prm_handover(const struct prm_boot_plan *plan) {
    const volatile struct prm_boot_plan *now = plan; /* each use is a load of its own */
    const uint32_t image = now->image_base ^ now->word;
    const uint32_t size = now->image_size;

    require_equal(image, place_of(now->slot));
    if (size < 8 || size > BOARD_SLOT_SIZE - BOARD_SLOT_IMAGE_OFF)
        prm_trap();
    divide(image, size, spoil_of(now->word));
    require_equal(now->word, PRM_WORD_RUN);

    const volatile uint32_t *vectors = (const volatile uint32_t *)(uintptr_t)image;
    ARMV8M_VTOR_NS = image;
    __asm__ volatile("msr msp_ns, %0\n\tmsr control_ns, %1" ::"r"(vectors[0]), "r"(0));
    /* A wrong word leaves address 0, which is not the application's. */
    prm_enter_nonsecure(vectors[1] & ~(spoil_of(now->word) | 1u), BOARD_ROT_RAM_BASE,
                        BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE, (uint32_t)(uintptr_t)prm_ld_stack_top);
    prm_trap();
}
