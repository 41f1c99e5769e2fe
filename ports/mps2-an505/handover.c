/* SPDX-License-Identifier: Apache-2.0 */
/* The root's own walls at its start, and how they are opened for the services when it leaves. */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/mpc.h"
#include "ports/mps2-an505/port.h"

#define UART0_CTRL ARMV8M_REG(BOARD_UART0_BASE + 0x8)
#define UART0_BAUDDIV ARMV8M_REG(BOARD_UART0_BASE + 0x10)
enum { UART_CTRL_TX = 1 };

#define FLASH_END (BOARD_FLASH_BASE + BOARD_FLASH_SIZE)

/* Region 0 is the flash, which the hand-over divides; those behind the root's are free then. */
static const struct armv8m_region root_regions[] = {
    {BOARD_FLASH_BASE, FLASH_END, ARMV8M_READ_WRITE, 0},
    {BOARD_ROM_BASE, BOARD_ROM_BASE + BOARD_TRUST_OFF, ARMV8M_READ_EXECUTE, 0},
    {BOARD_ROM_BASE + BOARD_TRUST_OFF, BOARD_FUSES_BASE + BOARD_FUSES_SIZE, ARMV8M_READ, 0},
    {BOARD_ROT_RAM_BASE, BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE, ARMV8M_READ_WRITE, 0},
    {BOARD_HANDOFF_BASE, BOARD_SERVICES_RAM_BASE + BOARD_SERVICES_RAM_SIZE, ARMV8M_READ_WRITE, 0},
    {BOARD_REPORT_BASE, BOARD_REPORT_BASE + BOARD_REPORT_SIZE, ARMV8M_READ_WRITE, 0},
    {0x50000000, 0x60000000, ARMV8M_READ_WRITE, 1},
};
enum { REGION_FLASH = 0, REGIONS = sizeof root_regions / sizeof root_regions[0], REGION_IMAGE, REGION_FLASH_REST };
_Static_assert(BOARD_FUSES_BASE == BOARD_ROM_BASE + BOARD_ROM_SIZE, "one region covers the anchors and the fuses");

/* The count of resets, kept as the hand-over's page is over a reset; RAM that was off holds none. */
static void keep_resets(volatile struct prm_handoff *handoff) {
    const uint32_t resets = handoff->resets;
    const uint32_t kept = handoff->resets_not == ~resets ? resets : 0;

    /*
     * Over a reset the page says what the boot before said. If a store of tell_services() is lost, that boot's application
     * would be started; this line leaves nothing of it there.
     */
    prm_wipe((void *)BOARD_HANDOFF_BASE, sizeof(struct prm_handoff));
    handoff->resets = kept;
    handoff->resets_not = ~kept;
}

void prm_mps2_start(void) {
    prm_mps2_watchdog_start(BOARD_ROOT_S);
    armv8m_faults_start();
    armv8m_mpu_start(root_regions, REGIONS);
    /*
     * Made from a number that the compiler can't see, so that the address is not on the stack while the MPU is off: if one bit of a return
     * address is changed then, the end of another function may take what is there for its return, and run what RAM held before.
     */
    keep_resets((volatile struct prm_handoff *)prm_launder(BOARD_HANDOFF_BASE));
    UART0_BAUDDIV = BOARD_CORE_HZ / 115200;
    UART0_CTRL = UART_CTRL_TX;
}

/* Traps unless equal. If the first comparison or its branch is lost, the second one, of the complements, still traps. */
static void require_equal(uint32_t a, uint32_t b) {
    if (prm_launder(a) != b)
        prm_trap();
    if (prm_launder(~a) != ~b)
        prm_trap();
}

enum { APP = 0, SERVICES = 1, COMPONENTS = 2 };

static void tell_services(const volatile struct prm_boot_plan *plan) {
    volatile struct prm_handoff *const handoff = (volatile struct prm_handoff *)BOARD_HANDOFF_BASE;

    handoff->magic = PRM_HANDOFF_MAGIC;
    handoff->bank = plan->bank;
    handoff->app_base = plan->app_base;
    handoff->app_size = plan->app_size;
    handoff->trial = plan->trial;
    handoff->version = PRM_HANDOFF_VERSION;
    handoff->sequence = plan->sequence;
    /*
     * The services start the application at this address without checking it again. If a store above is lost, the address that
     * stands there is 0 (keep_resets() wiped the page); this line traps on any other than that of the bank which they are told
     * they run from. If only that bank were another, their next update would go over the one that runs.
     */
    if (handoff->app_base != 0)
        require_equal(handoff->app_base, prm_handover_place(&prm_mps2_layout, handoff->bank, APP));
}

/* Makes the verified bytes of the image executable, and no others of the flash. With a wrong word the region stays off. */
static void open_image(uint32_t image, uint32_t size, uint32_t spoil) {
    const uint32_t end = (image + size + 31u) & ~31u;

    armv8m_mpu_set(REGION_FLASH, &(struct armv8m_region){BOARD_FLASH_BASE, image, ARMV8M_READ_WRITE, 0}, 0);
    armv8m_mpu_set(REGION_IMAGE, &(struct armv8m_region){image, end, ARMV8M_READ_EXECUTE, 0}, spoil);
    armv8m_mpu_set(REGION_FLASH_REST, &(struct armv8m_region){end, FLASH_END, ARMV8M_READ_WRITE, 0}, 0);
}

_Noreturn void prm_handover(const struct prm_boot_plan *plan) {
    /* Each use is a load of its own: if one load is lost or disturbed, the others still read the plan. */
    const volatile struct prm_boot_plan *now = plan;
    const uint32_t image = prm_handover_address(now);
    const uint32_t size = now->image_size;

    require_equal(image, prm_handover_place(&prm_mps2_layout, now->bank, SERVICES));
    if (size < 8 || size > BOARD_SERVICES_SIZE)
        prm_trap();
    tell_services(now);
    /* ROM, fuses and Secure RAM stay Secure until the reset, whatever the services do. */
    MPC_CTRL(MPC_SSRAM0) = MPC_CTRL_OPEN | MPC_CTRL_LOCK;
    MPC_CTRL(MPC_SSRAM1) = MPC_CTRL_OPEN | MPC_CTRL_LOCK;
    /* The services get the root's time once more, in which they check what the root did; a trial's begins after it. */
    prm_mps2_watchdog_start(BOARD_ROOT_S);
    open_image(image, size, prm_handover_spoil(now->word, COMPONENTS));
    require_equal(now->word, prm_boot_word_run(COMPONENTS));
    /*
     * If the register with the address is changed after its check, the MPU opens another place; the vectors are taken from an
     * address that is computed once more, which is not executable then, and the core faults.
     */
    const volatile uint32_t *vectors = (const volatile uint32_t *)(uintptr_t)prm_handover_address(now);
    /* If both comparisons above are lost, a wrong word makes the entry 0: the MPU opens nothing there, and the core faults. */
    prm_enter_services(vectors[1] & ~prm_handover_spoil(now->word, COMPONENTS), BOARD_ROT_RAM_BASE,
                       BOARD_ROT_RAM_BASE + BOARD_ROT_RAM_SIZE, vectors[0]);
    prm_trap();
}
