/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Journals of records whose check is right and whose contents are anything, at any place, in any order, with any
 * generation, mixed with torn ones: who can write the flash can make each of them. They are counted by class, by a look at
 * their bytes that shares no code with the device's, and no class may be empty.
 */
#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "tests/states/states.h"

enum { RECORD = 64, PAGE = 4096, RECORDS = PAGE / RECORD, PAGES = 2, NONE = -1 };
enum { STATUS_A = 16, STATUS_B = 28 }; /* in the payload */

enum kind { ONE, HISTORY, MIXED, FULL, APART, TORN, VERSION_2, OTHER_VERSION, KINDS };

enum class {
    NOTHING_WHOLE,
    ONLY_VERSION_2,
    NEWEST_OF_OTHER_VERSION,
    ONE_PAGE,
    TWO_IN_ORDER,
    SAME_GENERATION,
    HALF_THE_CIRCLE,
    FAR_APART,
    NEWEST_FILLS_ITS_PAGE,
    TORN_AFTER_THE_NEWEST,
    TORN_BEFORE_THE_NEWEST,
    GENERATION_OF_BLANK_FLASH,
    NEWEST_AT_HALF,
    NEWEST_IS_THE_LARGEST,
    TOO_MANY_ATTEMPTS,
    CHOSEN_OUT_OF_RANGE,
    DOWNLOADS_USED_UP,
    STATUSES_A,
    STATUSES_B = STATUSES_A + 10,
    CLASSES = STATUSES_B + 10
};
static const char *const names[STATUSES_A] = {
    "nothing whole",
    "only records of version 2",
    "the newest is of another version",
    "whole records in one page alone",
    "two pages of one history",
    "two pages, the same generation",
    "two pages, half the circle apart",
    "two pages, further apart than a page",
    "the newest is the last of its page",
    "torn ones after the newest",
    "torn ones before the newest",
    "a right check under generation 0 or 2^32-1",
    "the newest at 2^31, or beside it",
    "the newest is generation 2^32-2",
    "more boots of a trial than there are",
    "a chosen bank that is none",
    "downloads used up, or beyond",
};
static const char *const statuses[10] = {"factory",  "writing",  "candidate", "staged",  "trial",
                                         "confirmed", "rejected", "empty",     "partial", "none of these"};

static uint64_t *dice;

static uint32_t roll(uint32_t sides) {
    return (uint32_t)(states_random(dice) >> 16) % sides;
}

/* ---- making them ---- */

static void sha(const uint8_t *bytes, size_t len, uint8_t out[PRM_SHA256_SIZE]) {
    const prm_span span = prm_span_of(bytes, len);

    if (rig_crypto.sha256(&span, 1, out) != PRM_OK)
        memset(out, 0, PRM_SHA256_SIZE);
}

static uint32_t any_generation(void) {
    static const uint32_t special[] = {0, 1, 2, 63, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF};
    const uint32_t i = roll(16);

    return i < sizeof special / sizeof special[0] ? special[i] : (uint32_t)states_random(dice);
}

static void any_payload(const struct device *d, const struct stored *s, uint8_t payload[44]) {
    static const uint8_t attempts[] = {0, 1, TRIAL_BOOTS, TRIAL_BOOTS + 1, 255};

    for (int i = 0; i < 44; i++)
        payload[i] = (uint8_t)states_random(dice);
    payload[0] = 3;
    payload[1] = roll(3) > 0 ? (uint8_t)roll(2) : payload[1];
    payload[2] = roll(3) > 0 ? (uint8_t)roll(4) : payload[2];
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        uint8_t *at = payload + STATUS_A + 12 * bank;
        at[0] = roll(8) > 0 ? (uint8_t)roll(9) : at[0];
        at[1] = roll(4) > 0 ? attempts[roll(5)] : at[1];
        if (roll(4) > 0)
            memcpy(at + 4, device_digest(d, s, bank), PRM_STATE_MANIFEST_SIZE);
    }
}

static uint8_t *place(uint8_t *pages, uint32_t page, uint32_t index) {
    return pages + page * PAGE + index * RECORD;
}

static void put(uint8_t *at, uint32_t generation, const struct device *d, const struct stored *s) {
    uint8_t digest[PRM_SHA256_SIZE];

    prm_store_le32(at, generation);
    any_payload(d, s, at + 4);
    sha(at, 48, digest);
    memcpy(at + 48, digest, 16);
}

static void tear(uint8_t *at, const struct device *d, const struct stored *s) {
    put(at, any_generation(), d, s);
    const uint32_t from = roll(RECORD);
    for (uint32_t i = from; i < RECORD; i++)
        at[i] = roll(2) == 0 ? 0xFF : (uint8_t)states_random(dice);
    at[60] ^= 1; /* if all that was torn was the same by chance */
}

