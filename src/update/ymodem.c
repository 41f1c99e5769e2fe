/* SPDX-License-Identifier: Apache-2.0 */
#include "update/ymodem.h"

#define SOH 0x01u /* begins a block of 128 bytes */
#define STX 0x02u /* begins a block of 1024 bytes */
#define EOT 0x04u
#define ACK 0x06u
#define NAK 0x15u
#define CAN 0x18u

#define HEAD 3u /* bytes before a block's data */
#define TAIL 2u /* bytes after it */
#define DEAF 0xFFFFu /* as `fill`: noise, nothing counts before the line is quiet */

#define REPLY_GO_ON (uint16_t)(ACK | 'C' << 8)
#define REPLY_CANCEL (uint16_t)(CAN | CAN << 8)

enum {
    IDLE,  /* nothing has begun; a header is expected */
    NEXT,  /* a file is complete; a header is expected */
    START, /* the header came; block 1 is expected */
    DATA   /* blocks come */
};

void prm_ymodem_init(struct prm_ymodem *y, uint32_t size_max, uint32_t now_ms) {
    y->event = (struct prm_ymodem_event){0};
    y->size_max = size_max < PRM_YMODEM_SIZE_MAX ? size_max : PRM_YMODEM_SIZE_MAX;
    y->timer_ms = now_ms;
    y->reply = 'C';
    y->fill = 0;
    y->state = IDLE;
    y->eot = 0;
}

/* Back to waiting; the caller is told if it knows of a file. One copy, for a root's size. */
__attribute__((noinline)) static void stop(struct prm_ymodem *y, uint16_t reply) {
    static const uint8_t kind[] = {
        [IDLE] = PRM_YMODEM_NONE,
        [NEXT] = PRM_YMODEM_END,
        [START] = PRM_YMODEM_ABORTED,
        [DATA] = PRM_YMODEM_ABORTED,
    };

    y->event.kind = (enum prm_ymodem_kind)kind[y->state];
    y->state = IDLE;
    y->reply = reply;
}

/* CRC-16/XMODEM of the data and of the CRC behind it: 0 if they belong together. */
static uint32_t crc_residue(const uint8_t *p, size_t len) {
    uint32_t crc = 0;

    for (; len > 0; len--) {
        crc ^= (uint32_t)*p++ << 24;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (crc << 1) ^ ((crc >> 31) * 0x10210000u);
    }
    return crc;
}

/* A header: name, 0, size in decimal, other things, zeros. An empty name ends the batch. */
static void header(struct prm_ymodem *y, uint8_t *text, size_t len) {
    uint32_t size = PRM_YMODEM_SIZE_UNKNOWN;
    size_t name_len = 0;
    unsigned digit;

    if (text[0] == 0) {
        stop(y, ACK);
        return;
    }
    /* The place of the CRC, which has done its work, holds two zeros: no search below passes them. */
    text[len] = 0;
    text[len + 1u] = 0;
    while (text[name_len] != 0)
        name_len++;
    for (size_t i = name_len + 1u; (digit = text[i] - (unsigned)'0') < 10u; i++) {
        size = (i == name_len + 1u ? 0 : size * 10u) + digit;
        if (size > y->size_max) {
            stop(y, REPLY_CANCEL);
            return;
        }
    }
    y->event = (struct prm_ymodem_event){PRM_YMODEM_FILE, prm_span_of(text, name_len), size};
    y->left = size < y->size_max ? size : y->size_max;
    y->state = START;
    y->number = 1;
}

/* Data in order. Only the last block is padded: one that begins behind the end, or has more than may come, is wrong. */
static void data(struct prm_ymodem *y, const uint8_t *bytes, uint32_t len) {
    const uint32_t n = y->left < len ? y->left : len;

    if (n == 0 || (n < len && y->event.size == PRM_YMODEM_SIZE_UNKNOWN)) {
        stop(y, REPLY_CANCEL);
        return;
    }
    y->event.kind = PRM_YMODEM_DATA;
    y->event.bytes = prm_span_of(bytes, n);
    y->left -= n;
    y->state = DATA;
    y->number++;
}

