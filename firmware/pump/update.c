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
static uint32_t candidate; /* a release, or a trust manifest, waits to be installed */
static psa_fwu_component_t coming; /* what the file on the wire is for */

/* What the service answered, for people: the device's own word as its three letters and number. */
static void say_status(const char *what, psa_status_t status) {
    psa_fwu_component_info_t info;

    prm_console_text("pump: ");
    prm_console_text(what);
    prm_console_text(" -");
    prm_console_decimal((uint32_t)-status);
    if (psa_fwu_query(coming, &info) == PSA_SUCCESS && info.impl.reason != 0) {
        prm_console_put(' ');
        for (unsigned i = 0; i < 3; i++)
            prm_console_put((char)(info.impl.reason >> (8 * i)));
        prm_console_decimal(info.impl.reason >> 24);
    }
    prm_console_put('\n');
}

static uint32_t state_of(psa_fwu_component_t component) {
    psa_fwu_component_info_t info;

    return psa_fwu_query(component, &info) == PSA_SUCCESS ? info.state : PSA_FWU_FAILED;
}

static prm_answer answer(const char *what, psa_status_t status) {
    if (status == PSA_SUCCESS)
        return PRM_YES;
    say_status(what, status);
    return PRM_NO;
}

/* A trust manifest is smaller than any release. */
static psa_fwu_component_t component_of(uint32_t size) {
    psa_fwu_component_info_t info;

    return psa_fwu_query(PRIMUM_FWU_TRUST, &info) == PSA_SUCCESS && size <= info.max_size ? PRIMUM_FWU_TRUST
                                                                                         : PRIMUM_FWU_RELEASE;
}

/* Makes room for what comes: a download of the other kind that was broken off is in its way. */
static void make_room(void) {
    const psa_fwu_component_t other = coming == PRIMUM_FWU_TRUST ? PRIMUM_FWU_RELEASE : PRIMUM_FWU_TRUST;

    if (state_of(other) == PSA_FWU_WRITING) {
        (void)psa_fwu_cancel(other);
        (void)psa_fwu_clean(other);
    }
    if (state_of(coming) == PSA_FWU_FAILED || state_of(coming) == PSA_FWU_UPDATED)
        (void)psa_fwu_clean(coming);
}

/* A download that was broken off goes on: a release sent again from its beginning isn't written twice. */
static prm_answer begin(void *ctx) {
    (void)ctx;
    offset = 0;
    coming = component_of(wire.ymodem.event.size);
    if (state_of(coming) == PSA_FWU_WRITING)
        return PRM_YES;
    make_room();
    prm_console_text("pump: an update comes in\n");
    return answer("update refused", psa_fwu_start(coming, NULL, 0));
}

static prm_answer data(void *ctx, prm_span bytes) {
    (void)ctx;
    const prm_answer taken = answer("update refused", psa_fwu_write(coming, offset, bytes.ptr, bytes.len));
    offset += (uint32_t)bytes.len;
    return taken;
}

static prm_answer end(void *ctx) {
    (void)ctx;
    if (answer("update incomplete", psa_fwu_finish(coming)) != PRM_YES)
        return PRM_NO;
    prm_console_text(coming == PRIMUM_FWU_TRUST ? "pump: trust manifest complete and authentic\n"
                                                : "pump: update complete and authentic\n");
    return PRM_YES;
}

static const struct wire_sink sink = {NULL, begin, data, end};

void update_begin(void) {
    wire_start(&wire, &sink, RELEASE_MAX, 0);
    candidate = state_of(PRIMUM_FWU_RELEASE) == PSA_FWU_CANDIDATE;
    if (state_of(PRIMUM_FWU_RELEASE) != PSA_FWU_TRIAL)
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

/* What can't be installed, now or later, must not stand in the way of what can. */
static void give_up(psa_status_t status) {
    say_status("given up", status);
    for (psa_fwu_component_t i = PRIMUM_FWU_RELEASE; i <= PRIMUM_FWU_TRUST; i++) {
        if (state_of(i) == PSA_FWU_CANDIDATE)
            (void)psa_fwu_cancel(i);
        (void)psa_fwu_clean(i);
    }
    candidate = 0;
}

/* The service is asked in any case: it is the one that knows whether it is permitted. */
static void try_install(uint32_t infusing) {
    (void)primum_update_conditions(infusing == 0, BATTERY_PERCENT, BATTERY_MWH, 0);
    const psa_status_t status = psa_fwu_install();
    if (status == PSA_SUCCESS_REBOOT) {
        prm_console_text(state_of(PRIMUM_FWU_TRUST) == PSA_FWU_STAGED
                             ? "pump: trust manifest kept, in force from the next restart\n"
                             : "pump: update staged, restarting\n");
        (void)psa_fwu_request_reboot();
        return;
    }
    if (status == PSA_SUCCESS) {
        prm_console_text("pump: trust manifest is in force already\n");
        candidate = 0;
        return;
    }
    if (infusing == 0 && status != PSA_ERROR_INSUFFICIENT_POWER && status != PSA_ERROR_STORAGE_FAILURE) {
        give_up(status);
        return;
    }
    if (refused == 0)
        say_status("not installed now", status);
    refused = 1;
}

void update_tick(uint32_t infusing) {
    (void)primum_alive();
    const enum wire_event event = wire_poll(&wire, app_ticks() * APP_TICK_MS);

    if (event == WIRE_FAILED)
        prm_console_text("pump: transfer ended\n");
    if (event == WIRE_TAKEN) {
        candidate = 1;
        refused = 0;
    }
    if (candidate != 0)
        try_install(infusing);
}
