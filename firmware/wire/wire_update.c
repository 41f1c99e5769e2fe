/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/wire/wire_update.h"

static prm_answer heard(struct wire_update *w, prm_result result) {
    w->result = result;
    return result == PRM_OK ? PRM_YES : PRM_NO;
}

static prm_answer begin(void *ctx) {
    struct wire_update *w = ctx;

    return heard(w, prm_update_open(&w->update, w->platform, w->running, w->running_sequence));
}

static prm_answer data(void *ctx, prm_span bytes) {
    struct wire_update *w = ctx;

    return heard(w, prm_update_push(&w->update, bytes));
}

/* A trust manifest is kept already. A bank that is complete is installed; one with the services alone starts them, and they take the rest. */
static prm_result finish(struct wire_update *w) {
    PRM_TRY(prm_update_finish(&w->update));
    if (prm_update_is_trust(&w->update) == PRM_YES)
        return PRM_OK;
    if (w->update.state.bank[w->update.place.bank].status == PRM_BANK_PARTIAL)
        return w->running == PRM_BANK_NONE ? PRM_OK : PRM_ERR_UPDATE_ENCRYPTED;
    return prm_update_install(w->platform, w->update.place.bank);
}

static prm_answer end(void *ctx) {
    return heard(ctx, finish(ctx));
}

prm_result wire_update_take(struct wire_update *w, const struct prm_update_platform *platform, uint32_t running,
                            uint64_t running_sequence, uint32_t (*now_ms)(void), void (*say)(prm_result result)) {
    const struct wire_sink sink = {w, begin, data, end};

    w->platform = platform;
    w->running = running;
    w->running_sequence = running_sequence;
    wire_start(&w->wire, &sink, PRM_YMODEM_SIZE_MAX, now_ms());
    for (;;) {
        w->result = PRM_ERR_UPDATE_INCOMPLETE;
        enum wire_event event;
        do
            event = wire_poll(&w->wire, now_ms());
        while (event == WIRE_NOTHING);
        if (event == WIRE_TAKEN)
            w->result = PRM_OK;
        say(w->result);
        if (event == WIRE_TAKEN)
            return PRM_OK;
    }
}
