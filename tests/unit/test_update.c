/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A release on its way into the other bank: what is taken, and that nothing is decrypted or written that a signature does
 * not cover. The power cuts are in tests/cut.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>

#include "codec/cbor.h"
#include "tests/cut/rig.h"

/* 35 blocks of application, so two pages; the last block of each image is short. */
enum { APP_SIZE = 34 * 2048 + 777, SERVICES_SIZE = 2 * 2048 + 5, BLOCK = 2048, PAGE_BLOCKS = 32, DIGEST = 32 };
enum { BLOCKS = 35, SERVICES_BLOCKS = 3 };
enum { RUNNING = 0, OTHER = 1 };

static struct rig_world world;
static struct rig_release old, next, plain;
static EVP_PKEY *stranger;
static struct prm_update update;

static int make_all(void **state) {
    (void)state;
    rig_world_init(&world, APP_SIZE, SERVICES_SIZE);
    stranger = EVP_EC_gen("P-256");
    rig_release_make(&world, 5, 0, NULL, &old);
    rig_release_make(&world, 6, 1, NULL, &next);
    rig_release_make(&world, 7, 0, NULL, &plain);
    return stranger == NULL;
}

static int free_all(void **state) {
    (void)state;
    rig_release_free(&old);
    rig_release_free(&next);
    rig_release_free(&plain);
    EVP_PKEY_free(stranger);
    rig_world_free(&world);
    return 0;
}

/* A device that runs the old release; what the other bank holds is random. */
static int begin(void **state) {
    static struct rig rig;

    rig_init(&rig, &world);
    rig_destroy(&rig, OTHER);
    rig_factory(&rig, RUNNING, &old);
    rig.guarded = RUNNING;
    *state = &rig;
    return 0;
}

static int end(void **state) {
    struct rig *rig = *state;
    const int broken = rig->guard_broken;

    rig_free(rig);
    return broken;
}

/* Pushes in chunks, to the first error. */
static prm_result push(const uint8_t *bytes, size_t len, size_t chunk) {
    prm_result result = PRM_OK;

    for (size_t at = 0; at < len && result == PRM_OK; at += chunk)
        result = prm_update_push(&update, prm_span_of(bytes + at, len - at < chunk ? len - at : chunk));
    return result;
}

static prm_result send(struct rig *rig, const uint8_t *bytes, size_t len) {
    prm_result result = prm_update_open(&update, &rig->services, RUNNING, old.sequence);

    if (result == PRM_OK)
        result = push(bytes, len, 509);
    return result == PRM_OK ? prm_update_finish(&update) : result;
}

static uint8_t *copy_of(const struct primum_bytes *file) {
    uint8_t *copy = primum_alloc(file->len);

    memcpy(copy, file->data, file->len);
    return copy;
}

/* Where the bytes of a payload or list begin in a release: behind its name and the head of its bstr. */
static size_t payload_off(const struct primum_bytes *file, const char *name) {
    const uint8_t *at = memmem(file->data, file->len, name, strlen(name));

    /* The install sequence has the name too; the payload's own is the one at whose place a bstr follows. */
    for (;;) {
        assert_non_null(at);
        const size_t off = (size_t)(at - file->data) + strlen(name);
        struct prm_cbor r = prm_cbor_reader(prm_span_of(file->data + off, file->len - off));
        const uint64_t len = prm_cbor_head(&r, PRM_CBOR_BSTR);
        if (r.err == PRM_OK && len >= SERVICES_BLOCKS * DIGEST)
            return off + r.off;
        at = memmem(at + 1, file->len - (size_t)(at + 1 - file->data), name, strlen(name));
    }
}

/* Bytes before the first name, which is a list's; its bstr has a head of three bytes. */
static size_t header_len(const struct primum_bytes *file) {
    _Static_assert(BLOCKS * DIGEST > UINT8_MAX && BLOCKS * DIGEST <= UINT16_MAX, "the length takes two bytes");
    return payload_off(file, "#A0") - 3 - 4;
}

static void test_taken(void **state) {
    struct rig *rig = *state;

    assert_int_equal(send(rig, next.file.data, next.file.len), PRM_OK);
    assert_true(rig_holds(rig, OTHER, &next, 0));
    assert_int_equal(rig->decrypted, APP_SIZE);
    assert_int_equal(rig_state(rig).bank[OTHER].status, PRM_BANK_CANDIDATE);
    assert_true(rig_holds(rig, RUNNING, &old, 0));
    print_message("sizeof(struct prm_update) = %zu bytes\n", sizeof update);
}

