/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update_plan.h - what the stages of an update hand on: plain structs.
 *
 *     bytes --parse, verify--> prm_update_verified --decide--> prm_update_plan --act--> flash
 *
 * What was verified is what the signed header says, with the word of its checks. The plan is where everything goes; the
 * stage that writes sees the plan, a word and bytes, and nothing else. docs/format/payload.md draws pages and blocks.
 */
#ifndef PRM_UPDATE_UPDATE_PLAN_H
#define PRM_UPDATE_UPDATE_PLAN_H

#include "base/harden.h"
#include "base/span.h"
#include "seam/layout.h"

#define PRM_BLOCK_SIZE 2048u    /* bytes of a block, but for the last */
#define PRM_BLOCKS_PER_PAGE 32u /* digests in a page */
#define PRM_DIGEST_SIZE 32u     /* bytes: SHA-256 */
#define PRM_PAGE_SIZE (PRM_BLOCKS_PER_PAGE * PRM_DIGEST_SIZE) /* bytes of a page, but for the last of a list */

/* One payload, as the signed header describes it. Borrows from the header. */
struct prm_update_source {
    prm_span name;               /* its key in the envelope */
    prm_span list;               /* the key of the list of its blocks' digests */
    const uint8_t *page_digest;  /* of page i at 34 * i: each is a bstr of 32 bytes, two bytes of head before it */
    const uint8_t *image_digest; /* of the plaintext */
    prm_span encryption;         /* ptr NULL: the payload is the image; else it is the ciphertext, as long as the image */
    uint32_t size;               /* bytes */
};

/* A header that was verified: a release for this device, signed, not too old. */
struct prm_update_verified {
    uint64_t sequence;
    uint8_t manifest_digest[PRM_DIGEST_SIZE];
    uint32_t bank_len;   /* bytes of the header that a bank keeps: all before the first member that only an installer reads */
    uint32_t components; /* 0 until the header is verified */
    struct prm_update_source source[PRM_COMPONENTS];
    prm_word word;
};

struct prm_bank;

struct prm_update_plan {
    const struct prm_bank *place; /* the bank that is written; borrowed */
    uint32_t components; /* payloads of this bank; what the word must say */
    uint32_t pages;      /* of the lists of all payloads that are wanted */
    uint8_t manifest_digest[PRM_DIGEST_SIZE];
    uint32_t size[PRM_COMPONENTS];     /* bytes of the images */
    prm_answer wanted[PRM_COMPONENTS]; /* PRM_NO: it can't be decrypted here, and is left out */
};

/* The steps that a word has: those of a header (update_verify.h), then one for each page or block that is looked at. */
#define PRM_K_PIECE 0x5A2FC61Bu
uint32_t prm_update_word_header(uint32_t components);

/* Of an image, whose size was compared with its place: rounding up can't overflow. */
static inline uint32_t prm_update_block_count(uint32_t size) {
    return (size + PRM_BLOCK_SIZE - 1) / PRM_BLOCK_SIZE;
}

static inline uint32_t prm_update_page_count(uint32_t size) {
    return (size + PRM_BLOCK_SIZE * PRM_BLOCKS_PER_PAGE - 1) / (PRM_BLOCK_SIZE * PRM_BLOCKS_PER_PAGE);
}

#endif