/* Appends as a device does, from a generation on, the last `torn` of them torn. */
static void put_history(uint8_t *pages, uint32_t page, uint32_t count, uint32_t torn, uint32_t generation,
                        const struct device *d, const struct stored *s) {
    for (uint32_t i = 0; i < count && i < RECORDS; i++, generation++) {
        if (generation == 0 || generation == UINT32_MAX)
            generation = 1;
        if (i + torn >= count)
            tear(place(pages, page, i), d, s);
        else
            put(place(pages, page, i), generation, d, s);
    }
}

static void put_version_2(uint8_t *at, uint32_t generation) {
    uint8_t digest[PRM_SHA256_SIZE];

    for (int i = 0; i < RECORD; i++)
        at[i] = (uint8_t)states_random(dice);
    prm_store_le32(at, generation);
    prm_store_le32(at + 4, 2);
    sha(at, 56, digest);
    memcpy(at + 56, digest, 8);
}

static void put_mixed(uint8_t *pages, const struct device *d, const struct stored *s) {
    for (uint32_t i = 0; i < PAGES * RECORDS; i++) {
        const uint32_t what = roll(10);
        if (what < 3)
            put(pages + i * RECORD, any_generation(), d, s);
        else if (what < 6)
            tear(pages + i * RECORD, d, s);
    }
}

static void put_apart(uint8_t *pages, const struct device *d, const struct stored *s) {
    static const uint32_t apart[] = {0, 1, RECORDS, RECORDS + 2, RECORDS + 3, 1000, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF};
    const uint32_t first = any_generation(), page = roll(2);

    put(place(pages, page, roll(RECORDS)), first, d, s);
    put(place(pages, page ^ 1u, roll(RECORDS)), first + apart[roll(sizeof apart / sizeof apart[0])], d, s);
}

static void make(uint8_t *pages, enum kind kind, const struct device *d, const struct stored *s) {
    const uint32_t count = 1 + roll(RECORDS), torn = roll(3) == 0 ? roll(count) : 0, page = roll(2);
    const uint32_t generation = any_generation();

    memset(pages, 0xFF, PAGES * PAGE);
    if (kind == ONE) {
        put(place(pages, page, roll(RECORDS)), generation, d, s);
    } else if (kind == HISTORY) {
        put_history(pages, page, RECORDS, 0, generation, d, s);
        put_history(pages, page ^ 1u, count, torn, generation + RECORDS, d, s);
    } else if (kind == MIXED) {
        put_mixed(pages, d, s);
    } else if (kind == FULL) {
        for (uint32_t i = 0; i < PAGES * RECORDS; i++)
            put(pages + i * RECORD, any_generation(), d, s);
    } else if (kind == APART) {
        put_apart(pages, d, s);
    } else if (kind == VERSION_2) {
        for (uint32_t i = 0; i < count; i++)
            put_version_2(place(pages, page, i), i + 1);
    } else if (kind == OTHER_VERSION) {
        put_history(pages, page, count, 0, generation, d, s);
        uint8_t *at = place(pages, page, count - 1), digest[PRM_SHA256_SIZE];
        at[4] = (uint8_t)(roll(255) + 4);
        sha(at, 48, digest);
        memcpy(at + 48, digest, 16);
    } else {
        for (uint32_t i = 0; i < PAGES * RECORDS; i++)
            if (roll(2) == 0)
                tear(pages + i * RECORD, d, s);
    }
}

/* ---- looking at them ---- */

static int is_blank(const uint8_t *at) {
    for (int i = 0; i < RECORD; i++)
        if (at[i] != 0xFF)
            return 0;
    return 1;
}

static int has_right_check(const uint8_t *at) {
    uint8_t digest[PRM_SHA256_SIZE];

    sha(at, 48, digest);
    return memcmp(digest, at + 48, 16) == 0;
}

static int is_whole(const uint8_t *at) {
    const uint32_t generation = prm_load_le32(at);

    return generation != 0 && generation != UINT32_MAX && has_right_check(at);
}

static int last_whole(uint8_t *pages, uint32_t page) {
    for (int i = RECORDS - 1; i >= 0; i--)
        if (is_whole(place(pages, page, (uint32_t)i)))
            return i;
    return NONE;
}

/* How the two pages lie to each other; gives the page with the newest, or NONE. */
static int classify_pages(uint8_t *pages, const int last[PAGES], uint64_t count[CLASSES]) {
    if (last[0] == NONE && last[1] == NONE)
        return NONE;
    if (last[0] == NONE || last[1] == NONE) {
        count[ONE_PAGE]++;
        return last[0] == NONE ? 1 : 0;
    }
    const uint32_t a = prm_load_le32(place(pages, 0, (uint32_t)last[0])), b = prm_load_le32(place(pages, 1, (uint32_t)last[1]));
    const uint32_t apart = b - a < a - b ? b - a : a - b;
    count[apart == 0             ? SAME_GENERATION
          : apart == 0x80000000u ? HALF_THE_CIRCLE
          : apart > RECORDS + 2  ? FAR_APART
                                 : TWO_IN_ORDER]++;
    return apart != 0 && apart != 0x80000000u && b - a == apart ? 1 : 0;
}

