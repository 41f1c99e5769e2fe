/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.h - what a cryptography provider gives.
 *
 * A signature check does not answer yes or no: it computes a *witness*, a value that equals a part of the signature or the
 * key only if the signature is right. The caller compares. A lone return value is a single point of failure; this isn't.
 */
#ifndef PRM_SEAM_CRYPTO_H
#define PRM_SEAM_CRYPTO_H

#include "base/result.h"
#include "base/span.h"

#define PRM_SHA256_SIZE 32u     /* bytes of a SHA-256 digest */
#define PRM_P256_PUBLIC_SIZE 64u /* bytes of a P-256 public key: x then y, big-endian (SEC 1 without the 0x04) */
#define PRM_P256_SIG_SIZE 64u   /* bytes of an ECDSA P-256 signature: r then s, big-endian (RFC 9053 2.1) */

/* Gives part `i` of something to be hashed; `*part` stays valid until the next call. An error ends the hash. */
typedef prm_result (*prm_part_fn)(void *ctx, size_t i, prm_span *part);

struct prm_crypto {
    /*
     * SHA-256 (FIPS 180-4) of the concatenation of `n` parts. On failure `out` is zeros.
     * CT: independent of the contents, not of the lengths. Errors: CRYPTO.
     */
    prm_result (*sha256)(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]);

    /*
     * ECDSA P-256 verification (FIPS 186-5 6.4.2) up to but without the comparison: writes x(R) mod n, where
     * R = (e/s)G + (r/s)Q. The signature is right if and only if the result is PRM_OK and the witness equals r.
     * The key is checked to be on the curve, r and s to be in [1, n-1]. On failure the witness is all 0xFF, which no r is.
     * A digest that is 0 mod n is refused: no message has it, but anyone can sign it, so it only comes from a lost hash.
     * CT: not constant time; everything here is public. Errors: SIG_INVALID (digest, r, s, Q or R out of range), CRYPTO.
     */
    prm_result (*p256_witness)(const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                               const uint8_t sig[PRM_P256_SIG_SIZE], uint8_t witness[32]);

    /*
     * SHA-256 of the concatenation of `n` parts that don't exist at once: `next` makes part 0, 1, ... n-1, each asked for
     * once, in order, and used up before the next is asked for. `next` may itself call sha256. NULL if not provided.
     * On failure `out` is zeros. CT: as sha256. Errors: CRYPTO, and whatever `next` returned.
     */
    prm_result (*sha256_pull)(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]);
};

#endif
