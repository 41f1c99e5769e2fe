/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - the application's side of the door, simulated: a memory map in which every byte knows whose it is, how often it was
 * read and written, and what the application's own MPU says of it. Whatever is touched and isn't the caller's ends the test.
 */
#ifndef PRM_TESTS_DOOR_WORLD_H
#define PRM_TESTS_DOOR_WORLD_H

#include "door/door.h"

/*
 *     SECURE_RAM   never the caller's                 RAM            to be read and written; in it:
 *     PERIPHERAL   never the caller's                   RAM_CLOSED     by nobody (the application's own MPU)
 *     IMAGE        to be read                           RAM_READ_ONLY  to be read
 *     TOP          to be read and written, up to        RAM_KERNEL     by privileged code alone
 *                  the last byte there is
 */
enum {
    SECURE_RAM = 0x10000000,
    SECURE_RAM_SIZE = 0x1000,
    RAM = 0x20000000,
    RAM_SIZE = 0x4000,
    RAM_CLOSED = 0x20002000,
    RAM_READ_ONLY = 0x20002400,
    RAM_KERNEL = 0x20002800,
    RAM_PART_SIZE = 0x20,
    PERIPHERAL = 0x40000000,
    IMAGE = 0x60000000,
    IMAGE_SIZE = 0x1000
};
#define TOP 0xFFFFF000u
enum { TOP_SIZE = 0x1000 };

extern const struct prm_caller world;

/* Everything is as at the start: contents are a pattern, nothing was touched. */
void world_reset(void);

/* The caller's own writing and reading: not counted. */
void world_poke(uint32_t at, const void *from, uint32_t len);
void world_peek(void *to, uint32_t at, uint32_t len);

/* The most often that a byte was fetched, and stored, since the reset. */
uint32_t world_fetched_most(void);
uint32_t world_stored_most(void);
/* How many bytes were fetched, and stored, since the reset, or since the count began anew. */
uint32_t world_fetched(void);
uint32_t world_stored(void);
void world_count_anew(void);
/* Touches of what wasn't the caller's. With world_aborts, the default, there is no second one. */
extern uint32_t world_trespasses;
extern int world_aborts;

/* Called after each fetch, if it isn't NULL: the application changes its memory meanwhile, or its MPU. */
extern void (*world_meanwhile)(void);
/* The application's MPU closes all of its RAM to writing from now on. */
extern int world_ram_closed;

#endif
