/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A test application, signed like any other: tries what it must not be able to do, one attempt after the other. A fault
 * goes to the root, which resets the system; the probe finds in its retained memory what it was at, notes it as blocked
 * and goes on. Its own image, RAM and the boot report are tried first: those must work, or the rest proves nothing. An attempt counts
 * if the Secure side bears witness that its address is live (witness.h), and the report of the fault names a wall.
 */
#include "firmware/probe/attempts.h"
#include "firmware/probe/calls.h"
#include "firmware/probe/witness.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "ports/mps2-an505/board.h"
#include "primum/alive.h"
#include "primum/fault_report.h"

enum { MAX_ATTEMPTS = 64, MAGIC = 0x45425250, BLOCKED = 1, NOT_BLOCKED = 2 };

/* Survives a reset. */
static struct {
    uint32_t magic;
    uint32_t at; /* the attempt under way */
    uint32_t outcome[MAX_ATTEMPTS];
} retained __attribute__((section(".noinit")));

static uint32_t word_at(uint32_t address) {
    return *(const volatile uint32_t *)(uintptr_t)address;
}

/* What is the application's own, and is never zero. */
static void print_control(void) {
    const uint32_t works = word_at(BOARD_FLASH_BASE + APP_SLOT_OFF + BOARD_APP_OFF) != 0 &&
                           word_at(BOARD_REPORT_BASE) != 0 && retained.magic == MAGIC;

    prm_console_text(works != 0 ? "probe: control: own image, RAM and report are accessible\n"
                                : "probe: control FAILED\n");
}

/* For the door, that it answers is the witness. */
static uint32_t is_live(uint32_t i) {
    if (WITNESS->magic != WITNESS_MAGIC || WITNESS->count != attempts_count)
        return 0;
    return WITNESS->live[i] == 1 && (attempts[i].kind != ATTEMPT_DOOR || primum_alive() == PSA_SUCCESS);
}

/* What a fault at a wall between the worlds looks like: refused by SAU, MPC or PPC, or a branch that is no way in. */
static uint32_t names_a_wall(const struct prm_fault_report *report) {
    enum { SFSR_WALLS = 0x1F, CFSR_BUS = 0x300, CFSR_INVPC = 0x40000 };

    return prm_fault_report_valid(report) && report->who == PRM_FAULT_APPLICATION && report->exception != 2 &&
           ((report->sfsr & SFSR_WALLS) != 0 || ((report->cfsr | report->cfsr_ns) & (CFSR_BUS | CFSR_INVPC)) != 0);
}

static void print_outcome(uint32_t i) {
    prm_console_text(retained.outcome[i] == BLOCKED ? "probe: blocked      " : "probe: NOT BLOCKED  ");
    prm_console_text(attempts[i].name);
    prm_console_text(is_live(i) != 0 ? "\n" : ", NOT LIVE\n");
}

static void print_summary(void) {
    uint32_t blocked = 0;
    uint32_t live = 0;

    for (uint32_t i = 0; i < attempts_count; i++) {
        print_outcome(i);
        live += is_live(i);
        blocked += is_live(i) != 0 && retained.outcome[i] == BLOCKED;
    }
    prm_console_text("probe: ");
    prm_console_decimal(attempts_count);
    prm_console_text(" attempts, ");
    prm_console_decimal(live);
    prm_console_text(" live, ");
    prm_console_decimal(blocked);
    prm_console_text(" blocked\n");
}

static void try_next(void) {
    const struct attempt *const attempt = &attempts[retained.at];

    prm_console_text("probe: try ");
    prm_console_text(attempt->name);
    prm_console_put('\n');
    retained.outcome[retained.at] = attempt_do(attempt) != 0 ? BLOCKED : NOT_BLOCKED;
    retained.at++;
}

void app_main(void) {
    if (retained.magic == MAGIC && retained.at < attempts_count) {
        /* That attempt ended here. */
        retained.outcome[retained.at] =
            names_a_wall((const struct prm_fault_report *)BOARD_FAULT_REPORT_BASE) != 0 ? BLOCKED : NOT_BLOCKED;
        retained.at++;
    } else {
        retained.magic = MAGIC;
        retained.at = 0;
        print_control();
        calls_try();
    }
    while (retained.at < attempts_count && retained.at < MAX_ATTEMPTS)
        try_next();
    retained.magic = 0;
    print_summary();
}
