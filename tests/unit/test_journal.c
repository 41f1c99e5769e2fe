/* SPDX-License-Identifier: Apache-2.0 */
/* test_journal.c - the last complete record survives any cut, whatever the units that were being written then hold. */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "journal/journal.h"
#include "providers/openssl/crypto_openssl.h"

#define RECORDS (FX_ERASE / PRM_JOURNAL_RECORD_SIZE) /* in a page */

static struct fx_device d;
static struct prm_journal journal;
static uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];

static int setup(void **state) {
    static const struct fx_key *const none[] = {NULL};

    (void)state;
    fx_device_init(&d, &prm_crypto_openssl, none);
    return 0;
}

static prm_result load(void) {
    memset(&journal, 0x5A, sizeof journal);
    memset(payload, 0x5A, sizeof payload);
    return prm_journal_load(&journal, &d.flash, d.platform.crypto, FX_JOURNAL_OFF, payload);
}

/* The payload of record number n (1 is the first). */
static void make(uint32_t n, uint8_t out[PRM_JOURNAL_PAYLOAD_SIZE]) {
    uint64_t seed = n;

    fx_random_fill(&seed, out, PRM_JOURNAL_PAYLOAD_SIZE);
    prm_store_le32(out, n);
}

static prm_result append(uint32_t n) {
    uint8_t p[PRM_JOURNAL_PAYLOAD_SIZE];

    make(n, p);
    return prm_journal_append(&journal, p);
}

/* Which record is the state: its number, 0 if there is none. Anything else than one of ours fails. */
static uint32_t newest(void) {
    static const uint8_t zeros[PRM_JOURNAL_PAYLOAD_SIZE];
    uint8_t p[PRM_JOURNAL_PAYLOAD_SIZE];
    const prm_result result = load();

    if (result == PRM_ERR_JOURNAL_EMPTY) {
        assert_memory_equal(payload, zeros, sizeof zeros);
        assert_int_equal(journal.generation, 0);
        return 0;
    }
    assert_result(result, PRM_OK);
    make(prm_load_le32(payload), p);
    assert_memory_equal(payload, p, sizeof p);
    return prm_load_le32(payload);
}

/* A record with any generation, right check, at a place of our own. */
static void plant(uint32_t page, uint32_t index, uint32_t generation, uint32_t n) {
    uint8_t *record = d.bytes + FX_JOURNAL_OFF + page * FX_ERASE + index * PRM_JOURNAL_RECORD_SIZE;
    uint8_t digest[PRM_SHA256_SIZE];

    prm_store_le32(record, generation);
    make(n, record + 4);
    fx_sha256(prm_span_of(record, 48), digest);
    memcpy(record + 48, digest, 16);
}

static void records_follow_each_other_over_many_pages(void **state) {
    (void)state;
    assert_int_equal(newest(), 0);
    for (uint32_t n = 1; n <= 10 * RECORDS + 3; n++) {
        assert_result(append(n), PRM_OK);
        /* Every second time from a fresh start. */
        if (n % 2 == 0)
            assert_int_equal(newest(), n);
    }
    assert_int_equal(newest(), 10 * RECORDS + 3);
    /* One erase each time a unit is full, one write each time. */
    assert_int_equal(d.faults.writes, 10 * RECORDS + 3);
    assert_int_equal(d.faults.erases, 11);
    /* Outside its two units nothing was touched. */
    for (uint32_t i = FX_JOURNAL_OFF + 2 * FX_ERASE; i < FX_FLASH_SIZE; i++)
        assert_int_equal(d.bytes[i], 0xFF);
}

static void the_format_is_as_drawn(void **state) {
    uint8_t p[PRM_JOURNAL_PAYLOAD_SIZE], digest[PRM_SHA256_SIZE];

    (void)state;
    assert_int_equal(newest(), 0);
    assert_result(append(1), PRM_OK);
    assert_result(append(2), PRM_OK);
    make(2, p);
    const uint8_t *record = d.bytes + FX_JOURNAL_OFF + 64;
    assert_int_equal(prm_load_le32(record), 2);
    assert_memory_equal(record + 4, p, sizeof p);
    fx_sha256(prm_span_of(record, 48), digest);
    assert_memory_equal(record + 48, digest, 16);
}

