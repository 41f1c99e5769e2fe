/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.h - which sequence numbers may run, and how far one release may raise the rollback floor. docs/format/trust.md.
 *
 *     floor   63       48                    0
 *             | epoch   | sequence (48 bits)  |      one value of the monotonic counter, compared as an integer
 *
 * A release states a sequence alone. Its epoch is that of the rules in force: root keys open one, by a trust manifest with
 * the next number, and say with which sequence it begins, its *base*. So whoever steals a release key may raise the
 * sequence, but not for longer than that epoch lasts.
 *
 * The rules' own bound is there whatever the counter says: nothing below epoch and base may run. When rules take effect the
 * counter goes up to one below that, epoch << 48 | base - 1: as long as it stands there nothing of this epoch was accepted.
 * A factory writes the floor as the sequence of the release that it puts into the device.
 */
#ifndef PRM_TRUST_FLOOR_H
#define PRM_TRUST_FLOOR_H

#include "base/result.h"
#include "trust/trust.h"

#define PRM_EPOCH_BITS 48u
#define PRM_EPOCH_MAX 0x7FFFu /* a floor has its highest bit clear: UINT64_MAX is a counter that couldn't be read */
#define PRM_SEQUENCE_MAX ((UINT64_C(1) << PRM_EPOCH_BITS) - 1)
#define PRM_FLOOR_FIRST 1u /* no floor is below this: 0 is damage (the least of the counter's values) */
#define PRM_FLOOR_STEP (UINT64_C(1) << 32) /* as far as one accepted release raises the floor: UTC seconds fit, once */

static inline uint64_t prm_floor_of(uint32_t epoch, uint64_t sequence) {
    return (uint64_t)epoch << PRM_EPOCH_BITS | sequence;
}

/* The floor as long as nothing was accepted since these rules took effect with an epoch or base of their own. */
static inline uint64_t prm_floor_before(const struct prm_trust *trust) {
    return prm_floor_of(trust->epoch, trust->base) - 1;
}

/* The floor by these rules, whether or not the counter could be raised to it yet. */
static inline uint64_t prm_floor_raised(const struct prm_trust *trust, uint64_t counter) {
    const uint64_t before = prm_floor_before(trust);

    return counter < before ? before : counter;
}

/* What accepting a release makes of a floor: the same epoch, that sequence. */
static inline uint64_t prm_floor_accept(uint64_t floor, uint64_t sequence) {
    return floor >> PRM_EPOCH_BITS << PRM_EPOCH_BITS | sequence;
}

/* What a release's age is judged by. */
struct prm_release_age {
    const struct prm_trust *trust; /* the rules in force */
    uint64_t floor;                /* what the counter says; UINT64_MAX if it can't be read */
    uint32_t other;                /* 0 if it is the release that the device keeps at this floor */
};

/*
 * What is wrong with a release of this sequence, for a word: 0 if it may run, or be installed; else these bits. The number
 * of the kept release doesn't matter, but for its range: it is kept only as long as the floor stands where it stood.
 */
#define PRM_FLOOR_BELOW 0x1u /* below the counter or the base; always, if the counter couldn't be read */
#define PRM_FLOOR_ABOVE 0x2u /* more than PRM_FLOOR_STEP above both */
#define PRM_FLOOR_RANGE 0x4u /* 0, or above PRM_SEQUENCE_MAX */
uint32_t prm_floor_wrong(const struct prm_release_age *age, uint64_t sequence);

/* The same for a branch, computed anew. Errors, the first that applies: SEQUENCE, FLOOR, FLOOR_STEP. */
PRM_MUST_USE prm_result prm_floor_verify(const struct prm_release_age *age, uint64_t sequence);

#endif