/* One bit of block k, for every k of both payloads: refused there, and nothing of it or after it was touched. */
static void flip_blocks(struct rig *rig, const char *name, uint32_t component, uint32_t size) {
    const uint32_t blocks = (size + BLOCK - 1) / BLOCK;
    const size_t payload = payload_off(&next.file, name);
    const uint32_t place = world.layout.bank_off[OTHER] + world.layout.component[component].off;
    uint8_t *file = copy_of(&next.file);
    uint8_t *before = primum_alloc(world.flash_size);

    for (uint32_t k = 0; k < blocks; k++) {
        const size_t at = payload + (size_t)k * BLOCK + (k * 97u) % (k + 1 < blocks ? BLOCK : size % BLOCK);
        rig_destroy(rig, OTHER);
        memcpy(before, rig->bytes, world.flash_size);
        rig->decrypted = 0;
        file[at] ^= (uint8_t)(1u << (k % 8));
        assert_int_equal(send(rig, file, next.file.len), PRM_ERR_UPDATE_BLOCK);
        assert_int_equal(update.progress[component].blocks, k);
        assert_int_equal(rig->decrypted, component == 0 ? k * BLOCK : APP_SIZE);
        /* The unit of block k may be erased for block k - 1, its neighbour; what is written is not block k. */
        const uint32_t from = k * BLOCK;
        const uint32_t unit_end = k % 2 != 0 ? from + BLOCK : from;
        for (uint32_t i = from; i < unit_end; i++)
            assert_int_equal(rig->bytes[place + i], 0xFF);
        assert_memory_equal(rig->bytes + place + unit_end, before + place + unit_end,
                            world.layout.component[component].size - unit_end);
        assert_memory_equal(rig->bytes + world.layout.bank_off[RUNNING], before + world.layout.bank_off[RUNNING],
                            world.layout.bank_size);
        assert_int_equal(prm_update_finish(&update), PRM_ERR_UPDATE_BLOCK);
        file[at] ^= (uint8_t)(1u << (k % 8));
    }
    free(before);
    free(file);
}

static void test_flip_every_block(void **state) {
    flip_blocks(*state, "#b0", 0, APP_SIZE);
    flip_blocks(*state, "#b1", 1, SERVICES_SIZE);
}

/* A bit of each digest in a list: its page is refused, and no payload is begun. */
static void test_flip_every_digest(void **state) {
    const size_t list = payload_off(&next.file, "#B0");
    struct rig *rig = *state;
    uint8_t *file = copy_of(&next.file);

    for (uint32_t k = 0; k < BLOCKS; k++) {
        const size_t at = list + (size_t)k * DIGEST + k % DIGEST;
        file[at] ^= 0x10;
        assert_int_equal(send(rig, file, next.file.len), PRM_ERR_UPDATE_BLOCK);
        assert_int_equal(update.progress[0].pages, k / PAGE_BLOCKS);
        assert_int_equal(update.progress[0].blocks, 0);
        file[at] ^= 0x10;
    }
    assert_int_equal(rig->cost.image_erases, 0);
    free(file);
}

/*
 * Every bit of what comes before the payloads: nothing is written at all. But for the head of the outer map, whose count
 * nobody signs and nothing depends on: what is too few is missing at the end.
 */
enum { COUNT_AT = 2 };

