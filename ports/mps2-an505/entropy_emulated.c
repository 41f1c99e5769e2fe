/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NOT a noise source. The emulated board has none: its timers run on the emulator's clock, and nothing in it is noise. What stands here in the place of
 * one is a shift register that begins with the same value at each reset, so it gives every start the same samples: no entropy at all, and
 * the worst that the seam's users have to bear. Whatever can't be foretold in this device's random numbers comes from the seed that
 * `primum device new` wrote. A product's port takes its part's own source, and claims what was assessed of that.
 */
#include "ports/mps2-an505/port.h"

enum { TAPS = 0xA3, TAPS_AT = 24, FIRST = 0x2545F491 };

static uint32_t shifting = FIRST;

static prm_result fill(void *ctx, uint8_t *samples, size_t n) {
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        for (unsigned bit = 0; bit < 8; bit++)
            shifting = shifting >> 1 ^ ((0u - (shifting & 1u)) & (uint32_t)TAPS << TAPS_AT);
        samples[i] = (uint8_t)shifting;
    }
    return PRM_OK;
}

const struct prm_entropy prm_mps2_entropy = {NULL, 8, 4 * PRM_ENTROPY_EIGHTHS, fill};
