/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/wire/wire.h"

#include "ports/mps2-an505/wire.h"

/*
 * Once a byte has come, the line is looked at up to PATIENCE times for the next one, with BETWEEN turns of an empty loop between
 * two looks. That is 0.2 s at most in which nothing else is done. The empty turns are there for the emulator: if the program looks
 * without a pause, QEMU finds no time to bring the next byte; if the program sleeps, QEMU brings a few bytes every 10 ms.
 */
enum { PATIENCE = 20000, BETWEEN = 200 };

void wire_start(struct wire *wire, const struct wire_sink *sink, uint32_t size_max, uint32_t now_ms) {
    wire->sink = sink;
    wire->received = 0;
    wire->ended = 0;
    prm_ymodem_init(&wire->ymodem, size_max, now_ms);
    prm_wire_start();
}

static prm_answer end(struct wire *w) {
    if (w->sink->end(w->sink->ctx) != PRM_YES)
        return PRM_NO;
    w->ended = 1;
    return PRM_YES;
}

/* A sender takes a refusal while it has data: so the file is judged at its last block, where its size is known. */
static prm_answer data(struct wire *w, const struct prm_ymodem_event *event) {
    if (w->sink->data(w->sink->ctx, event->bytes) != PRM_YES)
        return PRM_NO;
    w->received += (uint32_t)event->bytes.len;
    return w->received == event->size ? end(w) : PRM_YES;
}

static prm_answer judge(struct wire *w, const struct prm_ymodem_event *event) {
    switch (event->kind) {
    case PRM_YMODEM_FILE:
        if (w->ended != 0) /* one release at a time */
            return PRM_NO;
        w->received = 0;
        return w->sink->begin(w->sink->ctx);
    case PRM_YMODEM_DATA:
        return data(w, event);
    case PRM_YMODEM_DONE:
        return w->ended != 0 ? PRM_YES : end(w);
    default:
        return PRM_YES;
    }
}

static void reply(struct wire *w) {
    uint8_t byte;

    while ((byte = prm_ymodem_pull(&w->ymodem)) != 0)
        prm_wire_put(byte);
}

static enum wire_event settle(struct wire *w, uint32_t now_ms) {
    const enum prm_ymodem_kind kind = w->ymodem.event.kind;
    const prm_answer answer = judge(w, &w->ymodem.event);

    prm_ymodem_answer(&w->ymodem, answer, now_ms);
    reply(w);
    /* Whole is whole, even if the sender goes away before it has said good-bye. */
    if (w->ended != 0 && (answer != PRM_YES || kind == PRM_YMODEM_END || kind == PRM_YMODEM_ABORTED)) {
        w->ended = 0;
        return WIRE_TAKEN;
    }
    return answer != PRM_YES || kind == PRM_YMODEM_ABORTED ? WIRE_FAILED : WIRE_NOTHING;
}

/* The next byte; once bytes have begun to come, a little patience for the one that follows. */
static prm_answer next_byte(uint8_t *byte, uint32_t patience) {
    for (;;) {
        if (prm_wire_get(byte) == PRM_YES)
            return PRM_YES;
        if (patience-- == 0)
            return PRM_NO;
        for (uint32_t i = 0; i < BETWEEN; i++)
            __asm__ volatile("");
    }
}

enum wire_event wire_poll(struct wire *wire, uint32_t now_ms) {
    enum wire_event event = WIRE_NOTHING;
    uint32_t patience = 0;
    uint8_t byte;

    while (event == WIRE_NOTHING && next_byte(&byte, patience) == PRM_YES) {
        patience = PATIENCE;
        /* No event is pending here, so the byte is taken. */
        if (prm_ymodem_push(&wire->ymodem, prm_span_of(&byte, 1), now_ms) != 1)
            return WIRE_FAILED;
        if (wire->ymodem.event.kind != PRM_YMODEM_NONE)
            event = settle(wire, now_ms);
    }
    prm_ymodem_tick(&wire->ymodem, now_ms);
    if (wire->ymodem.event.kind != PRM_YMODEM_NONE)
        event = settle(wire, now_ms);
    reply(wire);
    return event;
}
