/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/probe/calls.h"

#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "ports/mps2-an505/board.h"
#include "primum/alive.h"
#include "primum/update.h"
#include "psa/update.h"

#define RAM_END (BOARD_REPORT_BASE + BOARD_REPORT_SIZE)
#define IMAGE (BOARD_FLASH_BASE + APP_SLOT_OFF + BOARD_APP_OFF)
#define OTHER_BANK (BOARD_FLASH_BASE + (APP_SLOT_OFF ^ BOARD_SLOT_A_OFF ^ BOARD_SLOT_B_OFF))

/* Pointers that are not the application's to give: as output for a query, and as input for a write. */
static const struct {
    const char *name;
    uint32_t address;
} pointers[] = {
    {"NULL", 0},
    {"services RAM", BOARD_SERVICES_RAM_BASE + 0x2400},
    {"services RAM, Non-secure alias", (BOARD_SERVICES_RAM_BASE + 0x2400) & ~0x10000000u},
    {"services stack", BOARD_SERVICES_RAM_BASE + 0x1F80},
    {"hand-over", BOARD_HANDOFF_BASE},
    {"root RAM", BOARD_ROT_RAM_BASE},
    {"trust anchors", BOARD_ROM_BASE + BOARD_TRUST_OFF},
    {"fuses", BOARD_FUSES_BASE},
    {"device key", BOARD_KEY_BASE},
    {"journal", BOARD_FLASH_BASE + BOARD_JOURNAL_OFF},
    {"services' image", BOARD_FLASH_BASE + APP_SLOT_OFF + BOARD_SERVICES_OFF},
    {"door", BOARD_DOOR},
    {"own envelope", BOARD_FLASH_BASE + APP_SLOT_OFF},
    {"other bank", OTHER_BANK + BOARD_APP_OFF},
    {"own RAM, Secure alias", BOARD_NS_RAM_BASE | 0x10000000},
    {"before own RAM", BOARD_NS_RAM_BASE - 8},
    {"over the end of own RAM", RAM_END - 8},
    {"over the end of memory", 0xFFFFFFF8},
    {"before own image", IMAGE - 8},
    {"console", BOARD_UART1_NS_BASE},
    {"EEPROM bus", BOARD_EEPROM_I2C_BASE},
    {"system control space", 0xE000ED00},
};
enum { POINTERS = sizeof pointers / sizeof pointers[0] };

static uint32_t made;
static uint32_t right;

static void *pointer(uint32_t address) {
    return (void *)(uintptr_t)address;
}

/* The state, by a good call: so each attack is followed by a proof that the services are alive. 255: they aren't. */
static uint32_t state(void) {
    psa_fwu_component_info_t info;

    return psa_fwu_query(0, &info) == PSA_SUCCESS && info.max_size != 0 ? info.state : 255;
}

static void expect(const char *what, const char *with, psa_status_t got, psa_status_t want, uint32_t state_after) {
    const uint32_t now = state();

    made++;
    if (got == want && now == state_after) {
        right++;
        return;
    }
    prm_console_text("probe: WRONG  ");
    prm_console_text(what);
    prm_console_text(with);
    prm_console_word(" returned ", (uint32_t)got);
    prm_console_word(", state ", now);
    prm_console_put('\n');
}

static void try_pointers(void) {
    expect("start", "", psa_fwu_start(0, NULL, 0), PSA_SUCCESS, PSA_FWU_WRITING);
    for (uint32_t i = 0; i < POINTERS; i++) {
        expect("query to ", pointers[i].name, psa_fwu_query(0, pointer(pointers[i].address)),
               PSA_ERROR_INVALID_ARGUMENT, PSA_FWU_WRITING);
        expect("write from ", pointers[i].name, psa_fwu_write(0, 0, pointer(pointers[i].address), 64),
               PSA_ERROR_INVALID_ARGUMENT, PSA_FWU_WRITING);
    }
    expect("query to ", "own image", psa_fwu_query(0, pointer(IMAGE)), PSA_ERROR_INVALID_ARGUMENT, PSA_FWU_WRITING);
    expect("cancel", "", psa_fwu_cancel(0), PSA_SUCCESS, PSA_FWU_FAILED);
    expect("clean", "", psa_fwu_clean(0), PSA_SUCCESS, PSA_FWU_READY);
}

