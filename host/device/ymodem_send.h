/* SPDX-License-Identifier: Apache-2.0 */
/* ymodem_send.h - a YMODEM sender over a terminal line: one file, blocks with a CRC (docs/format/ymodem.md). */
#ifndef PRIMUM_YMODEM_SEND_H
#define PRIMUM_YMODEM_SEND_H

#include <stdint.h>

#include "base/span.h"

enum ymodem_end {
    YMODEM_SENT,
    YMODEM_CANCELLED, /* the receiver doesn't want it */
    YMODEM_NOT_READY, /* no receiver asked for a file in time; nothing was sent */
    YMODEM_SILENT,    /* no answer, or none that makes sense, in time */
    YMODEM_BROKEN     /* the line failed; errno says why */
};

struct ymodem_send {
    int fd;           /* raw, non-blocking */
    const char *name; /* of the file, as the receiver is told: 1 to 100 bytes */
    prm_span bytes;
    uint32_t patience_ms;                     /* how long to wait for a receiver to begin */
    void (*progress)(void *ctx, size_t sent); /* after each block that was taken; may be NULL */
    void *ctx;
};

enum ymodem_end ymodem_send(const struct ymodem_send *job);

#endif
