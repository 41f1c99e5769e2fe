/* SPDX-License-Identifier: Apache-2.0 */
/* trust_load.h - what stands in a trust slot and in the counters, not understood yet. */
#ifndef PRM_TRUST_TRUST_LOAD_H
#define PRM_TRUST_TRUST_LOAD_H

#include "base/span.h"
#include "trust/trust_source.h"

/* Lends what isn't blank of a slot. Errors: FLASH_*, SLOT_EMPTY (blank, or there is no such slot). */
PRM_MUST_USE prm_result prm_trust_load(const struct prm_trust_source *source, uint32_t slot, prm_span *bytes);

/* Reads both counters. What can't be read is UINT64_MAX. Errors: COUNTER_*. */
PRM_MUST_USE prm_result prm_trust_load_floors(const struct prm_trust_source *source, struct prm_trust_floors *out);

#endif
