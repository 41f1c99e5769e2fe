/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cipher_openssl.h - the cipher seam over OpenSSL 3, for the host: the command line, tests, fuzzers.
 *
 * Stateless but for the key. Allocates (inside OpenSSL); nothing outlives a call.
 */
#ifndef PRM_PROVIDERS_CIPHER_OPENSSL_H
#define PRM_PROVIDERS_CIPHER_OPENSSL_H

#include <openssl/evp.h>

#include "seam/cipher.h"

/* The seam with a P-256 private key to agree with, borrowed for as long as the seam is used; NULL: without `agree`. */
struct prm_cipher prm_cipher_openssl(EVP_PKEY *key);

#endif
