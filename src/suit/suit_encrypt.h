/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suit_encrypt.h - SUIT_Encryption_Info (draft-ietf-suit-firmware-encryption): for whom a payload was encrypted, and
 * the content key for them.
 *
 *     96([ protected, {iv}, nil, [ recipient, ... ] ])                       COSE_Encrypt (RFC 9052 5.1), detached
 *     recipient = [ protected, {kid, ephemeral key}, wrapped content key ]   COSE_recipient, none nested
 *
 * Taken is what the profile and the draft's examples need, and nothing else:
 *
 *     content    A128CTR          empty, {1: -65534, 5: iv of 16 bytes}                           (RFC 9459 4)
 *                A128GCM          {1: 1}, {5: iv of 12 bytes}                                     (RFC 9053 4.1)
 *     recipient  A128KW           empty, {1: -3, ? 4: kid}                                        (RFC 9053 6.2.1)
 *                ECDH-ES+A128KW   {1: -29}, {? 4: kid, -1: {1: 2, -1: 1, -2: x, -3: y}}           (RFC 9053 6.4.1)
 *
 * Deterministic CBOR, so each content has one encoding; 1 to PRM_SUIT_RECIPIENTS_MAX recipients; no recursion.
 *
 * What the key doesn't vouch for: with A128CTR an altered iv gives an altered plaintext and no error. The signature
 * over the manifest, which holds this information, and its digests are what authenticate; decrypt only after them.
 */
#ifndef PRM_SUIT_SUIT_ENCRYPT_H
#define PRM_SUIT_SUIT_ENCRYPT_H

#include "base/result.h"
#include "base/span.h"
#include "seam/cipher.h"

#define PRM_COSE_TAG_ENCRYPT 96u
#define PRM_COSE_A128GCM 1
#define PRM_COSE_A128KW (-3)
#define PRM_COSE_ECDH_ES_A128KW (-29)
#define PRM_COSE_A128CTR (-65534)

#define PRM_SUIT_RECIPIENTS_MAX 4u
#define PRM_SUIT_CEK_SIZE 16u         /* bytes of a content key */
#define PRM_SUIT_CEK_WRAPPED_SIZE 24u /* the same, wrapped */

struct prm_suit_recipient {
    int32_t alg;            /* PRM_COSE_A128KW or PRM_COSE_ECDH_ES_A128KW */
    prm_span kid;           /* ptr NULL if it names none */
    const uint8_t *x, *y;   /* 32 bytes each: the ephemeral key; NULL for A128KW */
    const uint8_t *wrapped; /* PRM_SUIT_CEK_WRAPPED_SIZE bytes */
};

/* Borrows from the parsed bytes. */
struct prm_suit_encrypt {
    int32_t alg;       /* PRM_COSE_A128CTR or PRM_COSE_A128GCM */
    const uint8_t *iv; /* 16 bytes for CTR, 12 for GCM */
    uint32_t recipients;
    struct prm_suit_recipient recipient[PRM_SUIT_RECIPIENTS_MAX];
};

/*
 * Reads one SUIT_Encryption_Info and nothing after it. On failure `*out` is zeros.
 * Errors: CBOR_*, ENC_FORMAT (shape, header, length), ENC_ALGORITHM.
 */
PRM_MUST_USE prm_result prm_suit_encrypt_parse(prm_span bytes, struct prm_suit_encrypt *out);

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
