/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_at24.c - the EEPROM's driver against a part that is busy, doesn't acknowledge, or was left in the middle of a byte.
 * The part is simulated byte by byte, as the data sheets of the AT24C family describe it.
 */
#include "tests/unit/unit.h"

#include "ports/eeprom/at24.h"

enum { SIZE = 4096, PAGE = 128, ADDRESS = 0x50, POLLS = 50 };

enum state { IDLE, ADDRESSED, WRITING, READING, DEAF };

static struct {
    uint8_t bytes[SIZE];
    uint8_t page[PAGE]; /* what is to be written at the stop */
    enum state state;
    uint32_t at;        /* byte address */
    uint32_t address_bytes;
    uint32_t pending;   /* bytes to be written at the stop */
    uint32_t pending_at;
    uint32_t busy;      /* polls that it still doesn't answer */
    uint32_t write_polls; /* how long a write keeps it busy */
    uint32_t stuck;     /* 1: a reset left it in the middle of a byte; only nine clocks free it */
    uint32_t nack_in;   /* this put, counted down, isn't acknowledged; 0: none */
    uint32_t nack_lost; /* 1: it was taken all the same, and the next ones are acknowledged: the bus was disturbed */
    uint32_t starts, writes;
    uint32_t taken;     /* 1: no stop since the last start */
    uint32_t held;      /* starts and stops while the part was sending: it holds the line, and they may not be seen */
} part;

static void bus_clear(void *ctx) {
    (void)ctx;
    part.stuck = 0;
    part.state = IDLE;
}

static void bus_start(void *ctx) {
    (void)ctx;
    part.starts++;
    part.taken = 1;
    part.held += part.state == READING;
    part.state = part.stuck != 0 ? DEAF : ADDRESSED;
}

static void bus_stop(void *ctx) {
    (void)ctx;
    part.taken = 0;
    part.held += part.state == READING;
    if (part.state == WRITING && part.pending > 0) {
        for (uint32_t i = 0; i < part.pending; i++)
            part.bytes[(part.pending_at & ~(PAGE - 1u)) | ((part.pending_at + i) & (PAGE - 1u))] = part.page[i];
        part.writes++;
        part.busy = part.write_polls;
        part.pending = 0;
    }
    part.state = IDLE;
}

static uint32_t bus_put(void *ctx, uint32_t byte) {
    (void)ctx;
    if (part.nack_in > 0 && --part.nack_in == 0) {
        if (part.nack_lost != 0)
            (void)bus_put(ctx, byte);
        else
            part.state = DEAF;
        return 1;
    }
    switch (part.state) {
    case ADDRESSED:
        if (part.busy > 0 || byte >> 1 != ADDRESS) {
            part.busy -= part.busy > 0;
            part.state = DEAF;
            return 1;
        }
        part.state = (byte & 1u) != 0 ? READING : WRITING;
        if (part.state == WRITING)
            part.address_bytes = part.pending = 0;
        return 0;
    case WRITING:
        if (part.address_bytes < 2) {
            part.at = (part.at << 8 | byte) & 0xFFFFu;
            part.pending_at = part.at;
            part.address_bytes++;
        } else {
            part.page[part.pending++ % PAGE] = (uint8_t)byte;
        }
        return 0;
    default:
        return 1;
    }
}

static uint8_t bus_get(void *ctx, uint32_t last) {
    (void)ctx;
    if (part.state != READING)
        return 0xFF; /* an open bus */
    const uint8_t byte = part.bytes[part.at++ % SIZE];
    if (last != 0)
        part.state = IDLE;
    return byte;
}

static const struct prm_i2c bus = {NULL, bus_clear, bus_start, bus_stop, bus_put, bus_get};
static const struct prm_at24 chip = {&bus, ADDRESS, SIZE, PAGE, POLLS};

static int setup(void **state) {
    (void)state;
    memset(&part, 0, sizeof part);
    for (uint32_t i = 0; i < SIZE; i++)
        part.bytes[i] = (uint8_t)(i * 7 + (i >> 8));
    part.write_polls = 20;
    return 0;
}

/* However a call ends, the bus is free behind it, and the part was never cut short while it sent. */
static prm_result leaves_the_bus(prm_result result) {
    assert_int_equal(part.taken, 0);
    assert_int_equal(part.held, 0);
    return result;
}

static prm_result reads(uint32_t off, void *dst, uint32_t len) {
    return leaves_the_bus(prm_at24_read((void *)(uintptr_t)&chip, off, dst, len));
}

static prm_result writes(uint32_t off, const void *src, uint32_t len) {
    return leaves_the_bus(prm_at24_write((void *)(uintptr_t)&chip, off, src, len));
}

