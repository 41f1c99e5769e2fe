/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of the application into the Secure world. What it points at is checked as a whole, copied once, and only
 * the copy is used; nothing but a status and public facts goes back. One call at a time: an interrupt of the
 * application that calls in while a call is under way is told so. The compiler clears what registers hold at each
 * return.
 *
 * A component is only ever compared with 0 and 1: what the application leaves in the upper bits of that register, which
 * GCC 12 takes to be zeros (CVE-2024-0151), can make it a component that does not exist, and nothing else.
 */
#include <string.h>

#include "firmware/services/services.h"
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/board.h"
#include "ports/mps2-an505/port.h"
#include "primum/alive.h"
#include "primum/update.h"

#define ENTRY __attribute__((cmse_nonsecure_entry))

static struct prm_fwu *service;
static prm_answer on_trial; /* the release that runs isn't accepted yet */
static volatile uint32_t busy;
static uint8_t block_copy[PSA_FWU_MAX_WRITE_SIZE];

/* A trial's time isn't put off by anything but its end. */
static void keep_watching(void) {
    prm_mps2_watchdog_start(on_trial != PRM_NO ? BOARD_TRIAL_S : BOARD_RUN_S);
}

void services_gate_open(struct prm_fwu *fwu, prm_answer trial) {
    service = fwu;
    on_trial = trial;
    keep_watching();
}

/* An exclusive load and store: an interrupt in between makes the store fail, and the caller is the second. */
static int enter(void) {
    uint32_t was;
    uint32_t failed;

    __asm__ volatile("ldrex %0, [%2]\n\t"
                     "strex %1, %3, [%2]\n\t"
                     "dmb"
                     : "=&r"(was), "=&r"(failed)
                     : "r"(&busy), "r"(1u)
                     : "memory");
    return was == 0 && failed == 0;
}

static psa_status_t leave(psa_status_t status) {
    busy = 0;
    return status;
}

ENTRY psa_status_t psa_fwu_query(psa_fwu_component_t component, psa_fwu_component_info_t *info) {
    psa_fwu_component_info_t copy;

    if (!enter())
        return PSA_ERROR_NOT_PERMITTED;
    if (prm_mps2_may_write(info, sizeof *info) != PRM_YES)
        return leave(PSA_ERROR_INVALID_ARGUMENT);
    memset(&copy, 0, sizeof copy);
    const psa_status_t status = prm_fwu_query(service, component, &copy);
    memcpy(info, &copy, sizeof copy);
    return leave(status);
}

ENTRY psa_status_t psa_fwu_start(psa_fwu_component_t component, const void *manifest, size_t manifest_size) {
    if (!enter())
        return PSA_ERROR_BAD_STATE;
    /* Never looked at: a manifest of its own isn't taken. */
    return leave(prm_fwu_start(service, component, manifest, manifest_size));
}

ENTRY psa_status_t psa_fwu_write(psa_fwu_component_t component, size_t image_offset, const void *block,
                                 size_t block_size) {
    if (!enter())
        return PSA_ERROR_BAD_STATE;
    if (block_size == 0 || block_size > sizeof block_copy || prm_mps2_may_read(block, block_size) != PRM_YES)
        return leave(PSA_ERROR_INVALID_ARGUMENT);
    memcpy(block_copy, block, block_size);
    return leave(prm_fwu_write(service, component, image_offset, block_copy, block_size));
}

ENTRY psa_status_t psa_fwu_finish(psa_fwu_component_t component) {
    return enter() ? leave(prm_fwu_finish(service, component)) : PSA_ERROR_BAD_STATE;
}

ENTRY psa_status_t psa_fwu_cancel(psa_fwu_component_t component) {
    return enter() ? leave(prm_fwu_cancel(service, component)) : PSA_ERROR_BAD_STATE;
}

ENTRY psa_status_t psa_fwu_clean(psa_fwu_component_t component) {
    return enter() ? leave(prm_fwu_clean(service, component)) : PSA_ERROR_BAD_STATE;
}

ENTRY psa_status_t psa_fwu_install(void) {
    return enter() ? leave(prm_fwu_install(service)) : PSA_ERROR_BAD_STATE;
}

ENTRY psa_status_t psa_fwu_request_reboot(void) {
    if (!enter())
        return PSA_ERROR_BAD_STATE;
    const psa_status_t status = prm_fwu_request_reboot(service);
    if (status == PSA_SUCCESS)
        armv8m_reset();
    return leave(status);
}

ENTRY psa_status_t psa_fwu_reject(psa_status_t error) {
    return enter() ? leave(prm_fwu_reject(service, error)) : PSA_ERROR_BAD_STATE;
}

ENTRY psa_status_t psa_fwu_accept(void) {
    if (!enter())
        return PSA_ERROR_BAD_STATE;
    const psa_status_t status = prm_fwu_accept(service);
    if (status == PSA_SUCCESS) {
        on_trial = PRM_NO;
        keep_watching();
    }
    return leave(status);
}

ENTRY psa_status_t primum_alive(void) {
    if (!enter())
        return PSA_ERROR_BAD_STATE;
    if (on_trial == PRM_NO)
        keep_watching();
    return leave(PSA_SUCCESS);
}

ENTRY psa_status_t primum_update_conditions(uint32_t authorized, uint32_t battery_percent, uint32_t battery_mwh,
                                            uint32_t utc) {
    return enter() ? leave(prm_fwu_conditions(service, authorized, battery_percent, battery_mwh, utc))
                   : PSA_ERROR_BAD_STATE;
}
