/* SPDX-License-Identifier: Apache-2.0 */
/* update_stages.h - the stages of an update, for update.c and the tests. update.h is what others use. */
#ifndef PRM_UPDATE_UPDATE_STAGES_H
#define PRM_UPDATE_UPDATE_STAGES_H

#include "update/update.h"

/* ---- trust ---- */

/*
 * Takes a trust manifest from the front of what comes; what is left in `*bytes` is of a release. Errors: CBOR_*, those of
 * prm_trust_store(); CBOR_LIMIT (longer than PRM_UPDATE_TRUST_MAX). Cut: see there.
 */
PRM_MUST_USE prm_result prm_update_take_trust(struct prm_update *u, prm_span *bytes);

/* ---- parse ---- */

/* What the signed install sequence says of a payload's blocks: our parameter -1 (docs/format/blocks.md). */
struct prm_update_blocks {
    const uint8_t *page_digest; /* the first page's; the next ones at 34 bytes' distance */
    const uint8_t *digest;      /* SHA-256 of the payload without its pages: of the ciphertext, if it is encrypted */
};

/* Reads it for a payload of `size` bytes. On failure `*out` is zeros. Errors: CBOR_*, UPDATE_FORMAT. */
PRM_MUST_USE prm_result prm_update_blocks_parse(prm_span bytes, uint32_t size, struct prm_update_blocks *out);

uint32_t prm_update_block_count(uint32_t size);

/* ---- verify ---- */

/* The word of a header that may be written: PRM_K_DIGEST, SIGNATURE, DEVICE for each component, FLOOR. */
uint32_t prm_update_word_expected(uint32_t components);

/*
 * The header is a signed release for this device, not below the floor and newer than what runs; fills sequence,
 * manifest_digest, word and payloads. Errors: as prm_update_push() for the header.
 */
PRM_MUST_USE prm_result prm_update_verify_header(struct prm_update *u);

/* The page or block that came in, against what was signed for its place. Errors: UPDATE_BLOCK, CRYPTO. */
PRM_MUST_USE prm_result prm_update_verify_page(const struct prm_update *u, const struct prm_update_payload *payload);
PRM_MUST_USE prm_result prm_update_verify_block(const struct prm_update *u, const struct prm_update_payload *payload);

/* The images in flash are the signed ones (payloads left out excepted). Errors: IMAGE_DIGEST, FLASH_*, CRYPTO. */
PRM_MUST_USE prm_result prm_update_verify_images(const struct prm_update *u);

/* ---- act ---- */

/* Makes the bank ready for this release, or finds it so from an earlier attempt. Errors: WORD, FLASH_* (WEAR:
 * too many downloads came this far since a release was accepted; nothing is written), CRYPTO. */
PRM_MUST_USE prm_result prm_update_act_begin(struct prm_update *u);

/* PRM_YES if the unit that holds this block is whole from an earlier attempt. */
PRM_MUST_USE prm_result prm_update_act_is_done(const struct prm_update *u, const struct prm_update_payload *payload,
                                               prm_answer *done);

/* Writes the block that came in to its place, erasing its unit before and marking it after. Errors: WORD, FLASH_*. */
PRM_MUST_USE prm_result prm_update_act_block(struct prm_update *u, const struct prm_update_payload *payload, uint32_t len);

/* Records a status for a bank; nothing if it is so already. */
PRM_MUST_USE prm_result prm_update_act_status(struct prm_update *u, enum prm_bank_status status);

#endif
