/* SPDX-License-Identifier: Apache-2.0 */
/* release.h - the beginning of an authentic release, which tests/system/test_threads.sh puts into the ELF. */
#ifndef TESTS_BOARD_THREADS_RELEASE_H
#define TESTS_BOARD_THREADS_RELEASE_H

#include <stdint.h>

struct threads_release {
    uint32_t len;
    uint8_t bytes[4092];
};

extern const struct threads_release threads_release;

#endif
