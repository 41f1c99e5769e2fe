/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PSA core's source of randomness for an image that has none: it always fails, and so does whatever would need it.
 * Decryption doesn't. An image with an entropy source defines this function itself; then this file isn't linked.
 */
#include <psa/crypto.h>

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context, uint8_t *output,
                                             size_t output_size, size_t *output_length) {
    (void)context;
    (void)output;
    (void)output_size;
    *output_length = 0;
    return PSA_ERROR_INSUFFICIENT_ENTROPY;
}
