/* SPDX-License-Identifier: Apache-2.0 */
/*
 * making.h - a release from images to signatures, in steps, so that what is counted is spent last:
 *
 *     begin, add images, write the manifest; sign by keys that cost nothing, with room for the others; the caller looks
 * at the whole and makes room for it on the disk; then the counted keys sign.
 */
#ifndef PRIMUM_MAKING_H
#define PRIMUM_MAKING_H

#include <openssl/evp.h>

#include "host/keys/signer.h"
#include "host/release/manifest.h"
#include "host/release/release.h"

/* Who signs; all borrowed. */
struct primum_signers {
    const char *const *key; /* files and pkcs11: URIs, that sign here */
    uint32_t keys;
    const char *const *public_; /* that sign elsewhere, later */
    uint32_t publics;
    const char *token_public; /* the public key of a token that doesn't tell it; NULL: it tells */
    const char *secret_file;  /* or NULL: a person is asked */
    int32_t alg;              /* of P-256 signatures: ESP256 or ES256 */
};

/* Begin with zeros, and a specification but for the images. Owns: primum_making_free(). */
struct primum_making {
    struct primum_manifest_spec spec;
    EVP_PKEY *recipient[PRM_SUIT_RECIPIENTS_MAX];
    uint32_t recipients;
    int plain; /* without lists of block digests */
    struct primum_bytes manifest, fetch, digest;
    struct primum_bytes block[PRM_SUIT_SIGNATURES_MAX];
    struct primum_signer waits[PRM_SUIT_SIGNATURES_MAX]; /* whose signature a block still needs; else zeros */
    uint32_t blocks;
};

/* One more key that payloads are encrypted to. Exit codes after saying why, here and below. */
int primum_making_recipient(struct primum_making *making, const char *path);

/* The image of a component of a slot, encrypted to the recipients if `encrypt`. */
int primum_making_image(struct primum_making *making, prm_span image, uint32_t slot, uint32_t component, int encrypt);

/* Manifest and digest, of what is there. */
int primum_making_manifest(struct primum_making *making);

/* All signatures that cost nothing; in place of the others zeros, as long as they will be. Says whether a device can
 * hold it. */
int primum_making_sign(struct primum_making *making, const struct primum_signers *signers);

/* The counted ones. */
int primum_making_spend(struct primum_making *making, const struct primum_signers *signers);

/* The envelope as it is now; without payloads if `detached`. Owns: the caller frees. */
struct primum_bytes primum_making_envelope(const struct primum_making *making, int detached);
/* The same in parts. Spans borrow. */
struct prm_suit_envelope primum_making_parts(const struct primum_making *making);

void primum_making_free(struct primum_making *making);

#endif
