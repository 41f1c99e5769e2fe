/* SPDX-License-Identifier: Apache-2.0 */
/* states.h - the two halves of `make states`: every stored state, and journals of any kind. */
#ifndef PRM_TESTS_STATES_STATES_H
#define PRM_TESTS_STATES_STATES_H

#include "tests/states/device.h"

struct tally {
    uint64_t passed, failed;
    uint64_t first[FIRSTS];
    uint64_t sends, refused, parts;
    uint64_t boots[13]; /* by how many */
};

void tally_add(struct tally *tally, const struct ending *ending, const char *what);
void tally_print(const struct tally *tally);

/* Every stored state, or each `stride`-th from `first` on. */
void states_enumerate(struct device *device, uint64_t first, uint64_t stride, struct tally *tally);

/* The same over the rules in force, waiting and lost, with fewer situations of the banks. */
void states_of_trust(struct device *device, uint64_t first, uint64_t stride, struct tally *tally);

/* So many journals; a class of journals that none of them was of counts as failed. */
void states_journals(struct device *device, uint32_t count, uint64_t seed, struct tally *tally);

/* splitmix64 */
uint64_t states_random(uint64_t *state);

#endif
