/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encrypt.h - makes encrypted payloads: ciphertext and SUIT_Encryption_Info (suit/suit_encrypt.h), for devices to
 * decrypt after they verified the manifest that holds the info and the digest of the ciphertext.
 */
#ifndef PRIMUM_ENCRYPT_H
#define PRIMUM_ENCRYPT_H

#include <openssl/evp.h>

#include "base/span.h"
#include "host/file/file.h"

/*
 * Where keys come from: fills `out` with `len` bytes nobody can guess, 1, or 0 if it can't. A test passes its own and
 * gets the same payload each time; whoever knows what it gave can decrypt, so nothing but a test does that.
 */
struct primum_random {
    int (*fill)(void *ctx, uint8_t *out, size_t len);
    void *ctx;
};

/*
 * Encrypts one payload for 1 to PRM_SUIT_RECIPIENTS_MAX P-256 public keys: a fresh content key, A128CTR with an iv of
 * which the low 32 bits are zero, and for each recipient ECDH-ES+A128KW with an ephemeral key of its own and kid = the
 * first 8 bytes of SHA-256 over x then y. The ciphertext is as long as the plaintext. `random` NULL: OpenSSL's.
 *
 * Drawn, in this order: content key (16 bytes), iv (12), then 32 bytes for each recipient, again while out of range.
 *
 * Owns: the caller frees both outputs, which are empty on failure. PRIMUM_OK; PRIMUM_USAGE (no recipient, too many, one
 * twice), PRIMUM_REFUSED (not a P-256 key), PRIMUM_IO, each after saying why.
 */
int primum_encrypt_payload(prm_span plaintext, EVP_PKEY *const *recipients, size_t count,
                           const struct primum_random *random, struct primum_bytes *ciphertext,
                           struct primum_bytes *info);

#endif
