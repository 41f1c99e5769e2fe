/* SPDX-License-Identifier: Apache-2.0 */
/* tracer.h - runs `primum` under ptrace, notes what it does to files, and kills it at the stop that is asked for. */
#ifndef PRM_TESTS_SYSTEM_HSS_TRACER_H
#define PRM_TESTS_SYSTEM_HSS_TRACER_H

#include <limits.h>

#define STOPS_MAX 20000u
#define NEVER 0u

/* What a call did to the files that matter, in the order in which it happened. */
struct step {
    char what;           /* 'w'rite, 's'ync, 'r'ename or link */
    char file[PATH_MAX]; /* of a rename: its target */
};

struct trace {
    unsigned kill_at; /* stop, or NEVER */
    unsigned stops;
    int running; /* exec happened */
    struct step *steps;
    unsigned count;
};

/* Its exit status, or -1 if it was killed at the stop: one at the entry and one at the exit of each system call. */
int run_traced(const char *const words[], struct trace *trace);

#endif
