/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/door.h"

enum { UNIT = 32 };

/* What the TT instructions answer (DDI 0553, TT_RESP). */
#define TT_READ (1u << 18)
#define TT_READ_WRITE (1u << 19)
#define TT_SECURE (1u << 22)

/* The Non-secure state's view, privileged. Executed in a handler, so that the core takes nothing from CONTROL_NS. */
static uint32_t test(uint32_t address) {
    uint32_t answer;

    __asm__ volatile("tta %0, %1" : "=r"(answer) : "r"(address));
    return answer;
}

static uint32_t test_unprivileged(uint32_t address) {
    uint32_t answer;

    __asm__ volatile("ttat %0, %1" : "=r"(answer) : "r"(address));
    return answer;
}

prm_answer armv8m_is_nonsecure(uint32_t at, uint32_t len, enum prm_caller_use use, prm_answer privileged) {
    const uint32_t needed = use == PRM_CALLER_READ ? TT_READ : TT_READ | TT_READ_WRITE;

    if (len == 0 || len - 1 > UINT32_MAX - at)
        return PRM_NO;
    const uint32_t last = (at + (len - 1)) / UNIT;
    for (uint32_t unit = at / UNIT; unit <= last; unit++) {
        const uint32_t answer = privileged == PRM_YES ? test(unit * UNIT) : test_unprivileged(unit * UNIT);
        if ((answer & (needed | TT_SECURE)) != needed)
            return PRM_NO;
    }
    return PRM_YES;
}
