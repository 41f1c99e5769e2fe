/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim_entropy.h"

#include <string.h>

enum { STUCK_AT = 0xA5 };

/* Word i of a repeatable stream: splitmix64 by its place. */
static uint64_t word_at(uint64_t seed, uint64_t i) {
    uint64_t z = seed + (i + 1) * 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static uint8_t sample_at(const struct prm_sim_entropy *self, uint64_t i) {
    const uint64_t word = word_at(self->seed, self->kind == PRM_SIM_ENTROPY_REPEATING ? i % self->share : i);

    if (self->kind == PRM_SIM_ENTROPY_STUCK || i >= self->turns_at ||
        (self->kind == PRM_SIM_ENTROPY_BIASED && (word >> 32 & 0xFF) < self->share))
        return STUCK_AT;
    return (uint8_t)word;
}

static prm_result fill(void *ctx, uint8_t *samples, size_t n) {
    struct prm_sim_entropy *self = ctx;
    const uint32_t call = self->calls++;

    if (call >= self->fails_at && call - self->fails_at < self->fails_for) {
        memset(samples, 0, n);
        return self->error;
    }
    for (size_t i = 0; i < n; i++)
        samples[i] = sample_at(self, self->taken++) & (uint8_t)((1u << self->entropy.bits) - 1u);
    return PRM_OK;
}

void prm_sim_entropy_init(struct prm_sim_entropy *self, enum prm_sim_entropy_kind kind, uint64_t seed, uint32_t share) {
    *self = (struct prm_sim_entropy){
        .entropy = {self, 8, 4 * PRM_ENTROPY_EIGHTHS, fill},
        .kind = kind,
        .seed = seed,
        .share = share,
        .turns_at = UINT64_MAX,
        .fails_at = UINT32_MAX,
        .fails_for = UINT32_MAX,
        .error = PRM_ERR_ENTROPY_IO,
    };
}
