/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that may pass are below 2^63, all of them. So the highest bit of a difference is its sign, and the OR of several
 * differences has that bit if any of them is negative.
 */
#include "trust/floor.h"

#include "base/harden.h"

static uint32_t sign(uint64_t difference) {
    return (uint32_t)(difference >> 32) >> 31;
}

uint32_t prm_floor_wrong(const struct prm_release_age *age, uint64_t sequence) {
    const uint64_t first = prm_floor_before(age->trust) + 1;
    const uint64_t number = prm_floor_of(age->trust->epoch, sequence);
    const uint64_t floor = age->floor;
    const uint32_t range = (uint32_t)((sequence | (sequence - 1)) >> PRM_EPOCH_BITS);
    const uint32_t below = sign((number - floor) | (number - first) | floor);
    const uint32_t above = sign((floor + PRM_FLOOR_STEP - number) & (first + PRM_FLOOR_STEP - number));

    return (prm_smear(range) & PRM_FLOOR_RANGE) | (prm_smear(age->other) & (below | above << 1));
}

prm_result prm_floor_verify(const struct prm_release_age *age, uint64_t sequence) {
    const uint32_t wrong = prm_floor_wrong(age, sequence);

    if ((wrong & PRM_FLOOR_RANGE) != 0)
        return PRM_ERR_SEQUENCE;
    if ((wrong & PRM_FLOOR_BELOW) != 0)
        return PRM_ERR_FLOOR;
    return wrong == 0 ? PRM_OK : PRM_ERR_FLOOR_STEP;
}
