/* SPDX-License-Identifier: Apache-2.0 */
/*
 * at24.h - an EEPROM of the AT24C family with two bytes of address (32 to 512 Kbit), over any I2C that a board has.
 *
 * While such a part writes a page, up to 5 ms, it acknowledges nothing. A reset in the middle of an accept meets it so at the
 * next start; it is therefore polled before each read and write, and after each write, which is durable only then.
 */
#ifndef PRM_PORTS_EEPROM_AT24_H
#define PRM_PORTS_EEPROM_AT24_H

#include "base/harden.h"
#include "base/result.h"

/* The board's I2C, as its one master, byte by byte. */
struct prm_i2c {
    void *ctx;
    /* Frees a part that a reset left in the middle of a byte: nine clocks, and a stop. */
    void (*clear)(void *ctx);
    void (*start)(void *ctx); /* also a repeated one */
    void (*stop)(void *ctx);
    /* 0 if the byte was acknowledged. */
    uint32_t (*put)(void *ctx, uint32_t byte);
    /* Acknowledges unless `last` isn't 0. */
    uint8_t (*get)(void *ctx, uint32_t last);
};

/* Fixed: a part. prm_at24_read/write take it as their ctx. */
struct prm_at24 {
    const struct prm_i2c *bus;
    uint32_t address; /* on the bus, 7 bits */
    uint32_t size;    /* bytes */
    uint32_t page;    /* bytes; a write doesn't cross a multiple of it */
    uint32_t polls;   /* of its address, before it is given up: together at least twice as long as a write takes */
};

/* On failure `dst` is zeros. Errors: COUNTER_IO (out of range, or nobody acknowledges). */
PRM_MUST_USE prm_result prm_at24_read(void *ctx, uint32_t off, void *dst, uint32_t len);

/* One page write. Errors: COUNTER_IO, also for one that would cross a page. Cut: the touched bytes hold anything. */
PRM_MUST_USE prm_result prm_at24_write(void *ctx, uint32_t off, const void *src, uint32_t len);

#endif