static void test_flip_header(void **state) {
    struct rig *rig = *state;
    uint8_t *file = copy_of(&next.file);
    const size_t len = header_len(&next.file);
    unsigned taken = 0;

    for (size_t bit = 0; bit < len * 8; bit++) {
        if (bit / 8 == COUNT_AT)
            continue;
        file[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        rig->operations = 0;
        rig->decrypted = 0;
        if (prm_update_open(&update, &rig->services, RUNNING, old.sequence) != PRM_OK ||
            push(file, len + 64, 4096) == PRM_OK)
            taken += update.verified.components != 0;
        assert_int_equal(rig->operations, 0);
        assert_int_equal(rig->decrypted, 0);
        file[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    assert_int_equal(taken, 0);
    free(file);
}

static void test_stale(void **state) {
    struct rig *rig = *state;
    struct rig_release same, lower;

    rig_release_make(&world, old.sequence, 0, NULL, &same);
    rig_release_make(&world, old.sequence - 1, 0, NULL, &lower);
    assert_int_equal(send(rig, same.file.data, same.file.len), PRM_ERR_UPDATE_STALE);
    assert_int_equal(send(rig, lower.file.data, lower.file.len), PRM_ERR_UPDATE_STALE);
    /* In recovery nothing runs to be compared with; the floor still holds. */
    assert_int_equal(rig->counter.advance_to(rig->counter.ctx, old.sequence), PRM_OK);
    const uint32_t before = rig->operations;
    assert_int_equal(prm_update_open(&update, &rig->root, PRM_BANK_NONE, 0), PRM_OK);
    assert_int_equal(push(lower.file.data, lower.file.len, 4096), PRM_ERR_FLOOR);
    assert_int_equal(rig->operations, before);
    rig_release_free(&same);
    rig_release_free(&lower);
}

/* Encrypted for somebody else: found out before the bank is touched. */
static void test_wrong_key(void **state) {
    struct rig *rig = *state;
    struct rig_release other;

    rig_release_make(&world, 9, 1, stranger, &other);
    assert_int_equal(send(rig, other.file.data, other.file.len), PRM_ERR_ENC_RECIPIENT);
    assert_int_equal(rig->operations, 0);
    rig_release_free(&other);
}

/* More manifest than the root takes: not installed, since it would never start. */
static void test_manifest_too_long(void **state) {
    static char text[PRM_MANIFEST_MAX];
    struct rig *rig = *state;
    struct rig_release wordy;

    memset(text, 'x', sizeof text - 1);
    world.description = text;
    rig_release_make(&world, 9, 0, NULL, &wordy);
    world.description = NULL;
    assert_int_equal(send(rig, wordy.file.data, wordy.file.len), PRM_ERR_CBOR_LIMIT);
    assert_int_equal(rig->operations, 0);
    rig_release_free(&wordy);
}

/* A payload that nobody asked for is passed over, however long; without the one that was asked for, nothing is whole. */
static void test_unknown_payload(void **state) {
    struct rig *rig = *state;
    uint8_t *file = copy_of(&next.file);
    const size_t at = payload_off(&next.file, "#b1");

    assert_memory_equal(next.file.data + at - 6, "#b1", 3); /* its bstr's head has three bytes */
    file[at - 4] = 'z';
    assert_int_equal(send(rig, file, next.file.len), PRM_ERR_UPDATE_INCOMPLETE);
    assert_int_equal(rig_state(rig).bank[OTHER].status, PRM_BANK_WRITING);
    assert_int_equal(send(rig, next.file.data, next.file.len), PRM_OK);
    free(file);
}

static void test_endless(void **state) {
    static const uint8_t endless[] = {0x63, '#', 'z', '9', 0x5B, 0, 0, 0, 0x10, 0, 0, 0, 0}; /* a bstr of 64 GiB */
    static uint8_t zeros[65536];
    struct rig *rig = *state;

    /* Behind the end. */
    assert_int_equal(send(rig, next.file.data, next.file.len), PRM_OK);
    assert_int_equal(prm_update_push(&update, prm_span_of(zeros, 1)), PRM_ERR_CBOR_TRAILING);
    /* As a payload: read and forgotten, for as long as it comes. */
    assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(push(next.file.data, header_len(&next.file), 4096), PRM_OK);
    assert_int_equal(push(endless, sizeof endless, 4096), PRM_OK);
    const uint32_t operations = rig->operations;
    for (int i = 0; i < 512; i++)
        assert_int_equal(prm_update_push(&update, prm_span_of(zeros, sizeof zeros)), PRM_OK);
    assert_int_equal(rig->operations, operations);
    assert_int_equal(prm_update_finish(&update), PRM_ERR_UPDATE_INCOMPLETE);
}

/* The release ends too early: in its header nothing is written; at the edges of blocks it goes on from there. */
static void test_truncated(void **state) {
    struct rig *rig = *state;
    const size_t header = header_len(&next.file);

    for (size_t len = 0; len < header; len++) {
        assert_int_not_equal(send(rig, next.file.data, len), PRM_OK);
        assert_int_equal(rig->operations, 0);
    }
    const size_t list = payload_off(&next.file, "#B0"), payload = payload_off(&next.file, "#b0");
    for (uint32_t k = 0; k <= BLOCKS; k++) {
        const size_t edge[] = {list + (size_t)k * DIGEST, payload + (k < BLOCKS ? (size_t)k * BLOCK : APP_SIZE)};
        for (int i = 0; i < 6; i++) {
            assert_int_equal(send(rig, next.file.data, edge[i % 2] + (size_t)(i / 2) - 1), PRM_ERR_UPDATE_INCOMPLETE);
            assert_int_equal(rig_state(rig).bank[OTHER].status, PRM_BANK_WRITING);
            rig_downloads(rig, 0);
        }
    }
    assert_int_equal(send(rig, next.file.data, next.file.len), PRM_OK);
    assert_true(rig_holds(rig, OTHER, &next, 0));
}

/* A download that was cut goes on: no unit that is whole is written again. */
static void test_resumes(void **state) {
    struct rig *rig = *state;
    const size_t half = payload_off(&next.file, "#b0") + 20 * BLOCK;

    assert_int_equal(send(rig, next.file.data, half), PRM_ERR_UPDATE_INCOMPLETE);
    assert_int_equal(rig->cost.image_erases, 10);
    assert_int_equal(send(rig, next.file.data, next.file.len), PRM_OK);
    assert_int_equal(update.skipped, 20);
    assert_int_equal(rig->cost.image_erases, 18 + 2);
    /* Another release starts anew. */
    assert_int_equal(send(rig, plain.file.data, plain.file.len), PRM_OK);
    assert_int_equal(update.skipped, 0);
    assert_true(rig_holds(rig, OTHER, &plain, 0));
}

static void test_chunks(void **state) {
    static const size_t chunk[] = {1, 2, 3, 7, 61, 1021, 2047, 2048, 2049, 4093, SIZE_MAX};
    struct rig *rig = *state;
    uint8_t *first = NULL;

    for (unsigned i = 0; i < sizeof chunk / sizeof chunk[0]; i++) {
        struct rig fresh;
        rig_init(&fresh, &world);
        rig_factory(&fresh, RUNNING, &old);
        assert_int_equal(prm_update_open(&update, &fresh.services, RUNNING, old.sequence), PRM_OK);
        assert_int_equal(push(next.file.data, next.file.len, chunk[i] < next.file.len ? chunk[i] : next.file.len), PRM_OK);
        assert_int_equal(prm_update_finish(&update), PRM_OK);
        if (first == NULL) {
            first = fresh.bytes;
            fresh.bytes = NULL;
        } else {
            assert_memory_equal(first, fresh.bytes, world.flash_size);
        }
        rig_free(&fresh);
    }
    free(first);
    assert_int_equal(rig->operations, 0);
}

/* Flash that changes under a download is found at its end, and doesn't stand in the way of the next. */
static void test_flash_changes(void **state) {
    struct rig *rig = *state;
    const uint32_t place = world.layout.bank_off[OTHER] + world.layout.component[0].off;

    assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(push(next.file.data, next.file.len, 4096), PRM_OK);
    rig->bytes[place + 5000] ^= 4;
    assert_int_equal(prm_update_finish(&update), PRM_ERR_IMAGE_DIGEST);
    assert_int_equal(send(rig, next.file.data, next.file.len), PRM_OK);
    assert_true(rig_holds(rig, OTHER, &next, 0));
}

static void test_root_takes_services(void **state) {
    struct rig *rig = *state;

    rig->guarded = PRM_BANK_NONE;
    assert_int_equal(prm_update_open(&update, &rig->root, PRM_BANK_NONE, 0), PRM_OK);
    assert_int_equal(push(next.file.data, next.file.len, 777), PRM_OK);
    assert_int_equal(prm_update_finish(&update), PRM_OK);
    assert_int_equal(update.place.bank, 0);
    assert_true(rig_holds(rig, 0, &next, 1));
    assert_int_equal(rig->decrypted, 0);
    assert_int_equal(rig_state(rig).bank[0].status, PRM_BANK_PARTIAL);
    /* The services take the same release, all of it, into the other bank: theirs is not touched. */
    rig->guarded = 0;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(prm_update_open(&update, &rig->services, i == 0 ? 0 : PRM_BANK_NONE, next.sequence), PRM_OK);
        assert_int_equal(update.place.bank, 1);
        assert_int_equal(push(next.file.data, next.file.len, 777), PRM_OK);
        assert_int_equal(prm_update_finish(&update), PRM_OK);
        assert_true(rig_holds(rig, 1, &next, 0));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(test_taken),       TEST(test_flip_every_block), TEST(test_flip_every_digest), TEST(test_flip_header),
        TEST(test_stale),       TEST(test_wrong_key),        TEST(test_unknown_payload), TEST(test_endless),
        TEST(test_truncated),   TEST(test_resumes),          TEST(test_chunks),          TEST(test_flash_changes),
        TEST(test_root_takes_services), TEST(test_manifest_too_long),
#undef TEST
    };

    return cmocka_run_group_tests(tests, make_all, free_all);
}
