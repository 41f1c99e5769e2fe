/* SPDX-License-Identifier: Apache-2.0 */
/* trap.c - on the host, a trap ends the process: a test that reaches one must notice. */
#include <stdio.h>
#include <stdlib.h>

#include "base/harden.h"

_Noreturn void prm_trap(void) {
    fputs("primum: trap: the code saw something that can't be\n", stderr);
    abort();
}
