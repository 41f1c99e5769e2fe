/* SPDX-License-Identifier: Apache-2.0 */
/* update_trust_wire.h - a trust manifest in front of what comes in, or alone. */
#ifndef PRM_UPDATE_UPDATE_TRUST_WIRE_H
#define PRM_UPDATE_UPDATE_TRUST_WIRE_H

#include "update/update.h"

/*
 * Takes a trust manifest from the front of what comes; what is left in `*bytes` is of a release. Errors: CBOR_*, those of
 * prm_trust_store(); CBOR_LIMIT (longer than PRM_UPDATE_TRUST_MAX). Cut: see there.
 */
PRM_MUST_USE prm_result prm_update_take_trust(struct prm_update *u, prm_span *bytes);

#endif
