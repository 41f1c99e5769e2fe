/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stored states, one after the other: of each bank each status (a number that is none among them), boots left, whose release
 * the journal means and what is there; the rollback floor; which bank has the newer release. `chosen` and `downloads` go
 * through their values alongside.
 */
#include <stdio.h>

#include "tests/states/states.h"

static const uint8_t statuses[] = {PRM_BANK_FACTORY,  PRM_BANK_WRITING,  PRM_BANK_CANDIDATE, PRM_BANK_CONFIRMED,
                                   PRM_BANK_REJECTED, PRM_BANK_EMPTY,    PRM_BANK_PARTIAL,   200,
                                   PRM_BANK_STAGED,   PRM_BANK_TRIAL};
static const uint8_t attempts[] = {0, 1, TRIAL_BOOTS, TRIAL_BOOTS + 1, 255};
static const uint64_t floors[] = {SEQUENCE_OLDER - 1, SEQUENCE_OLDER, SEQUENCE_NEWER, SEQUENCE_GOOD - 1, SEQUENCE_GOOD};
static const uint32_t choices[] = {0, 1, UINT32_MAX};
static const uint32_t downloads[] = {0, 1, PRM_DOWNLOADS_MAX - PRM_DOWNLOADS_GIVEN_BACK, PRM_DOWNLOADS_MAX - 1, PRM_DOWNLOADS_MAX, 255};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
enum { PLAIN_STATUSES = COUNT(statuses) - 2, SITUATIONS = (PLAIN_STATUSES + 2 * COUNT(attempts)) * 2 * CONTENTS };

/* One digit of the number that a state is. */
static uint64_t digit(uint64_t *number, uint64_t base) {
    const uint64_t d = *number % base;

    *number /= base;
    return d;
}

static struct situation situation(uint64_t number) {
    struct situation s = {0, 0, (int)digit(&number, 2), FIT};

    s.content = (enum content)digit(&number, CONTENTS);
    if (number < PLAIN_STATUSES) {
        s.status = statuses[number];
    } else {
        s.status = statuses[PLAIN_STATUSES + (number - PLAIN_STATUSES) / COUNT(attempts)];
        s.attempts = attempts[(number - PLAIN_STATUSES) % COUNT(attempts)];
    }
    return s;
}

/* Of the situations those that a trust manifest can make a difference to: the journal means what is there. */
enum { SOME_STATUSES = PLAIN_STATUSES + 2 * 2, SOME = SOME_STATUSES * 3 };

static struct situation some(uint64_t number) {
    static const enum content contents[3] = {FIT, DAMAGED, HALF};
    const enum content content = contents[digit(&number, 3)];
    const uint64_t s = number < PLAIN_STATUSES ? number : PLAIN_STATUSES + (number - PLAIN_STATUSES) / 2 * COUNT(attempts) + 1 + number % 2;

    return situation((s * CONTENTS + content) * 2 + 1);
}

/* One state: put it there, see what becomes of it. */
static void try_state(struct device *device, struct stored *s, uint64_t i, const char *kind, struct tally *tally) {
    struct ending ending;
    char what[64];

    s->chosen = choices[i % COUNT(choices)];
    s->downloads = downloads[i / 5 % COUNT(downloads)];
    s->plain = (int)(i / 7 % 2);
    s->torn = (uint32_t)(i / 11 % 4);
    device_put(device, s);
    device_put_journal(device, s);
    device_heal(device, s, &ending);
    snprintf(what, sizeof what, "%s %llu", kind, (unsigned long long)i);
    tally_add(tally, &ending, what);
}

void states_of_trust(struct device *device, uint64_t first, uint64_t stride, struct tally *tally) {
    const uint64_t count = (uint64_t)SOME * SOME * COUNT(floors) * 2 * TRUSTS;

    for (uint64_t i = first; i < count; i += stride) {
        uint64_t number = i;
        struct stored s = {.trust = (enum trust)digit(&number, TRUSTS)};
        s.bank[0] = some(digit(&number, SOME));
        s.bank[1] = some(digit(&number, SOME));
        s.floor = floors[digit(&number, COUNT(floors))];
        s.newer = (uint32_t)digit(&number, 2);
        try_state(device, &s, i, "state of trust", tally);
    }
    printf("stored states with trust: %d rules x %d x %d situations of the banks, %zu floors, 2 orders: %llu, of which one in %llu\n",
           TRUSTS, SOME, SOME, COUNT(floors), (unsigned long long)count, (unsigned long long)stride);
}

void states_enumerate(struct device *device, uint64_t first, uint64_t stride, struct tally *tally) {
    const uint64_t count = (uint64_t)SITUATIONS * SITUATIONS * COUNT(floors) * 2;

    for (uint64_t i = first; i < count; i += stride) {
        uint64_t number = i;
        struct stored s = {.trust = TRUST_FACTORY};
        s.bank[0] = situation(digit(&number, SITUATIONS));
        s.bank[1] = situation(digit(&number, SITUATIONS));
        s.floor = floors[digit(&number, COUNT(floors))];
        s.newer = (uint32_t)digit(&number, 2);
        try_state(device, &s, i, "state", tally);
    }
    printf("stored states: %d x %d situations of the banks, %zu floors, 2 orders: %llu, of which one in %llu\n", SITUATIONS,
           SITUATIONS, COUNT(floors), (unsigned long long)count, (unsigned long long)stride);
}
