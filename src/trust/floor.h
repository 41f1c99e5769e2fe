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
 */
#ifndef PRM_TRUST_FLOOR_H
#define PRM_TRUST_FLOOR_H

#include "base/result.h"
#include "trust/trust.h"

#define PRM_EPOCH_BITS 48u
#define PRM_EPOCH_MAX 0x7FFFu /* a floor has its highest bit clear: UINT64_MAX is a counter that couldn't be read */
#define PRM_SEQUENCE_MAX ((UINT64_C(1) << PRM_EPOCH_BITS) - 1)
#define PRM_FLOOR_STEP (UINT64_C(1) << 32) /* as far as one accepted release raises the floor: UTC seconds fit, once */

static inline uint64_t prm_floor_of(uint32_t epoch, uint64_t sequence) {
    return (uint64_t)epoch << PRM_EPOCH_BITS | sequence;
}

/* What the counter has to be raised to before a release is judged by these rules. */
static inline uint64_t prm_floor_before(const struct prm_trust *trust) {
    return prm_floor_of(trust->epoch, trust->base) - 1;
}

/* What accepting a release makes of a floor: the same epoch, that sequence. */
static inline uint64_t prm_floor_accept(uint64_t floor, uint64_t sequence) {
    return floor >> PRM_EPOCH_BITS << PRM_EPOCH_BITS | sequence;
}

/*
 * Whether a release of this sequence may run, or be installed, by these rules and with the counter at `floor`. `other` is 0
 * for the release that the device keeps: its number doesn't matter until one of this epoch was accepted. For every other
 * release it is anything else.
 * Errors, the first that applies: SEQUENCE (0, or above PRM_SEQUENCE_MAX); FLOOR (below the floor or the base; always, if the
 * floor couldn't be read); FLOOR_STEP (more than PRM_FLOOR_STEP above both).
 */
PRM_MUST_USE prm_result prm_floor_decide(const struct prm_trust *trust, uint64_t floor, uint64_t sequence, uint32_t other);

/* The same for a word, without a branch: 0 if it may, else all ones. */
uint32_t prm_floor_diff(const struct prm_trust *trust, uint64_t floor, uint64_t sequence, uint32_t other);

#endif
