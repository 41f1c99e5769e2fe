/* SPDX-License-Identifier: Apache-2.0 */
/* A bad release, for the demonstration: it never comes to an end, and lets no interrupt of its own in. */
#include "firmware/pump/update.h"

uint32_t selfcheck(void) {
    __asm__ volatile("cpsid i");
    for (;;) {
    }
}
