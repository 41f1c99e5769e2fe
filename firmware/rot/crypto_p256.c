/* SPDX-License-Identifier: Apache-2.0 */
/* ECDSA alone, in place of crypto.c and src/crypto. */
#include "crypto/hss_verify.h"
#include "firmware/rot/rot.h"
#include "providers/p256/p256_verify.h"
#include "providers/thumb2/sha256_thumb2.h"

const struct prm_crypto rot_crypto = {
    .sha256 = prm_sha256_thumb2,
    .p256_witness = prm_p256_witness,
};

/* A signature by a hash-based key is never good. */
prm_result prm_hss_witness(const struct prm_crypto *crypto, prm_span public_key, const prm_span *message_parts,
                           size_t n_parts, prm_span signature, uint8_t witness[PRM_HSS_WITNESS_SIZE]) {
    (void)crypto;
    (void)public_key;
    (void)message_parts;
    (void)n_parts;
    (void)signature;
    (void)witness; /* all 0xFF before the call: a difference from every key */
    return PRM_ERR_UNSUPPORTED;
}
