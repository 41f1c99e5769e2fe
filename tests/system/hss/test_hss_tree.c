/* SPDX-License-Identifier: Apache-2.0 */
/* test_hss_tree.c - trees and signatures of all parameter sets, and the bytes of the state file, damaged in every bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/keys/hss_check.h"
#include "host/keys/hss_state.h"

static void unhex(const char *text, uint8_t *out, size_t len) {
    for (size_t i = 0; i < len; i++) {
        const char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

static struct hss_tree make_tree(uint32_t n, uint32_t h, uint32_t w) {
    struct hss_tree tree;

    memset(&tree, 0, sizeof tree);
    assert_int_equal(hss_set_make(n, h, w, &tree.set), 1);
    for (uint8_t i = 0; i < HSS_SEED_SIZE; i++)
        tree.seed[i] = (uint8_t)(i * 7u + n + w);
    memset(tree.id, (int)h, sizeof tree.id);
    return tree;
}

/* RFC 8554 appendix F, test case 2: I, SEED and the root that follows, of its two trees. */
static void test_rfc8554(void **state) {
    static const struct {
        uint32_t h, w;
        const char *id, *seed, *root;
    } cases[] = {{10, 4, "d08fabd4a2091ff0a8cb4ed834e74534",
                  "558b8966c48ae9cb898b423c83443aae014a72f1b1ab5cc85cf1d892903b5439",
                  "32a58885cd9ba0431235466bff9651c6c92124404d45fa53cf161c28f1ad5a8e"},
                 {5, 8, "215f83b7ccb9acbcd08db97b0d04dc2b",
                  "a1c4696e2608035a886100d05cd99945eb3370731884a8235e2fb3d4d71f2547",
                  "a1cd035833e0e90059603f26e07ad2aad152338e7a5e5984bcd5f7bb4eba40b7"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct hss_tree tree = make_tree(32, cases[i].h, cases[i].w);
        uint8_t root[32], expected[32];
        uint8_t *row = malloc(hss_row_len(&tree.set));
        unhex(cases[i].id, tree.id, sizeof tree.id);
        unhex(cases[i].seed, tree.seed, sizeof tree.seed);
        unhex(cases[i].root, expected, sizeof expected);
        hss_row_grow(&tree, NULL, row);
        hss_row_root(&tree.set, tree.id, row, root);
        assert_memory_equal(root, expected, sizeof root);
        free(row);
    }
}

/* The tree as a public key of one level, and its row. */
static uint8_t *grow(const struct hss_tree *tree, struct primum_hss_public *pub) {
    uint8_t root[HSS_N_MAX];
    uint8_t *row = malloc(hss_row_len(&tree->set));

    assert_non_null(row);
    hss_row_grow(tree, NULL, row);
    hss_row_root(&tree->set, tree->id, row, root);
    memset(pub, 0, sizeof *pub);
    hss_put32(pub->bytes, 1);
    hss_key_put(&tree->set, tree->id, root, pub->bytes + 4);
    pub->len = 4u + hss_key_len(&tree->set);
    return row;
}

static void sign_and_check(uint32_t n, uint32_t h, uint32_t w, const uint32_t *leaves, size_t count) {
    const struct hss_tree tree = make_tree(n, h, w);
    const prm_span message = prm_span_of("the dose is 3 ml/h", 18);
    const prm_span other = prm_span_of("the dose is 9 ml/h", 18);
    struct primum_hss_public pub;
    uint8_t *row = grow(&tree, &pub);
    const size_t len = 4u + hss_lms_sig_len(&tree.set);
    uint8_t *sig = calloc(1, len);

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(hss_lms_sign(&tree, row, leaves[i], message, sig + 4), 1);
        assert_true(primum_hss_check(&pub, message, prm_span_of(sig, len)));
        assert_false(primum_hss_check(&pub, other, prm_span_of(sig, len)));
        assert_int_equal(hss_get32(sig + 4), leaves[i]);
    }
    free(sig);
    free(row);
}

static void test_sets(void **state) {
    static const uint32_t n[] = {32, 24}, w[] = {1, 2, 4, 8};
    static const uint32_t low[] = {0, 1, 15, 16, 30, 31}, high[] = {0, 31, 32, 511, 1000, 1023};
    static const uint32_t higher[] = {0, 16383, 16384, 32767};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 4; k++)
            sign_and_check(n[i], 5, w[k], low, 6);
    }
    sign_and_check(32, 10, 4, high, 6);
    sign_and_check(24, 10, 2, high, 6);
    sign_and_check(24, 15, 1, higher, 4);
}

