/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/rot/rot.h"
#include "providers/p256/p256_verify.h"
#include "providers/thumb2/sha256_thumb2.h"

const struct prm_crypto rot_crypto = {
    .sha256 = prm_sha256_thumb2,
    .sha256_pull = prm_sha256_thumb2_pull,
    .sha256_chain = prm_sha256_thumb2_chain,
    .p256_witness = prm_p256_witness,
};
