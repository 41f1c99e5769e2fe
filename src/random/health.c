/* SPDX-License-Identifier: Apache-2.0 */
#include "random/health.h"

#include <string.h>

/* 4.4.2: 1 + CRITBINOM(window, 2^-H, 1 - 2^-30) for H = 1/8, 2/8, ... bits. tests/unit/test_health.c computes them again. */
static const uint16_t same_of_bits[8] = {988, 928, 868, 810, 755, 703, 654, 609};
static const uint16_t same_of_bytes[64] = {
    502, 477, 449, 422, 396, 371, 347, 325, 304, 284, 266, 248, 232, 217, 203, 190, 178, 167, 157, 147, 138, 129,
    121, 114, 107, 101, 95,  89,  84,  79,  75,  71,  67,  63,  60,  56,  53,  51,  48,  46,  43,  41,  39,  37,
    35,  34,  32,  31,  29,  28,  27,  26,  25,  24,  23,  22,  21,  20,  19,  19,  18,  17,  17,  16};

/* 4.4.1: 1 + ceil(30 / H). */
uint32_t prm_health_run_cutoff(uint32_t eighths) {
    return 1 + (PRM_HEALTH_ALPHA_LOG2 * PRM_ENTROPY_EIGHTHS + eighths - 1) / eighths;
}

uint32_t prm_health_same_cutoff(uint32_t bits, uint32_t eighths) {
    return bits == 1 ? same_of_bits[eighths - 1] : same_of_bytes[eighths - 1];
}

prm_result prm_health_start(struct prm_health *health, const struct prm_entropy *entropy) {
    const uint32_t bits = entropy->bits, eighths = entropy->eighths;

    memset(health, 0, sizeof *health);
    if (bits < 1 || bits > 8 || eighths < 1 || eighths > bits * PRM_ENTROPY_EIGHTHS)
        return PRM_ERR_ARGUMENT;
    health->mask = (1u << bits) - 1u;
    health->run_cutoff = prm_health_run_cutoff(eighths);
    health->window = bits == 1 ? PRM_HEALTH_WINDOW_BITS : PRM_HEALTH_WINDOW;
    health->same_cutoff = prm_health_same_cutoff(bits, eighths);
    health->fine = PRM_YES;
    return PRM_OK;
}

/* 4.4.1: how often the last sample came in a row. 1 if too often. */
static int repeats(struct prm_health *health, uint32_t sample) {
    health->run = sample == health->last ? health->run + 1 : 1;
    health->last = sample;
    return health->run >= health->run_cutoff;
}

/* 4.4.2: how often the window's first sample comes in it. 1 if too often. */
static int prevails(struct prm_health *health, uint32_t sample) {
    if (health->left == 0) {
        health->left = health->window;
        health->first = sample;
        health->same = 0;
    }
    health->left--;
    if (sample == health->first)
        health->same++;
    return health->same >= health->same_cutoff;
}

prm_result prm_health_look(struct prm_health *health, const uint8_t *samples, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const uint32_t sample = samples[i];
        const int wrong = repeats(health, sample) | prevails(health, sample) | ((sample & ~health->mask) != 0);
        if (wrong != 0)
            health->fine = PRM_NO;
    }
    return health->fine == PRM_YES ? PRM_OK : PRM_ERR_ENTROPY_HEALTH;
}
