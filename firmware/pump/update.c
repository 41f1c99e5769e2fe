/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/pump/update.h"

#include "firmware/wire/wire.h"
#include "ports/armv8m/console.h"
#include "ports/mps2-an505/app.h"
#include "primum/alive.h"
#include "primum/update.h"
#include "psa/update.h"

enum { BATTERY_PERCENT = 80, BATTERY_MWH = 8000, RELEASE_MAX = 4 << 20 };

static struct wire wire;
static uint32_t offset;    /* of the release on the wire */
static uint32_t refused;   /* the service's refusal was reported */
static uint32_t candidate; /* a release waits to be installed */
static uint32_t trust;     /* a trust manifest waits for the next start */
static uint32_t trust_came; /* the last file was one */

/* What the service answered, for people: the device's own word as its three letters and number. */
static void say_status(const char *what, psa_status_t status) {
    psa_fwu_component_info_t info;

    prm_console_text("pump: ");
    prm_console_text(what);
    prm_console_text(" -");
    prm_console_decimal((uint32_t)-status);
    if (psa_fwu_query(0, &info) == PSA_SUCCESS && info.impl.reason != 0) {
        prm_console_put(' ');
        for (unsigned i = 0; i < 3; i++)
            prm_console_put((char)(info.impl.reason >> (8 * i)));
        prm_console_decimal(info.impl.reason >> 24);
    }
    prm_console_put('\n');
}

static uint32_t state(void) {
    psa_fwu_component_info_t info;

    return psa_fwu_query(0, &info) == PSA_SUCCESS ? info.state : PSA_FWU_FAILED;
}

static prm_answer answer(const char *what, psa_status_t status) {
    if (status == PSA_SUCCESS)
        return PRM_YES;
    say_status(what, status);
    return PRM_NO;
}

/* A download that was broken off goes on: a release sent again from its beginning isn't written twice. */
static prm_answer begin(void *ctx) {
    (void)ctx;
    offset = 0;
    if (state() == PSA_FWU_WRITING)
        return PRM_YES;
    if (state() == PSA_FWU_FAILED || state() == PSA_FWU_UPDATED)
        (void)psa_fwu_clean(0);
    prm_console_text("pump: an update comes in\n");
    return answer("update refused", psa_fwu_start(0, NULL, 0));
}

static prm_answer data(void *ctx, prm_span bytes) {
    (void)ctx;
    const prm_answer taken = answer("update refused", psa_fwu_write(0, offset, bytes.ptr, bytes.len));
    offset += (uint32_t)bytes.len;
    return taken;
}

static prm_answer end(void *ctx) {
    (void)ctx;
    const psa_status_t status = psa_fwu_finish(0);
    trust_came = status == PSA_SUCCESS_REBOOT;
    if (trust_came != 0) {
        prm_console_text("pump: trust manifest kept, in force from the next restart\n");
        return PRM_YES;
    }
    if (answer("update incomplete", status) != PRM_YES)
        return PRM_NO;
    prm_console_text("pump: update complete and authentic\n");
    return PRM_YES;
}

static const struct wire_sink sink = {NULL, begin, data, end};

void update_begin(void) {
    wire_start(&wire, &sink, RELEASE_MAX, 0);
    candidate = state() == PSA_FWU_CANDIDATE;
    if (state() != PSA_FWU_TRIAL)
        return;
    prm_console_text("pump: on trial, checking itself\n");
    if (selfcheck() != 0) {
        if (answer("accept failed", psa_fwu_accept()) == PRM_YES)
            prm_console_text("pump: accepted\n");
        return;
    }
    (void)psa_fwu_reject(PSA_ERROR_GENERIC_ERROR);
    prm_console_text("pump: rejected itself\n");
    (void)primum_update_conditions(1, BATTERY_PERCENT, BATTERY_MWH, 0);
    (void)psa_fwu_request_reboot();
}

/* The service is asked in any case: it is the one that knows whether it is permitted. */
static void try_install(uint32_t infusing) {
    (void)primum_update_conditions(infusing == 0, BATTERY_PERCENT, BATTERY_MWH, 0);
    const psa_status_t status = psa_fwu_install();
    if (status == PSA_SUCCESS_REBOOT) {
        prm_console_text("pump: update staged, restarting\n");
        (void)psa_fwu_request_reboot();
    }
    if (status != PSA_ERROR_NOT_PERMITTED || refused == 0)
        say_status("not installed now", status);
    refused = 1;
}

/* New trust needs a restart and nothing installed. */
static void try_restart(uint32_t infusing) {
    (void)primum_update_conditions(infusing == 0, BATTERY_PERCENT, BATTERY_MWH, 0);
    if (psa_fwu_request_reboot() != PSA_SUCCESS && refused == 0)
        prm_console_text("pump: not restarted now\n");
    refused = 1;
}

void update_tick(uint32_t infusing) {
    (void)primum_alive();
    const enum wire_event event = wire_poll(&wire, app_ticks() * APP_TICK_MS);

    if (event == WIRE_FAILED)
        prm_console_text("pump: transfer ended\n");
    if (event == WIRE_TAKEN) {
        trust |= trust_came;
        candidate |= trust_came == 0;
        refused = 0;
    }
    if (candidate != 0)
        try_install(infusing);
    else if (trust != 0)
        try_restart(infusing);
}
