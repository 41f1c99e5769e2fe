/* SPDX-License-Identifier: Apache-2.0 */
/* console.h - text out, for the root: a few lines at a boot and one at a fault. No input, no buffer, no state. */
#ifndef PRM_PORTS_CONSOLE_H
#define PRM_PORTS_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

/* One character. The board's; must come back even if the device behind it doesn't answer. */
void prm_console_put(char c);

void prm_console_text(const char *text);

/* `label`, then the word as eight hexadecimal digits. */
void prm_console_word(const char *label, uint32_t word);

/* In decimal. */
void prm_console_decimal(uint64_t value);

#endif
