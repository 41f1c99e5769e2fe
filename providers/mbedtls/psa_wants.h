/* SPDX-License-Identifier: Apache-2.0 */
/* psa_wants.h - the algorithms and key types that the PSA core is built with: those of the cipher seam but agreement, which is
 * our own curve's, and GCM, which nothing on a
 * device calls. */
#ifndef PRM_PROVIDERS_MBEDTLS_PSA_WANTS_H
#define PRM_PROVIDERS_MBEDTLS_PSA_WANTS_H

#define PSA_WANT_ALG_CTR 1
#define PSA_WANT_ALG_ECB_NO_PADDING 1 /* AES-KW is built on it */
#define PSA_WANT_ALG_HKDF 1
#define PSA_WANT_ALG_HMAC 1
#define PSA_WANT_ALG_SHA_256 1
#define PSA_WANT_KEY_TYPE_AES 1
#define PSA_WANT_KEY_TYPE_DERIVE 1
#define PSA_WANT_KEY_TYPE_HMAC 1

#endif
