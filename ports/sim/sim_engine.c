/* SPDX-License-Identifier: Apache-2.0 */
#include "ports/sim/sim_engine.h"

#include <string.h>

enum { ALIGN = 4, PIECE_MAX = 1024, BLOCK = 64, FAILING_UPDATE = 3 };

static prm_answer in_flash(void *ctx, const void *at) {
    const struct prm_sim_engine *const e = ctx;
    const uintptr_t off = (uintptr_t)at - (uintptr_t)e->flash.ptr;

    return off < e->flash.len ? PRM_YES : PRM_NO;
}

static prm_result begin(void *ctx) {
    struct prm_sim_engine *const e = ctx;

    e->len = 0;
    e->updates = 0;
    e->ended = 0;
    return e->fault == PRM_SIM_ENGINE_NOT_POWERED ? PRM_ERR_CRYPTO : PRM_OK;
}

static prm_result update(void *ctx, prm_span data) {
    struct prm_sim_engine *const e = ctx;

    e->misused += (uintptr_t)data.ptr % ALIGN != 0 || in_flash(ctx, data.ptr) != PRM_NO || data.len > PIECE_MAX ||
                  data.len == 0 || e->len % BLOCK != 0 || e->ended;
    if (e->fault == PRM_SIM_ENGINE_BUS_ERROR && ++e->updates == FAILING_UPDATE)
        return PRM_ERR_CRYPTO;
    if (data.len > e->room - e->len)
        return PRM_ERR_CRYPTO;
    memcpy(e->message + e->len, data.ptr, data.len);
    e->len += data.len;
    return PRM_OK;
}

static prm_result finish(void *ctx, uint8_t digest[PRM_ENGINE_DIGEST_SIZE]) {
    struct prm_sim_engine *const e = ctx;
    const prm_span message = prm_span_of(e->message, e->len);
    uint8_t right[PRM_ENGINE_DIGEST_SIZE];

    e->ended = 1;
    if (e->fault == PRM_SIM_ENGINE_TIMES_OUT || e->sha256(&message, 1, right) != PRM_OK)
        return PRM_ERR_CRYPTO;
    if (e->fault == PRM_SIM_ENGINE_SILENT || (e->fault == PRM_SIM_ENGINE_SILENT_AT_LENGTH && e->len > BLOCK))
        return PRM_OK;
    if (e->fault == PRM_SIM_ENGINE_LIES || (e->fault == PRM_SIM_ENGINE_LIES_AT_LENGTH && e->len > BLOCK))
        right[e->len % sizeof right] ^= 1;
    if (e->fault != PRM_SIM_ENGINE_REPEATS || !e->given)
        memcpy(e->last, right, sizeof e->last);
    e->given = 1;
    memcpy(digest, e->last, sizeof e->last);
    return e->fault == PRM_SIM_ENGINE_DOUBTS ? PRM_ERR_CRYPTO : PRM_OK;
}

void prm_sim_engine_init(struct prm_sim_engine *engine,
                         prm_result (*sha256)(const prm_span *, size_t, uint8_t[PRM_SHA256_SIZE]), prm_span flash,
                         uint8_t *message, size_t room) {
    *engine = (struct prm_sim_engine){
        .seam = {engine, PRM_NO, ALIGN, PIECE_MAX, begin, update, finish, in_flash},
        .sha256 = sha256,
        .flash = flash,
        .message = message,
        .room = room,
    };
}
