/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/door/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each place has its contents, and counts of what was done to each byte. */
enum use { FETCHED, STORED, USES };
static struct place {
    uint32_t base;
    uint32_t size;
    int writable;
    uint8_t byte[0x4000];
    uint8_t count[USES][0x4000];
} places[] = {{.base = RAM, .size = RAM_SIZE, .writable = 1},
              {.base = IMAGE, .size = IMAGE_SIZE},
              {.base = TOP, .size = TOP_SIZE, .writable = 1}};
enum { PLACES = sizeof places / sizeof places[0] };

uint32_t world_trespasses;
int world_aborts = 1;
void (*world_meanwhile)(void);
static uint32_t fetched;
static uint32_t stored;
int world_ram_closed;

void world_reset(void) {
    for (unsigned p = 0; p < PLACES; p++) {
        memset(places[p].count, 0, sizeof places[p].count);
        for (uint32_t i = 0; i < places[p].size; i++)
            places[p].byte[i] = (uint8_t)(i * 7 + p);
    }
    world_trespasses = 0;
    world_count_anew();
    world_meanwhile = NULL;
    world_ram_closed = 0;
}

/* The place that holds the byte, and where in it. */
static struct place *find(uint32_t at, uint32_t *offset) {
    for (unsigned p = 0; p < PLACES; p++) {
        if (at - places[p].base < places[p].size) {
            *offset = at - places[p].base;
            return &places[p];
        }
    }
    return NULL;
}

static int in_part(uint32_t at, uint32_t part) {
    return at - part < RAM_PART_SIZE;
}

static int byte_may(uint32_t at, enum prm_caller_use use, int privileged) {
    uint32_t offset;
    const struct place *place = find(at, &offset);

    if (place == NULL || in_part(at, RAM_CLOSED) || (in_part(at, RAM_KERNEL) && !privileged))
        return 0;
    return use == PRM_CALLER_READ || (place->writable && !in_part(at, RAM_READ_ONLY) && !world_ram_closed);
}

static prm_answer may(void *ctx, uint32_t at, uint32_t len, enum prm_caller_use use, prm_answer privileged) {
    (void)ctx;
    if (len == 0 || len - 1 > UINT32_MAX - at || len > RAM_SIZE)
        return PRM_NO;
    for (uint32_t i = 0; i < len; i++) {
        if (!byte_may(at + i, use, privileged == PRM_YES))
            return PRM_NO;
    }
    return PRM_YES;
}

static void trespass(const char *what, uint32_t at) {
    world_trespasses++;
    if (!world_aborts)
        return;
    fprintf(stderr, "%s at 0x%08x, which is not the caller's\n", what, at);
    abort();
}

static void fetch(void *ctx, void *to, uint32_t at, uint32_t len) {
    (void)ctx;
    for (uint32_t i = 0; i < len; i++) {
        uint32_t offset;
        struct place *place = find(at + i, &offset);
        if (place == NULL || !byte_may(at + i, PRM_CALLER_READ, 1)) {
            trespass("a read", at + i);
            continue;
        }
        ((uint8_t *)to)[i] = place->byte[offset];
        place->count[FETCHED][offset]++;
        fetched++;
    }
    if (world_meanwhile != NULL)
        world_meanwhile();
}

static void store(void *ctx, uint32_t at, const void *from, uint32_t len) {
    (void)ctx;
    for (uint32_t i = 0; i < len; i++) {
        uint32_t offset;
        struct place *place = find(at + i, &offset);
        if (place == NULL || !byte_may(at + i, PRM_CALLER_WRITE, 1)) {
            trespass("a write", at + i);
            continue;
        }
        place->byte[offset] = ((const uint8_t *)from)[i];
        place->count[STORED][offset]++;
        stored++;
    }
}

const struct prm_caller world = {NULL, may, fetch, store};

void world_poke(uint32_t at, const void *from, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        uint32_t offset;
        struct place *place = find(at + i, &offset);
        if (place != NULL)
            place->byte[offset] = ((const uint8_t *)from)[i];
    }
}

void world_peek(void *to, uint32_t at, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        uint32_t offset;
        const struct place *place = find(at + i, &offset);
        ((uint8_t *)to)[i] = place != NULL ? place->byte[offset] : 0;
    }
}

static uint32_t most(enum use use) {
    uint32_t n = 0;

    for (unsigned p = 0; p < PLACES; p++) {
        for (uint32_t i = 0; i < places[p].size; i++)
            n = places[p].count[use][i] > n ? places[p].count[use][i] : n;
    }
    return n;
}

uint32_t world_fetched_most(void) {
    return most(FETCHED);
}

uint32_t world_stored_most(void) {
    return most(STORED);
}

uint32_t world_fetched(void) {
    return fetched;
}

uint32_t world_stored(void) {
    return stored;
}

void world_count_anew(void) {
    fetched = 0;
    stored = 0;
}
