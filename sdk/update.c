/* SPDX-License-Identifier: Apache-2.0 */
/* psa/update.h, primum/update.h and primum/alive.h over the door. */
#include "psa/update.h"

#include "primum/alive.h"
#include "primum/door_update.h"
#include "primum/update.h"
#include "sdk/call.h"

#define CALL(operation, inputs, outputs) PRIMUM_DOOR_CALL(PRIMUM_SERVICE_UPDATE, operation, inputs, outputs)

static psa_status_t ask(enum primum_update_operation operation) {
    return primum_door_call(CALL(operation, 0, 0), NULL, NULL);
}

static psa_status_t ask_about(enum primum_update_operation operation, uint32_t what) {
    const struct primum_vector in = primum_piece(&what, sizeof what);

    return primum_door_call(CALL(operation, 1, 0), &in, NULL);
}

psa_status_t psa_fwu_query(psa_fwu_component_t component, psa_fwu_component_info_t *info) {
    const uint32_t what = component;
    const struct primum_vector vectors[] = {primum_piece(&what, sizeof what), primum_piece(info, sizeof *info)};
    const psa_status_t status = primum_door_call(CALL(PRIMUM_UPDATE_QUERY, 1, 1), vectors, NULL);

    /* The API has no other word for it. */
    return status == PSA_ERROR_BAD_STATE ? PSA_ERROR_NOT_PERMITTED : status;
}

psa_status_t psa_fwu_start(psa_fwu_component_t component, const void *manifest, size_t manifest_size) {
    const struct primum_update_start what = {component, (uint32_t)(uintptr_t)manifest, (uint32_t)manifest_size};
    const struct primum_vector in = primum_piece(&what, sizeof what);

    return primum_door_call(CALL(PRIMUM_UPDATE_START, 1, 0), &in, NULL);
}

psa_status_t psa_fwu_write(psa_fwu_component_t component, size_t image_offset, const void *block, size_t block_size) {
    const struct primum_update_write what = {component, (uint32_t)image_offset};
    const struct primum_vector in[] = {primum_piece(&what, sizeof what), primum_piece(block, block_size)};

    return primum_door_call(CALL(PRIMUM_UPDATE_WRITE, 2, 0), in, NULL);
}

psa_status_t psa_fwu_finish(psa_fwu_component_t component) {
    return ask_about(PRIMUM_UPDATE_FINISH, component);
}

psa_status_t psa_fwu_cancel(psa_fwu_component_t component) {
    return ask_about(PRIMUM_UPDATE_CANCEL, component);
}

psa_status_t psa_fwu_clean(psa_fwu_component_t component) {
    return ask_about(PRIMUM_UPDATE_CLEAN, component);
}

psa_status_t psa_fwu_install(void) {
    return ask(PRIMUM_UPDATE_INSTALL);
}

psa_status_t psa_fwu_request_reboot(void) {
    return ask(PRIMUM_UPDATE_REBOOT);
}

psa_status_t psa_fwu_reject(psa_status_t error) {
    return ask_about(PRIMUM_UPDATE_REJECT, (uint32_t)error);
}

psa_status_t psa_fwu_accept(void) {
    return ask(PRIMUM_UPDATE_ACCEPT);
}

psa_status_t primum_alive(void) {
    return ask(PRIMUM_UPDATE_ALIVE);
}

psa_status_t primum_update_conditions(uint32_t authorized, uint32_t battery_percent, uint32_t battery_mwh, uint32_t utc) {
    const struct primum_update_told what = {authorized, battery_percent, battery_mwh, utc};
    const struct primum_vector in = primum_piece(&what, sizeof what);

    return primum_door_call(CALL(PRIMUM_UPDATE_CONDITIONS, 1, 0), &in, NULL);
}
