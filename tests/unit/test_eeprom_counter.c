/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_eeprom_counter.c - a counter holds the old value or the new one after any cut, never falls, and what a cut or a
 * flip took of its redundancy comes back at the next start.
 */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "ports/eeprom/eeprom_cell.h"
#include "providers/openssl/crypto_openssl.h"

enum { RECORD = 32, BITS = RECORD * 8 };

static struct fx_device d;
static uint8_t *const record = d.eeprom_bytes + FX_COUNTER_OFF;

static int setup_blank(void **state) {
    static const struct fx_key *const none[] = {NULL};

    (void)state;
    fx_device_init(&d, &prm_crypto_openssl, none);
    memset(d.eeprom_bytes, 0xFF, sizeof d.eeprom_bytes);
    d.format.least = 1;
    d.counter.read = prm_eeprom_counter_read;
    return 0;
}

static void provision(uint64_t value) {
    assert_result(prm_eeprom_counter_provision(&d.format, value), PRM_OK);
    fx_faults_clear(&d);
}

static int setup(void **state) {
    (void)setup_blank(state);
    provision(1);
    return 0;
}

static prm_result read_value(uint64_t *value) {
    *value = 0x5A5A5A5A5A5A5A5Au;
    const prm_result result = d.counter.read(d.counter.ctx, value);

    if (result != PRM_OK)
        assert_true(*value == UINT64_MAX);
    return result;
}

static uint64_t value_of(void) {
    uint64_t value;

    assert_result(read_value(&value), PRM_OK);
    return value;
}

static prm_result advance(uint64_t value) {
    return d.counter.advance_to(d.counter.ctx, value);
}

/* Record i with this generation and value, as the format is drawn; the check right, whatever else isn't. */
static void plant_as(unsigned i, const char tag[4], uint32_t generation, uint64_t value) {
    uint8_t *r = record + RECORD * i;
    uint8_t digest[PRM_SHA256_SIZE];

    memcpy(r, tag, 4);
    prm_store_le32(r + 4, generation);
    prm_store_le64(r + 8, value);
    fx_sha256(prm_span_of(r, 16), digest);
    memcpy(r + 16, digest, 16);
}

static void plant(unsigned i, uint32_t generation, uint64_t value) {
    plant_as(i, "PRF\2", generation, value);
}

static void a_counter_that_was_never_written_is_damaged(void **state) {
    static const uint8_t fills[] = {0xFF, 0x00, 0x55, 0xAA};
    uint64_t value;

    (void)state;
    /* A blank part, an open bus that reads ones, one that is held low and reads zeros. */
    for (size_t i = 0; i < COUNT_OF(fills); i++) {
        memset(record, fills[i], 2 * RECORD);
        assert_result(read_value(&value), PRM_ERR_COUNTER_DAMAGED);
        assert_result(advance(5), PRM_ERR_COUNTER_DAMAGED);
        assert_result(prm_eeprom_counter_read_mending(&d.format, &value), PRM_ERR_COUNTER_DAMAGED);
        assert_true(value == UINT64_MAX);
        assert_int_equal(d.faults.changes, 0);
    }
    /* One record lost and one blank: what a first write that was cut leaves. */
    memset(record, 0xFF, 2 * RECORD);
    memset(record, 0x12, RECORD);
    assert_result(read_value(&value), PRM_ERR_COUNTER_DAMAGED);
}

static void the_factory_writes_the_first_value_and_it_is_not_0(void **state) {
    uint64_t value;

    (void)state;
    assert_result(prm_eeprom_counter_provision(&d.format, 0), PRM_ERR_ARGUMENT);
    assert_int_equal(d.faults.changes, 0);
    provision(7);
    assert_true(value_of() == 7);
    assert_memory_equal(record, record + RECORD, RECORD);
    /* A record of 0 whose check is right is damage too. */
    plant(0, 1, 0);
    plant(1, 1, 0);
    assert_result(read_value(&value), PRM_ERR_COUNTER_DAMAGED);
    d.format.least = 0;
    assert_true(value_of() == 0);
}

