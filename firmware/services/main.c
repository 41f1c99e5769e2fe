/* SPDX-License-Identifier: Apache-2.0 */
/* The services: Secure, updatable, started by the root. They start the application and are there when it calls. */
#include "firmware/services/grants.h"
#include "firmware/services/services.h"
#include "firmware/wire/wire_update.h"
#include "ports/armv8m/armv8m.h"
#include "ports/armv8m/console.h"
#include "ports/armv8m/door.h"
#include "ports/armv8m/fault_report.h"
#include "ports/eeprom/eeprom_counter.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"
#include "trust/trust_store.h"

const char prm_fault_name[] = "services";

/* The device must not stand still: the next boot decides anew, and a trial has one boot less. */
void prm_fault_own(void) {
    armv8m_reset();
    ARMV8M_STOP_HERE();
}

/* From the linker script. */
extern const uint32_t prm_ld_image_start[], prm_ld_image_end[], prm_ld_stack_limit[], prm_ld_bss_end[];

const struct armv8m_faults prm_faults = {
    .memory = &prm_mps2_caller,
    .report = (struct prm_fault_report *)BOARD_FAULT_REPORT_BASE,
    .boot = &((const struct prm_handoff *)BOARD_HANDOFF_BASE)->boots,
    .code = prm_ld_image_start,
    .code_end = prm_ld_image_end,
    .stack = prm_ld_stack_limit,
    .stack_end = prm_ld_bss_end,
};
_Static_assert(BOARD_REPORT_BASE + sizeof(struct prm_boot_report) <= BOARD_FAULT_REPORT_BASE &&
                   BOARD_FAULT_REPORT_BASE + sizeof(struct prm_fault_report) <= BOARD_REPORT_BASE + BOARD_REPORT_SIZE,
               "both reports fit their page");

/* Releases come from the application, or, where there is none, from the wire: never both between two resets. */
static union {
    struct prm_fwu service;
    struct wire_update wire;
} taker;
static struct prm_trust_rules rules;

/* Each read mends what a cut left half done, so that the redundancy is whole after each start. */
static const struct prm_eeprom eeprom = {(void *)&prm_mps2_eeprom, prm_at24_read, prm_at24_write, &services_crypto};
static const struct prm_eeprom_counter floor_at = {{&eeprom, BOARD_COUNTER_OFF, PRM_EEPROM_FLOOR, PRM_EEPROM_VALUE_SIZE}, 1};
static const struct prm_eeprom_counter trust_floor_at = {{&eeprom, BOARD_TRUST_COUNTER_OFF, PRM_EEPROM_TRUST, PRM_EEPROM_VALUE_SIZE}, 0};
static const struct prm_counter counter = {(void *)&floor_at, prm_eeprom_counter_read_mending,
                                           prm_eeprom_counter_advance_to};
static const struct prm_counter trust_counter = {(void *)&trust_floor_at, prm_eeprom_counter_read_mending,
                                                 prm_eeprom_counter_advance_to};

static struct prm_update_platform platform = {
    .crypto = &services_crypto,
    .flash = &prm_mps2_flash,
    .counter = &counter,
    .layout = &prm_mps2_layout,
    .fuses = (const struct prm_fuses *)BOARD_FUSES_BASE,
    .trust = (const struct prm_trust *)(BOARD_ROM_BASE + BOARD_TRUST_OFF),
    .rules = &rules,
    .trust_counter = &trust_counter,
};

static const struct prm_handoff *const handoff = (const struct prm_handoff *)BOARD_HANDOFF_BASE;

static void say_of(const char *what, prm_result result) {
    prm_console_text(what);
    if (result == PRM_OK) {
        prm_console_text("ok\n");
        return;
    }
    for (unsigned i = 0; i < 3; i++)
        prm_console_put((char)(result >> (8 * i)));
    prm_console_decimal(result >> 24);
    prm_console_put('\n');
}

static void say(prm_result result) {
    say_of("services: wire ", result);
}

/* The rules that releases are judged by from now on: none permit nothing. A slot that lost its copy gets one. */
static void know_rules(void) {
    uint8_t payload[PRM_TRUST_PAYLOAD_MAX];
    const struct prm_trust_source source = {platform.crypto, platform.flash, platform.layout,  platform.fuses,
                                            platform.trust,  payload,        platform.counter, platform.trust_counter};

    prm_result result = prm_trust_find(&source, &rules);
    if (result == PRM_OK)
        result = prm_trust_mend(&source, &rules);
    prm_console_text("services: trust ");
    prm_console_decimal(rules.trust.number);
    prm_console_text(result == PRM_OK ? "\n" : ", fails\n");
}

/* A transfer that goes on keeps the watchdog from its end; a line that is silent doesn't. */
static uint32_t now_ms(void) {
    static uint32_t received;

    if (taker.wire.wire.received != received) {
        received = taker.wire.wire.received;
        prm_mps2_watchdog_start(BOARD_ROOT_S);
    }
    return prm_mps2_now_ms();
}

/* The root has brought back the services alone: a whole release comes over the wire, into the other bank. */
static void complete(void) {
    prm_console_text("services: no application, wire open\n");
    if (wire_update_take(&taker.wire, &platform, handoff->bank, handoff->sequence, now_ms, say) == PRM_OK)
        armv8m_reset();
    ARMV8M_STOP_HERE();
}

/* A table that can't be granted is a fault of the product's build: said, and nothing is started with half of it. */
static void start_application(void) {
    const char *const wrong = prm_mps2_grants_wrong(&services_grants);

    if (wrong != NULL) {
        prm_console_text("services: the table of grants is wrong: ");
        prm_console_text(wrong);
        prm_console_put('\n');
        prm_trap();
    }
    prm_mps2_start_application(handoff->app_base, handoff->app_size, &services_grants);
}

void prm_walls(void) {
    prm_mps2_services_start();
}

void prm_main(void) {
    if (prm_handoff_is_ours(handoff) != PRM_YES) {
        prm_console_text("services: the root speaks of the hand-over in another number\n");
        prm_trap();
    }
    if (handoff->bank >= PRM_BANKS)
        prm_trap();
    const prm_result random = services_random_start();
    prm_console_text("services: bank ");
    prm_console_put((char)('A' + handoff->bank));
    prm_console_text(handoff->trial != PRM_NO ? ", on trial" : "");
    platform.opener = services_opener();
    prm_console_text(platform.opener == NULL ? ", no key\n" : "\n");
    say_of("services: random numbers, source emulated: ", random);
    know_rules();
    if (handoff->app_base == 0)
        complete();
    if (prm_fwu_init(&taker.service, &platform, handoff->bank, handoff->sequence) != PRM_OK)
        prm_console_text("services: storage fails\n");
    services_update_start(&taker.service, handoff->trial);
    armv8m_door_open(BOARD_DOOR, services_table, services_table_count, &prm_mps2_caller, BOARD_DOOR_SLICE);
    start_application();
    ARMV8M_STOP_HERE();
}
