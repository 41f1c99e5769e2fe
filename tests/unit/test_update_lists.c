/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of block digests on their way into a device: a payload is exactly the bytes that were signed, so what covers its
 * blocks comes before it and is kept in the flash. Whatever is wrong with a list, no block is written that the signature
 * doesn't cover, and the same release sent again as it was made is taken.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>

#include "codec/cbor.h"
#include "tests/cut/rig.h"

enum { APP_SIZE = 34 * 2048 + 777, SERVICES_SIZE = 2 * 2048 + 5, RUNNING = 0, OTHER = 1, MEMBERS = 8, BLOCKS = 35, PAGES = 2 };
enum { A0, A1, B0, B1, IMAGE_A0, IMAGE_A1, IMAGE_B0, IMAGE_B1 }; /* the members, in their order */

static struct rig_world world;
static struct rig_release old, next, later;
static struct prm_update update;

static int make_all(void **state) {
    (void)state;
    rig_world_init(&world, APP_SIZE, SERVICES_SIZE);
    rig_release_make(&world, 5, 0, NULL, &old);
    rig_release_make(&world, 6, 1, NULL, &next);
    rig_release_make(&world, 7, 1, NULL, &later);
    return 0;
}

static int free_all(void **state) {
    (void)state;
    rig_release_free(&old);
    rig_release_free(&next);
    rig_release_free(&later);
    rig_world_free(&world);
    return 0;
}

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

/* A release taken apart: the header up to its first name, and the members, each with its name. */
struct parts {
    prm_span header;
    size_t count_at;
    struct {
        prm_span name, bytes;
    } member[MEMBERS];
};

static struct parts parts_of(const struct rig_release *release) {
    const prm_span file = prm_span_of(release->file.data, release->file.len);
    struct prm_suit_envelope e;
    struct parts p = {.count_at = 2};

    assert_int_equal(prm_suit_envelope_parse(file, &e), PRM_OK);
    assert_int_equal(e.payloads, MEMBERS);
    struct prm_cbor r = prm_cbor_reader(e.payload_pairs);
    for (unsigned i = 0; i < MEMBERS; i++) {
        p.member[i].name = prm_cbor_tstr(&r);
        p.member[i].bytes = prm_cbor_bstr(&r);
    }
    p.header = prm_span_of(file.ptr, (size_t)(e.payload_pairs.ptr - file.ptr));
    return p;
}

static prm_result push(const void *bytes, size_t len) {
    return prm_update_push(&update, prm_span_of(bytes, len));
}

/* Sends a member's name and the head of its string, and then its bytes. */
static prm_result push_member(prm_span name, prm_span bytes) {
    uint8_t heads[64];
    struct prm_cbor_writer w = {heads, sizeof heads, 0};

    prm_cbor_put_head(&w, PRM_CBOR_TSTR, name.len);
    prm_cbor_put_raw(&w, name);
    prm_cbor_put_head(&w, PRM_CBOR_BSTR, bytes.len);
    const prm_result result = push(heads, w.len);
    return result == PRM_OK ? push(bytes.ptr, bytes.len) : result;
}

/* The header of `p`, and its members in this order, to the first error or the end of the download. -1 ends. */
static prm_result send(struct rig *rig, const struct parts *p, const int order[]) {
    uint8_t header[PRM_UPDATE_HEADER_MAX];
    unsigned count = 0;

    while (order[count] >= 0)
        count++;
    memcpy(header, p->header.ptr, p->header.len);
    header[p->count_at] = (uint8_t)(0xA0 | (3 + count));
    prm_result result = prm_update_open(&update, &rig->services, RUNNING, old.sequence);
    if (result == PRM_OK)
        result = push(header, p->header.len);
    for (unsigned i = 0; i < count && result == PRM_OK; i++)
        result = push_member(p->member[order[i]].name, p->member[order[i]].bytes);
    return result == PRM_OK ? prm_update_finish(&update) : result;
}

static const int as_made[] = {A0, A1, B0, B1, IMAGE_A0, IMAGE_A1, IMAGE_B0, IMAGE_B1, -1};
#define ORDER(...) ((const int[]){__VA_ARGS__, -1})

/* After whatever went wrong: the release as it was made is taken, and the bank is what was signed. */
static void is_taken_as_made(struct rig *rig) {
    const struct parts p = parts_of(&next);

    assert_int_equal(send(rig, &p, as_made), PRM_OK);
    assert_true(rig_holds(rig, OTHER, &next, 0));
    assert_int_equal(rig_state(rig).bank[OTHER].status, PRM_BANK_CANDIDATE);
}

