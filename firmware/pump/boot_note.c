/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/pump/boot_note.h"

#include "ports/armv8m/console.h"
#include "ports/mps2-an505/board.h"
#include "primum/boot_report.h"
#include "primum/fault_report.h"

static int is_report(const struct prm_boot_report *report) {
    return prm_boot_report_valid(report) && report->chosen < PRM_BOOT_SLOTS;
}

/* A product would keep it, and tell its maker. */
static void print_fault(void) {
    const struct prm_fault_report *const fault = (const struct prm_fault_report *)BOARD_FAULT_REPORT_BASE;

    if (!prm_fault_report_valid(fault))
        return;
    prm_console_text("pump: faults since power came on: ");
    prm_console_decimal(fault->count);
    prm_console_word(", the last with PC ", fault->pc);
    prm_console_word(", LR ", fault->lr);
    prm_console_put('\n');
}

void boot_note_print(void) {
    const struct prm_boot_report *const report = (const struct prm_boot_report *)BOARD_REPORT_BASE;

    if (!is_report(report)) {
        prm_console_text("pump: no valid boot report\n");
        return;
    }
    prm_console_text("pump: boot report valid, started from slot ");
    prm_console_put((char)('A' + report->chosen));
    prm_console_text(", sequence ");
    prm_console_decimal(report->slot[report->chosen].sequence);
    prm_console_text(", floor ");
    prm_console_decimal(report->floor);
    prm_console_put('\n');
    print_fault();
    if ((report->notes & PRM_BOOT_NOTE_REVOKED(report->chosen)) != 0)
        prm_console_text("pump: runs on, but its key is revoked: an update is needed\n");
}
