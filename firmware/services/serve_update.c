/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The update service behind the door, and the watchdog that the application watches through it: what a row of the table calls.
 * Messages are the door's copies. A component is a byte: one that doesn't fit is one that doesn't exist.
 */
#include <string.h>

#include "firmware/services/services.h"
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"
#include "primum/door_update.h"

static struct prm_fwu *service;
static prm_answer on_trial; /* the release that runs isn't accepted yet */

/* A trial's time isn't put off by anything but its end. */
static void keep_watching(void) {
    prm_mps2_watchdog_start(on_trial != PRM_NO ? BOARD_TRIAL_S : BOARD_RUN_S);
}

void services_update_start(struct prm_fwu *fwu, prm_answer trial) {
    service = fwu;
    on_trial = trial;
    keep_watching();
}

static uint32_t word(const struct prm_door_message *m) {
    uint32_t value;

    memcpy(&value, m->in[0].ptr, sizeof value);
    return value;
}

static psa_fwu_component_t component(uint32_t asked) {
    return asked > UINT8_MAX ? UINT8_MAX : (psa_fwu_component_t)asked;
}

static psa_status_t query(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    m->out[0].len = sizeof(psa_fwu_component_info_t);
    return prm_fwu_query(service, component(word(m)), m->out[0].ptr);
}

static psa_status_t start(void *ctx, struct prm_door_message *m) {
    struct primum_update_start what;

    (void)ctx;
    memcpy(&what, m->in[0].ptr, sizeof what);
    return prm_fwu_start(service, component(what.component), (const void *)(uintptr_t)what.manifest, what.manifest_size);
}

static psa_status_t take(void *ctx, struct prm_door_message *m) {
    struct primum_update_write what;

    (void)ctx;
    memcpy(&what, m->in[0].ptr, sizeof what);
    return prm_fwu_write(service, component(what.component), what.offset, m->in[1].ptr, m->in[1].len);
}

static psa_status_t finish(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    return prm_fwu_finish(service, component(word(m)));
}

static psa_status_t cancel(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    return prm_fwu_cancel(service, component(word(m)));
}

static psa_status_t clean(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    return prm_fwu_clean(service, component(word(m)));
}

static psa_status_t install(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    (void)m;
    return prm_fwu_install(service);
}

static psa_status_t reboot(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    (void)m;
    const psa_status_t status = prm_fwu_request_reboot(service);
    if (status == PSA_SUCCESS)
        armv8m_reset();
    return status;
}

static psa_status_t reject(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    return prm_fwu_reject(service, (psa_status_t)word(m));
}

static psa_status_t accept(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    (void)m;
    const psa_status_t status = prm_fwu_accept(service);
    if (status == PSA_SUCCESS) {
        on_trial = PRM_NO;
        keep_watching();
    }
    return status;
}

static psa_status_t alive(void *ctx, struct prm_door_message *m) {
    (void)ctx;
    (void)m;
    if (on_trial == PRM_NO)
        keep_watching();
    return PSA_SUCCESS;
}

static psa_status_t conditions(void *ctx, struct prm_door_message *m) {
    struct primum_update_told told;

    (void)ctx;
    memcpy(&told, m->in[0].ptr, sizeof told);
    return prm_fwu_conditions(service, told.authorized, told.battery_percent, told.battery_mwh, told.utc);
}

#define EXACTLY(size) \
    { (size), (size) }
#define WORD EXACTLY(4)

const struct prm_door_op services_update_ops[PRIMUM_UPDATE_OPERATIONS] = {
    [PRIMUM_UPDATE_QUERY] = {PRIMUM_UPDATE_QUERY, 0, 4 + sizeof(psa_fwu_component_info_t), {WORD},
                             {EXACTLY(sizeof(psa_fwu_component_info_t))}, query},
    [PRIMUM_UPDATE_START] = {PRIMUM_UPDATE_START, 0, 12, {EXACTLY(sizeof(struct primum_update_start))}, {{0, 0}}, start},
    [PRIMUM_UPDATE_WRITE] = {PRIMUM_UPDATE_WRITE, 0, 8 + PSA_FWU_MAX_WRITE_SIZE,
                             {EXACTLY(sizeof(struct primum_update_write)), {1, PSA_FWU_MAX_WRITE_SIZE}}, {{0, 0}}, take},
    [PRIMUM_UPDATE_FINISH] = {PRIMUM_UPDATE_FINISH, 0, 4, {WORD}, {{0, 0}}, finish},
    [PRIMUM_UPDATE_CANCEL] = {PRIMUM_UPDATE_CANCEL, 0, 4, {WORD}, {{0, 0}}, cancel},
    [PRIMUM_UPDATE_CLEAN] = {PRIMUM_UPDATE_CLEAN, 0, 4, {WORD}, {{0, 0}}, clean},
    [PRIMUM_UPDATE_INSTALL] = {PRIMUM_UPDATE_INSTALL, 0, 0, {{0, 0}}, {{0, 0}}, install},
    [PRIMUM_UPDATE_REBOOT] = {PRIMUM_UPDATE_REBOOT, 0, 0, {{0, 0}}, {{0, 0}}, reboot},
    [PRIMUM_UPDATE_REJECT] = {PRIMUM_UPDATE_REJECT, 0, 4, {WORD}, {{0, 0}}, reject},
    [PRIMUM_UPDATE_ACCEPT] = {PRIMUM_UPDATE_ACCEPT, 0, 0, {{0, 0}}, {{0, 0}}, accept},
    [PRIMUM_UPDATE_ALIVE] = {PRIMUM_UPDATE_ALIVE, 0, 0, {{0, 0}}, {{0, 0}}, alive},
    [PRIMUM_UPDATE_CONDITIONS] = {PRIMUM_UPDATE_CONDITIONS, 0, 16, {EXACTLY(sizeof(struct primum_update_told))}, {{0, 0}},
                                  conditions},
};
