/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health.h - the tests that each sample of a noise source goes through (SP 800-90B 4.4): repetition count and adaptive
 * proportion, with cutoffs from the min-entropy that is claimed and a false alarm in 2^30.
 *
 * They find a source that died, or lost most of its entropy. They can't find one that lies: bits of a generator pass.
 */
#ifndef PRM_RANDOM_HEALTH_H
#define PRM_RANDOM_HEALTH_H

#include "base/harden.h"
#include "seam/entropy.h"

#define PRM_HEALTH_ALPHA_LOG2 30u    /* a healthy source fails a test with probability 2^-30 */
#define PRM_HEALTH_STARTUP 1024u     /* samples that are tested before one is used (4.3) */
#define PRM_HEALTH_WINDOW 512u       /* samples of the adaptive proportion test (4.4.2) */
#define PRM_HEALTH_WINDOW_BITS 1024u /* the same, where a sample is one bit */

/* All zeros is a source that failed. */
struct prm_health {
    prm_answer fine; /* PRM_YES: no test failed since the start. Nothing but a start makes it so again */
    uint32_t mask;   /* bits that a sample may have */
    uint32_t last, run, run_cutoff;
    uint32_t first, same, left, window, same_cutoff;
};

/*
 * Begins anew, for a source with these facts. Errors: ARGUMENT (they are outside what seam/entropy.h allows; then every
 * sample fails).
 */
PRM_MUST_USE prm_result prm_health_start(struct prm_health *health, const struct prm_entropy *entropy);

/* Tests samples. Errors: ENTROPY_HEALTH; also for all that come after, whatever they are. */
PRM_MUST_USE prm_result prm_health_look(struct prm_health *health, const uint8_t *samples, size_t n);

/* The cutoffs for a claim of `eighths` of a bit, 1 to 64, or to 8 where a sample is one bit. */
uint32_t prm_health_run_cutoff(uint32_t eighths);
uint32_t prm_health_same_cutoff(uint32_t bits, uint32_t eighths);

#endif