static jmp_buf cut;

/* Appends record n with a cut; 1 if it happened. */
static int append_until_cut(uint32_t n, uint32_t at, uint32_t units, enum fx_tear tear, uint64_t seed) {
    d.faults.changes = 0;
    d.faults.cut_at = at;
    d.faults.cut_units = units;
    d.faults.tear = tear;
    d.faults.random = seed;
    d.faults.cut = &cut;
    if (setjmp(cut) != 0) {
        d.faults.cut_at = FX_NEVER;
        return 1;
    }
    assert_result(append(n), PRM_OK);
    d.faults.cut_at = FX_NEVER;
    return 0;
}

/* After a cut while writing record n: the state is n - 1 or n; and the journal can be written on. */
static void goes_on(uint32_t n) {
    const uint32_t found = newest();

    assert_true(found == n - 1 || found == n);
    for (uint32_t next = found + 1; next < found + 4; next++) {
        assert_result(append(next), PRM_OK);
        assert_int_equal(newest(), next);
    }
}

static void a_cut_at_every_operation_leaves_the_old_or_the_new(void **state) {
    static uint8_t before[FX_FLASH_SIZE];
    static const uint32_t counts[] = {0,
                                      1,
                                      2,
                                      RECORDS - 2,
                                      RECORDS - 1,
                                      RECORDS,
                                      RECORDS + 1,
                                      2 * RECORDS - 1,
                                      2 * RECORDS,
                                      3 * RECORDS,
                                      3 * RECORDS + 1};
    uint32_t cuts = 0;

    (void)state;
    for (size_t c = 0; c < COUNT_OF(counts); c++) {
        setup(NULL);
        assert_int_equal(newest(), 0);
        for (uint32_t n = 1; n <= counts[c]; n++)
            assert_result(append(n), PRM_OK);
        memcpy(before, d.bytes, sizeof before);
        for (uint32_t at = 0; at < 2; at++) {
            for (uint32_t units = 0; units <= 8; units++) {
                for (unsigned round = 0; round < FX_TEARS + 4; round++) {
                    const enum fx_tear tear = round < FX_TEARS ? (enum fx_tear)round : FX_TEAR_RANDOM;
                    memcpy(d.bytes, before, sizeof before);
                    assert_int_equal(newest(), counts[c]);
                    if (!append_until_cut(counts[c] + 1, at, units, tear, round * 100 + units))
                        continue;
                    cuts++;
                    goes_on(counts[c] + 1);
                }
            }
        }
    }
    assert_true(cuts > 1000);
}

static void cuts_follow_cuts(void **state) {
    uint64_t seed = 7;
    uint32_t state_is = 0, cuts = 0;

    (void)state;
    assert_int_equal(newest(), 0);
    for (unsigned round = 0; round < 20000; round++) {
        const uint64_t r = fx_random(&seed);
        const int was_cut = append_until_cut(state_is + 1, (uint32_t)(r % 4), (uint32_t)(r >> 8) % 9,
                                             (enum fx_tear)((r >> 16) % FX_TEARS), r);
        const uint32_t found = newest();
        assert_true(found == state_is + 1 || (was_cut && found == state_is));
        state_is = found;
        cuts += (uint32_t)was_cut;
    }
    assert_true(cuts > 5000 && state_is > 10000);
}

static void damage_to_one_page_leaves_the_other(void **state) {
    (void)state;
    for (uint32_t n = RECORDS + 1; n <= 2 * RECORDS; n++) {
        setup(NULL);
        assert_int_equal(newest(), 0);
        for (uint32_t i = 1; i <= n; i++)
            assert_result(append(i), PRM_OK);
        /* The newer page is lost: the newest record of the older one is the state. */
        uint64_t seed = n;
        fx_random_fill(&seed, d.bytes + FX_ERASE, FX_ERASE);
        assert_int_equal(newest(), RECORDS);
        assert_result(append(RECORDS + 1), PRM_OK);
        assert_int_equal(newest(), RECORDS + 1);
    }
}

