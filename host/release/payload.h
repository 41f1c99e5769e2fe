/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload.h - images as they travel (docs/format/blocks.md): blocks with the pages of their digests between them, and
 * our parameter of the install sequence that covers the pages.
 */
#ifndef PRIMUM_PAYLOAD_H
#define PRIMUM_PAYLOAD_H

#include <openssl/evp.h>

#include "host/file/file.h"
#include "seam/crypto.h"
#include "suit/suit.h"
#include "suit/suit_encrypt.h"

/* One image, ready to be signed. Owns its bytes; free with primum_payload_free(). */
struct primum_payload {
    uint8_t digest[PRM_SHA256_SIZE]; /* of the image */
    uint32_t size;                   /* bytes of the image */
    struct primum_bytes wire;        /* pages and blocks */
    struct primum_bytes blocks;      /* parameter -1 */
    struct primum_bytes info;        /* SUIT_Encryption_Info; empty: plain */
};

/* Makes a payload, encrypted if there are recipients. PRIMUM_OK, or an exit code after saying why, and nothing to free.
 */
int primum_payload_make(prm_span image, EVP_PKEY *const *recipients, size_t count, struct primum_payload *out);
void primum_payload_free(struct primum_payload *payload);

/*
 * Checks a payload against what the manifest says of its component: every page and block, the digest over all blocks,
 * and of a plain payload the image's. `content`: the blocks without pages, which the caller frees, also after an error.
 * Errors: UPDATE_FORMAT, UPDATE_INCOMPLETE (another length), UPDATE_BLOCK, IMAGE_DIGEST, CBOR_*, CRYPTO.
 */
PRM_MUST_USE prm_result primum_payload_check(prm_span wire, const struct prm_suit_component *component,
                                             struct primum_bytes *content);

/* Decrypts content in place with a device's private key. Errors: ENC_*, CBOR_*, CRYPTO. */
PRM_MUST_USE prm_result primum_payload_decrypt(const struct prm_suit_component *component, EVP_PKEY *key,
                                               struct primum_bytes *content);

#endif
