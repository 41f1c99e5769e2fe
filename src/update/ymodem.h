/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ymodem.h - a YMODEM receiver: any terminal program is a client. docs/format/ymodem.md draws the protocol.
 *
 * Bytes are pushed in, reply bytes are pulled out, and what was received stands in `event` until the caller answers.
 * There is no I/O, no clock and no memory but the struct. What comes out is exactly what the sender sent, or an abort,
 * as far as a CRC of 16 bits can tell; *who* sent it is not known here: the content has to prove itself.
 *
 *     for (;;) {
 *         used = prm_ymodem_push(&y, bytes, now);     keep what is not used, and push it again
 *         prm_ymodem_tick(&y, now);                   at least every 100 ms, also without bytes
 *         if (y.event.kind != PRM_YMODEM_NONE)
 *             prm_ymodem_answer(&y, take(&y.event), now);
 *         while ((byte = prm_ymodem_pull(&y)) != 0)
 *             send(byte);
 *     }
 *
 * A sender waits for each answer, so a caller that needs time answers later: a pause, as long as the sender's patience.
 * An answer of PRM_NO cancels at the sender, which takes that best while it has blocks to send: when `size` is known,
 * judge the file at its last DATA, not at DONE.
 */
#ifndef PRM_UPDATE_YMODEM_H
#define PRM_UPDATE_YMODEM_H

#include "base/harden.h"
#include "base/span.h"

#define PRM_YMODEM_QUIET_MS 1000u    /* a line without bytes for so long ends a burst of noise or a cut block */
#define PRM_YMODEM_PROMPT_MS 3000u   /* silence is answered by asking again, so often */
#define PRM_YMODEM_GIVE_UP_MS 60000u /* a transfer without a new block for so long is aborted */
#define PRM_YMODEM_SIZE_MAX 0x0FFFFFFFu     /* bytes; no file is longer, whatever the caller allows */
#define PRM_YMODEM_SIZE_UNKNOWN 0xFFFFFFFFu /* the sender did not say */
#define PRM_YMODEM_BLOCK_SIZE (3u + 1024u + 2u) /* start, number, its complement; data; CRC */

enum prm_ymodem_kind {
    PRM_YMODEM_NONE = 0,
    PRM_YMODEM_FILE,   /* a file begins: `bytes` is its name (as sent, 1 to 1024 bytes, worth no trust), and `size` */
    PRM_YMODEM_DATA,   /* `bytes` of the file, 1 to 1024, in order, each once; all together at most `size` */
    PRM_YMODEM_DONE,   /* the file is complete: exactly `size` bytes came, if that is known */
    PRM_YMODEM_END,    /* after DONE: the sender has no more files, or went away */
    PRM_YMODEM_ABORTED /* after FILE: the file will not be completed; what came of it is worthless */
};

/* `bytes` is valid with FILE and DATA only, borrowed from the receiver until the answer. `size` stays to the end. */
struct prm_ymodem_event {
    enum prm_ymodem_kind kind;
    prm_span bytes;
    uint32_t size; /* of the file, in bytes: 0 to size_max, or PRM_YMODEM_SIZE_UNKNOWN */
};

/* The caller reads `event` and nothing else. **Owns** the bytes of one block; no secrets, nothing to release. */
struct prm_ymodem {
    struct prm_ymodem_event event;
    uint32_t size_max;
    uint32_t left;        /* bytes of the file that may still come */
    uint32_t timer_ms;    /* of the last byte, answer or prompt */
    uint32_t progress_ms; /* of the last new block */
    uint16_t reply;       /* two bytes to send, the low one first; 0 is none */
    uint16_t crc;         /* of the last block accepted */
    uint16_t fill;        /* bytes in `block` */
    uint8_t state;
    uint8_t number; /* of the block that comes next */
    uint8_t eot;    /* not 0: the sender has said once that the file ends */
    uint8_t block[PRM_YMODEM_BLOCK_SIZE];
};
_Static_assert(sizeof(struct prm_ymodem) <= 1200, "the root has little RAM");

/*
 * Begins to wait for a sender, and invites one. `size_max`: bytes; a file that is announced longer is refused, one that
 * isn't announced is aborted where it exceeds that. Times are milliseconds of a clock that goes forward; it may wrap.
 */
void prm_ymodem_init(struct prm_ymodem *y, uint32_t size_max, uint32_t now_ms);

/*
 * Takes bytes from the line up to the next event. Returns how many were taken: all of them unless an event is pending.
 */
PRM_MUST_USE size_t prm_ymodem_push(struct prm_ymodem *y, prm_span bytes, uint32_t now_ms);

/*
 * Lets time pass: asks the sender again, or gives up. Does nothing while an event is pending. To be called after
 * pushing what the line has, so that bytes which waited in a queue don't count as silence.
 */
void prm_ymodem_tick(struct prm_ymodem *y, uint32_t now_ms);

/*
 * Ends the pending event. PRM_YES: go on. Anything else: cancel at the sender, and wait for another; there is no
 * ABORTED then. Without a pending event PRM_YES does nothing, and anything else cancels the transfer, if there is one.
 */
void prm_ymodem_answer(struct prm_ymodem *y, prm_answer answer, uint32_t now_ms);

/* The next byte to send; 0 if there is none. A reply that is overtaken by the next one is never sent. */
uint8_t prm_ymodem_pull(struct prm_ymodem *y);

#endif
