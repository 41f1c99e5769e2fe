/* SPDX-License-Identifier: Apache-2.0 */
/* watched.h - a call through the door with every register of the caller's set before, and looked at after. */
#ifndef TESTS_BOARD_THREADS_WATCHED_H
#define TESTS_BOARD_THREADS_WATCHED_H

#include <stdint.h>

struct watched {
    uint32_t r[13];
    uint32_t apsr; /* N, Z, C, V, Q and GE */
    uint32_t s[32];
    uint32_t fpscr;
    uint32_t sp; /* out: how far below a multiple of 8 it is after the call; before it is r[11] & 4 */
};

/* Loads all of `in`, branches to the door, stores all of `out`. */
void watched_call(const struct watched *in, struct watched *out);

/* The same with this stack, of which the function itself takes 28 words (30 if it is not aligned), and with interrupts masked. */
void watched_call_on(const struct watched *in, struct watched *out, uint32_t *stack_top);

#endif
