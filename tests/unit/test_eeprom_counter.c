/* SPDX-License-Identifier: Apache-2.0 */
/* test_eeprom_counter.c - the counter holds the old value or the new one after any cut, and never falls. */
#include "tests/unit/unit.h"

#include "base/endian.h"
#include "providers/openssl/crypto_openssl.h"

static struct fx_device d;
static uint8_t *const record = d.eeprom_bytes + FX_COUNTER_OFF;

static int setup(void **state) {
    static const struct fx_key *const none[] = {NULL};

    (void)state;
    fx_device_init(&d, &prm_crypto_openssl, none);
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

static uint32_t sum_of(const uint8_t *bytes) {
    uint32_t sum = 0x434D5250u;

    for (unsigned i = 0; i < 24; i++)
        sum = ((sum << 5) | (sum >> 27)) + bytes[i];
    return sum;
}

/* Record i with this generation and value, as the format is drawn. */
static void plant(unsigned i, uint32_t generation, uint64_t value) {
    uint8_t *r = record + 32 * i;

    memset(r, 0xFF, 32);
    memcpy(r, "PRMC", 4);
    prm_store_le32(r + 4, generation);
    prm_store_le64(r + 8, value);
    prm_store_le64(r + 16, ~value);
    prm_store_le32(r + 24, sum_of(r));
}

static void a_new_counter_is_0(void **state) {
    (void)state;
    assert_true(value_of() == 0);
    assert_result(advance(0), PRM_OK);
    assert_int_equal(d.faults.changes, 0);
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
    uint8_t expected[32];

    (void)state;
    assert_result(advance(0x1122334455667788u), PRM_OK);
    memcpy(expected, record, 32);
    plant(0, prm_load_le32(expected + 4), 0x1122334455667788u);
    assert_memory_equal(record, expected, 32);
    assert_int_equal(prm_load_le32(record + 4), 1);
    plant(1, 9, 0x1122334455667799u);
    assert_true(value_of() == 0x1122334455667799u);
    /* Afterwards both say the same. */
    assert_result(advance(0x11223344556677AAu), PRM_OK);
    plant(0, 10, 0x11223344556677AAu);
    memcpy(expected, record, 32);
    assert_memory_equal(record + 32, expected, 32);
    plant(0, 11, 5);
    assert_true(value_of() == 5); /* by generation, not by value */
}

static void cut_everywhere(uint64_t old, uint64_t next, uint32_t *cuts) {
    static jmp_buf cut;
    uint8_t before[FX_EEPROM_SIZE];

    memcpy(before, d.eeprom_bytes, sizeof before);
    for (volatile uint32_t at = 0; at < 3; at++) {
        for (volatile uint32_t units = 0; units <= 32; units++) {
            for (volatile unsigned round = 0; round < FX_TEARS + 12; round++) {
                memcpy(d.eeprom_bytes, before, sizeof before);
                d.faults.changes = 0;
                d.faults.cut_at = at;
                d.faults.cut_units = units;
                d.faults.tear = round < FX_TEARS ? (enum fx_tear)round : FX_TEAR_RANDOM;
                d.faults.random = round * 1000 + units;
                d.faults.cut = &cut;
                if (setjmp(cut) == 0)
                    assert_result(advance(next), PRM_OK);
                else
                    ++*cuts;
                d.faults.cut_at = FX_NEVER;
                const uint64_t found = value_of();
                assert_true(found == old || found == next);
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

static void a_cut_at_every_byte_leaves_the_old_or_the_new(void **state) {
    uint32_t cuts = 0;
    uint64_t old = 0;

    (void)state;
    for (uint64_t next = 1000; next < 1000 * 7; next += 1000) {
        cut_everywhere(old, next, &cuts);
        assert_result(advance(next), PRM_OK);
        old = next;
    }
    assert_true(cuts > 3000);
}

/* A cut may leave anything in all 32 bytes of the record that was being written. */
static void a_record_torn_to_anything_is_not_taken(void **state) {
    uint64_t seed = 3;

    (void)state;
    assert_result(advance(20), PRM_OK);
    assert_result(advance(30), PRM_OK);
    const unsigned newer = (unsigned)fx_random(&seed) & 1u;
    for (unsigned round = 0; round < 20000; round++) {
        fx_random_fill(&seed, record + 32 * (newer ^ 1u), 32);
        assert_true(value_of() == 30);
    }
    for (unsigned fill = 0; fill < 256; fill++) {
        memset(record + 32 * (newer ^ 1u), (int)fill, 32);
        assert_true(value_of() == 30);
    }
}

static void a_flip_in_the_newest_uncovers_the_older(void **state) {
    (void)state;
    plant(0, 4, 40);
    plant(1, 5, 50);
    for (unsigned bit = 0; bit < 28 * 8; bit++) {
        record[32 + bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(value_of() == 40);
        record[32 + bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(value_of() == 50);
    /* The sum alone doesn't make a record: the value's complement must stand beside it. */
    plant(1, 5, 50);
    record[32 + 8] ^= 1;
    prm_store_le32(record + 32 + 24, sum_of(record + 32));
    uint64_t value;
    assert_result(read_value(&value), PRM_ERR_COUNTER_DAMAGED);
}

static void damage_is_told_from_a_new_part(void **state) {
    uint64_t value;

    (void)state;
    for (unsigned fill = 0; fill < 255; fill++) {
        memset(record, (int)fill, 64);
        assert_result(read_value(&value), PRM_ERR_COUNTER_DAMAGED);
        assert_result(advance(5), PRM_ERR_COUNTER_DAMAGED);
        assert_int_equal(d.faults.changes, 0);
    }
    /* Whatever was advanced once never reads as new again, whichever single record is damaged. */
    for (uint64_t advances = 1; advances < 5; advances++) {
        for (unsigned i = 0; i < 2; i++) {
            for (unsigned bit = 0; bit < 28 * 8; bit++) {
                setup(NULL);
                for (uint64_t v = 1; v <= advances; v++)
                    assert_result(advance(v), PRM_OK);
                record[32 * i + bit / 8] ^= (uint8_t)(1u << bit % 8);
                if (read_value(&value) != PRM_OK || value != advances)
                    fail_msg("after %u advances and a flip in record %u it reads %u", (unsigned)advances, i,
                             (unsigned)value);
            }
        }
    }
}

static void an_error_at_each_call_is_reported(void **state) {
    uint64_t value;

    (void)state;
    for (uint64_t base = 0; base < 3; base++) {
        for (uint32_t call = 0;; call++) {
            setup(NULL);
            for (uint64_t v = 1; v <= base; v++)
                assert_result(advance(v), PRM_OK);
            fx_faults_clear(&d);
            d.faults.fail_at = call;
            const prm_result result = advance(base + 1);
            if (d.faults.calls <= call) {
                assert_result(result, PRM_OK);
                assert_true(call >= 3);
                break;
            }
            assert_result(result, PRM_ERR_COUNTER_IO);
            fx_faults_clear(&d);
            assert_true(value_of() == base || value_of() == base + 1);
        }
    }
    for (uint32_t call = 0; call < 2; call++) {
        setup(NULL);
        d.faults.fail_at = call;
        assert_result(read_value(&value), PRM_ERR_COUNTER_IO);
    }
}

static void the_last_generation_is_not_lost_silently(void **state) {
    (void)state;
    plant(0, UINT32_MAX - 1, 40);
    plant(1, UINT32_MAX - 2, 30);
    for (uint64_t next = 50; next < 90; next += 10) {
        const uint64_t before = value_of();
        const prm_result result = advance(next);
        assert_true(value_of() == (result == PRM_OK ? next : before));
    }
    assert_true(value_of() >= 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_counter_is_0, setup),
        cmocka_unit_test_setup(it_only_grows, setup),
        cmocka_unit_test_setup(the_format_is_as_drawn, setup),
        cmocka_unit_test_setup(a_cut_at_every_byte_leaves_the_old_or_the_new, setup),
        cmocka_unit_test_setup(a_record_torn_to_anything_is_not_taken, setup),
        cmocka_unit_test_setup(a_flip_in_the_newest_uncovers_the_older, setup),
        cmocka_unit_test_setup(damage_is_told_from_a_new_part, setup),
        cmocka_unit_test_setup(an_error_at_each_call_is_reported, setup),
        cmocka_unit_test_setup(the_last_generation_is_not_lost_silently, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
