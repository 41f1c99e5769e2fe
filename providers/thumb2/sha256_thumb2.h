/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256_thumb2.h - SHA-256 (FIPS 180-4) for Armv7-M and Armv8-M Mainline: small, and about as fast as the ALU allows.
 *
 * Whole blocks are hashed where they are, if that is at a multiple of 4; only what straddles parts, and the end, is copied. Everything that depends on
 * the message is wiped from the stack before a function returns. A message has less than 4 GiB.
 * CT: independent of the contents, not of the lengths.
 */
#ifndef PRM_PROVIDERS_THUMB2_SHA256_THUMB2_H
#define PRM_PROVIDERS_THUMB2_SHA256_THUMB2_H

#include "seam/crypto.h"

/*
 * The compression of the blocks of 64 bytes from `data` up to `end`, one after the other, into the state. `data` must be
 * at a multiple of 4. No blocks change nothing.
 * If an instruction is left out and so other words than those in memory, or other constants, are hashed, then the state
 * is spoiled.
 */
void prm_sha256_thumb2_blocks(uint32_t state[8], const uint8_t *data, const uint8_t *end);

/* The state before the first block. */
extern const uint32_t prm_sha256_thumb2_initial[8];

/* struct prm_crypto's sha256. `out` is written at the end only: it may overlap a part, and a skipped call leaves it. */
prm_result prm_sha256_thumb2(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]);

/* struct prm_crypto's sha256_pull. */
prm_result prm_sha256_thumb2_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]);

/*
 * struct prm_crypto's sha256_chain; `crypto` isn't used. PRM_OK is computed from the number of the last step. The value
 * is left on the stack, too.
 */
prm_result prm_sha256_thumb2_chain(const struct prm_crypto *crypto, struct prm_chain *chain, uint32_t from,
                                   uint32_t to);

#endif
