/* SPDX-License-Identifier: Apache-2.0 */
/* update_parse.h - what the signed fetch-arguments of a payload say of its blocks. docs/format/payload.md has the format. */
#ifndef PRM_UPDATE_UPDATE_PARSE_H
#define PRM_UPDATE_UPDATE_PARSE_H

#include "update/update_plan.h"

#define PRM_FETCH_VERSION 1u

struct prm_update_blocks {
    prm_span list;              /* the key of the payload's list */
    const uint8_t *page_digest; /* the first page's; the next ones at 34 bytes' distance */
};

/*
 * Reads fetch-arguments for a payload of `size` bytes. On failure `*out` is zeros.
 * Errors: LIST_NONE (there are none), UPDATE_FORMAT (another version, block size or number of pages), CBOR_*.
 */
PRM_MUST_USE prm_result prm_update_blocks_parse(prm_span bytes, uint32_t size, struct prm_update_blocks *out);

#endif
