/* SPDX-License-Identifier: Apache-2.0 */
/* psa/crypto.h over the door. */
#include "psa/crypto.h"

#include "primum/door_random.h"
#include "sdk/call.h"

psa_status_t psa_crypto_init(void) {
    return primum_door_call(PRIMUM_DOOR_CALL(PRIMUM_SERVICE_RANDOM, PRIMUM_RANDOM_READY, 0, 0), NULL, NULL);
}

psa_status_t psa_generate_random(uint8_t *output, size_t output_size) {
    psa_status_t status = PSA_SUCCESS;
    size_t done = 0;

    while (done < output_size && status == PSA_SUCCESS) {
        const size_t left = output_size - done;
        const struct primum_vector out =
            primum_piece(output + done, left < PRIMUM_RANDOM_PIECE ? left : PRIMUM_RANDOM_PIECE);
        status = primum_door_call(PRIMUM_DOOR_CALL(PRIMUM_SERVICE_RANDOM, PRIMUM_RANDOM_FILL, 0, 1), &out, NULL);
        if (status == PSA_SUCCESS)
            done += out.len;
    }
    /* All or nothing, also where a later piece failed. What was never given wasn't touched: it may not be the caller's. */
    for (size_t i = 0; i < done && status != PSA_SUCCESS; i++)
        output[i] = 0;
    return status;
}
