/* SPDX-License-Identifier: Apache-2.0 */
/* sizes.h - how long digests, keys and signatures are: for those who hold or read them, and never compute them. */
#ifndef PRM_BASE_SIZES_H
#define PRM_BASE_SIZES_H

#define PRM_SHA256_SIZE 32u     /* bytes of a SHA-256 digest */
#define PRM_P256_PUBLIC_SIZE 64u /* bytes of a P-256 public key: x then y, big-endian (SEC 1 without the 0x04) */
#define PRM_P256_SIG_SIZE 64u   /* bytes of an ECDSA P-256 signature: r then s, big-endian (RFC 9053 2.1) */
#define PRM_GCM_NONCE_SIZE 12u   /* bytes of the one nonce of AES-GCM in COSE (RFC 9053 4.1) */

#endif
