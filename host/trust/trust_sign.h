/* SPDX-License-Identifier: Apache-2.0 */
/* trust_sign.h - adding signatures of root keys to a trust manifest. */
#ifndef PRIMUM_TRUST_SIGN_H
#define PRIMUM_TRUST_SIGN_H

#include "host/file/output.h"
#include "host/trust/trust_file.h"

/* A manifest and the signatures that it is going to have. Owns: `file`, `added`. */
struct primum_trust_signing {
    struct primum_trust_file file;
    prm_span signature[PRM_TRUST_SIGNATURES_MAX];
    uint32_t signatures;
    struct primum_bytes added[PRM_TRUST_SIGNATURES_MAX];
    uint32_t adds;
};

/*
 * From the bytes of a manifest, which it takes over. PRIMUM_OK; PRIMUM_REFUSED (not a manifest; a release stands behind
 * it) after saying why. Owns: primum_trust_signing_free().
 */
int primum_trust_signing_begin(const char *path, struct primum_bytes *bytes, struct primum_trust_signing *out);
void primum_trust_signing_free(struct primum_trust_signing *signing);

/*
 * Whether there is room and use for a signature by this key; asked before one is made, for a counted one would be lost.
 * PRIMUM_OK, or PRIMUM_REFUSED after saying why.
 */
int primum_trust_signing_check(const struct primum_trust_signing *signing, const struct primum_signer *signer);

/* Signs by a key (KEY.pem, KEY.hss, pkcs11:...) and adds the signature. Exit codes after saying why. */
int primum_trust_signing_sign(struct primum_trust_signing *signing, const char *key, const char *secret_file);

/* Adds a signature that was made elsewhere, if it is right. PRIMUM_OK, or PRIMUM_REFUSED after saying why. */
int primum_trust_signing_add(struct primum_trust_signing *signing, const struct primum_signer *signer,
                             prm_span signature);

/* The manifest as it is now. Owns: the caller frees. */
struct primum_bytes primum_trust_signing_write(const struct primum_trust_signing *signing);

#endif
