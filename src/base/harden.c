/* SPDX-License-Identifier: Apache-2.0 */
#include "base/harden.h"

#include <string.h>

uint32_t prm_diff(const void *a, const void *b, size_t len) {
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint32_t v, w;
    size_t i = 0;
    uint32_t left = prm_launder((uint32_t)len);
    /* Nothing compared is nothing known: a lost length must not pass for equality. */
    uint32_t diff = prm_launder((uint32_t)len) == 0 ? UINT32_MAX : 0;

    for (; len - i >= sizeof v; i += sizeof v) {
        memcpy(&v, x + i, sizeof v);
        memcpy(&w, y + i, sizeof w);
        diff |= v ^ w;
        left = prm_launder(left - (uint32_t)sizeof v);
    }
    for (; i < len; i++) {
        diff |= (uint32_t)(x[i] ^ y[i]);
        left = prm_launder(left - 1u);
    }
    /*
     * If the branch of a loop is lost, not everything was compared; `left` says how much, and is a difference too. It is a
     * count of its own, since of i the compiler knows what it is after the loops; and it is used as it stands, since a difference
     * that were made of it here could be lost together with the branch, as the next instruction.
     */
    return diff | left;
}

void prm_wipe(void *p, size_t len) {
    memset(p, 0, len);
    /* Here the memory may be read, for all that the compiler knows. */
    __asm__ volatile("" : : "r"(p) : "memory");
}

void prm_confirm(prm_result r) {
    if (prm_launder(~r) != (uint32_t)~PRM_OK)
        prm_trap();
}
