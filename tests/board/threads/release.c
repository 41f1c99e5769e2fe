/* SPDX-License-Identifier: Apache-2.0 */
/* In a file of its own, so that the compiler doesn't take the contents for known. */
#include "tests/board/threads/release.h"

const struct threads_release threads_release = {.len = 0};
