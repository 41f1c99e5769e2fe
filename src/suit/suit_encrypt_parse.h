/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suit_encrypt_parse.h - SUIT_Encryption_Info (draft-ietf-suit-firmware-encryption): for whom a payload was encrypted.
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
#ifndef PRM_SUIT_SUIT_ENCRYPT_PARSE_H
#define PRM_SUIT_SUIT_ENCRYPT_PARSE_H

#include "base/result.h"
#include "base/span.h"

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

#endif
