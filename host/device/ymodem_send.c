/* SPDX-License-Identifier: Apache-2.0 */
#include "host/device/ymodem_send.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SOH = 0x01, STX = 0x02, EOT = 0x04, ACK = 0x06, NAK = 0x15, CAN = 0x18, PAD = 0x1A, WANTS_CRC = 'C' };
enum { SMALL = 128, LARGE = 1024, TRIES = 10, REPLY_MS = 15000, NAME_MAX_LEN = 100 };
/* However it answers, a receiver is done with one step, and its line silent between steps, in this time. */
enum { STEP_MS = 60000, DRAIN_MS = 2000, QUIET_MS = 50 };
enum reply { REPLY_NONE, REPLY_ACK, REPLY_NAK, REPLY_C, REPLY_CANCEL, REPLY_BROKEN };

static int64_t now_ms(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One byte within the time: 1; 0 if none came; -1 if the line failed. */
static int receive(int fd, uint8_t *byte, int64_t deadline) {
    for (;;) {
        const int64_t left = deadline - now_ms();
        struct pollfd p = {fd, POLLIN, 0};
        const ssize_t n = read(fd, byte, 1);
        if (n == 1)
            return 1;
        /* EIO: nobody holds the other end of the pseudo-terminal. */
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return -1;
        if (left <= 0)
            return 0;
        /* A line whose other end is gone reads as one that is silent. */
        if (poll(&p, 1, left < 1000 ? (int)left : 1000) > 0 && (p.revents & (POLLHUP | POLLERR)) != 0) {
            errno = EIO;
            return read(fd, byte, 1) == 1 ? 1 : -1;
        }
    }
}

/* The next answer that is one; noise is passed over. Two CAN in a row cancel. */
static enum reply next_reply(int fd, uint32_t ms) {
    const int64_t deadline = now_ms() + ms;
    uint8_t last = 0, byte = 0;

    for (int got; (got = receive(fd, &byte, deadline)) != 0; last = byte) {
        if (got < 0)
            return REPLY_BROKEN;
        if (byte == ACK)
            return REPLY_ACK;
        if (byte == NAK)
            return REPLY_NAK;
        if (byte == WANTS_CRC)
            return REPLY_C;
        if (byte == CAN && last == CAN)
            return REPLY_CANCEL;
    }
    return REPLY_NONE;
}

static int transmit(int fd, const uint8_t *bytes, size_t len) {
    const int64_t deadline = now_ms() + REPLY_MS;

    while (len > 0) {
        struct pollfd p = {fd, POLLOUT, 0};
        const ssize_t n = write(fd, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return -1;
        } else if (now_ms() >= deadline) {
            errno = ETIMEDOUT;
            return -1;
        } else {
            (void)poll(&p, 1, 100);
        }
    }
    return 0;
}

static uint16_t crc16(const uint8_t *p, size_t len) {
    uint32_t crc = 0;

    for (; len > 0; len--) {
        crc ^= (uint32_t)*p++ << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000u) != 0 ? (crc << 1) ^ 0x1021u : crc << 1;
    }
    return (uint16_t)crc;
}

static size_t make_block(uint8_t *out, uint8_t number, prm_span data, uint8_t pad) {
    const size_t size = data.len <= SMALL ? SMALL : LARGE;

    out[0] = size == SMALL ? SOH : STX;
    out[1] = number;
    out[2] = (uint8_t)~number;
    memset(out + 3, pad, size);
    if (data.len > 0)
        memcpy(out + 3, data.ptr, data.len);
    const uint16_t crc = crc16(out + 3, size);
    out[3 + size] = (uint8_t)(crc >> 8);
    out[4 + size] = (uint8_t)crc;
    return size + 5;
}

static enum ymodem_end end_of(enum reply reply) {
    return reply == REPLY_CANCEL ? YMODEM_CANCELLED : reply == REPLY_BROKEN ? YMODEM_BROKEN : YMODEM_SILENT;
}

/* The time left for an answer within a step, at most REPLY_MS. */
static uint32_t time_left(int64_t deadline) {
    const int64_t left = deadline - now_ms();

    return left <= 0 ? 0 : left < REPLY_MS ? (uint32_t)left : REPLY_MS;
}

/* Sends bytes until the receiver acknowledges them. A 'C' is old, or asks for the same again: as a NAK. */
static enum ymodem_end until_taken(int fd, const uint8_t *bytes, size_t len) {
    const int64_t deadline = now_ms() + STEP_MS;

    for (int i = 0; i < TRIES && now_ms() < deadline; i++) {
        if (transmit(fd, bytes, len) != 0)
            return YMODEM_BROKEN;
        const enum reply reply = next_reply(fd, time_left(deadline));
        if (reply == REPLY_ACK)
            return YMODEM_SENT;
        if (reply == REPLY_CANCEL || reply == REPLY_BROKEN)
            return end_of(reply);
    }
    return YMODEM_SILENT;
}

/*
 * What still comes for an earlier block that was sent twice: an acknowledgement left over would be taken for the next
 * block's, and at the end for that of the end. One that never stops talking makes no sense.
 */
static enum ymodem_end drain(int fd) {
    const int64_t deadline = now_ms() + DRAIN_MS;
    enum reply reply;

