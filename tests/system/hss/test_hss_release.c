/* SPDX-License-Identifier: Apache-2.0 */
/* test_hss_release.c - `primum sign` with HSS-LMS keys: the blocks in a release, their order, and what spends nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/keys/hss_check.h"
#include "host/keys/hss_state.h"
#include "base/endian.h"
#include "codec/cose.h"
#include "ports/mps2-an505/board.h"
#include "suit/suit.h"
#include "tests/system/hss/rig.h"

#define COSE_HSS_LMS (-46)

static const char *program;

static int sign(const char *key1, const char *key2, const char *out) {
    const char *const words[] = {"sign", "--vendor", "example.com", "--class", "pump", "--sequence=3", "--version=1.0.0",
                                 "--image", "a=a.bin", "--components=1", "--key", key1, "--key", key2, "-o", out, NULL};

    return rig_run(words);
}

static uint64_t next_of(const char *path) {
    struct hss_state s;

    assert_int_equal(hss_state_read(path, &s), PRIMUM_OK);
    const uint64_t next = s.next;
    hss_state_close(&s);
    return next;
}

/* Authentication block `index` of a release: what the COSE structure says; 1 if it is right by the key. */
static int block_is_right(const char *path, uint32_t index, const struct primum_hss_public *pub, int32_t *alg) {
    struct prm_suit_envelope envelope;
    struct prm_cose_sign1 sign1;
    struct prm_cose_tbs tbs;
    uint8_t message[512];
    size_t len = 0, at = 0;
    uint8_t *file = rig_read(path, &len);

    assert_non_null(file);
    assert_true(prm_suit_envelope_parse(prm_span_of(file, len), &envelope) == PRM_OK);
    assert_int_equal(envelope.signatures, 2);
    assert_true(prm_cose_sign1_parse(envelope.signature[index], &sign1) == PRM_OK);
    prm_cose_sign1_tbs(&sign1, prm_span_of(NULL, 0), envelope.digest_bytes, &tbs);
    for (size_t i = 0; i < PRM_COSE_TBS_PARTS; at += tbs.part[i++].len) {
        assert_true(at + tbs.part[i].len <= sizeof message);
        if (tbs.part[i].len > 0)
            memcpy(message + at, tbs.part[i].ptr, tbs.part[i].len);
    }
    *alg = sign1.alg;
    const int right = sign1.kid.len == sizeof pub->kid && memcmp(sign1.kid.ptr, pub->kid, sizeof pub->kid) == 0 &&
                      primum_hss_check(pub, prm_span_of(message, at), sign1.signature);
    free(file);
    return right;
}

/* An image that the board would start: a stack pointer in its RAM, an entry in itself. */
static void make_image(uint8_t image[512]) {
    memset(image, 0, 512);
    prm_store_le32(image, BOARD_NS_RAM_BASE + 0x1000u);
    prm_store_le32(image + 4, BOARD_FLASH_BASE + BOARD_SLOT_A_OFF + BOARD_APP_OFF + 0x101u);
}

static void test_hybrid(void **state) {
    static const char *const ec[] = {"keygen", "--alg", "ESP256", "-o", "e", NULL};
    static const char *const hss[] = {"keygen", "--alg",        "HSS-LMS", "--height", "5", "--n",
                                      "24",     "--winternitz", "8",       "-o",       "k", NULL};
    /* A vector table and something behind it. */
    uint8_t image[512];
    struct primum_hss_public pub;
    int32_t alg = 0;

    (void)state;
    rig_begin(program);
    make_image(image);
    rig_write("a.bin", image, sizeof image);
    assert_int_equal(rig_run(ec), 0);
    assert_int_equal(rig_run(hss), 0);
    assert_int_equal(primum_hss_public_read("k.hss.pub", &pub), 0);
    assert_int_equal(sign("e.pem", "k.hss", "1.suit"), 0);
    assert_int_equal(sign("k.hss", "e.pem", "2.suit"), 0);
    /* In the order of the command line. */
    assert_int_equal(block_is_right("1.suit", 0, &pub, &alg), 0);
    assert_int_equal(alg, PRM_COSE_ESP256);
    assert_int_equal(block_is_right("1.suit", 1, &pub, &alg), 1);
    assert_int_equal(alg, COSE_HSS_LMS);
    assert_int_equal(block_is_right("2.suit", 0, &pub, &alg), 1);
    assert_int_equal(block_is_right("2.suit", 1, &pub, &alg), 0);
    assert_int_equal(next_of("k.hss"), 2);
    /* A key that can't be read, after one that can: found out before an index is spent. */
    assert_int_not_equal(sign("k.hss", "none.pem", "3.suit"), 0);
    assert_int_equal(next_of("k.hss"), 2);
    rig_end();
}

/* A signature that no slot has room for is not made. */
static void test_too_large(void **state) {
    static const char *const ec[] = {"keygen", "--alg", "ESP256", "-o", "e", NULL};
    uint8_t image[512];

    (void)state;
    rig_begin(program);
    make_image(image);
    rig_write("a.bin", image, sizeof image);
    assert_int_equal(rig_run(ec), 0);
    rig_keygen("5", "1", "2");
    assert_int_equal(sign("e.pem", "k.hss", "1.suit"), PRIMUM_REFUSED);
    assert_int_equal(next_of("k.hss"), 0);
    rig_end();
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hybrid), cmocka_unit_test(test_too_large)};

    if (argc < 2)
        return 2;
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