static void payloads_are_what_was_signed_and_lists_sort_before_them(void **state) {
    static const char *const names[MEMBERS] = {"#A0", "#A1", "#B0", "#B1", "#a0", "#a1", "#b0", "#b1"};
    const struct parts p = parts_of(&next);

    for (unsigned i = 0; i < MEMBERS; i++) {
        const unsigned bank = i / 2 % 2, component = i % 2;
        const struct primum_bytes *image = &next.image[bank][component];
        assert_int_equal(p.member[i].name.len, 3);
        assert_memory_equal(p.member[i].name.ptr, names[i], 3);
        assert_int_equal(p.member[i].bytes.len, i < IMAGE_A0 ? (image->len + 2047) / 2048 * 32 : image->len);
        if (i >= IMAGE_A0 && component == 1) /* the application is encrypted */
            assert_memory_equal(p.member[i].bytes.ptr, image->data, image->len);
    }
    is_taken_as_made(*state);
}

static void a_payload_without_its_list_is_refused_by_that_name(void **state) {
    const struct parts p = parts_of(&next);
    struct rig *rig = *state;
    struct rig_release bare;

    /* The header says that there are lists, and they don't come, or come late. */
    assert_int_equal(send(rig, &p, ORDER(IMAGE_B0, IMAGE_B1)), PRM_ERR_LIST_NONE);
    assert_int_equal(send(rig, &p, ORDER(B0, IMAGE_B0, IMAGE_B1)), PRM_ERR_LIST_NONE);
    assert_int_equal(send(rig, &p, ORDER(A0, A1, IMAGE_B0, IMAGE_B1)), PRM_ERR_LIST_NONE);
    assert_int_equal(send(rig, &p, ORDER(B0, IMAGE_B0, B1, IMAGE_B1)), PRM_ERR_LIST_NONE);
    assert_int_equal(rig->cost.image_erases, 0);
    /* The header doesn't say so: an author that follows the standard and no more. The bank stays as it was. */
    world.plain = 1;
    rig_release_make(&world, 8, 0, NULL, &bare);
    world.plain = 0;
    const uint32_t operations = rig->operations;
    assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(push(bare.file.data, bare.file.len), PRM_ERR_LIST_NONE);
    assert_int_equal(rig->operations, operations);
    rig_release_free(&bare);
    is_taken_as_made(rig);
}

static void each_member_comes_once(void **state) {
    const struct parts p = parts_of(&next);
    struct rig *rig = *state;

    assert_int_equal(send(rig, &p, ORDER(B0, B0, B1, IMAGE_B0, IMAGE_B1)), PRM_ERR_CBOR_KEY);
    assert_int_equal(send(rig, &p, ORDER(B0, B1, B1, IMAGE_B0, IMAGE_B1)), PRM_ERR_CBOR_KEY);
    assert_int_equal(send(rig, &p, ORDER(B0, B1, IMAGE_B0, B0, IMAGE_B1)), PRM_ERR_CBOR_KEY);
    assert_int_equal(send(rig, &p, ORDER(B0, B1, IMAGE_B0, IMAGE_B0, IMAGE_B1)), PRM_ERR_CBOR_KEY);
    /* In which order the lists come doesn't matter, since each has its own place. */
    assert_int_equal(send(rig, &p, ORDER(B1, B0, IMAGE_B1, IMAGE_B0)), PRM_OK);
    is_taken_as_made(rig);
}

static void a_list_is_of_its_payload_slot_and_release(void **state) {
    const struct parts p = parts_of(&next), q = parts_of(&later);
    struct parts altered = p;
    struct rig *rig = *state;

    altered.member[B0].bytes = p.member[A0].bytes; /* of the other slot */
    assert_int_equal(send(rig, &altered, as_made), PRM_ERR_UPDATE_BLOCK);
    altered.member[B0].bytes = q.member[B0].bytes; /* of another release */
    assert_int_equal(send(rig, &altered, as_made), PRM_ERR_UPDATE_BLOCK);
    altered.member[B0].bytes = p.member[B1].bytes; /* of another component, and shorter */
    assert_int_equal(send(rig, &altered, as_made), PRM_ERR_UPDATE_INCOMPLETE);
    altered.member[B0].bytes = prm_span_of(p.member[B0].bytes.ptr, p.member[B0].bytes.len - 32);
    assert_int_equal(send(rig, &altered, as_made), PRM_ERR_UPDATE_INCOMPLETE);
    altered.member[B0].bytes = prm_span_of(p.member[B0].bytes.ptr, 0);
    assert_int_equal(send(rig, &altered, as_made), PRM_ERR_UPDATE_INCOMPLETE);
    altered = p;
    altered.member[IMAGE_B0].bytes = p.member[IMAGE_A0].bytes; /* the list is right, the payload is the other slot's */
    assert_int_equal(send(rig, &altered, as_made), PRM_ERR_UPDATE_BLOCK);
    assert_int_equal(update.progress[0].blocks, 0);
    is_taken_as_made(rig);
}

/* Where the list of a component stands in a bank. */
static uint32_t list_off(const struct rig *rig, uint32_t bank, uint32_t component) {
    const struct prm_bank b = {&rig->flash, &world.layout, bank};

    return prm_bank_page_off(&b, component, 0);
}

/* The lists and the header, up to the payloads. */
static void send_lists(struct rig *rig, const struct parts *p) {
    assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(push(p->header.ptr, p->header.len), PRM_OK);
    for (unsigned i = A0; i <= B1; i++)
        assert_int_equal(push_member(p->member[i].name, p->member[i].bytes), PRM_OK);
}

