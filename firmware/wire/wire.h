/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.h - one release over YMODEM, from the line (ports/mps2-an505/wire.h) to whoever takes its bytes. Polled; a line
 * that is silent, noisy or hostile costs nothing but the calls.
 */
#ifndef PRM_FIRMWARE_WIRE_H
#define PRM_FIRMWARE_WIRE_H

#include "update/ymodem.h"

/* Who takes the bytes. PRM_YES: go on. Anything else cancels at the sender. */
struct wire_sink {
    void *ctx;
    prm_answer (*begin)(void *ctx);
    prm_answer (*data)(void *ctx, prm_span bytes);
    prm_answer (*end)(void *ctx); /* the file is whole */
};

enum wire_event {
    WIRE_NOTHING, /* nothing new */
    WIRE_TAKEN,   /* `end` said yes, and the sender knows */
    WIRE_FAILED   /* cancelled by the sink or the sender; the next file may come */
};

struct wire {
    const struct wire_sink *sink; /* borrowed */
    uint32_t received;            /* bytes of this file */
    uint8_t ended;                /* `end` said yes */
    struct prm_ymodem ymodem;
};

void wire_start(struct wire *wire, const struct wire_sink *sink, uint32_t size_max, uint32_t now_ms);

/* Takes what the line has and answers it. */
enum wire_event wire_poll(struct wire *wire, uint32_t now_ms);

#endif
