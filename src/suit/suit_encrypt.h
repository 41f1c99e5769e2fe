/* SPDX-License-Identifier: Apache-2.0 */
/* suit_encrypt.h - the content key of an encrypted payload, and its plaintext. What stands in the manifest about it: suit_encrypt_parse.h. */
#ifndef PRM_SUIT_SUIT_ENCRYPT_H
#define PRM_SUIT_SUIT_ENCRYPT_H

#include "seam/cipher.h"
#include "suit/suit_encrypt_parse.h"

/* The keys that a device may open with. A kid with ptr NULL goes only with recipients that name none. */
struct prm_suit_keys {
    const struct prm_cipher *cipher; /* and the private key that it holds; none if its `agree` is NULL */
    prm_span agree_kid;              /* which key that is */
    const uint8_t *kek;              /* an A128KW key of 16 bytes, or NULL */
    prm_span kek_kid;
};

/*
 * Gets the content key from the first recipient that is one of `keys` and whose wrapping is right. A recipient that
 * names a kid is taken only for the key with that kid; one that names none is tried with the key of its algorithm.
 *
 * ECDH-ES+A128KW: KEK = HKDF-SHA256 of the shared x, no salt, info = COSE_KDF_Context (RFC 9053 5.2) with
 * SuppPubInfo.other = "SUIT Payload Encryption". On failure `cek` is zeros. Shared secret and KEK are wiped.
 *
 * Errors: ENC_RECIPIENT (none is for these keys); of the last one tried: ENC_KEY, ENC_POINT, CRYPTO.
 */
PRM_MUST_USE prm_result prm_suit_encrypt_open(const struct prm_suit_encrypt *info, const struct prm_suit_keys *keys,
                                              uint8_t cek[PRM_SUIT_CEK_SIZE]);

/*
 * Decrypts bytes of an A128CTR payload in place; `off`, where in the payload they are, is a multiple of 16, and only
 * the payload's end may be less than a whole block. On failure `data` is zeros.
 *
 * Errors: ENC_ALGORITHM (not A128CTR), ARGUMENT (off), CRYPTO.
 */
PRM_MUST_USE prm_result prm_suit_encrypt_xor(const struct prm_suit_encrypt *info, const struct prm_cipher *cipher,
                                             const uint8_t cek[PRM_SUIT_CEK_SIZE], uint32_t off, uint8_t *data,
                                             size_t len);

/*
 * Decrypts a whole A128GCM payload, tag at its end; the Enc_structure of RFC 9052 5.3 is authenticated with it.
 * Writes sealed.len - 16 bytes to `out`; see gcm_open. Errors: ENC_ALGORITHM (not A128GCM), UNSUPPORTED (the
 * provider has no GCM), ARGUMENT, ENC_TAG, CRYPTO.
 */
PRM_MUST_USE prm_result prm_suit_encrypt_gcm(const struct prm_suit_encrypt *info, const struct prm_cipher *cipher,
                                             const uint8_t cek[PRM_SUIT_CEK_SIZE], prm_span sealed, uint8_t *out);

/* SuppPubInfo.other, and the whole COSE_KDF_Context: with one algorithm and empty parties it is a constant. */
#define PRM_SUIT_KDF_OTHER "SUIT Payload Encryption"
#define PRM_SUIT_KDF_CONTEXT_SIZE 42u
extern const uint8_t prm_suit_kdf_context[PRM_SUIT_KDF_CONTEXT_SIZE];

#endif
