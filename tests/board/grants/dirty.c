/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services that leave the interrupts as no hand-over must find them, put before prm_mps2_grants_wrong() by the linker: priorities,
 * lines that are enabled, lines that are pending (none is both), and all of them the application's.
 */
#include "ports/armv8m/armv8m.h"
#include "ports/mps2-an505/grants.h"

const char *__real_prm_mps2_grants_wrong(const struct mps2_grants *grants);
const char *__wrap_prm_mps2_grants_wrong(const struct mps2_grants *grants);

const char *__wrap_prm_mps2_grants_wrong(const struct mps2_grants *grants) {
    enum { WORDS = 3, EVEN = 0x55555555 };

    for (uint32_t n = 0; n < WORDS; n++) {
        ARMV8M_REG(0xE000E100u + 4 * n) = EVEN;             /* enabled */
        ARMV8M_REG(0xE000E200u + 4 * n) = ~(uint32_t)EVEN;  /* pending */
        ARMV8M_REG(0xE000E380u + 4 * n) = UINT32_MAX;       /* Non-secure */
    }
    for (uint32_t n = 0; n < 8 * WORDS; n++)
        ARMV8M_REG(0xE000E400u + 4 * n) = UINT32_MAX;
    return __real_prm_mps2_grants_wrong(grants);
}
