/* SPDX-License-Identifier: Apache-2.0 */
#include "psa/random.h"

/* Of the words that the API has for this function. Where there are no numbers for whatever reason, it is INSUFFICIENT_ENTROPY. */
static psa_status_t status_of(prm_result result) {
    if (result == PRM_OK)
        return PSA_SUCCESS;
    if (result == PRM_ERR_ENTROPY_IO)
        return PSA_ERROR_COMMUNICATION_FAILURE;
    return result == PRM_ERR_CRYPTO ? PSA_ERROR_CORRUPTION_DETECTED : PSA_ERROR_INSUFFICIENT_ENTROPY;
}

psa_status_t prm_psa_random_ready(const struct prm_random *random) {
    return status_of(random->state);
}

psa_status_t prm_psa_random_fill(struct prm_random *random, uint8_t *out, size_t len) {
    return status_of(prm_random_fill(random, out, len));
}
