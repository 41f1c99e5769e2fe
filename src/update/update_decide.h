/* SPDX-License-Identifier: Apache-2.0 */
/* update_decide.h - where a verified release goes, and what of it is taken. */
#ifndef PRM_UPDATE_UPDATE_DECIDE_H
#define PRM_UPDATE_UPDATE_DECIDE_H

#include "update/update_plan.h"

/*
 * Makes the plan, once. Encrypted payloads are wanted if `may_open`. Errors: CBOR_LIMIT (the envelope is longer than its place
 * in a bank); then the plan has no components.
 */
PRM_MUST_USE prm_result prm_update_decide(const struct prm_update_verified *verified, const struct prm_bank *place,
                                          prm_answer may_open, struct prm_update_plan *plan);

#endif
