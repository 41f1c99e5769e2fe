/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.h - what a cryptography provider gives.
 *
 * A signature check does not answer yes or no: it computes a *witness*, a value that equals a part of the signature or the
 * key only if the signature is right. The caller compares. A lone return value is a single point of failure; this isn't.
 */
#ifndef PRM_SEAM_CRYPTO_H
#define PRM_SEAM_CRYPTO_H

#include <string.h>

#include "base/result.h"
#include "base/sizes.h"
#include "base/span.h"


#define PRM_P256_SECRET_SIZE 32u /* bytes of a private key: a number in [1, n-1], big-endian */
#define PRM_P256_SEED_SIZE 40u  /* bytes that a private key is made of (FIPS 186-5 A.2.1: 64 bits more than it has) */
#define PRM_P256_NOISE_SIZE 64u /* fresh random bytes that blind a calculation with a secret */

/* Gives part `i` of something to be hashed; `*part` stays valid until the next call. An error ends the hash. */
typedef prm_result (*prm_part_fn)(void *ctx, size_t i, prm_span *part);

#define PRM_CHAIN_STEP_AT 22u  /* in a chain's message: the number of the step, a byte */
#define PRM_CHAIN_VALUE_AT 23u /* the value, 24 or 32 bytes: all that follows */

/* A chain of hashes (RFC 8554 4.4): a message, the end of which is replaced by its hash over and over. */
struct prm_chain {
    uint8_t block[64]; /* the message and the padding that makes it a block of SHA-256 (FIPS 180-4 5.1.1) */
    uint32_t steps;    /* how many were made. Counted where they are made: a call that is cut short counts less */
};

struct prm_crypto {
    /*
     * SHA-256 (FIPS 180-4) of the concatenation of `n` parts. `out` may overlap them. On failure it is zeros.
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

    /*
     * Steps `from`, `from` + 1, ... `to` - 1 of a chain. A step puts its number into the block, as much of the message's
     * SHA-256 as fits over the value, and adds 1 to steps. NULL if not provided; who provides it provides sha256_pull.
     * On failure the value is of no use. CT: as sha256. Errors: CRYPTO.
     */
    prm_result (*sha256_chain)(const struct prm_crypto *crypto, struct prm_chain *chain, uint32_t from, uint32_t to);

    /*
     * What follows works on a secret, and is NULL where there are none: in the root. `noise` is PRM_P256_NOISE_SIZE fresh
     * random bytes, or NULL: the results are right either way, and blinded against side channels with them.
     * A result is checked before it leaves, since what a disturbed calculation gives can give the secret away. On failure outputs are zeros.
     * CT: independent of the secret and of what is made of it. Errors: ARGUMENT (a secret outside [1, n-1]), CRYPTO.
     */

    /* The public key of a secret. */
    prm_result (*p256_public)(const uint8_t secret[PRM_P256_SECRET_SIZE], const uint8_t *noise,
                              uint8_t public_key[PRM_P256_PUBLIC_SIZE]);

    /*
     * An ECDSA signature over a digest (FIPS 186-5 6.4.1) with the nonce of RFC 6979, to which the noise is added (its
     * 3.6): the same signature each time without. `public_key` is that of the secret; another one gives CRYPTO.
     */
    prm_result (*p256_sign)(const struct prm_crypto *crypto, const uint8_t secret[PRM_P256_SECRET_SIZE],
                            const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                            const uint8_t *noise, uint8_t sig[PRM_P256_SIG_SIZE]);

    /*
     * ECDH (SP 800-56A 5.7.1.2): x of the shared point, big-endian. Errors: SIG_INVALID (the peer's key has a coordinate
     * at or above p, or isn't on the curve).
     */
    prm_result (*p256_agree)(const uint8_t secret[PRM_P256_SECRET_SIZE], const uint8_t peer[PRM_P256_PUBLIC_SIZE],
                             const uint8_t *noise, uint8_t shared[32]);
};

/* A sha256_chain that takes the provider's sha256 for each step. */
static inline prm_result prm_sha256_chain_plain(const struct prm_crypto *crypto, struct prm_chain *chain,
                                                uint32_t from, uint32_t to) {
    const size_t len = ((size_t)chain->block[62] << 8 | chain->block[63]) / 8u;
    const prm_span message = prm_span_of(chain->block, len);
    uint8_t digest[PRM_SHA256_SIZE];

    for (; from < to; from++, chain->steps++) {
        chain->block[PRM_CHAIN_STEP_AT] = (uint8_t)from;
        const prm_result result = crypto->sha256(&message, 1, digest);
        if (result != PRM_OK)
            return result;
        memcpy(chain->block + PRM_CHAIN_VALUE_AT, digest, len - PRM_CHAIN_VALUE_AT);
    }
    return PRM_OK;
}

#endif
