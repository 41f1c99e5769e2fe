/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/services/services.h"
#include "providers/p256/p256_secret.h"
#include "providers/p256/p256_verify.h"
#include "providers/thumb2/sha256_thumb2.h"

const struct prm_crypto services_crypto = {
    .sha256 = prm_sha256_thumb2,
    .sha256_pull = prm_sha256_thumb2_pull,
    .sha256_chain = prm_sha256_thumb2_chain,
    .p256_witness = prm_p256_witness,
    .p256_public = prm_p256_public,
    .p256_agree = prm_p256_agree,
};
