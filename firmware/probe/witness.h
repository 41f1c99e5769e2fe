/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h - what the Secure side says of each attempt's address before the application is started: that something is there. An
 * attempt at an address where nothing is would be blocked by that alone.
 */
#ifndef PROBE_WITNESS_H
#define PROBE_WITNESS_H

#include <stdint.h>

#include "ports/mps2-an505/board.h"

enum { WITNESS_MAX = 64, WITNESS_MAGIC = 0x4E544957 };

struct witness {
    uint32_t magic;
    uint32_t count;             /* of the attempts that the Secure side looked at */
    uint32_t live[WITNESS_MAX]; /* 1: it read what is there, and what is there is something */
};

/* In the application's memory, behind the reports. */
#define WITNESS ((volatile struct witness *)(BOARD_REPORT_BASE + 0x400))

#endif
