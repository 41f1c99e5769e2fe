/* SPDX-License-Identifier: Apache-2.0 */
/* What the shipped rows call of the board, which isn't here. */
#include <stdlib.h>

#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/port.h"

void armv8m_reset(void) {
    abort();
}

void prm_mps2_watchdog_start(uint32_t seconds) {
    (void)seconds;
}
