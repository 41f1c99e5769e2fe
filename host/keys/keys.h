/* SPDX-License-Identifier: Apache-2.0 */
/* keys.h - P-256 keys in PEM files. */
#ifndef PRIMUM_KEYS_H
#define PRIMUM_KEYS_H

#include <openssl/evp.h>

#include "trust/trust.h"
#include "host/file/file.h"
#include "seam/crypto.h"

/* Fills key_id and public_key from a key. PRIMUM_OK, or PRIMUM_REFUSED after saying that it isn't P-256. */
int primum_key_anchor(EVP_PKEY *key, const char *path, struct prm_anchor *out);

/* Reads a public key (PEM, SubjectPublicKeyInfo). PRIMUM_OK, PRIMUM_REFUSED or PRIMUM_IO after saying why. */
int primum_key_read_public(const char *path, struct prm_anchor *out);

/* The same of a .hss.pub as well. */
int primum_key_read_anchor(const char *path, struct prm_anchor *out);

/* The same as a key. Owns: the caller frees `*out`. */
int primum_key_open_public(const char *path, EVP_PKEY **out);

/*
 * A private key as its scalar, 32 bytes, big-endian, as a device holds it; and back. PRIMUM_OK; PRIMUM_REFUSED (not a
 * scalar of P-256), PRIMUM_IO after saying why. Owns: the caller frees `*out`, and wipes the scalar.
 */
#define PRIMUM_SCALAR_SIZE 32
int primum_key_scalar(EVP_PKEY *key, uint8_t out[PRIMUM_SCALAR_SIZE]);
int primum_key_from_scalar(const uint8_t scalar[PRIMUM_SCALAR_SIZE], EVP_PKEY **out);

/* A public key from its point as SEC 1 encodes it. Owns: the caller frees. PRIMUM_OK, or PRIMUM_REFUSED after saying
 * why. */
int primum_key_from_point(prm_span point, EVP_PKEY **out);

/* A public key in PEM. Owns: the caller frees. PRIMUM_OK or PRIMUM_IO after saying why. */
int primum_key_public_pem(EVP_PKEY *key, struct primum_bytes *out);

/*
 * A new P-256 key pair: PKCS#8, encrypted if there is a passphrase (scrypt and AES-256-CBC), and SubjectPublicKeyInfo,
 * both in PEM. The private one was opened again before this returns. Owns: primum_key_made_free(), which wipes.
 */
struct primum_key_made {
    struct primum_bytes private_pem, public_pem;
    uint8_t id[PRM_KEY_ID_SIZE];
};
int primum_key_make(const char *passphrase, struct primum_key_made *out);
void primum_key_made_free(struct primum_key_made *made);

/* What a file is by its first bytes, without a word: a public key in PEM that isn't HSS-LMS, a private key in PEM. */
int primum_key_is_public(const char *path);
int primum_key_is_private(const char *path);

/*
 * 1 if a secret is going to be asked for to use the key: an encrypted file, or a token whose URI doesn't bring the PIN.
 * A file that can't be read wants none; its reader complains.
 */
int primum_key_wants_secret(const char *key);

/*
 * Reads a private key (PEM). An encrypted one takes its passphrase from the first line of `passphrase_file`, or asks on
 * the terminal when that is NULL. Owns: the caller frees `*out`. PRIMUM_OK, PRIMUM_REFUSED or PRIMUM_IO after saying
 * why.
 */
int primum_key_read_private(const char *path, const char *passphrase_file, EVP_PKEY **out);

/*
 * ECDSA over SHA-256 of `message`, as r then s. The nonce is deterministic (RFC 6979) where OpenSSL can (3.2 and
 * later), else random. PRIMUM_OK or PRIMUM_IO after saying why.
 */
int primum_key_sign(EVP_PKEY *key, prm_span message, uint8_t out[PRM_P256_SIG_SIZE]);

/* A signature in DER (ECDSA-Sig-Value, and nothing after it) as r then s: 1, or 0 if it is something else. */
int primum_key_sig_from_der(prm_span der, uint8_t out[PRM_P256_SIG_SIZE]);

/* The first 8 bytes of SHA-256, as boot_format.h wants them in its check fields. */
int primum_check8(prm_span bytes, uint8_t out[8]);

#endif
