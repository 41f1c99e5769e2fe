/* SPDX-License-Identifier: Apache-2.0 */
/* random.h - psa_generate_random() of the PSA Crypto API over the random room, for whoever serves the door. */
#ifndef PRM_PSA_RANDOM_H
#define PRM_PSA_RANDOM_H

#include "psa/crypto.h"
#include "random/random.h"

/* Whether it has started, and nothing failed since. */
psa_status_t prm_psa_random_ready(const struct prm_random *random);

/* Random bytes, PRM_RANDOM_REQUEST_MAX at most. On failure `out` is zeros. */
psa_status_t prm_psa_random_fill(struct prm_random *random, uint8_t *out, size_t len);

#endif
