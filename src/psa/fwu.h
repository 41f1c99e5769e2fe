/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fwu.h - the state machine of include/psa/update.h over src/update: which call is possible in which state, and what
 * the core's results are called there. No decision about a release is made here.
 *
 * Functions are named after the API's and have its contracts. Arguments are trusted memory: a caller that serves
 * another world copies first. Not reentrant.
 */
#ifndef PRM_PSA_FWU_H
#define PRM_PSA_FWU_H

#include "psa/update.h"
#include "update/update_conditions.h"
#include "update/update_conditions_decide.h"

/* Component 1, a trust manifest. A reset ends all of it; what was installed is in force then. */
struct prm_fwu_trust {
    uint8_t state; /* READY, WRITING, CANDIDATE, STAGED, UPDATED or FAILED */
    psa_status_t error;
    prm_result reason;
    uint32_t written; /* bytes, in WRITING and CANDIDATE: they stand in update.trust_bytes */
    uint32_t number;  /* of the rules in force since the start; 0: the factory's */
    uint32_t slot;    /* where they stand */
};

/* Treat as opaque. */
struct prm_fwu {
    const struct prm_update_platform *platform;
    uint32_t running; /* bank */
    uint64_t sequence;
    psa_fwu_image_version_t version; /* of the release that runs */
    struct prm_update_moment moment;
    uint8_t volatile_state; /* WRITING, FAILED or UPDATED until the reset; READY: the journal says */
    psa_status_t error;
    prm_result reason;
    uint32_t written;
    struct prm_fwu_trust trust;
    struct prm_update update;
};

/*
 * At every start of the services: `running` is the bank that runs, with its sequence number. Finishes an accept that a
 * cut interrupted. Errors: FLASH_*, CRYPTO, COUNTER_*; the other functions can be called all the same.
 */
PRM_MUST_USE prm_result prm_fwu_init(struct prm_fwu *fwu, const struct prm_update_platform *platform, uint32_t running,
                                     uint64_t sequence);

psa_status_t prm_fwu_conditions(struct prm_fwu *fwu, uint32_t authorized, uint32_t battery_percent, uint32_t battery_mwh,
                                uint32_t utc);

psa_status_t prm_fwu_query(struct prm_fwu *fwu, psa_fwu_component_t component, psa_fwu_component_info_t *info);
psa_status_t prm_fwu_start(struct prm_fwu *fwu, psa_fwu_component_t component, const void *manifest,
                           size_t manifest_size);
psa_status_t prm_fwu_write(struct prm_fwu *fwu, psa_fwu_component_t component, size_t image_offset, const void *block,
                           size_t block_size);
psa_status_t prm_fwu_finish(struct prm_fwu *fwu, psa_fwu_component_t component);
psa_status_t prm_fwu_cancel(struct prm_fwu *fwu, psa_fwu_component_t component);
psa_status_t prm_fwu_clean(struct prm_fwu *fwu, psa_fwu_component_t component);
psa_status_t prm_fwu_install(struct prm_fwu *fwu);
psa_status_t prm_fwu_request_reboot(struct prm_fwu *fwu); /* PSA_SUCCESS: the caller resets the system */
psa_status_t prm_fwu_reject(struct prm_fwu *fwu, psa_status_t error);
psa_status_t prm_fwu_accept(struct prm_fwu *fwu);

#endif
