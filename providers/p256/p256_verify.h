/* SPDX-License-Identifier: Apache-2.0 */
/* p256_verify.h - the witness of an ECDSA P-256 signature. */
#ifndef PRM_PROVIDERS_P256_VERIFY_H
#define PRM_PROVIDERS_P256_VERIFY_H

#include "seam/crypto.h"

/* struct prm_crypto's p256_witness. */
PRM_MUST_USE prm_result prm_p256_witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                         const uint8_t digest[PRM_SHA256_SIZE], const uint8_t sig[PRM_P256_SIG_SIZE],
                                         uint8_t witness[32]);

#endif
