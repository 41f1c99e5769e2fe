/* SPDX-License-Identifier: Apache-2.0 */
/* hmac.h - HMAC with SHA-256 (FIPS 198-1), over whatever computes SHA-256. */
#ifndef PRM_CRYPTO_HMAC_H
#define PRM_CRYPTO_HMAC_H

#include "seam/crypto.h"

#define PRM_HMAC_PARTS_MAX 10u
#define PRM_HMAC_BLOCK_SIZE 64u /* bytes of the longest key */

/*
 * The code of the concatenation of `n` parts. `out` may overlap key and parts. On failure it is zeros.
 * CT: independent of key and contents, not of the lengths. What was made of the key on the way is wiped.
 * Errors: ARGUMENT (more than PRM_HMAC_PARTS_MAX parts, or a key longer than PRM_HMAC_BLOCK_SIZE), CRYPTO.
 */
PRM_MUST_USE prm_result prm_hmac_sha256(const struct prm_crypto *crypto, prm_span key, const prm_span *parts, size_t n,
                                        uint8_t out[PRM_SHA256_SIZE]);

#endif