static void try_lengths(void) {
    static uint8_t own[PSA_FWU_MAX_WRITE_SIZE + 1];
    static const size_t lengths[] = {0,          PSA_FWU_MAX_WRITE_SIZE + 1,   0x7FFFFFFF, 0x80000000,
                                     0xFFFFFFFF, (size_t)0 - BOARD_NS_RAM_BASE};
    static const size_t offsets[] = {1, 0x7FFFFFFF, 0xFFFFFFFF};

    (void)psa_fwu_start(0, NULL, 0);
    for (uint32_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        expect("write of a bad length", "", psa_fwu_write(0, 0, own, lengths[i]), PSA_ERROR_INVALID_ARGUMENT,
               PSA_FWU_WRITING);
    for (uint32_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++)
        expect("write at a bad offset", "", psa_fwu_write(0, offsets[i], own, 16), PSA_ERROR_INVALID_ARGUMENT,
               PSA_FWU_WRITING);
    /* Its own image may be read, and is no release. */
    expect("write of its own image", "", psa_fwu_write(0, 0, pointer(IMAGE), 64), PSA_ERROR_INVALID_ARGUMENT,
           PSA_FWU_FAILED);
    expect("clean", "", psa_fwu_clean(0), PSA_SUCCESS, PSA_FWU_READY);
}

static void try_order(void) {
    static const uint8_t byte;

    expect("write before start", "", psa_fwu_write(0, 0, &byte, 1), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("finish before start", "", psa_fwu_finish(0), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("cancel before start", "", psa_fwu_cancel(0), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("clean before start", "", psa_fwu_clean(0), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("install before start", "", psa_fwu_install(), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("reject before start", "", psa_fwu_reject(0), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("accept before start", "", psa_fwu_accept(), PSA_ERROR_BAD_STATE, PSA_FWU_READY);
    expect("reboot without consent", "", psa_fwu_request_reboot(), PSA_ERROR_NOT_PERMITTED, PSA_FWU_READY);
    expect("a sign of life", "", primum_alive(), PSA_SUCCESS, PSA_FWU_READY);
    expect("conditions of another shape", "", primum_update_conditions(2, 80, 0, 0), PSA_ERROR_INVALID_ARGUMENT,
           PSA_FWU_READY);
    expect("another component", "", psa_fwu_start(2, NULL, 0), PSA_ERROR_DOES_NOT_EXIST, PSA_FWU_READY);
    expect("a manifest from the services", "", psa_fwu_start(0, pointer(BOARD_SERVICES_RAM_BASE), 64),
           PSA_ERROR_INVALID_ARGUMENT, PSA_FWU_READY);
}

/*
 * An interrupt of ours comes while a call is under way, calls in, and changes what that call was given: it is turned away, as from
 * any interrupt, and the call has seen either the old bytes or the new.
 */
static volatile uint32_t calling;
static volatile uint32_t interrupts;
static volatile uint32_t during;
static volatile uint32_t strange;
static uint8_t changing[PSA_FWU_MAX_WRITE_SIZE] = {0xD8, 0x6B, 0xA2, 0x02,
                                                   0x59, 0x0F, 0xFF}; /* how a release may begin */

void app_on_tick(void) {
    psa_fwu_component_info_t info;
    const psa_status_t status = psa_fwu_query(0, &info);

    interrupts++;
    during += calling;
    strange += status != PSA_ERROR_NOT_PERMITTED;
    changing[0] ^= 0xFF;
}

static void write_changing(void) {
    calling = 1;
    const psa_status_t status = psa_fwu_write(0, 0, changing, sizeof changing);

    calling = 0;
    strange += status != PSA_SUCCESS && status != PSA_ERROR_INVALID_ARGUMENT;
    if (status == PSA_ERROR_INVALID_ARGUMENT) {
        strange += psa_fwu_clean(0) != PSA_SUCCESS;
        strange += psa_fwu_start(0, NULL, 0) != PSA_SUCCESS;
    }
}

static void try_interrupts(void) {
    enum { TICKS = 20, CALLS_MAX = 1000000 };

    (void)psa_fwu_start(0, NULL, 0);
    app_tick_start();
    for (uint32_t i = 0; i < CALLS_MAX && interrupts < TICKS; i++)
        write_changing();
    app_tick_stop();
    (void)psa_fwu_cancel(0);
    (void)psa_fwu_clean(0);
    expect("calls from an interrupt", "", strange == 0 && during > 0 ? PSA_SUCCESS : PSA_ERROR_GENERIC_ERROR,
           PSA_SUCCESS, PSA_FWU_READY);
    prm_console_text("probe: ");
    prm_console_decimal(interrupts);
    prm_console_text(" calls from interrupts turned away, ");
    prm_console_decimal(during);
    prm_console_text(" of them during a call\n");
}

void calls_try(void) {
    try_order();
    try_pointers();
    try_lengths();
    try_interrupts();
    prm_console_text("probe: ");
    prm_console_decimal(made);
    prm_console_text(" calls, ");
    prm_console_decimal(right);
    prm_console_text(" as specified\n");
}