static void it_only_grows(void **state) {
    static const uint64_t values[] = {
        1, 2, 7, 100, 0xFFFFFFFFu, 0x100000000u, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX - 1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        assert_result(advance(values[i]), PRM_OK);
        assert_true(value_of() == values[i]);
        const uint32_t changes = d.faults.changes;
        /* Once more, and anything lower: nothing happens. */
        for (size_t k = 0; k <= i; k++)
            assert_result(advance(values[k]), PRM_OK);
        assert_result(advance(0), PRM_OK);
        assert_int_equal(d.faults.changes, changes);
        assert_true(value_of() == values[i]);
    }
    /* Only its 64 bytes were touched. */
    for (uint32_t i = 0; i < FX_EEPROM_SIZE; i++)
        if (i < FX_COUNTER_OFF || i >= FX_COUNTER_OFF + PRM_EEPROM_COUNTER_SIZE)
            assert_int_equal(d.eeprom_bytes[i], 0xFF);
}

static void the_format_is_as_drawn(void **state) {
    uint8_t expected[RECORD];

    (void)state;
    assert_result(advance(0x1122334455667788u), PRM_OK);
    memcpy(expected, record, RECORD);
    plant(0, prm_load_le32(expected + 4), 0x1122334455667788u);
    assert_memory_equal(record, expected, RECORD);
    assert_int_equal(prm_load_le32(record + 4), 2);
    plant(1, 9, 0x1122334455667799u);
    assert_true(value_of() == 0x1122334455667799u);
    /* Afterwards both say the same. */
    assert_result(advance(0x11223344556677AAu), PRM_OK);
    plant(0, 10, 0x11223344556677AAu);
    memcpy(expected, record, RECORD);
    assert_memory_equal(record + RECORD, expected, RECORD);
    plant(0, 11, 5);
    assert_true(value_of() == 5); /* by generation, not by value */
}

/* The first format: a rotating sum of four bytes for a check, and blank is 0. */
static void plant_version_1(unsigned i, uint32_t generation, uint64_t value) {
    uint8_t *r = record + RECORD * i;
    uint32_t sum = 0x434D5250u;

    memset(r, 0xFF, RECORD);
    memcpy(r, "PRMC", 4);
    prm_store_le32(r + 4, generation);
    prm_store_le64(r + 8, value);
    prm_store_le64(r + 16, ~value);
    for (unsigned k = 0; k < 24; k++)
        sum = ((sum << 5) | (sum >> 27)) + r[k];
    prm_store_le32(r + 24, sum);
}

static void a_record_of_another_number_or_place_is_refused_by_that_name(void **state) {
    uint8_t cell[PRM_CELL_SIZE];
    uint64_t value;

    (void)state;
    plant_version_1(0, 1, 40);
    plant_version_1(1, 1, 40);
    assert_result(read_value(&value), PRM_ERR_COUNTER_VERSION);
    assert_result(advance(50), PRM_ERR_COUNTER_VERSION);
    plant_as(0, "PRF\3", 1, 40);
    assert_result(read_value(&value), PRM_ERR_COUNTER_VERSION);
    /* The trust floor's records don't stand for the rollback floor's, nor a counter's for a cell's. */
    plant_as(0, "PRT\2", 1, 40);
    plant_as(1, "PRT\2", 1, 40);
    assert_result(read_value(&value), PRM_ERR_COUNTER_VERSION);
    const struct prm_eeprom_cell kept = {{&d.eeprom, FX_COUNTER_OFF, PRM_EEPROM_KEPT, PRM_CELL_SIZE}};
    assert_result(prm_eeprom_cell_read((void *)(uintptr_t)&kept, cell), PRM_ERR_COUNTER_VERSION);
    for (unsigned k = 0; k < PRM_CELL_SIZE; k++)
        assert_int_equal(cell[k], 0xFF);
    assert_int_equal(d.faults.changes, 0);
    /* Beside one that is right it counts for nothing. */
    plant(1, 1, 41);
    assert_true(value_of() == 41);
}