/* A whole block with the right CRC. */
static void block(struct prm_ymodem *y, uint32_t len) {
    uint8_t *const bytes = y->block + HEAD;
    const uint8_t number = y->block[1];
    const uint16_t crc = (uint16_t)(bytes[len] << 8 | bytes[len + 1u]);
    const uint8_t expected = y->state <= NEXT ? 0 : y->number;

    y->eot = 0;
    if (number == expected) {
        if (y->state <= NEXT)
            header(y, bytes, len);
        else
            data(y, bytes, len);
    } else if (y->state > NEXT && number == (uint8_t)(expected - 1u) && crc == y->crc) {
        y->reply = y->state == START ? REPLY_GO_ON : ACK; /* our reply was lost; it is the same block */
    } else {
        stop(y, REPLY_CANCEL);
    }
    y->crc = crc;
}

/*
 * The one byte that nothing protects, so it has to come twice, with a quiet line and our NAK in between: a block whose
 * start was turned into this byte doesn't end the file.
 */
static void end_of_file(struct prm_ymodem *y) {
    if (y->state <= NEXT) {
        y->reply = y->state == NEXT ? REPLY_GO_ON : REPLY_CANCEL;
    } else if (!y->eot) {
        y->eot = 1;
        y->fill = DEAF;
    } else if (y->left != 0 && y->event.size != PRM_YMODEM_SIZE_UNKNOWN) {
        stop(y, REPLY_CANCEL);
    } else {
        y->event.kind = PRM_YMODEM_DONE;
        y->state = NEXT;
    }
}

static void take(struct prm_ymodem *y, uint8_t byte) {
    uint32_t len = 1024;

    /* [B1] fill < PRM_YMODEM_BLOCK_SIZE: it is set to 0 or DEAF below at the length of a whole block, or before. */
    if (y->fill == DEAF)
        return;
    y->block[y->fill++] = byte;
    switch (y->block[0]) {
    case EOT:
        y->fill = 0;
        end_of_file(y);
        return;
    case CAN:
        if (y->fill < 2)
            return;
        y->fill = DEAF; /* senders cancel with many */
        if (byte == CAN)
            stop(y, 0);
        return;
    case SOH:
        len = 128;
        break;
    case STX:
        break;
    default:
        y->fill = DEAF;
        return;
    }
    if (y->fill < HEAD + len + TAIL)
        return;
    y->fill = DEAF;
    if ((y->block[1] ^ y->block[2]) == 0xFF && crc_residue(y->block + HEAD, len + TAIL) == 0) {
        y->fill = 0;
        block(y, len);
    }
}

size_t prm_ymodem_push(struct prm_ymodem *y, prm_span bytes, uint32_t now_ms) {
    size_t used = 0;

    while (used < bytes.len && y->event.kind == PRM_YMODEM_NONE) {
        take(y, bytes.ptr[used++]);
        y->timer_ms = now_ms;
    }
    return used;
}

void prm_ymodem_tick(struct prm_ymodem *y, uint32_t now_ms) {
    const uint32_t wait_ms = y->fill == 0 ? PRM_YMODEM_PROMPT_MS : PRM_YMODEM_QUIET_MS;

    if (y->event.kind != PRM_YMODEM_NONE)
        return;
    if (y->state != IDLE && now_ms - y->progress_ms >= PRM_YMODEM_GIVE_UP_MS) {
        stop(y, REPLY_CANCEL);
    } else if (now_ms - y->timer_ms >= wait_ms) {
        /* A sender that waits for a 'C' would take a NAK as the wish for checksums instead of CRCs. */
        y->reply = y->state == DATA || (y->state == START && y->eot) ? NAK : 'C';
        y->fill = 0;
        y->timer_ms = now_ms;
    }
}

void prm_ymodem_answer(struct prm_ymodem *y, prm_answer answer, uint32_t now_ms) {
    const enum prm_ymodem_kind kind = y->event.kind;

    y->event.kind = PRM_YMODEM_NONE;
    y->timer_ms = now_ms;
    if (answer != PRM_YES) {
        if (y->state != IDLE)
            y->reply = REPLY_CANCEL;
        y->state = IDLE;
    } else if (kind >= PRM_YMODEM_FILE && kind <= PRM_YMODEM_DONE) {
        y->reply = kind == PRM_YMODEM_DATA ? ACK : REPLY_GO_ON;
        y->progress_ms = now_ms;
    }
}

uint8_t prm_ymodem_pull(struct prm_ymodem *y) {
    const uint8_t byte = (uint8_t)y->reply;

    y->reply = (uint16_t)(y->reply >> 8);
    return byte;
}
