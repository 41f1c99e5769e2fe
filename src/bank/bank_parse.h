/* SPDX-License-Identifier: Apache-2.0 */
/* bank_parse.h - what a bank's header says. */
#ifndef PRM_BANK_BANK_PARSE_H
#define PRM_BANK_BANK_PARSE_H

#include "base/result.h"

/*
 * `header`: PRM_BANK_HEADER_SIZE bytes. `*len` is 0 on failure, else 1 to PRM_BANK_ENVELOPE_MAX.
 * Errors: SLOT_HEADER (no header, or an absurd length), SLOT_VERSION (another version of the format, older or newer).
 */
PRM_MUST_USE prm_result prm_bank_header_parse(const uint8_t *header, uint32_t *len);

#endif