    while ((reply = next_reply(fd, 0)) != REPLY_NONE) {
        if (reply == REPLY_CANCEL || reply == REPLY_BROKEN)
            return end_of(reply);
        if (now_ms() >= deadline)
            return YMODEM_SILENT;
    }
    return YMODEM_SENT;
}

/*
 * Nothing of ours was sent yet, so what lies in the line is an earlier sender's, who may have been killed in the middle
 * of a block: it says nothing about this file. A receiver that asks for blocks again is still with him; it is told that
 * he gave up, and then asks for a file of its own accord.
 */
static enum ymodem_end begin(int fd, uint32_t ms) {
    static const uint8_t give_up[] = {CAN, CAN, CAN, CAN, CAN};
    const int64_t deadline = now_ms() + ms, quiet_by = now_ms() + DRAIN_MS;
    enum reply reply, last = REPLY_NONE;

    while ((reply = next_reply(fd, QUIET_MS)) != REPLY_NONE && now_ms() < quiet_by) {
        if (reply == REPLY_BROKEN)
            return YMODEM_BROKEN;
        last = reply;
    }
    /* What it said last counts, if it has been quiet since. */
    if (reply == REPLY_NONE && last == REPLY_C)
        return YMODEM_SENT;
    while (now_ms() < deadline) {
        reply = next_reply(fd, time_left(deadline));
        if (reply == REPLY_C)
            return YMODEM_SENT;
        if (reply == REPLY_BROKEN || (reply == REPLY_NAK && transmit(fd, give_up, sizeof give_up) != 0))
            return YMODEM_BROKEN;
    }
    return YMODEM_NOT_READY;
}

static enum ymodem_end wait_for_c(int fd, uint32_t ms) {
    const int64_t deadline = now_ms() + ms;

    while (now_ms() < deadline) {
        const enum reply reply = next_reply(fd, (uint32_t)(deadline - now_ms()));
        if (reply == REPLY_C)
            return YMODEM_SENT;
        if (reply == REPLY_CANCEL || reply == REPLY_BROKEN)
            return end_of(reply);
    }
    return YMODEM_SILENT;
}

static enum ymodem_end send_data(const struct ymodem_send *job) {
    uint8_t block[LARGE + 5];
    uint8_t number = 1;

    for (size_t at = 0; at < job->bytes.len; number++) {
        const size_t left = job->bytes.len - at;
        const size_t n = left < LARGE ? left : LARGE;
        const size_t len = make_block(block, number, prm_span_of(job->bytes.ptr + at, n), PAD);
        enum ymodem_end end = drain(job->fd);
        if (end == YMODEM_SENT)
            end = until_taken(job->fd, block, len);
        if (end != YMODEM_SENT)
            return end;
        at += n;
        if (job->progress != NULL)
            job->progress(job->ctx, at);
    }
    return YMODEM_SENT;
}

/* The end, told until the receiver asks for the next file. A NAK, even after an ACK, asks for it again. */
static enum ymodem_end send_end(int fd) {
    static const uint8_t eot = EOT;
    const int64_t deadline = now_ms() + STEP_MS;
    enum ymodem_end end = drain(fd);

    for (int i = 0; i < TRIES && end == YMODEM_SENT && now_ms() < deadline; i++) {
        enum reply reply;
        if (transmit(fd, &eot, 1) != 0)
            return YMODEM_BROKEN;
        /* A few acknowledgements may come before the wish for the next file; without end they make no sense. */
        int64_t first = 0;
        do {
            reply = next_reply(fd, time_left(deadline));
            first = first == 0 ? now_ms() : first;
        } while (reply == REPLY_ACK && now_ms() < first + DRAIN_MS);
        if (reply == REPLY_ACK && now_ms() >= first + DRAIN_MS)
            return YMODEM_SILENT;
        if (reply == REPLY_C)
            return YMODEM_SENT;
        if (reply == REPLY_CANCEL || reply == REPLY_BROKEN)
            end = end_of(reply);
    }
    return end == YMODEM_SENT ? YMODEM_SILENT : end;
}

enum ymodem_end ymodem_send(const struct ymodem_send *job) {
    uint8_t block[LARGE + 5];
    char header[SMALL];
    const int name_len = snprintf(header, sizeof header, "%.*s", NAME_MAX_LEN, job->name);
    const int size_len = snprintf(header + name_len + 1, sizeof header - (size_t)name_len - 1, "%zu", job->bytes.len);
    const size_t header_len = (size_t)name_len + 1 + (size_t)size_len;
    enum ymodem_end end = begin(job->fd, job->patience_ms);

    if (end == YMODEM_SENT) {
        const size_t len = make_block(block, 0, prm_span_of(header, header_len), 0);
        end = until_taken(job->fd, block, len);
    }
    if (end == YMODEM_SENT)
        end = wait_for_c(job->fd, REPLY_MS);
    if (end == YMODEM_SENT)
        end = send_data(job);
    if (end == YMODEM_SENT)
        end = send_end(job->fd);
    if (end == YMODEM_SENT) {
        /* No more files. The file is taken; that this is heard doesn't matter. */
        const size_t len = make_block(block, 0, prm_span_of(NULL, 0), 0);
        (void)until_taken(job->fd, block, len);
    }
    return end;
}
