/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/armv8m/console.h"

void prm_console_text(const char *text) {
    while (*text != '\0')
        prm_console_put(*text++);
}

void prm_console_word(const char *label, uint32_t word) {
    prm_console_text(label);
    for (unsigned i = 0; i < 8; i++) {
        prm_console_put("0123456789abcdef"[word >> 28]);
        word <<= 4;
    }
}

/* Divides by ten in halfwords from the top, so that no 64-bit division is linked. */
void prm_console_decimal(uint64_t value) {
    uint32_t half[4] = {(uint32_t)(value >> 48), (uint32_t)(value >> 32) & 0xFFFFu, (uint32_t)(value >> 16) & 0xFFFFu,
                        (uint32_t)value & 0xFFFFu};
    char text[21];
    char *p = text + 20;
    uint32_t left;

    *p = '\0';
    do {
        uint32_t rest = 0;
        left = 0;
        for (unsigned i = 0; i < 4; i++) {
            const uint32_t part = (rest << 16) | half[i];
            half[i] = part / 10u;
            rest = part % 10u;
            left |= half[i];
        }
        *--p = (char)('0' + rest);
    } while (left != 0);
    prm_console_text(p);
}
