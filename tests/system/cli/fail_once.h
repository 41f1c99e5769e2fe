/* SPDX-License-Identifier: Apache-2.0 */
/* fail_once.h - runs a program in which one system call of a kind fails, once. */
#ifndef PRM_TESTS_SYSTEM_CLI_FAIL_ONCE_H
#define PRM_TESTS_SYSTEM_CLI_FAIL_ONCE_H

#include <stddef.h>

/* No such call: the program ended before there were so many. */
enum { FAIL_NEVER = 100, FAIL_BROKEN = 121 };

/* A kind of call. */
struct fail_kind {
    const char *name;
    long call[4];   /* -1: none */
    int files_only; /* where the first argument is a descriptor: not those of the terminal */
    int error;
};

/* The `nth` of these calls, 1 being the first, in any of the program's threads. The program's exit status, or FAIL_... */
int fail_once(const struct fail_kind *kind, unsigned nth, char **argv);

#endif
