/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim_entropy.h - noise sources for tests: one that works and those that don't. None of them has any entropy: what a
 * test needs of a source, its samples, is a function of `seed` and of what was taken so far.
 */
#ifndef PRM_PORTS_SIM_ENTROPY_H
#define PRM_PORTS_SIM_ENTROPY_H

#include "seam/entropy.h"

enum prm_sim_entropy_kind {
    PRM_SIM_ENTROPY_GOOD,     /* each sample as likely as any other */
    PRM_SIM_ENTROPY_STUCK,    /* always the same sample */
    PRM_SIM_ENTROPY_BIASED,   /* one of them in `share` of 256, the others evenly */
    PRM_SIM_ENTROPY_REPEATING /* the first `share` samples over and over */
};

/* Not to be moved while in use (`entropy.ctx` points to it). A frozen source is one that is begun with the same seed at each start. */
struct prm_sim_entropy {
    struct prm_entropy entropy;
    enum prm_sim_entropy_kind kind;
    uint64_t seed;
    uint32_t share;
    uint64_t taken;         /* samples so far */
    uint64_t turns_at;      /* from this sample on it is stuck; UINT64_MAX: never */
    uint32_t calls;         /* of fill so far */
    uint32_t fails_at;      /* the call that fails with `error`; UINT32_MAX: none */
    uint32_t fails_for;     /* how many calls do, from there on */
    prm_result error;
};

/* A source of samples of 8 bits, each claimed to have 4, without errors. Change what is to be otherwise after it. */
void prm_sim_entropy_init(struct prm_sim_entropy *self, enum prm_sim_entropy_kind kind, uint64_t seed, uint32_t share);

#endif
