/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_walk.h - multiples of a point by a secret number. CT: independent of the number and of the blinding.
 */
#ifndef PRM_PROVIDERS_P256_WALK_H
#define PRM_PROVIDERS_P256_WALK_H

#include "providers/p256/p256_comb.h"

/* What a walk works on. Wiped by the caller. */
struct prm_p256_walk {
    struct prm_p256_point sum;
    struct prm_p256_affine entry;
    uint32_t scratch[P256_WORDS];
    uint32_t steps;      /* made so far */
};

/* A number of the field that isn't 0: made of the 32 bytes, or 1 if there are none. */
void prm_p256_blind(uint32_t r[P256_WORDS], const uint8_t *noise);

/*
 * One step: sum = 2^doublings sum + (the entry of the table that `column` names, see prm_p256_column). The first step of a walk
 * has no sum yet: it takes the entry, with z = sum.z, which prm_p256_blind has made. `last` steps are right also if the sum
 * and the entry are equal; for others the caller argues that they aren't.
 */
enum prm_p256_step { P256_STEP_FIRST, P256_STEP_NEXT, P256_STEP_LAST };
void prm_p256_step(struct prm_p256_walk *w, enum prm_p256_step which, uint32_t doublings,
                   const struct prm_p256_affine *table, uint32_t entries, uint32_t column);

/*
 * sum = k G, for k in [1, n-1]; `noise` blinds the coordinates. Returns a difference if it was not walked to the end, else 0.
 */
uint32_t prm_p256_base(struct prm_p256_walk *w, const uint32_t k[P256_WORDS], const uint8_t *noise);

/*
 * The sum's affine coordinates, plain. Returns all ones if it is a point of the curve, and not infinity, else 0.
 */
uint32_t prm_p256_arrive(struct prm_p256_affine *r, struct prm_p256_walk *w);

/*
 * Overwrites what the functions called before this one left on the stack below the caller's own frame: sums on their way,
 * from which the last digits of a secret could be found. Called last by who had one.
 */
void prm_p256_sweep(void);

#endif
