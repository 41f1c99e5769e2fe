/* SPDX-License-Identifier: Apache-2.0 */
/* raw_call.h - a call through the door with every register known, before and after. */
#ifndef PRM_TESTS_BOARD_DOOR_RAW_CALL_H
#define PRM_TESTS_BOARD_DOOR_RAW_CALL_H

#include <stdint.h>

struct raw_call {
    uint32_t r[5]; /* r0 to r3, r12: the request, then the answer */
    uint32_t door;
    uint32_t kept[8]; /* r4 to r11 */
    uint32_t flags;   /* APSR */
    uint32_t flags_after;
    uint32_t kept_after[8];
    uint32_t fp[32];
};

/* With the FPU untouched, and with s0 to s31 from `fp`, which afterwards holds what they were. */
void raw_call(struct raw_call *call);
void raw_call_fp(struct raw_call *call);

#endif
