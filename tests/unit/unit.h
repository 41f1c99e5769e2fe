/* SPDX-License-Identifier: Apache-2.0 */
/* unit.h - what every cmocka program here begins with. */
#ifndef PRM_TESTS_UNIT_H
#define PRM_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/result.h"
#include "tests/unit/fixture.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Compares results and, if they differ, says which ones as letters: "SIG3". */
#define assert_result(actual, expected) unit_result((actual), (expected), #actual, __FILE__, __LINE__)

static inline const char *unit_name(prm_result r, char out[16]) {
    if (r == PRM_OK)
        return "OK";
    snprintf(out, 16, "%c%c%c%u", (int)(r & 0x7Fu), (int)(r >> 8 & 0x7Fu), (int)(r >> 16 & 0x7Fu), (unsigned)(r >> 24));
    return out;
}

static inline void unit_result(prm_result actual, prm_result expected, const char *what, const char *file, int line) {
    char a[16], e[16];

    if (actual == expected)
        return;
    print_error("%s: %s, expected %s\n", what, unit_name(actual, a), unit_name(expected, e));
    _fail(file, line);
}

#endif
