/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload.h - images as they travel (docs/format/payload.md): exactly the bytes of the image or of its ciphertext, and
 * a list of their blocks' digests, which the fetch-arguments of the install sequence cover.
 */
#ifndef PRIMUM_PAYLOAD_H
#define PRIMUM_PAYLOAD_H

#include <openssl/evp.h>

#include "codec/cbor.h"
#include "host/file/file.h"
#include "seam/crypto.h"
#include "suit/suit.h"
#include "suit/suit_encrypt.h"

/* One image, ready to be signed. Owns its bytes; free with primum_payload_free(). */
struct primum_payload {
    uint8_t digest[PRM_SHA256_SIZE]; /* of the image */
    uint32_t size;                   /* bytes of the image */
    struct primum_bytes bytes;       /* what travels: the image, or its ciphertext */
    struct primum_bytes list;        /* SHA-256 of each block of that; empty: there is no list */
    struct primum_bytes pages;       /* SHA-256 of each page of the list */
    struct primum_bytes info;        /* SUIT_Encryption_Info; empty: plain */
};

/*
 * Makes a payload, encrypted if there are recipients. PRIMUM_OK, or an exit code after saying why, and nothing to free.
 */
int primum_payload_make(prm_span image, EVP_PKEY *const *recipients, size_t count, int with_list,
                        struct primum_payload *out);
void primum_payload_free(struct primum_payload *payload);

/* The fetch-arguments of a payload with a list, which the envelope has under the name `list`. */
void primum_payload_put_fetch(struct prm_cbor_writer *w, const struct primum_payload *payload, const char *list);

/*
 * Checks a payload and its list against what the manifest says of its component: every page and block, and of a plain
 * payload the image's digest, which is all there is if the manifest describes no blocks. `content`: a copy of the
 * payload, which the caller frees, also after an error. Errors: LIST_NONE (a ciphertext that only its devices can
 * check, or the list isn't there), UPDATE_FORMAT, UPDATE_INCOMPLETE (another length), UPDATE_BLOCK, IMAGE_DIGEST,
 * CBOR_*, CRYPTO.
 */
PRM_MUST_USE prm_result primum_payload_check(prm_span bytes, prm_span list, const struct prm_suit_component *component,
                                             struct primum_bytes *content);

/* Decrypts content in place with a device's private key. Errors: ENC_*, CBOR_*, CRYPTO. */
PRM_MUST_USE prm_result primum_payload_decrypt(const struct prm_suit_component *component, EVP_PKEY *key,
                                               struct primum_bytes *content);

#endif
