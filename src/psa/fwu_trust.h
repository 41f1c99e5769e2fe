/* SPDX-License-Identifier: Apache-2.0 */
/* fwu_trust.h - component 1 of the update API, for fwu.c: a trust manifest, in memory until it is installed. */
#ifndef PRM_PSA_FWU_TRUST_H
#define PRM_PSA_FWU_TRUST_H

#include "psa/fwu.h"

void prm_fwu_trust_init(struct prm_fwu *fwu);

/* PRM_YES if the component is this one, on a device that takes trust manifests. */
prm_answer prm_fwu_is_trust(const struct prm_fwu *fwu, psa_fwu_component_t component);

/* PRM_YES while the memory of a download holds a manifest's bytes. */
prm_answer prm_fwu_trust_has_bytes(const struct prm_fwu *fwu);

/* As the functions of the API, for this component. */
psa_status_t prm_fwu_trust_query(const struct prm_fwu *fwu, psa_fwu_component_info_t *info);
psa_status_t prm_fwu_trust_may_start(const struct prm_fwu *fwu);
psa_status_t prm_fwu_trust_start(struct prm_fwu *fwu);
psa_status_t prm_fwu_trust_write(struct prm_fwu *fwu, size_t image_offset, const void *block, size_t block_size);
psa_status_t prm_fwu_trust_finish(struct prm_fwu *fwu);
psa_status_t prm_fwu_trust_cancel(struct prm_fwu *fwu);
psa_status_t prm_fwu_trust_clean(struct prm_fwu *fwu);

/*
 * CANDIDATE to STAGED: the manifest is in a slot, and its rules are those that releases are judged by from now on. To UPDATED if
 * it is the one in force: nothing was written, and nothing waits for a restart. Errors: of prm_trust_store(); then it is FAILED,
 * or CANDIDATE if the storage failed.
 */
PRM_MUST_USE prm_result prm_fwu_trust_install(struct prm_fwu *fwu);

#endif