static jmp_buf cut;

/* Advances with a cut in change `at`; 1 if it came to that. */
static int advance_cut(uint64_t next, uint32_t at, uint32_t units, unsigned round) {
    d.faults.changes = 0;
    d.faults.cut_at = at;
    d.faults.cut_units = units;
    d.faults.tear = round < FX_TEARS ? (enum fx_tear)round : FX_TEAR_RANDOM;
    d.faults.random = round * 1000 + units;
    d.faults.cut = &cut;
    const int was_cut = setjmp(cut) != 0;
    if (!was_cut)
        assert_result(advance(next), PRM_OK);
    d.faults.cut_at = FX_NEVER;
    return was_cut;
}

/* Whatever single bit of either record flips now, the value is read. */
static void nothing_depends_on_one_record(uint64_t expected) {
    uint64_t value;

    for (unsigned bit = 0; bit < 2 * BITS; bit += 7) {
        record[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (read_value(&value) != PRM_OK || value != expected)
            fail_msg("with bit %u flipped it reads %llu instead of %llu", bit, (unsigned long long)value,
                     (unsigned long long)expected);
        record[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void cut_everywhere(uint64_t old, uint64_t next, uint32_t *cuts) {
    uint8_t before[FX_EEPROM_SIZE];
    uint64_t value;

    memcpy(before, d.eeprom_bytes, sizeof before);
    for (volatile uint32_t at = 0; at < 3; at++) {
        for (volatile uint32_t units = 0; units <= RECORD; units++) {
            for (volatile unsigned round = 0; round < FX_TEARS + 12; round++) {
                memcpy(d.eeprom_bytes, before, sizeof before);
                *cuts += (uint32_t)advance_cut(next, at, units, round);
                const uint64_t found = value_of();
                assert_true(found == old || found == next);
                /* The next start mends what the cut left, and after it no single record is missed. */
                assert_result(prm_eeprom_counter_read_mending(&d.format, &value), PRM_OK);
                assert_true(value == found);
                nothing_depends_on_one_record(found);
                /* Run again, it completes. */
                assert_result(advance(next), PRM_OK);
                assert_true(value_of() == next);
                assert_result(advance(next + 1), PRM_OK);
                assert_true(value_of() == next + 1);
            }
        }
    }
    memcpy(d.eeprom_bytes, before, sizeof before);
}

static void a_cut_at_every_byte_leaves_the_old_or_the_new_and_is_mended(void **state) {
    uint32_t cuts = 0;
    uint64_t old = 1;

    (void)state;
    for (uint64_t next = 1000; next < 1000 * 4; next += 1000) {
        cut_everywhere(old, next, &cuts);
        assert_result(advance(next), PRM_OK);
        old = next;
    }
    assert_true(cuts > 3000);
}

/* What was found in the field: a cut between the two records, the same advance again, then one bit of the first lost. */
static void an_advance_that_is_reached_already_mends(void **state) {
    (void)state;
    assert_int_equal(advance_cut(9, 1, 0, FX_TEAR_OLD), 1);
    assert_true(value_of() == 9);
    assert_result(advance(9), PRM_OK);
    assert_memory_equal(record, record + RECORD, RECORD);
    nothing_depends_on_one_record(9);
}

/* A record that was only misread is not overwritten by an older one: the second look finds it again. */
static unsigned misread_at, reads;

static prm_result misreading(void *ctx, uint32_t off, void *dst, uint32_t len) {
    struct fx_device *device = ctx;

    memcpy(dst, device->eeprom_bytes + off, len);
    if (reads++ == misread_at)
        ((uint8_t *)dst)[len - 1] ^= 1; /* the check of the second record */
    return PRM_OK;
}

static void a_record_that_was_misread_once_is_not_mended(void **state) {
    uint64_t value;

    (void)state;
    plant(0, 4, 40);
    plant(1, 5, 50);
    d.eeprom.read = misreading;
    misread_at = 0;
    reads = 0;
    assert_result(prm_eeprom_counter_read_mending(&d.format, &value), PRM_OK);
    assert_int_equal(reads, 2);
    assert_true(value == 40);
    assert_int_equal(d.faults.changes, 0);
    assert_true(value_of() == 50);
}

/* A start that can't mend goes on with what it read. */
static void a_record_that_can_not_be_mended_stops_nothing(void **state) {
    uint64_t value;

    (void)state;
    record[3] ^= 0x10;
    d.faults.broken = 1u << FX_EEPROM_WRITE;
    assert_result(prm_eeprom_counter_read_mending(&d.format, &value), PRM_OK);
    assert_true(value == 1);
    d.faults.broken = 0;
    assert_result(prm_eeprom_counter_read_mending(&d.format, &value), PRM_OK);
    nothing_depends_on_one_record(1);
}

/* A cut may leave anything in all 32 bytes of the record that was being written. */
static void a_record_torn_to_anything_is_not_taken(void **state) {
    uint64_t seed = 3;

    (void)state;
    assert_result(advance(20), PRM_OK);
    assert_result(advance(30), PRM_OK);
    const unsigned newer = (unsigned)fx_random(&seed) & 1u;
    for (unsigned round = 0; round < 20000; round++) {
        fx_random_fill(&seed, record + RECORD * (newer ^ 1u), RECORD);
        assert_true(value_of() == 30);
    }
    for (unsigned fill = 0; fill < 256; fill++) {
        memset(record + RECORD * (newer ^ 1u), (int)fill, RECORD);
        assert_true(value_of() == 30);
    }
}

static void a_flip_in_the_newest_uncovers_the_older(void **state) {
    (void)state;
    plant(0, 4, 40);
    plant(1, 5, 50);
    for (unsigned bit = 0; bit < BITS; bit++) {
        record[RECORD + bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(value_of() == 40);
        record[RECORD + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(value_of() == 50);
}

/* A part that is busy, or was disturbed once, is asked again; one that never answers is told. */
static void a_part_that_is_busy_is_asked_again(void **state) {
    uint64_t value;

    (void)state;
    for (uint64_t next = 2; next < 6; next++) {
        for (uint32_t call = 0; call < 5; call++) {
            fx_faults_clear(&d);
            d.faults.fail_at = call;
            assert_result(advance(next), PRM_OK);
            assert_true(value_of() == next);
            nothing_depends_on_one_record(next);
        }
    }
    fx_faults_clear(&d);
    d.faults.broken = 1u << FX_EEPROM_READ;
    assert_result(read_value(&value), PRM_ERR_COUNTER_IO);
    assert_int_equal(d.faults.calls, PRM_EEPROM_TRIES);
    fx_faults_clear(&d);
    d.faults.broken = 1u << FX_EEPROM_WRITE;
    assert_result(advance(99), PRM_ERR_COUNTER_IO);
    d.faults.broken = 0;
    assert_true(value_of() == 5);
}

/* Generations follow each other over their end: no value of them ends a counter's life. */
static void no_generation_is_the_last(void **state) {
    static const uint32_t pairs[][2] = {{UINT32_MAX - 1, UINT32_MAX - 2},
                                        {UINT32_MAX, UINT32_MAX - 1},
                                        {UINT32_MAX, 0},
                                        {0, UINT32_MAX},
                                        {UINT32_MAX, UINT32_MAX},
                                        {0x80000000u, 0},
                                        {0x7FFFFFFFu, 0xFFFFFFFFu},
                                        {0x80000001u, 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        plant(0, pairs[i][0], 40);
        plant(1, pairs[i][1], 40);
        for (uint64_t next = 50; next < 90; next += 10) {
            assert_result(advance(next), PRM_OK);
            assert_true(value_of() == next);
            nothing_depends_on_one_record(next);
        }
    }
    /* In the order in which they follow, also over the end. */
    plant(0, UINT32_MAX, 40);
    plant(1, 0, 50);
    assert_true(value_of() == 50);
}

/* The check is made with a hash: one that fails leaves no value. */
static prm_result no_hash(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    (void)parts;
    (void)n;
    memset(out, 0, PRM_SHA256_SIZE);
    return PRM_ERR_CRYPTO;
}

static void without_a_hash_there_is_no_value(void **state) {
    static const struct prm_crypto broken = {.sha256 = no_hash};
    uint64_t value;

    (void)state;
    d.eeprom.crypto = &broken;
    memset(record + 16, 0, 16); /* what the broken hash gives */
    assert_result(read_value(&value), PRM_ERR_CRYPTO);
    assert_result(advance(2), PRM_ERR_CRYPTO);
    assert_int_equal(d.faults.changes, 0);
}

/* ---- the count of starts ---- */

static uint64_t count(void) {
    const struct prm_eeprom_counter boots = {{&d.eeprom, 128, PRM_EEPROM_BOOTS, PRM_EEPROM_VALUE_SIZE}, 0};
    uint64_t value = 99;

    assert_result(prm_eeprom_counter_count(&boots, &value), PRM_OK);
    return value;
}

static void each_start_is_counted_with_one_write(void **state) {
    const struct prm_eeprom_counter boots = {{&d.eeprom, 128, PRM_EEPROM_BOOTS, PRM_EEPROM_VALUE_SIZE}, 0};
    uint64_t value;

    (void)state;
    /* A place that the factory left blank counts from 1. */
    for (uint64_t start = 1; start < 100; start++) {
        assert_true(count() == start);
        assert_int_equal(d.faults.changes, start);
    }
    /* A cut leaves the count before, or this one, and the next start goes on from there. */
    for (volatile uint32_t units = 0; units <= RECORD; units++) {
        for (volatile unsigned tear = 0; tear < FX_TEARS; tear++) {
            const uint64_t before = count();
            d.faults.changes = 0;
            d.faults.cut_at = 0;
            d.faults.cut_units = units;
            d.faults.tear = (enum fx_tear)tear;
            d.faults.cut = &cut;
            if (setjmp(cut) == 0)
                assert_result(prm_eeprom_counter_count(&boots, &value), PRM_OK);
            d.faults.cut_at = FX_NEVER;
            const uint64_t next = count();
            assert_true(next == before + 1 || next == before + 2);
        }
    }
    /* One that can't be read or written stops nobody: 0 says so. */
    d.faults.broken = 1u << FX_EEPROM_WRITE;
    assert_result(prm_eeprom_counter_count(&boots, &value), PRM_ERR_COUNTER_IO);
    assert_true(value == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_counter_that_was_never_written_is_damaged, setup_blank),
        cmocka_unit_test_setup(the_factory_writes_the_first_value_and_it_is_not_0, setup_blank),
        cmocka_unit_test_setup(it_only_grows, setup),
        cmocka_unit_test_setup(the_format_is_as_drawn, setup),
        cmocka_unit_test_setup(a_record_of_another_number_or_place_is_refused_by_that_name, setup),
        cmocka_unit_test_setup(a_cut_at_every_byte_leaves_the_old_or_the_new_and_is_mended, setup),
        cmocka_unit_test_setup(an_advance_that_is_reached_already_mends, setup),
        cmocka_unit_test_setup(a_record_that_was_misread_once_is_not_mended, setup),
        cmocka_unit_test_setup(a_record_that_can_not_be_mended_stops_nothing, setup),
        cmocka_unit_test_setup(a_record_torn_to_anything_is_not_taken, setup),
        cmocka_unit_test_setup(a_flip_in_the_newest_uncovers_the_older, setup),
        cmocka_unit_test_setup(a_part_that_is_busy_is_asked_again, setup),
        cmocka_unit_test_setup(no_generation_is_the_last, setup),
        cmocka_unit_test_setup(without_a_hash_there_is_no_value, setup),
        cmocka_unit_test_setup(each_start_is_counted_with_one_write, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