static void classify_newest(const uint8_t *record, uint64_t count[CLASSES]) {
    const uint32_t generation = prm_load_le32(record);
    const uint8_t *payload = record + 4;

    count[NEWEST_AT_HALF] += generation - 0x7FFFFFFFu <= 2;
    count[NEWEST_IS_THE_LARGEST] += generation == UINT32_MAX - 1;
    if (payload[0] != 3) {
        count[NEWEST_OF_OTHER_VERSION]++;
        return;
    }
    count[CHOSEN_OUT_OF_RANGE] += payload[1] >= PRM_BANKS && payload[1] != 0xFF;
    count[DOWNLOADS_USED_UP] += payload[2] >= PRM_DOWNLOADS_MAX;
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        const uint8_t *at = payload + (bank == 0 ? STATUS_A : STATUS_B);
        count[(bank == 0 ? STATUSES_A : STATUSES_B) + (at[0] < 9 ? at[0] : 9)]++;
        count[TOO_MANY_ATTEMPTS] += (at[0] == PRM_BANK_STAGED || at[0] == PRM_BANK_TRIAL) && at[1] > TRIAL_BOOTS;
    }
}

static void classify(uint8_t *pages, uint64_t count[CLASSES]) {
    const int last[PAGES] = {last_whole(pages, 0), last_whole(pages, 1)};
    const int page = classify_pages(pages, last, count);
    int blank_generation = 0, version_2 = 0, before = 0, after = 0;

    for (int i = 0; i < PAGES * RECORDS; i++) {
        const uint8_t *at = pages + i * RECORD;
        const int torn = !is_blank(at) && !has_right_check(at);
        blank_generation |= has_right_check(at) && !is_whole(at);
        version_2 |= torn && prm_load_le32(at + 4) == 2;
        before |= torn && page != NONE && i < page * RECORDS + last[page] && i >= page * RECORDS;
        after |= torn && page != NONE && i > page * RECORDS + last[page] && i < (page + 1) * RECORDS;
    }
    count[GENERATION_OF_BLANK_FLASH] += (uint64_t)blank_generation;
    count[TORN_BEFORE_THE_NEWEST] += (uint64_t)before;
    count[TORN_AFTER_THE_NEWEST] += (uint64_t)after;
    if (page == NONE) {
        count[version_2 ? ONLY_VERSION_2 : NOTHING_WHOLE]++;
        return;
    }
    count[NEWEST_FILLS_ITS_PAGE] += last[page] == RECORDS - 1;
    classify_newest(place(pages, (uint32_t)page, (uint32_t)last[page]), count);
}

/* ---- */

static void print_classes(const uint64_t count[CLASSES], struct tally *tally) {
    for (int i = 0; i < STATUSES_A; i++)
        printf("  %-46s %6llu\n", names[i], (unsigned long long)count[i]);
    for (int i = 0; i < 10; i++)
        printf("  a bank is said to be %-25s A %5llu, B %5llu\n", statuses[i], (unsigned long long)count[STATUSES_A + i],
               (unsigned long long)count[STATUSES_B + i]);
    for (int i = 0; i < CLASSES; i++) {
        if (count[i] != 0)
            continue;
        printf("FAILED class %d of the journals is empty\n", i);
        tally->failed++;
    }
}

void states_journals(struct device *device, uint32_t journals, uint64_t seed, struct tally *tally) {
    static const uint64_t floors[] = {SEQUENCE_OLDER - 1, SEQUENCE_OLDER, SEQUENCE_NEWER, SEQUENCE_GOOD - 1};
    uint64_t count[CLASSES] = {0};

    dice = &seed;
    for (uint32_t i = 0; i < journals; i++) {
        uint8_t *pages = device->rig.bytes + device->world.layout.journal_off;
        struct stored s = {.newer = roll(2), .plain = (int)roll(2), .floor = floors[roll(4)]};
        struct ending ending;
        char what[64];
        for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
            s.bank[bank] = (struct situation){.match = 1, .content = roll(3) > 0 ? FIT : (enum content)roll(CONTENTS)};
        device_put(device, &s);
        make(pages, (enum kind)(i % KINDS), device, &s);
        prm_sim_flash_reread(&device->rig.host);
        classify(pages, count);
        device_heal(device, &s, &ending);
        snprintf(what, sizeof what, "journal %u", i);
        tally_add(tally, &ending, what);
    }
    printf("journals: %u, of which\n", journals);
    print_classes(count, tally);
}
