/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/ymodem_bench.h"

struct bench bench;
uint8_t content[FILE_MAX];
static uint64_t rng;

uint32_t random32(void) {
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (uint32_t)(rng >> 16);
}

int setup(void **state) {
    (void)state;
    rng = 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(random32() >> 3);
    memset(&bench, 0, sizeof bench);
    bench.now = 0xFFFFF000u; /* wraps early in most tests */
    prm_ymodem_init(&bench.y, SIZE_MAX_HERE, bench.now);
    return 0;
}

/* What holds of a pending event, whoever sends. */
static void check_event(const struct prm_ymodem *y) {
    const prm_span bytes = y->event.bytes;

    assert_true(y->fill == 0xFFFF || y->fill < PRM_YMODEM_BLOCK_SIZE);
    if (y->event.kind == PRM_YMODEM_FILE || y->event.kind == PRM_YMODEM_DATA) {
        assert_ptr_equal(bytes.ptr, y->block + 3);
        assert_in_range(bytes.len, 1, 1024);
    }
    if (y->event.kind == PRM_YMODEM_FILE)
        assert_true(y->event.size <= SIZE_MAX_HERE || y->event.size == PRM_YMODEM_SIZE_UNKNOWN);
}

/* Takes the pending event as a caller would, and answers it. */
void serve(struct bench *b) {
    const struct prm_ymodem_event e = b->y.event;

    if (e.kind == PRM_YMODEM_NONE)
        return;
    check_event(&b->y);
    b->seen[e.kind]++;
    if (e.kind == PRM_YMODEM_FILE) {
        b->name_len = e.bytes.len;
        b->size = e.size;
        b->file_len = 0;
    } else if (e.kind == PRM_YMODEM_DATA) {
        assert_true(b->file_len + e.bytes.len <= (b->size < SIZE_MAX_HERE ? b->size : SIZE_MAX_HERE));
        memcpy(b->file + b->file_len, e.bytes.ptr, e.bytes.len);
        b->file_len += e.bytes.len;
    } else if (e.kind == PRM_YMODEM_DONE && b->size != PRM_YMODEM_SIZE_UNKNOWN) {
        assert_int_equal(b->file_len, b->size);
    }
    prm_ymodem_answer(&b->y, e.kind == b->refuse ? PRM_NO : PRM_YES, b->now);
    assert_int_equal(b->y.event.kind, PRM_YMODEM_NONE);
}

size_t drain(struct bench *b, uint8_t *out, size_t cap) {
    size_t len = 0;
    uint8_t byte;

    while ((byte = prm_ymodem_pull(&b->y)) != 0) {
        const char letter = byte == ACK ? 'A' : byte == NAK ? 'N' : byte == CAN ? 'X' : byte == 'C' ? 'C' : '?';

        assert_true(letter != '?');
        if (b->replies_len + 1 < sizeof b->replies)
            b->replies[b->replies_len++] = letter;
        if (len < cap)
            out[len++] = byte;
    }
    return len;
}

void feed(struct bench *b, const void *bytes, size_t len) {
    const uint8_t *p = bytes;

    while (len > 0) {
        const size_t used = prm_ymodem_push(&b->y, prm_span_of(p, len), b->now);

        assert_true(used >= 1 && used <= len);
        p += used;
        len -= used;
        serve(b);
    }
}

void push(struct bench *b, const void *bytes, size_t len) {
    feed(b, bytes, len);
    drain(b, NULL, 0);
}

/* Lets time pass in steps of 100 ms. */
void wait(struct bench *b, uint32_t ms) {
    for (uint32_t i = 0; i < ms; i += 100) {
        b->now += 100;
        prm_ymodem_tick(&b->y, b->now);
        serve(b);
        drain(b, NULL, 0);
    }
}

/* The replies since the last look. */
void expect_at(const char *text, const char *file, int line) {
    bench.replies[bench.replies_len] = 0;
    if (strcmp(bench.replies, text) != 0) {
        print_error("replied \"%s\", expected \"%s\"\n", bench.replies, text);
        _fail(file, line);
    }
    bench.replies_len = 0;
}

void expect_seen_at(const unsigned *seen, const char *file, int line) {
    for (size_t i = 0; i < COUNT_OF(bench.seen); i++) {
        if (bench.seen[i] != seen[i]) {
            print_error("event %u: %u times, expected %u\n", (unsigned)i, bench.seen[i], seen[i]);
            _fail(file, line);
        }
    }
}

/* ---- blocks ---- */

/* By division of polynomials, eight bits of the message a step; the receiver goes bit by bit. */
uint16_t crc16(const uint8_t *p, size_t len) {
    static uint16_t rest_of[256];
    uint32_t crc = 0;

    for (uint32_t i = 0; i < 256 && rest_of[255] == 0; i++) {
        uint32_t rest = i << 16;

        for (unsigned bit = 24; bit-- > 16;)
            rest ^= (rest >> bit & 1u) * (0x11021u << (bit - 16));
        rest_of[i] = (uint16_t)rest;
    }
    for (size_t i = 0; i < len; i++)
        crc = (crc << 8 & 0xFFFFu) ^ rest_of[crc >> 8 ^ p[i]];
    return (uint16_t)crc;
}

size_t make(uint8_t *out, size_t size, unsigned number, const void *bytes, size_t len) {
    out[0] = size == 128 ? SOH : STX;
    out[1] = (uint8_t)number;
    out[2] = (uint8_t)~number;
    memset(out + 3, 0x1A, size);
    if (len > 0)
        memcpy(out + 3, bytes, len);
    const uint16_t crc = crc16(out + 3, size);
    out[3 + size] = (uint8_t)(crc >> 8);
    out[4 + size] = (uint8_t)crc;
    return size + 5;
}

void send(size_t size, unsigned number, const void *bytes, size_t len) {
    uint8_t out[PRM_YMODEM_BLOCK_SIZE];

    push(&bench, out, make(out, size, number, bytes, len));
}

void send_header(const char *name, const char *rest) {
    char text[128] = {0};

    snprintf(text, sizeof text, "%s%c%s", name, 0, rest);
    send(128, 0, text, sizeof text);
}

void send_byte(uint8_t byte) {
    push(&bench, &byte, 1);
}

/* A session that stands at block 1. */
void begin(const char *size) {
    wait(&bench, 100);
    bench.replies_len = 0;
    send_header("pump.bin", size);
    expect("AC");
}

/* EOT, NAK, EOT. */
void finish(void) {
    send_byte(EOT);
    expect("");
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    send_byte(EOT);
}
