/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/rot/rot.h"
#include "firmware/wire/wire_update.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

/* Not .bss: a boot that finds something to run doesn't spend time on it. */
static struct wire_update taken __attribute__((section(".recovery")));

static const struct prm_update_platform platform = {
    .crypto = &rot_crypto,
    .flash = &prm_mps2_flash,
    .counter = &rot_counter,
    .layout = &prm_mps2_layout,
    .fuses = (const struct prm_fuses *)BOARD_FUSES_BASE,
    .trust = (const struct prm_trust *)(BOARD_ROM_BASE + BOARD_TRUST_OFF),
    .rules = &rot_workspace.rules,
    .trust_counter = &rot_trust_counter,
};

static void say(prm_result result) {
    say_result("rot: wire ", result);
}

/*
 * A transfer that goes on keeps the watchdog from its end. A line that is silent doesn't: the reset looks at the banks
 * again, for what kept them from running may have passed.
 */
static uint32_t now_ms(void) {
    static uint32_t received;

    if (taken.wire.received != received) {
        received = taken.wire.received;
        prm_mps2_watchdog_start(BOARD_ROOT_S);
    }
    return prm_mps2_now_ms();
}

void rot_recover(void) {
    prm_console_text("rot: wire open\n");
    if (wire_update_take(&taken, &platform, PRM_BANK_NONE, 0, now_ms, say) == PRM_OK)
        armv8m_reset();
    ARMV8M_STOP_HERE();
}
