/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pkcs11.h - P-256 keys in hardware: anything with a PKCS#11 module, named by an RFC 7512 URI, through p11-kit.
 *
 * The module is the URI's module-path, or else whichever of those that p11-kit knows holds the token. The PIN is the
 * URI's pin-value or pin-source, or else the first line of a file, or else it is asked for on the terminal. A PIN is
 * tried once: tokens count the wrong ones. Messages name keys by their URI without the PIN.
 */
#ifndef PRIMUM_PKCS11_H
#define PRIMUM_PKCS11_H

#include <openssl/evp.h>

#include "host/file/file.h"
#include "seam/crypto.h"

/* A token with a session on it. */
struct primum_pkcs11;

/* 1 if it is a PKCS#11 URI and not a file's name. */
int primum_pkcs11_is_uri(const char *key);

/*
 * Finds the one token that the URI names, and opens a session; no login yet. Owns: the caller closes `*out`, also
 * after an error, then NULL. PRIMUM_OK; PRIMUM_USAGE (not a URI), PRIMUM_REFUSED (no such token, or several), PRIMUM_IO
 * (a module fails).
 */
int primum_pkcs11_open(const char *uri, const char *pin_file, struct primum_pkcs11 **out);
void primum_pkcs11_close(struct primum_pkcs11 *token);

/* The URI without its PIN. Borrowed from the token. */
const char *primum_pkcs11_name(const struct primum_pkcs11 *token);
/* The token's label. Owns: the caller frees. */
char *primum_pkcs11_label(const struct primum_pkcs11 *token);

/*
 * Logs in and finds the one private key that the URI names. PRIMUM_OK; PRIMUM_REFUSED (wrong PIN, no such key, several,
 * not P-256), PRIMUM_USAGE (no PIN to be had), PRIMUM_IO.
 */
int primum_pkcs11_find_private(struct primum_pkcs11 *token);

/*
 * The public key: the one that belongs to the private key found, by its CKA_ID or else its label; before one is
 * found, the one that the URI names, with a login only if there is none without. Owns: the caller frees `*out`.
 * PRIMUM_OK; PRIMUM_REFUSED (none, several different ones, not P-256), PRIMUM_IO.
 */
int primum_pkcs11_public(struct primum_pkcs11 *token, EVP_PKEY **out);

/*
 * ECDSA over a SHA-256 digest with the private key found, as r then s. The caller checks it before it is used.
 * PRIMUM_OK, PRIMUM_REFUSED (the key may not sign) or PRIMUM_IO after saying why.
 */
int primum_pkcs11_sign(struct primum_pkcs11 *token, const uint8_t digest[PRM_SHA256_SIZE],
                       uint8_t out[PRM_P256_SIG_SIZE]);

/*
 * pkcs11_cose.c. A COSE_Sign1 over a SUIT_Digest by the private key that the URI names, as an authentication block.
 * The public key is the one in `pub_path`, or the token's if that is NULL; no signature that isn't right by it comes
 * out. `alg`: ESP256 or ES256. Owns: the caller frees `*out`. Exit codes as of the functions above.
 */
int primum_pkcs11_block_sign(prm_span digest, const char *uri, const char *pin_file, const char *pub_path, int32_t alg,
                             struct primum_bytes *out);

/* The public key that the URI names, and the label of its token. Owns: the caller frees both. */
int primum_pkcs11_describe(const char *uri, const char *pin_file, EVP_PKEY **key, char **label);

#endif
