/* SPDX-License-Identifier: Apache-2.0 */
/* fwu_status.h - what the core's results are called in the update API. */
#ifndef PRM_PSA_FWU_STATUS_H
#define PRM_PSA_FWU_STATUS_H

#include "base/result.h"
#include "psa/update.h"

/* PSA_SUCCESS for PRM_OK alone; GENERIC_ERROR for a word that has no name there. */
psa_status_t prm_fwu_status(prm_result result);

#endif