static void test_no_such_set(void **state) {
    struct hss_set set;
    unsigned good = 0;

    (void)state;
    assert_int_equal(hss_set_make(32, 6, 4, &set), 0);
    assert_int_equal(hss_set_make(32, 30, 4, &set), 0);
    assert_int_equal(hss_set_make(32, 0, 4, &set), 0);
    assert_int_equal(hss_set_make(16, 5, 4, &set), 0);
    assert_int_equal(hss_set_make(32, 5, 3, &set), 0);
    for (uint32_t lms = 0; lms < 256; lms++) {
        for (uint32_t ots = 0; ots < 256; ots++) {
            if (!hss_set_from_types(lms, ots, &set))
                continue;
            good++;
            assert_int_equal(set.lms_type, lms);
            assert_int_equal(set.ots_type, ots);
        }
    }
    assert_int_equal(good, 2 * 5 * 4);
}

/* One flipped bit in the seed or in the row's node above the leaf, and nothing is signed. */
static void test_damage(void **state) {
    struct hss_tree tree = make_tree(32, 10, 2);
    struct primum_hss_public pub;
    uint8_t *row = grow(&tree, &pub);
    uint8_t *sig = malloc(hss_lms_sig_len(&tree.set));

    (void)state;
    row[32 * 3 + 5] ^= 1;
    assert_int_equal(hss_lms_sign(&tree, row, 3 * 32 + 7, prm_span_of("m", 1), sig), 0);
    for (size_t i = 0; i < hss_lms_sig_len(&tree.set); i++)
        assert_int_equal(sig[i], 0);
    row[32 * 3 + 5] ^= 1;
    tree.seed[31] ^= 0x80;
    assert_int_equal(hss_lms_sign(&tree, row, 3 * 32 + 7, prm_span_of("m", 1), sig), 0);
    tree.seed[31] ^= 0x80;
    assert_int_equal(hss_lms_sign(&tree, row, 3 * 32 + 7, prm_span_of("m", 1), sig), 1);
    free(sig);
    free(row);
}

/* A small state of two levels with both trees there. */
static void make_state(struct hss_state *s) {
    const struct hss_tree top = make_tree(24, 5, 8);
    struct primum_hss_public pub;

    memset(s, 0, sizeof *s);
    s->fd = -1;
    s->levels = 2;
    s->level[0].set = s->level[1].set = top.set;
    s->level[0].row = grow(&top, &pub);
    memcpy(s->level[0].key, pub.bytes + 4, HSS_KEY_MAX);
    s->level[1].row = calloc(1, hss_row_len(&top.set));
    s->level[1].sig = calloc(1, hss_lms_sig_len(&top.set));
    s->level[1].tree = HSS_NO_TREE;
    memcpy(s->sealed.seed, top.seed, HSS_SEED_SIZE);
    s->first = 3;
    s->next = 77;
    s->end = 1000;
    s->generation = 9;
    assert_int_equal(hss_trees_ensure(s, top.seed, s->next), PRIMUM_OK);
    assert_int_equal(s->level[1].tree, 2);
}

static void test_state_bits(void **state) {
    struct hss_state s, again;

    (void)state;
    make_state(&s);
    struct primum_bytes file = hss_record_encode(&s);
    assert_int_equal(hss_record_decode(primum_span(&file), &again), 1);
    struct primum_bytes same = hss_record_encode(&again);
    assert_int_equal(same.len, file.len);
    assert_memory_equal(same.data, file.data, file.len);
    primum_bytes_free(&same);
    hss_state_close(&again);
    for (size_t bit = 0; bit < 8 * file.len; bit++) {
        file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(hss_record_decode(primum_span(&file), &again), 0);
        file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < file.len; len++) {
        /* A copy of its own, so that a sanitizer sees what is read beyond it. */
        uint8_t *cut = malloc(len + (len == 0));
        memcpy(cut, file.data, len);
        assert_int_equal(hss_record_decode(prm_span_of(cut, len), &again), 0);
        free(cut);
    }
    primum_bytes_free(&file);
    hss_state_close(&s);
}

