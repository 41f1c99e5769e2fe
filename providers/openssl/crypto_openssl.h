/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto_openssl.h - the crypto seam over OpenSSL 3, for the host: the command line, tests, fuzzers.
 *
 * Stateless and thread-safe. Allocates (inside OpenSSL); nothing outlives a call.
 */
#ifndef PRM_PROVIDERS_CRYPTO_OPENSSL_H
#define PRM_PROVIDERS_CRYPTO_OPENSSL_H

#include "seam/crypto.h"

extern const struct prm_crypto prm_crypto_openssl;

#endif
