/* SPDX-License-Identifier: Apache-2.0 */
/* attempts.h - what an application must not be able to do, as a table. */
#ifndef PROBE_ATTEMPTS_H
#define PROBE_ATTEMPTS_H

#include <stdint.h>

enum attempt_kind {
    ATTEMPT_READ,      /* must fault */
    ATTEMPT_WRITE,     /* must fault */
    ATTEMPT_CALL,      /* must fault */
    ATTEMPT_DOOR,      /* a call beside the door, where nothing is; must fault */
    ATTEMPT_RETURN,    /* branches, as a function's return does; must fault */
    ATTEMPT_READ_ZERO, /* must read 0, where the Secure world has something else */
    ATTEMPT_SAU_OFF    /* turns the SAU off as seen from here, then reads: must fault */
};

struct attempt {
    const char *name;
    uint32_t address;
    uint32_t kind; /* enum attempt_kind */
};

extern const struct attempt attempts[];
extern const uint32_t attempts_count;

/* Does it. Comes back only if no fault stopped it: 1 if it was blocked all the same (reads zero), else 0. */
uint32_t attempt_do(const struct attempt *attempt);

#endif
