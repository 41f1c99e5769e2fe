/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cipher.h - what a cryptography provider gives to whoever decrypts: AES-128, HKDF, and key agreement with the one
 * private key that `ctx` holds. That key is known here by its handle only; its scalar never crosses.
 *
 * Nothing that a check covers is written before the check is right. On failure every output is zeros. All errors are
 * of the call, none is remembered. CT: no function's time or memory accesses depend on key, secret or plaintext, as
 * far as the provider promises it for its primitives; lengths, nonces and results are public.
 */
#ifndef PRM_SEAM_CIPHER_H
#define PRM_SEAM_CIPHER_H

#include "base/result.h"
#include "base/sizes.h"
#include "base/span.h"

#define PRM_AES128_SIZE 16u      /* bytes of a key, and of a block */
#define PRM_KW_EXTRA_SIZE 8u     /* bytes by which a wrapped key is longer than the key (RFC 3394) */
#define PRM_KW_WRAPPED_MAX 40u   /* bytes of the longest wrapped key taken: one of 32 */
#define PRM_GCM_TAG_SIZE 16u     /* bytes of the tag, after the ciphertext */
#define PRM_HKDF_OUT_MAX 8160u   /* bytes: 255 blocks of SHA-256 (RFC 5869 2.3) */
#define PRM_HKDF_INFO_MAX 256u   /* bytes of context that every provider takes */
#define PRM_P256_POINT_SIZE 64u  /* x then y, big-endian */
#define PRM_P256_SHARED_SIZE 32u /* x of the shared point (SEC 1 3.3.1), big-endian */

struct prm_cipher {
    void *ctx; /* the provider's own, and the holder of the private key; passed to every function */

    /*
     * AES-128-CTR (SP 800-38A 6.5): XORs `len` bytes at `data` in place with the key stream from block `block` on. The
     * counter of block b is iv + b, both big-endian, modulo 2^128. A part that isn't the last must be whole blocks; so
     * each part stands for itself, in any order and after any cut, as long as its first block's number is known.
     * On failure `data` is zeros. Errors: ARGUMENT (block + blocks of `len` above 2^32), CRYPTO.
     */
    prm_result (*ctr_xor)(void *ctx, const uint8_t key[PRM_AES128_SIZE], const uint8_t iv[PRM_AES128_SIZE],
                          uint32_t block, uint8_t *data, size_t len);

    /*
     * AES key unwrap (RFC 3394 2.2.2, default initial value) with a 16-byte KEK. Writes wrapped.len - 8 bytes to `key`,
     * which must not overlap the input. Errors: ARGUMENT (length not a multiple of 8 from 24 to PRM_KW_WRAPPED_MAX;
     * nothing is written), ENC_KEY (the integrity check failed: another KEK, or altered), CRYPTO.
     */
    prm_result (*kw_unwrap)(void *ctx, const uint8_t kek[PRM_AES128_SIZE], prm_span wrapped, uint8_t *key);

    /*
     * HKDF with SHA-256 (RFC 5869). An empty salt is the RFC's default. `out` must not overlap the inputs.
     * Errors: ARGUMENT (len 0 or above PRM_HKDF_OUT_MAX, or info above PRM_HKDF_INFO_MAX; nothing is written), CRYPTO.
     */
    prm_result (*hkdf_sha256)(void *ctx, prm_span salt, prm_span secret, prm_span info, uint8_t *out, size_t len);

    /*
     * ECDH on P-256 (SP 800-56A 5.7.1.2) of the held private key with a peer's public key, which is checked to be on
     * the curve with coordinates below p. NULL if no key is held. Errors: ENC_POINT (not a point of the curve), CRYPTO.
     */
    prm_result (*agree)(void *ctx, const uint8_t peer_public[PRM_P256_POINT_SIZE],
                        uint8_t shared[PRM_P256_SHARED_SIZE]);

    /*
     * AES-128-GCM decryption (SP 800-38D 7.2), in two passes: the tag is verified before the first byte is written.
     * `sealed` is the ciphertext and then the tag; writes sealed.len - 16 bytes to `out`, which either is sealed.ptr or
     * does not overlap. `sealed` must not change during the call. NULL if not provided: whoever streams opens block by
     * block, which this can't.
     * Errors: ARGUMENT (shorter than a tag; nothing is written), ENC_TAG, CRYPTO.
     */
    prm_result (*gcm_open)(void *ctx, const uint8_t key[PRM_AES128_SIZE], const uint8_t nonce[PRM_GCM_NONCE_SIZE],
                           prm_span aad, prm_span sealed, uint8_t *out);
};

/* The counter block that starts a run at `block`: iv + block modulo 2^128, big-endian. For providers. */
static inline void prm_cipher_counter(const uint8_t iv[PRM_AES128_SIZE], uint32_t block, uint8_t out[PRM_AES128_SIZE]) {
    uint64_t carry = block;

    for (unsigned i = PRM_AES128_SIZE; i-- > 0;) {
        carry += iv[i];
        out[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* PRM_OK if a run of `len` bytes from `block` on ends within 2^32 blocks, else ARGUMENT. For providers. */
static inline prm_result prm_cipher_run(uint32_t block, size_t len) {
    const uint64_t blocks = ((uint64_t)len + PRM_AES128_SIZE - 1) / PRM_AES128_SIZE;

    return blocks <= UINT64_C(0x100000000) - block ? PRM_OK : PRM_ERR_ARGUMENT;
}

/* PRM_OK if a wrapped key has a length that kw_unwrap takes, else ARGUMENT. For providers. */
static inline prm_result prm_cipher_wrapped(size_t len) {
    return len >= 24 && len <= PRM_KW_WRAPPED_MAX && len % 8 == 0 ? PRM_OK : PRM_ERR_ARGUMENT;
}

#endif
