/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_ymodem.c - a YMODEM receiver on anything, at any time.
 *
 * Input: a script. The first byte of each step says what:
 *   0   0 to 255 raw bytes: a length, the bytes
 *   1   time: a byte, times 256 ms
 *   2   a block of 128, 3: of 1024, with the right CRC: a number, its data in part (a length, the bytes; zeros after)
 *   4   the block sent last once more
 *   5   EOT, quiet, EOT
 *   6   the next event is refused;  7: the pending transfer is refused
 *   8   the next block of 128 or 1024 (the low bit of a byte): the number that a sender would use
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "update/ymodem.h"

#define SIZE_LIMIT 5000u
#define CHECK(x)     \
    do {             \
        if (!(x))    \
            abort(); \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct prm_ymodem *y; /* of exactly its size, on the heap: the sanitizer sees every byte beyond */
static uint32_t now, came;
static int open_file, refuse;
static uint8_t last[PRM_YMODEM_BLOCK_SIZE];
static size_t last_len;

static uint8_t next(prm_span *in) {
    if (in->len == 0)
        return 0;
    in->len--;
    return *in->ptr++;
}

/* The bytes of FILE and DATA, every one looked at. */
static void look(prm_span bytes) {
    unsigned sum = 0;

    CHECK(bytes.ptr == y->block + 3 && bytes.len >= 1 && bytes.len <= 1024);
    for (size_t i = 0; i < bytes.len; i++)
        sum += bytes.ptr[i];
    CHECK(sum <= 1024u * 255u);
}

static void serve(void) {
    const struct prm_ymodem_event *const e = &y->event;

    if (e->kind == PRM_YMODEM_NONE)
        return;
    CHECK(e->kind <= PRM_YMODEM_ABORTED);
    CHECK(open_file == (e->kind == PRM_YMODEM_DATA || e->kind == PRM_YMODEM_DONE || e->kind == PRM_YMODEM_ABORTED));
    CHECK(e->size <= SIZE_LIMIT || e->size == PRM_YMODEM_SIZE_UNKNOWN);
    if (e->kind == PRM_YMODEM_FILE) {
        look(e->bytes);
        came = 0;
    } else if (e->kind == PRM_YMODEM_DATA) {
        look(e->bytes);
        came += (uint32_t)e->bytes.len;
        CHECK(came <= SIZE_LIMIT && came <= e->size);
    } else if (e->kind == PRM_YMODEM_DONE) {
        CHECK(came == e->size || e->size == PRM_YMODEM_SIZE_UNKNOWN);
    }
    open_file = (e->kind == PRM_YMODEM_FILE || e->kind == PRM_YMODEM_DATA) && !refuse;
    prm_ymodem_answer(y, refuse ? PRM_NO : PRM_YES, now);
    refuse = 0;
    CHECK(y->event.kind == PRM_YMODEM_NONE);
}

static void push(const uint8_t *bytes, size_t len) {
    while (len > 0) {
        const size_t used = prm_ymodem_push(y, prm_span_of(bytes, len), now);

        CHECK(used >= 1 && used <= len);
        CHECK(y->fill == 0xFFFFu || y->fill < PRM_YMODEM_BLOCK_SIZE);
        bytes += used;
        len -= used;
        serve();
    }
}

static void pass(uint32_t ms) {
    now += ms;
    prm_ymodem_tick(y, now);
    serve();
    for (unsigned replies = 0; prm_ymodem_pull(y) != 0; replies++)
        CHECK(replies < 2);
}

static void send_block(prm_span *in, uint8_t number, size_t size) {
    uint16_t crc = 0;
    const size_t given = next(in), n = given < in->len ? given : in->len;

    memset(last, 0, sizeof last);
    last[0] = size == 128 ? 1 : 2;
    last[1] = number;
    last[2] = (uint8_t)~number;
    if (n > 0)
        memcpy(last + 3, in->ptr, n < size ? n : size);
    in->ptr += n;
    in->len -= n;
    for (size_t i = 3; i < 3 + size; i++) {
        crc = (uint16_t)(crc ^ last[i] << 8);
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (uint16_t)(crc & 0x8000u ? crc << 1 ^ 0x1021 : crc << 1);
    }
    last[3 + size] = (uint8_t)(crc >> 8);
    last[4 + size] = (uint8_t)crc;
    last_len = size + 5;
    push(last, last_len);
}

static void step(prm_span *in) {
    static const uint8_t eot = 4;
    const uint8_t what = next(in) % 9u;
    size_t n;

    switch (what) {
    case 0:
        n = next(in);
        n = n < in->len ? n : in->len;
        push(in->ptr, n);
        in->ptr += n;
        in->len -= n;
        break;
    case 1:
        pass(256u * next(in));
        break;
    case 2:
    case 3:
        n = next(in);
        send_block(in, (uint8_t)n, what == 2 ? 128 : 1024);
        break;
    case 4:
        push(last, last_len);
        break;
    case 5:
        push(&eot, 1);
        pass(PRM_YMODEM_QUIET_MS);
        push(&eot, 1);
        break;
    case 6:
        refuse = 1;
        break;
    case 7:
        prm_ymodem_answer(y, PRM_NO, now);
        open_file = 0;
        break;
    default:
        n = next(in);
        send_block(in, y->number, n & 1u ? 1024 : 128);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    prm_span in = prm_span_of(data, size);

    y = malloc(sizeof *y);
    CHECK(y != NULL);
    memset(y, 0xA5, sizeof *y);
    now = 0xFFFFFF00u;
    open_file = refuse = 0;
    last_len = 0;
    prm_ymodem_init(y, SIZE_LIMIT, now);
    while (in.len > 0)
        step(&in);
    pass(PRM_YMODEM_GIVE_UP_MS);
    CHECK(!open_file && y->state == 0);
    free(y);
    return 0;
}
