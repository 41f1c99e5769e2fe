/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that may pass are below 2^63, all of them. So the highest bit of a difference is its sign, and the OR of several
 * differences has that bit if any of them is negative.
 */
#include "trust/floor.h"

#include "base/harden.h"

/* Not 0 for a sequence that is 0 or doesn't fit beside an epoch. */
static uint32_t out_of_range(uint64_t sequence) {
    return (uint32_t)((sequence | (sequence - 1)) >> PRM_EPOCH_BITS);
}

/* 1 as long as the counter could be read and has seen nothing of these rules' epoch, else 0. */
static uint32_t is_untouched(const struct prm_trust *trust, uint64_t floor) {
    return (uint32_t)(((floor - prm_floor_of(trust->epoch, trust->base)) & ~floor) >> 63);
}

/* 1 if the number is below the counter or below the base, or if the counter couldn't be read. */
static uint32_t is_below(const struct prm_trust *trust, uint64_t floor, uint64_t sequence) {
    const uint64_t number = prm_floor_of(trust->epoch, sequence);

    return (uint32_t)(((number - floor) | (sequence - trust->base) | floor) >> 63);
}

/* 1 if the number is too far above both. */
static uint32_t is_above(const struct prm_trust *trust, uint64_t floor, uint64_t sequence) {
    const uint64_t number = prm_floor_of(trust->epoch, sequence);

    return (uint32_t)(((floor + PRM_FLOOR_STEP - number) & (trust->base + PRM_FLOOR_STEP - sequence)) >> 63);
}

uint32_t prm_floor_diff(const struct prm_trust *trust, uint64_t floor, uint64_t sequence, uint32_t other) {
    const uint32_t outside = is_below(trust, floor, sequence) | is_above(trust, floor, sequence);
    const uint32_t counts = prm_smear(other) | (is_untouched(trust, floor) - 1u);

    return prm_smear(out_of_range(sequence) | (outside & counts));
}

prm_result prm_floor_decide(const struct prm_trust *trust, uint64_t floor, uint64_t sequence, uint32_t other) {
    if (out_of_range(sequence) != 0)
        return PRM_ERR_SEQUENCE;
    if (other == 0 && is_untouched(trust, floor) != 0)
        return PRM_OK;
    if (is_below(trust, floor, sequence) != 0)
        return PRM_ERR_FLOOR;
    return is_above(trust, floor, sequence) == 0 ? PRM_OK : PRM_ERR_FLOOR_STEP;
}
