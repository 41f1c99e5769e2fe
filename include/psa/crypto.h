/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.h - of the PSA Certified Crypto API 1.2 (Arm IHI 0086) what the services give to the application: random numbers. Names,
 * types and values are the standard's; what isn't here isn't there yet.
 */
#ifndef PSA_CRYPTO_H
#define PSA_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "psa/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PSA_CRYPTO_API_VERSION_MAJOR 1
#define PSA_CRYPTO_API_VERSION_MINOR 2

#define PSA_ERROR_INSUFFICIENT_ENTROPY ((psa_status_t)-148)

/*
 * Whether there will be random numbers until the next reset, as far as is known now; nothing has to be begun. May be called any
 * number of times. Errors: INSUFFICIENT_ENTROPY (the source failed its tests, or the stored seed couldn't be replaced),
 * CORRUPTION_DETECTED; those of the door (primum/door.h).
 */
psa_status_t psa_crypto_init(void);

/*
 * Random bytes, of any number; 0 is PSA_SUCCESS. On failure none stays in `output`: what was given of it is zeros.
 * Errors: as psa_crypto_init(); COMMUNICATION_FAILURE (the source didn't answer: ask again).
 */
psa_status_t psa_generate_random(uint8_t *output, size_t output_size);

#ifdef __cplusplus
}
#endif

#endif
