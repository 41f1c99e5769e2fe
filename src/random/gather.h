/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gather.h - unpredictable bytes out of a noise source: every sample is tested, and as many are hashed (SP 800-90B 3.1.5.1,
 * a vetted conditioning component) as have 64 bits of min-entropy more than come out. All or nothing.
 */
#ifndef PRM_RANDOM_GATHER_H
#define PRM_RANDOM_GATHER_H

#include "random/health.h"
#include "seam/crypto.h"

#define PRM_GATHER_BITS 320u   /* of min-entropy, for 256 */
#define PRM_GATHER_BATCH 64u   /* samples taken from the port at a time */

/* Owns: what the tests remember. Borrows the rest, for as long as it is used. */
struct prm_gather {
    const struct prm_crypto *crypto; /* sha256_pull */
    const struct prm_entropy *entropy;
    struct prm_health health;
};

/*
 * Tests the first PRM_HEALTH_STARTUP samples, and forgets them. Until then, and after a failure, nothing is given.
 * Errors: ARGUMENT (the source's facts), ENTROPY_IO, ENTROPY_HEALTH.
 */
PRM_MUST_USE prm_result prm_gather_start(struct prm_gather *gather, const struct prm_crypto *crypto,
                                         const struct prm_entropy *entropy);

/*
 * The next samples as they are, tested; n is PRM_GATHER_BATCH at most. On failure they are zeros. Errors: ARGUMENT, ENTROPY_IO;
 * ENTROPY_HEALTH, from then on for good: the source isn't asked again.
 */
PRM_MUST_USE prm_result prm_gather_samples(struct prm_gather *gather, uint8_t *samples, size_t n);

/* 32 bytes with full entropy, if the source has what is claimed for it. On failure zeros. Errors: as above, CRYPTO. */
PRM_MUST_USE prm_result prm_gather_seed(struct prm_gather *gather, uint8_t out[PRM_SHA256_SIZE]);

#endif