static void a_damaged_record_uncovers_the_one_before(void **state) {
    (void)state;
    assert_int_equal(newest(), 0);
    for (uint32_t i = 1; i <= 20; i++)
        assert_result(append(i), PRM_OK);
    for (uint32_t i = 20; i > 0; i--) {
        uint8_t *record = d.bytes + (i - 1) * PRM_JOURNAL_RECORD_SIZE;
        for (unsigned bit = 0; bit < PRM_JOURNAL_RECORD_SIZE * 8; bit++) {
            record[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(newest(), i - 1);
            record[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        record[5] ^= 0x10;
    }
    assert_int_equal(newest(), 0);
    assert_result(append(1), PRM_OK);
    assert_int_equal(newest(), 1);
}

static void what_is_no_journal_is_an_empty_one(void **state) {
    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        uint64_t seed = round;
        setup(NULL);
        if (round < 256)
            memset(d.bytes, (int)round, 2 * FX_ERASE);
        else
            fx_random_fill(&seed, d.bytes, 2 * FX_ERASE);
        assert_int_equal(newest(), 0);
        assert_result(append(1), PRM_OK);
        assert_int_equal(newest(), 1);
        for (uint32_t n = 2; n < RECORDS + 3; n++)
            assert_result(append(n), PRM_OK);
        assert_int_equal(newest(), RECORDS + 2);
    }
}

static void an_error_at_each_call_is_reported(void **state) {
    static uint8_t before[FX_FLASH_SIZE];
    static const uint32_t counts[] = {0, 5, RECORDS};

    (void)state;
    for (size_t c = 0; c < COUNT_OF(counts); c++) {
        setup(NULL);
        assert_int_equal(newest(), 0);
        for (uint32_t n = 1; n <= counts[c]; n++)
            assert_result(append(n), PRM_OK);
        memcpy(before, d.bytes, sizeof before);
        uint32_t failed = 0;
        for (uint32_t call = 0;; call++) {
            memcpy(d.bytes, before, sizeof before);
            fx_faults_clear(&d);
            d.faults.fail_at = call;
            const prm_result loaded = load();
            const prm_result appended =
                loaded == PRM_OK || loaded == PRM_ERR_JOURNAL_EMPTY ? append(counts[c] + 1) : loaded;
            if (d.faults.calls <= call)
                break;
            failed++;
            assert_result(appended, d.faults.failed == FX_SHA256 ? PRM_ERR_CRYPTO : PRM_ERR_FLASH_IO);
            /* An erase that fails may have lost only what was older; what wasn't committed may have arrived. */
            const uint32_t arrived = d.faults.failed == FX_COMMIT_OP ? 1 : 0;
            fx_faults_clear(&d);
            assert_int_equal(newest(), counts[c] + arrived);
        }
        fx_faults_clear(&d);
        assert_true(failed > RECORDS);
        assert_int_equal(newest(), counts[c] + 1);
    }
}

/*
 * One record with any generation, at any place: a hundred appends follow, each is found again, and costs no more erases than
 * any other. Blank flash of either kind is no record, and none is ever written that could pass for it.
 */
static void no_generation_is_the_last(void **state) {
    static const uint32_t generations[] = {1, 2, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, UINT32_MAX - 2, UINT32_MAX - 1};
    static const uint32_t places[] = {0, 1, 3, RECORDS - 2, RECORDS - 1};

    (void)state;
    for (size_t g = 0; g < COUNT_OF(generations) * COUNT_OF(places) * 2; g++) {
        setup(NULL);
        plant(g % 2, places[g / 2 % COUNT_OF(places)], generations[g / 2 / COUNT_OF(places)], 77);
        assert_int_equal(newest(), 77);
        for (uint32_t n = 78; n < 78 + 100; n++) {
            assert_result(append(n), PRM_OK);
            assert_int_equal(newest(), n);
            assert_true(journal.generation != 0 && journal.generation != UINT32_MAX);
        }
        assert_true(d.faults.erases <= 2);
    }
    setup(NULL);
    plant(1, 0, UINT32_MAX, 5);
    plant(1, 1, 0, 6);
    assert_int_equal(newest(), 0);
}

/* The last record of a page is its newest, whatever the others of that page claim; of the two, the later one. */
static void the_later_page_wins_wherever_its_record_stands(void **state) {
    (void)state;
    for (uint32_t page = 0; page < 2; page++) {
        for (uint32_t index = 0; index < RECORDS; index++) {
            setup(NULL);
            plant(page ^ 1u, 20, 1001, 2);
            for (uint32_t i = 0; i < index; i++)
                plant(page, i, 0xF0000000u - i, 4);
            plant(page, index, 1002, 3);
            assert_int_equal(newest(), 3);
            assert_int_equal(journal.page, page);
            assert_int_equal(journal.index, index);
            assert_result(append(4), PRM_OK);
            assert_int_equal(newest(), 4);
        }
    }
}

/*
 * Two pages that can't have come from one history: equal generations, half the circle apart, far apart. Whichever is taken,
 * what is appended is the newest from then on; and a cut in that append leaves what was taken.
 */
static void pages_of_two_histories_are_put_in_order(void **state) {
    static const uint32_t apart[] = {0, 1, RECORDS + 1, RECORDS + 2, RECORDS + 3, 1000, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001};
    static uint8_t before[FX_FLASH_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(apart) * 8; i++) {
        const uint32_t first = UINT32_C(0x40000000) * (uint32_t)(i / 2 % 4) + 5u;
        setup(NULL);
        plant((uint32_t)i % 2, 3, first, 1);
        plant((uint32_t)(i + 1) % 2, 5, first + apart[i / 8], 2);
        const uint32_t taken = newest();
        assert_true(taken == 1 || taken == 2);
        if (apart[i / 8] - 1 < 0x7FFFFFFF)
            assert_int_equal(taken, 2);
        memcpy(before, d.bytes, sizeof before);
        for (unsigned cut_at = 0; cut_at < 2; cut_at++)
            for (unsigned tear = 0; tear < FX_TEARS; tear++) {
                memcpy(d.bytes, before, sizeof before);
                assert_int_equal(newest(), taken);
                const int was_cut = append_until_cut(100, cut_at, 3, (enum fx_tear)tear, i);
                const uint32_t found = newest();
                assert_true(found == 100 || (was_cut && found == taken));
            }
        for (uint32_t n = 3; n < 3 + 2 * RECORDS; n++) {
            assert_result(append(n), PRM_OK);
            assert_int_equal(newest(), n);
        }
    }
}

static void units_that_do_not_fit_are_refused(void **state) {
    static const uint32_t bad[][2] = {{4096, 0}, {4096, 2}, {4096, 48}, {4096, 1024}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        setup(NULL);
        d.flash.units[0] = (struct prm_flash_units){1, bad[i][0]};
        d.flash.write_size = bad[i][1];
        assert_result(load(), PRM_ERR_ARGUMENT);
        assert_int_equal(d.faults.calls, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(records_follow_each_other_over_many_pages, setup),
        cmocka_unit_test_setup(the_format_is_as_drawn, setup),
        cmocka_unit_test_setup(a_cut_at_every_operation_leaves_the_old_or_the_new, setup),
        cmocka_unit_test_setup(cuts_follow_cuts, setup),
        cmocka_unit_test_setup(damage_to_one_page_leaves_the_other, setup),
        cmocka_unit_test_setup(a_damaged_record_uncovers_the_one_before, setup),
        cmocka_unit_test_setup(what_is_no_journal_is_an_empty_one, setup),
        cmocka_unit_test_setup(an_error_at_each_call_is_reported, setup),
        cmocka_unit_test_setup(no_generation_is_the_last, setup),
        cmocka_unit_test_setup(the_later_page_wins_wherever_its_record_stands, setup),
        cmocka_unit_test_setup(pages_of_two_histories_are_put_in_order, setup),
        cmocka_unit_test_setup(units_that_do_not_fit_are_refused, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
