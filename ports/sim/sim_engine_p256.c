/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim_engine_p256.h"

#include <string.h>

enum { ALIGN = 64 };

static prm_result witness(void *ctx, struct prm_engine_check *check) {
    struct prm_sim_engine_p256 *const e = ctx;
    const int later = e->checks++ > 0;
    uint8_t right[32];

    e->misused += (uintptr_t)check % ALIGN != 0;
    if (e->fault == PRM_SIM_P256_FAILS || (e->fault == PRM_SIM_P256_FAILS_LATER && later))
        return PRM_ERR_CRYPTO;
    const prm_result result = e->compute(check->key, check->digest, check->sig, right);
    if (result != PRM_OK)
        return result;
    if (e->fault == PRM_SIM_P256_SILENT || (e->fault == PRM_SIM_P256_SILENT_LATER && later))
        return PRM_OK;
    if (e->fault == PRM_SIM_P256_LIES)
        right[check->digest[0] % sizeof right] ^= 1;
    if (e->fault == PRM_SIM_P256_GIVES_R)
        memcpy(right, check->sig, sizeof right);
    if (e->fault != PRM_SIM_P256_REPEATS || !e->given)
        memcpy(e->last, right, sizeof e->last);
    e->given = 1;
    memcpy(check->witness, e->last, sizeof e->last);
    return e->fault == PRM_SIM_P256_DOUBTS ? PRM_ERR_CRYPTO : PRM_OK;
}

void prm_sim_engine_p256_init(struct prm_sim_engine_p256 *engine,
                              prm_result (*compute)(const uint8_t *, const uint8_t *, const uint8_t *, uint8_t *)) {
    *engine = (struct prm_sim_engine_p256){.seam = {engine, witness}, .compute = compute};
}
