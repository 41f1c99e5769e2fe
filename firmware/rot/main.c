/* SPDX-License-Identifier: Apache-2.0 */
/* The immutable root of trust: decides what runs, says so, and hands over or stays. */
#include "base/endian.h"
#include "firmware/rot/rot.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"

struct prm_boot_workspace rot_workspace;
static struct prm_boot_plan plan;

const char prm_fault_name[] = "root";

/* A fault of the root itself is a disturbance. */
void prm_fault_own(void) {
    prm_trap();
}

#define PRM_X(name, a, b, c, n, text) _Static_assert((n) < 10, "one digit is said of it");
PRM_RESULTS(PRM_X)
#undef PRM_X

void say_result(const char *what, prm_result result) {
    prm_console_text(what);
    if (result == PRM_OK) {
        prm_console_text("ok\n");
        return;
    }
    for (unsigned i = 0; i < 3; i++)
        prm_console_put((char)(result >> (8 * i)));
    prm_console_put((char)('0' + (result >> 24)));
    prm_console_put('\n');
}

/* For people first; the last line is the report itself in hexadecimal, for `primum device`. */
static void say_report(const struct prm_boot_report *report) {
    const uint8_t *bytes = (const uint8_t *)report;

    say_result("rot: slot A ", report->slot[0].result);
    say_result("rot: slot B ", report->slot[1].result);
    prm_console_text("rot: report ");
    for (unsigned i = 0; i < sizeof *report; i += 4)
        prm_console_word("", prm_load_be32(bytes + i));
    prm_console_put('\n');
}

static volatile struct prm_handoff *const handoff = (volatile struct prm_handoff *)BOARD_HANDOFF_BASE;

/*
 * A part that doesn't answer may answer at the next start: three resets at once, counted; after those the watchdog makes
 * one each time its budget ends. The device doesn't sleep for good.
 */
enum { RESETS_AT_ONCE = 3 };

static void try_again(void) {
    const uint32_t before = handoff->resets;

    handoff->resets = before + 1u;
    handoff->resets_not = ~(before + 1u);
    if (before < RESETS_AT_ONCE)
        armv8m_reset();
}

void prm_walls(void) {
    prm_mps2_start();
}

void prm_main(void) {
    struct prm_boot_report *const report = (struct prm_boot_report *)BOARD_REPORT_BASE;

    prm_console_text("rot: primum\n");
    handoff->boots = rot_count_start();
    const prm_result result = prm_boot_run(&rot_platform, &rot_workspace, report, &plan);
    report->boots = handoff->boots;
    report->resets = handoff->resets;
    prm_boot_seal(report);
    say_report(report);
    if (prm_launder(result) == PRM_OK && prm_launder(~result) == (uint32_t)~PRM_OK) {
        prm_console_text("rot: run ");
        prm_console_put((char)('A' + (plan.bank & 1u)));
        prm_console_put('\n');
        prm_handover(&plan);
    }
    say_result("rot: recovery ", result);
    if (result == PRM_ERR_COUNTER_IO)
        try_again();
    /* Without identity, anchors or counters nothing can be judged; without rules, the manifest that has them can. */
    if (result == PRM_ERR_NOTHING_TO_RUN || result == PRM_ERR_TRUST_NONE)
        rot_recover();
    prm_recovery_halt();
    ARMV8M_STOP_HERE();
}
