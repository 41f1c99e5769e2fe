/* SPDX-License-Identifier: Apache-2.0 */
/* ymodem_bench.h - a YMODEM receiver on a bench: what it answered, what it delivered, and blocks to send to it. */
#ifndef PRM_TESTS_YMODEM_BENCH_H
#define PRM_TESTS_YMODEM_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "update/ymodem.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define FILE_MAX 41000u
#define SIZE_MAX_HERE 40960u

enum { SOH = 1, STX = 2, EOT = 4, ACK = 6, NAK = 0x15, CAN = 0x18 };

struct bench {
    struct prm_ymodem y;
    uint32_t now;
    char replies[64]; /* as letters: C A N X */
    size_t replies_len;
    uint8_t file[FILE_MAX];
    size_t file_len, name_len;
    uint32_t size; /* announced */
    unsigned seen[PRM_YMODEM_ABORTED + 1];
    enum prm_ymodem_kind refuse; /* this kind of event is answered with no */
};

extern struct bench bench;
extern uint8_t content[FILE_MAX];

uint32_t random32(void);
int setup(void **state);

/* Takes the pending event as a caller would, checks what holds whoever sends, and answers it. */
void serve(struct bench *b);

/* Takes the replies as letters, and up to `cap` of them as bytes. */
size_t drain(struct bench *b, uint8_t *out, size_t cap);

/* Sends bytes to the receiver and serves its events; push() takes the replies too. */
void feed(struct bench *b, const void *bytes, size_t len);
void push(struct bench *b, const void *bytes, size_t len);

/* Lets time pass in steps of 100 ms. */
void wait(struct bench *b, uint32_t ms);

#define expect(text) expect_at((text), __FILE__, __LINE__)
#define expect_seen(files, datas, dones, ends, aborts) \
    expect_seen_at((const unsigned[]){0, files, datas, dones, ends, aborts}, __FILE__, __LINE__)

/* The replies since the last look; the events since the setup. */
void expect_at(const char *text, const char *file, int line);
void expect_seen_at(const unsigned *seen, const char *file, int line);

uint16_t crc16(const uint8_t *p, size_t len);

/* Makes a block of 128 or 1024 bytes; returns its length. */
size_t make(uint8_t *out, size_t size, unsigned number, const void *bytes, size_t len);

void send(size_t size, unsigned number, const void *bytes, size_t len);
void send_header(const char *name, const char *rest);
void send_byte(uint8_t byte);

/* A session that stands at block 1. */
void begin(const char *size);

/* EOT, NAK, EOT. */
void finish(void);

#endif