/* A page is hashed again when it is used: any bit that changed in the flash is seen, and the next download starts anew. */
static void a_list_that_changed_in_the_flash_is_seen(void **state) {
    const struct parts p = parts_of(&next);
    struct rig *rig = *state;

    for (unsigned k = 0; k < BLOCKS; k++) {
        send_lists(rig, &p);
        rig->bytes[list_off(rig, OTHER, 0) + k * 32 + k % 32] ^= 0x20;
        assert_int_equal(push_member(p.member[IMAGE_A0].name, p.member[IMAGE_A0].bytes), PRM_OK);
        assert_int_equal(push_member(p.member[IMAGE_A1].name, p.member[IMAGE_A1].bytes), PRM_OK);
        assert_int_equal(push_member(p.member[IMAGE_B0].name, p.member[IMAGE_B0].bytes), PRM_ERR_LIST_CHANGED);
        assert_int_equal(update.progress[0].blocks, k / 32 * 32);
        assert_int_equal(rig_state(rig).bank[OTHER].status, PRM_BANK_EMPTY);
    }
    is_taken_as_made(rig);
}

/* A list is written once: the same release sent again finds it whole, wherever it was cut. */
static void lists_are_not_written_again(void **state) {
    const struct parts p = parts_of(&next);
    struct rig *rig = *state;

    send_lists(rig, &p);
    const uint32_t operations = rig->operations;
    send_lists(rig, &p);
    assert_int_equal(rig->operations, operations + 1); /* the record that counts the download */
    for (size_t len = 0; len < p.member[B0].bytes.len; len += 97) {
        rig_destroy(rig, OTHER);
        assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
        assert_int_equal(push(p.header.ptr, p.header.len), PRM_OK);
        assert_int_equal(push_member(p.member[A0].name, p.member[A0].bytes), PRM_OK);
        assert_int_equal(push_member(p.member[A1].name, p.member[A1].bytes), PRM_OK);
        static const uint8_t heads[] = {0x63, '#', 'B', '0', 0x59, BLOCKS * 32 / 256, BLOCKS * 32 % 256};
        assert_int_equal(push(heads, sizeof heads), PRM_OK);
        assert_int_equal(push(p.member[B0].bytes.ptr, len), PRM_OK);
        assert_int_equal(prm_update_finish(&update), PRM_ERR_UPDATE_INCOMPLETE);
        is_taken_as_made(rig);
    }
}

/* Others' tools leave the tag out, or authenticate by a MAC: neither is malformed, and the reason says what it is. */
static void an_untagged_envelope_and_a_mac_are_named(void **state) {
    static const uint8_t sign1[] = {0xD2, 0x84, 0x4D};
    struct rig *rig = *state;
    const struct parts p = parts_of(&next);
    uint8_t header[PRM_UPDATE_HEADER_MAX];

    assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(push(next.file.data + 2, next.file.len - 2), PRM_ERR_SUIT_UNTAGGED);
    memcpy(header, p.header.ptr, p.header.len);
    uint8_t *block = memmem(header, p.header.len, sign1, sizeof sign1);
    assert_non_null(block);
    block[0] = 0xD1; /* COSE_Mac0 */
    assert_int_equal(prm_update_open(&update, &rig->services, RUNNING, old.sequence), PRM_OK);
    assert_int_equal(push(header, p.header.len), PRM_OK);
    assert_int_equal(push("\x63#A0", 4), PRM_ERR_SIG_KIND);
    assert_int_equal(rig->operations, 0);
    is_taken_as_made(rig);
}

/* What leaves out encrypted payloads leaves out their lists too. */
static void the_root_takes_the_list_of_the_services_alone(void **state) {
    const struct parts p = parts_of(&next);
    struct rig *rig = *state;

    rig->guarded = PRM_BANK_NONE;
    assert_int_equal(prm_update_open(&update, &rig->root, PRM_BANK_NONE, 0), PRM_OK);
    assert_int_equal(push(next.file.data, next.file.len), PRM_OK);
    assert_int_equal(prm_update_finish(&update), PRM_OK);
    assert_int_equal(rig_state(rig).bank[0].status, PRM_BANK_PARTIAL);
    assert_memory_equal(rig->bytes + list_off(rig, 0, 1), p.member[A1].bytes.ptr,
                        p.member[A1].bytes.len);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(payloads_are_what_was_signed_and_lists_sort_before_them),
        TEST(a_payload_without_its_list_is_refused_by_that_name),
        TEST(each_member_comes_once),
        TEST(a_list_is_of_its_payload_slot_and_release),
        TEST(a_list_that_changed_in_the_flash_is_seen),
        TEST(lists_are_not_written_again),
        TEST(an_untagged_envelope_and_a_mac_are_named),
        TEST(the_root_takes_the_list_of_the_services_alone),
#undef TEST
    };

    return cmocka_run_group_tests(tests, make_all, free_all);
}
