/* SPDX-License-Identifier: Apache-2.0 */
/* trust_store_stages.h - what storing a trust manifest does to flash; trust_store.h is what others use. */
#ifndef PRM_TRUST_TRUST_STORE_STAGES_H
#define PRM_TRUST_TRUST_STORE_STAGES_H

#include "trust/trust_manifest.h"

/*
 * Writes a verified trust manifest to a slot; `diff` is that of its rules. `bytes` may stand in the other slot.
 * Errors: WORD (diff isn't 0), ARGUMENT (too long, or a write unit above 64 bytes), FLASH_*.
 * Cut: the slot holds anything; whatever it is, it counts only if it verifies.
 */
PRM_MUST_USE prm_result prm_trust_act_write(const struct prm_trust_source *source, uint32_t slot, prm_span bytes,
                                            uint32_t diff);

#endif