/* The same with the file's own check made right again: what is stated must still make sense, or be refused. */
static void test_state_lies(void **state) {
    struct hss_state s, again;
    unsigned refused = 0;

    (void)state;
    make_state(&s);
    struct primum_bytes file = hss_record_encode(&s);
    for (size_t at = 8; at < 112; at++) {
        for (unsigned value = 0; value < 256; value++) {
            const uint8_t was = file.data[at];
            file.data[at] = (uint8_t)value;
            hss_sha256(prm_span_of(file.data, file.len - 32), file.data + file.len - 32);
            const int whole = hss_record_decode(primum_span(&file), &again);
            if (whole) {
                assert_true(again.first <= again.next && again.next <= again.end && again.end <= 1024);
                assert_int_equal(again.levels, 2);
                hss_state_close(&again);
            }
            refused += !whole;
            file.data[at] = was;
        }
    }
    assert_true(refused > 20000);
    primum_bytes_free(&file);
    hss_state_close(&s);
}

/* A file of two records, as a signer leaves it: generation g in record g & 1. */
static struct primum_bytes make_file(struct hss_state *s, uint64_t first, uint64_t second) {
    struct primum_bytes file = {NULL, 0};

    for (uint32_t slot = 0; slot < 2; slot++) {
        s->generation = slot == 0 ? first : second;
        s->next = 10 + s->generation;
        struct primum_bytes record = hss_record_encode(s);
        if (slot == 0) {
            file.len = hss_record_off(record.len, 2);
            file.data = calloc(1, file.len);
            hss_head_encode(record.len, file.data);
        }
        memcpy(file.data + hss_record_off(record.len, slot), record.data, record.len);
        primum_bytes_free(&record);
    }
    return file;
}

/* The newer record that is whole counts; one that was cut while it was written counts as never written. */
static void test_two_records(void **state) {
    struct hss_state s, again;

    (void)state;
    make_state(&s);
    for (unsigned newer = 0; newer < 2; newer++) {
        struct primum_bytes file = make_file(&s, newer == 0 ? 8 : 7, newer == 0 ? 7 : 8);
        const size_t len = hss_get32(file.data + 12);
        assert_int_equal(hss_state_decode("it", primum_span(&file), &again), PRIMUM_OK);
        assert_int_equal(again.generation, 8);
        assert_int_equal(again.slot, newer);
        hss_state_close(&again);
        file.data[hss_record_off(len, newer) + 100] ^= 1;
        assert_int_equal(hss_state_decode("it", primum_span(&file), &again), PRIMUM_OK);
        assert_int_equal(again.generation, 7);
        assert_int_equal(again.next, 17);
        hss_state_close(&again);
        file.data[hss_record_off(len, newer ^ 1u) + 100] ^= 1;
        assert_int_equal(hss_state_decode("it", primum_span(&file), &again), PRIMUM_REFUSED);
        primum_bytes_free(&file);
    }
    hss_state_close(&s);
}

static char said[1024];

static void hear(void *ctx, const char *line) {
    (void)ctx;
    snprintf(said, sizeof said, "%s", line);
}

/* A file of version 1 has a reason of its own. */
static void test_version_1(void **state) {
    struct hss_state s, again;

    (void)state;
    make_state(&s);
    struct primum_bytes file = make_file(&s, 1, 2);
    hss_put32(file.data + 8, 1);
    primum_on_message(hear, NULL);
    assert_int_equal(hss_state_decode("it", primum_span(&file), &again), PRIMUM_REFUSED);
    primum_on_message(NULL, NULL);
    assert_non_null(strstr(said, "it is of version 1"));
    primum_bytes_free(&file);
    hss_state_close(&s);
}

/* Whoever computes a lower tree, from whatever is kept: the upper one-time key signs the same bytes. */
static void test_upper_signature(void **state) {
    struct hss_state s;
    uint8_t seed[HSS_SEED_SIZE], key[HSS_KEY_MAX];

    (void)state;
    make_state(&s);
    const size_t len = hss_lms_sig_len(&s.level[0].set);
    uint8_t *sig = malloc(len);
    memcpy(seed, s.sealed.seed, sizeof seed);
    memcpy(sig, s.level[1].sig, len);
    memcpy(key, s.level[1].key, sizeof key);
    assert_int_equal(hss_trees_ensure(&s, seed, 96), PRIMUM_OK);
    assert_memory_not_equal(key, s.level[1].key, sizeof key);
    assert_memory_not_equal(sig, s.level[1].sig, len);
    assert_int_equal(hss_trees_ensure(&s, seed, 95), PRIMUM_OK);
    assert_memory_equal(key, s.level[1].key, sizeof key);
    assert_memory_equal(sig, s.level[1].sig, len);
    free(sig);
    hss_state_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc8554),      cmocka_unit_test(test_sets),       cmocka_unit_test(test_no_such_set),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_state_bits), cmocka_unit_test(test_state_lies),
        cmocka_unit_test(test_upper_signature), cmocka_unit_test(test_two_records), cmocka_unit_test(test_version_1)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
