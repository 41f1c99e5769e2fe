/* SPDX-License-Identifier: Apache-2.0 */
/* update_verify.h - what comes in is what was signed: the header, then each page of digests, then each block. */
#ifndef PRM_UPDATE_UPDATE_VERIFY_H
#define PRM_UPDATE_UPDATE_VERIFY_H

#include "seam/crypto.h"
#include "suit/device.h"
#include "trust/trust.h"
#include "update/update_plan.h"

/* Against what a header is judged. The caller has read the numbers. */
struct prm_update_judge {
    const struct prm_crypto *crypto;
    const struct prm_trust *trust; /* in force */
    const struct prm_fuses *fuses;
    const struct prm_layout *layout;
    uint32_t bank;       /* where it would go */
    uint32_t rules_diff; /* what was wrong with the rules in force: it is wrong with all that they permit */
    uint64_t floor;      /* the rollback floor; UINT64_MAX permits nothing */
    uint64_t least;      /* the lowest number that is new here: epoch and sequence, trust/floor.h */
};

/*
 * The header is a signed release for this device, not below the floor and new; every payload has a description that fits
 * its place. The word then has PRM_K_DIGEST, PRM_K_SIGNATURE for each kind of key, PRM_K_DEVICE for each component,
 * PRM_K_FLOOR. On failure `*out` has no components. Errors: as prm_update_push() for the header.
 */
PRM_MUST_USE prm_result prm_update_verify_header(const struct prm_update_judge *judge, prm_span header,
                                                 struct prm_update_verified *out);

/* Its second half, once the signatures are verified: what the manifest says of each payload here. For the first half alone. */
struct prm_suit_envelope;
PRM_MUST_USE prm_result prm_update_verify_sources(const struct prm_update_judge *judge,
                                                  const struct prm_suit_envelope *envelope,
                                                  struct prm_update_verified *out);

/*
 * A page, or a block, against the digest that was signed for its place. Adds PRM_K_PIECE with the difference to the word:
 * what writes needs a word in which it is 0. Errors: UPDATE_BLOCK, CRYPTO.
 */
PRM_MUST_USE prm_result prm_update_verify_piece(const struct prm_crypto *crypto, const uint8_t *expected, prm_span piece,
                                                prm_word *word);

/* Where the digest of page `number` was signed, and where a page has that of block `number`. */
static inline const uint8_t *prm_update_page_digest(const struct prm_update_source *source, uint32_t number) {
    return source->page_digest + (size_t)number * (2 + PRM_DIGEST_SIZE);
}

static inline const uint8_t *prm_update_block_digest(const uint8_t page[PRM_PAGE_SIZE], uint32_t number) {
    return page + (size_t)(number % PRM_BLOCKS_PER_PAGE) * PRM_DIGEST_SIZE;
}

/* An image as the flash has it is the signed one. Errors: IMAGE_DIGEST, CRYPTO. */
PRM_MUST_USE prm_result prm_update_verify_image(const struct prm_crypto *crypto, const struct prm_update_source *source,
                                                prm_span image);

#endif
