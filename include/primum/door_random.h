/* SPDX-License-Identifier: Apache-2.0 */
/* door_random.h - the operations of PRIMUM_SERVICE_RANDOM, and what stands in their vectors. */
#ifndef PRIMUM_DOOR_RANDOM_H
#define PRIMUM_DOOR_RANDOM_H

#include "primum/door.h"

#define PRIMUM_RANDOM_PIECE 256u /* bytes of one call at most: some 154 thousand instructions */

enum primum_random_operation {
    PRIMUM_RANDOM_READY, /* nothing: will there be some? */
    PRIMUM_RANDOM_FILL,  /* out: 1 to PRIMUM_RANDOM_PIECE bytes */
    PRIMUM_RANDOM_OPERATIONS
};

#endif
