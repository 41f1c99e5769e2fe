/* SPDX-License-Identifier: Apache-2.0 */
/* update_conditions.h - what the release in a bank asks for. Not linked by the root: in recovery nobody is treated. */
#ifndef PRM_UPDATE_UPDATE_CONDITIONS_H
#define PRM_UPDATE_UPDATE_CONDITIONS_H

#include "suit/suit_conditions.h"
#include "suit/suit_text.h"
#include "update/update.h"

/*
 * What the release in a bank asks for, from the manifest there, which must be the one that the journal's record is about.
 * On failure `*out` are no conditions. Errors: SUIT_DIGEST (another one), SLOT_HEADER, FLASH_*, CRYPTO, and those of
 * prm_suit_conditions_parse().
 */
PRM_MUST_USE prm_result prm_update_conditions(const struct prm_update_platform *platform, uint32_t bank,
                                              struct prm_suit_conditions *out);

/*
 * The version of the release in a bank that runs, for people: what its manifest there says, if that has this sequence number. No
 * signature is checked: the root did, and nothing depends on it. On failure `*out` is zeros.
 * Errors: as prm_update_conditions() but for the conditions; SUIT_MISSING, UPDATE_STALE (another sequence number).
 */
PRM_MUST_USE prm_result prm_update_version(const struct prm_update_platform *platform, uint32_t bank, uint64_t sequence,
                                           struct prm_suit_version *out);

#endif
