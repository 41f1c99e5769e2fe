/* SPDX-License-Identifier: Apache-2.0 */
/* test_service.h - a service for tests, on both sides of the door. */
#ifndef PRM_TESTS_BOARD_DOOR_TEST_SERVICE_H
#define PRM_TESTS_BOARD_DOOR_TEST_SERVICE_H

#include <stdint.h>

enum { TEST_SERVICE = 3, TEST_TURNED = 0x5A, TEST_PLACES = 16 };

enum test_operation {
    TEST_TURN, /* in: up to 64 bytes; out: the same from back to front, each XOR TEST_TURNED */
    TEST_TOIL, /* in: struct test_toil; out: test_toiled(); the status is the seed */
    TEST_MAY,  /* in: struct test_may; the status is 1 if the port's look at an address says that it is the caller's own, else 0 */
    TEST_OPERATIONS
};

struct test_may {
    uint32_t at;
    uint32_t len;
    uint32_t write;
    uint32_t privileged;
};

struct test_toil {
    uint32_t seed;
    uint32_t turns; /* how long it takes: some ten instructions each */
};

static inline uint32_t test_step(uint32_t x, uint32_t i) {
    return x * 1664525u + 1013904223u + i;
}

static inline uint32_t test_toiled(uint32_t seed, uint32_t turns) {
    uint32_t place[TEST_PLACES];

    for (uint32_t i = 0; i < TEST_PLACES; i++)
        place[i] = seed + i;
    for (uint32_t i = 0; i < turns; i++)
        place[i % TEST_PLACES] = test_step(place[i % TEST_PLACES], i);
    for (uint32_t i = 1; i < TEST_PLACES; i++)
        place[0] ^= place[i];
    return place[0];
}

#endif
