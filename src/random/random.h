/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.h - the device's random numbers: a noise source that is tested, a generator, and a seed from the start before, so
 * that no two starts give the same numbers even if the source gives the same samples.
 *
 *     source ──samples──▶ tests ──▶ SHA-256 ──entropy, nonce──┐
 *     cell ────seed of the start before──────────────────────┼──▶ HMAC_DRBG ──first 32 bytes──▶ cell, read back
 *     fuses, count of starts ─────────────────────────────────┘        └──▶ whoever asks, only after that
 *
 * docs/format/seed.md says what any cut leaves, docs/decisions/0022 why it is as it is. One caller at a time.
 */
#ifndef PRM_RANDOM_RANDOM_H
#define PRM_RANDOM_RANDOM_H

#include "crypto/hmac_drbg.h"
#include "random/gather.h"
#include "seam/cell.h"

#define PRM_RANDOM_REQUEST_MAX PRM_DRBG_REQUEST_MAX /* bytes */
#define PRM_RANDOM_FRESH 16u         /* samples that go into each request beside the state: a source that died is seen at once */
#define PRM_RANDOM_OWN_PARTS 2u      /* of what makes a device's numbers its own */

struct prm_random_platform {
    const struct prm_crypto *crypto; /* sha256, sha256_pull */
    const struct prm_entropy *entropy;
    const struct prm_cell *seed;
    /* What no other device has and, as far as it is kept, no other start; it need not be secret. Empty ones are none. */
    prm_span own[PRM_RANDOM_OWN_PARTS];
};

/* Owns: the generator's secret. All zeros is one that never started. */
struct prm_random {
    struct prm_gather gather;
    struct prm_hmac_drbg drbg;
    prm_result state; /* PRM_OK: started. Else why there are no numbers until the next start */
};

/*
 * Once a start: tests crypto and source, seeds the generator, replaces the stored seed. Borrows crypto and entropy of the
 * platform. A seed that is blank or damaged counts for nothing and is replaced, too.
 * Errors: CRYPTO, ARGUMENT (the source's facts), ENTROPY_IO, ENTROPY_HEALTH; COUNTER_IO (the seed can't be read or
 * replaced), RANDOM_STORED (it doesn't hold what was written). Each of them is kept: prm_random_fill() answers it until the next start.
 * Cut: no number of this start was given; the next one's are others than those of any start before.
 */
PRM_MUST_USE prm_result prm_random_start(struct prm_random *random, const struct prm_random_platform *platform);

/*
 * Random bytes. All or nothing: on failure `out` is zeros. After every PRM_DRBG_RESEED_AFTER requests the generator is seeded
 * anew first. No output before can be found from what is in memory afterwards.
 * Errors: ARGUMENT (more than PRM_RANDOM_REQUEST_MAX); ENTROPY_IO (ask again); ENTROPY_HEALTH, CRYPTO, for good; why it
 * didn't start; RANDOM_SEED (it was never asked to).
 */
PRM_MUST_USE prm_result prm_random_fill(struct prm_random *random, uint8_t *out, size_t len);

#endif