static void it_reads_and_writes(void **state) {
    uint8_t got[64];

    (void)state;
    assert_result(writes(0x180, "0123456789abcdef0123456789abcdef", 32), PRM_OK);
    assert_memory_equal(part.bytes + 0x180, "0123456789abcdef0123456789abcdef", 32);
    assert_int_equal(part.busy, 0); /* durable when the call is over */
    assert_result(reads(0x17F, got, 34), PRM_OK);
    assert_memory_equal(got, part.bytes + 0x17F, 34);
    assert_result(reads(SIZE - 64, got, 64), PRM_OK);
    assert_memory_equal(got, part.bytes + SIZE - 64, 64);
}

static void out_of_range_nothing_is_asked(void **state) {
    uint8_t got[8];

    (void)state;
    memset(got, 0x55, sizeof got);
    assert_result(reads(SIZE - 7, got, 8), PRM_ERR_COUNTER_IO);
    for (unsigned i = 0; i < sizeof got; i++)
        assert_int_equal(got[i], 0);
    assert_result(reads(UINT32_MAX, got, 2), PRM_ERR_COUNTER_IO);
    assert_result(writes(SIZE - 7, got, 8), PRM_ERR_COUNTER_IO);
    assert_result(writes(SIZE, got, 8), PRM_ERR_COUNTER_IO); /* it would land at the beginning */
    assert_result(writes(0u - PAGE, got, 8), PRM_ERR_COUNTER_IO);
    /* The part would go on at the page's beginning. */
    assert_result(writes(PAGE - 4, got, 8), PRM_ERR_COUNTER_IO);
    assert_int_equal(part.starts, 0);
}

/* A reset during an accept meets the part while it writes: it doesn't answer for up to 5 ms. */
static void a_busy_part_is_waited_for(void **state) {
    uint8_t got[8];

    (void)state;
    for (uint32_t busy = 0; busy < POLLS; busy++) {
        part.busy = busy;
        assert_result(reads(256, got, 8), PRM_OK);
        assert_memory_equal(got, part.bytes + 256, 8);
        part.busy = busy;
        assert_result(writes(256, "abcdefgh", 8), PRM_OK);
        assert_int_equal(part.busy, 0);
        assert_memory_equal(part.bytes + 256, "abcdefgh", 8);
    }
}

static void a_part_that_never_answers_is_told_in_bounded_time(void **state) {
    uint8_t got[8];

    (void)state;
    part.busy = UINT32_MAX;
    memset(got, 0x55, sizeof got);
    assert_result(reads(256, got, 8), PRM_ERR_COUNTER_IO);
    for (unsigned i = 0; i < sizeof got; i++)
        assert_int_equal(got[i], 0); /* not what an open bus reads */
    assert_int_equal(part.starts, POLLS + 1);
    assert_result(writes(256, "abcdefgh", 8), PRM_ERR_COUNTER_IO);
    assert_int_equal(part.writes, 0);
    /* One that takes the bytes and never comes back. */
    part.busy = 0;
    part.write_polls = UINT32_MAX;
    assert_result(writes(256, "abcdefgh", 8), PRM_ERR_COUNTER_IO);
}

static void a_byte_that_is_not_acknowledged_fails_the_call(void **state) {
    uint8_t got[8];

    (void)state;
    /* Put 1 is the address, which is polled; from then on each byte counts. */
    part.nack_in = 1;
    assert_result(reads(256, got, 8), PRM_OK);
    for (part.nack_lost = 0; part.nack_lost < 2; part.nack_lost++) {
        for (uint32_t at = 2; at <= 4; at++) {
            part.nack_in = at;
            memset(got, 0x55, sizeof got);
            assert_result(reads(256, got, 8), PRM_ERR_COUNTER_IO);
            assert_int_equal(got[0], 0);
        }
        for (uint32_t at = 2; at <= 11; at++) {
            part.nack_in = at;
            assert_result(writes(256, "abcdefgh", 8), PRM_ERR_COUNTER_IO);
        }
    }
    part.nack_in = 0;
    assert_result(reads(256, got, 8), PRM_OK);
}

static void a_part_left_in_the_middle_of_a_byte_is_freed(void **state) {
    uint8_t got[8];

    (void)state;
    part.stuck = 1;
    assert_result(reads(256, got, 8), PRM_OK);
    assert_memory_equal(got, part.bytes + 256, 8);
    part.stuck = 1;
    assert_result(writes(256, "abcdefgh", 8), PRM_OK);
    assert_memory_equal(part.bytes + 256, "abcdefgh", 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_reads_and_writes, setup),
        cmocka_unit_test_setup(out_of_range_nothing_is_asked, setup),
        cmocka_unit_test_setup(a_busy_part_is_waited_for, setup),
        cmocka_unit_test_setup(a_part_that_never_answers_is_told_in_bounded_time, setup),
        cmocka_unit_test_setup(a_byte_that_is_not_acknowledged_fails_the_call, setup),
        cmocka_unit_test_setup(a_part_left_in_the_middle_of_a_byte_is_freed, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
