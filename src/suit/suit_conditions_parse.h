/* SPDX-License-Identifier: Apache-2.0 */
/* suit_conditions_parse.h - the conditions of a manifest: suit_conditions.h says what they are. */
#ifndef PRM_SUIT_SUIT_CONDITIONS_PARSE_H
#define PRM_SUIT_SUIT_CONDITIONS_PARSE_H

#include "suit/suit.h"
#include "suit/suit_conditions.h"

/*
 * The conditions of a verified manifest; none, if its install sequence is what fetches. On failure `*out` are none.
 * Errors: CBOR_*, SUIT_COMMAND and SUIT_PARAMETER (something else in the install sequence, or a parameter set twice),
 * SUIT_MISSING (a condition without its parameter, the reverse, or the sequence isn't in the manifest).
 */
PRM_MUST_USE prm_result prm_suit_conditions_parse(const struct prm_suit_manifest *manifest,
                                                  struct prm_suit_conditions *out);

#endif
