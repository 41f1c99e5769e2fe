/* SPDX-License-Identifier: Apache-2.0 */
/* test_sim.c - the simulated port keeps the contracts of its seams: what is programmed once, ranges, zeros after a failure, files. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "ports/sim/sim.h"
#include "providers/openssl/crypto_openssl.h"

#define SIZE 16384u

static uint8_t bytes[SIZE];
static struct prm_sim_flash host;

static prm_result start(uint32_t size, struct prm_sim_fault *fault) {
    const struct prm_sim_part part = prm_sim_part_of(size, 4096, 8);

    return prm_sim_flash_init(&host, bytes, &part, fault);
}

static int setup(void **state) {
    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    return start(SIZE, NULL) == PRM_OK ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    return prm_sim_flash_close(&host) == PRM_OK ? 0 : -1;
}

/* Whatever is in a write unit, and whatever it is to become: it is programmed once after each erase. */
static void a_unit_is_programmed_once(void **state) {
    const struct prm_flash *f = &host.flash;
    uint8_t data[64] = {0};

    (void)state;
    for (unsigned old = 0; old < 256; old++) {
        for (unsigned next = 0; next < 256; next += 15) {
            memset(bytes, (int)old, 8);
            memset(data, (int)next, 8);
            assert_result(f->blank(f->ctx, 0, 8), old == 0xFF ? PRM_OK : PRM_ERR_FLASH_NOT_ERASED);
            assert_result(f->write(f->ctx, 0, data, 8), old == 0xFF ? PRM_OK : PRM_ERR_FLASH_NOT_ERASED);
            assert_int_equal(bytes[0], old == 0xFF ? next : old);
            /* Erased bytes, written, are a unit used up. */
            if (old == 0xFF)
                assert_result(f->write(f->ctx, 0, data, 8), PRM_ERR_FLASH_NOT_ERASED);
            assert_result(f->erase(f->ctx, 0), PRM_OK);
        }
    }
    /* Nothing is written if the last byte of many isn't blank. */
    memset(data, 0, sizeof data);
    bytes[63] = 0;
    assert_result(f->write(f->ctx, 0, data, 64), PRM_ERR_FLASH_NOT_ERASED);
    assert_int_equal(bytes[0], 0xFF);
    assert_result(f->erase(f->ctx, 0), PRM_OK);
    assert_int_equal(bytes[63], 0xFF);
    assert_result(f->write(f->ctx, 0, data, 64), PRM_OK);
    assert_result(f->commit(f->ctx), PRM_OK);
}

/* Torn units, and on some parts blank ones, can't be read: an answer, with zeros, and whole again after an erase. */
static void what_cannot_be_read_is_damaged(void **state) {
    static const uint8_t written[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const struct prm_flash *f = &host.flash;
    uint8_t data[24];
    prm_span view;

    (void)state;
    for (int blank_faults = 0; blank_faults < 2; blank_faults++) {
        host.part.blank_faults = blank_faults;
        assert_result(f->erase(f->ctx, 0), PRM_OK);
        assert_result(f->write(f->ctx, 8, written, 8), PRM_OK);
        for (uint32_t off = 0; off < 24; off++) {
            for (uint32_t len = 0; off + len <= 24; len++) {
                const int beside = len > 0 && (off < 8 || off + len > 16);
                memset(data, 0x5A, sizeof data);
                assert_result(f->read(f->ctx, off, data, len), blank_faults && beside ? PRM_ERR_FLASH_DAMAGED : PRM_OK);
                assert_true(len == 0 || !(blank_faults && beside) || (data[0] == 0 && data[len - 1] == 0));
            }
        }
        prm_sim_flash_damage(&host, 8, 8);
        assert_result(f->read(f->ctx, 15, data, 1), PRM_ERR_FLASH_DAMAGED);
        assert_result(f->view(f->ctx, 8, 8, &view), PRM_ERR_FLASH_DAMAGED);
        assert_null(view.ptr);
        assert_result(f->blank(f->ctx, 8, 8), PRM_ERR_FLASH_NOT_ERASED);
        assert_result(f->write(f->ctx, 8, written, 8), PRM_ERR_FLASH_NOT_ERASED);
        assert_result(f->erase(f->ctx, 0), PRM_OK);
        assert_result(f->blank(f->ctx, 0, 4096), PRM_OK);
        assert_result(f->write(f->ctx, 8, written, 8), PRM_OK);
        assert_result(f->view(f->ctx, 8, 8, &view), PRM_OK);
    }
}

static void erase_units_of_several_sizes(void **state) {
    static const uint32_t starts[] = {0, 1024, 2048, 4096, 8192};
    const struct prm_sim_part part = {
        .write_size = 16, .units = {{2, 1024}, {1, 2048}, {3, 4096}}, .erased = 0x00, .blank_faults = 1};
    struct prm_sim_flash f;

    (void)state;
    assert_result(prm_sim_flash_init(&f, bytes, &part, NULL), PRM_OK);
    assert_int_equal(f.flash.size, 16384);
    for (uint32_t off = 0; off < 16384; off += 512) {
        uint32_t start = off / 4096 * 4096;
        for (size_t i = 0; i < COUNT_OF(starts); i++)
            if (starts[i] <= off && starts[i] > start)
                start = starts[i];
        const uint32_t size = start < 2048 ? 1024 : start < 4096 ? 2048 : 4096;
        assert_int_equal(prm_flash_unit_size(&f.flash, off), size);
        memset(bytes, 0x33, sizeof bytes);
        assert_result(f.flash.erase(f.flash.ctx, off), off == start ? PRM_OK : PRM_ERR_FLASH_RANGE);
        for (uint32_t i = 0; i < 16384; i++)
            assert_int_equal(bytes[i], off == start && i >= start && i < start + size ? 0x00 : 0x33);
    }
    assert_result(prm_sim_flash_close(&f), PRM_OK);
}

static void calls_outside_do_nothing(void **state) {
    static const uint32_t bad[][2] = {{SIZE, 8},           {SIZE - 8, 16},  {UINT32_MAX - 7, 16}, {0, UINT32_MAX - 7},
                                      {8, UINT32_MAX - 7}, {UINT32_MAX, 1}, {0, SIZE + 8},        {SIZE + 8, 0}};
    const struct prm_flash *f = &host.flash;
    uint8_t data[16] = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        prm_span view = {data, 1};
        assert_result(f->view(f->ctx, bad[i][0], bad[i][1], &view), PRM_ERR_FLASH_RANGE);
        assert_null(view.ptr);
        assert_int_equal(view.len, 0);
        assert_result(f->write(f->ctx, bad[i][0], data, bad[i][1]), PRM_ERR_FLASH_RANGE);
        if (bad[i][1] > sizeof data)
            continue;
        memset(data, 0x5A, sizeof data);
        assert_result(f->read(f->ctx, bad[i][0], data, bad[i][1]), PRM_ERR_FLASH_RANGE);
        for (size_t k = 0; k < bad[i][1]; k++)
            assert_int_equal(data[k], 0);
        memset(data, 0, sizeof data);
    }
    for (uint32_t off = 1; off < 8; off++) {
        assert_result(f->write(f->ctx, off, data, 8), PRM_ERR_FLASH_RANGE);
        assert_result(f->write(f->ctx, 0, data, off), PRM_ERR_FLASH_RANGE);
    }
    assert_result(f->erase(f->ctx, 8), PRM_ERR_FLASH_RANGE);
    assert_result(f->erase(f->ctx, SIZE), PRM_ERR_FLASH_RANGE);
    assert_result(f->erase(f->ctx, 0u - 4096u), PRM_ERR_FLASH_RANGE);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(bytes[i], 0xFF);
    assert_result(f->read(f->ctx, SIZE - 1, data, 1), PRM_OK);
    assert_int_equal(data[0], 0xFF);
}

static void an_erase_is_one_unit(void **state) {
    const struct prm_flash *f = &host.flash;

    (void)state;
    memset(bytes, 0, sizeof bytes);
    assert_result(f->erase(f->ctx, 4096), PRM_OK);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(bytes[i], i >= 4096 && i < 8192 ? 0xFF : 0);
}

static void geometry_is_checked(void **state) {
    static const uint32_t bad[][3] = {{0, 4096, 8},    {4095, 4096, 8}, {4096, 0, 8}, {4096, 4096, 0},
                                      {4096, 3000, 8}, {4096, 4096, 7}, {4096, 4, 8}, {6144, 4096, 8}};
    const struct prm_sim_part unaligned = {.write_size = 8, .units = {{1, 1024}, {3, 4096}}};
    struct prm_sim_flash f;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const struct prm_sim_part part = prm_sim_part_of(bad[i][0], bad[i][1], bad[i][2]);
        assert_result(prm_sim_flash_init(&f, bytes, &part, NULL), PRM_ERR_ARGUMENT);
    }
    assert_result(prm_sim_flash_init(&f, bytes, &unaligned, NULL), PRM_ERR_ARGUMENT);
}

static prm_result refuse(void *ctx, enum prm_sim_op op, uint32_t index) {
    (void)op;
    return index == *(const uint32_t *)ctx ? PRM_ERR_CRYPTO : PRM_OK;
}

static prm_result busy_once(void *ctx, enum prm_sim_op op, uint32_t index) {
    (void)ctx;
    (void)op;
    return index == 0 ? PRM_ERR_COUNTER_IO : PRM_OK;
}

static void a_hook_stops_any_call(void **state) {
    uint8_t data[8] = {0};
    prm_span view;
    uint64_t value;
    struct prm_sim_counter counter;

    (void)state;
    for (uint32_t at = 0; at < 6; at++) {
        struct prm_sim_fault fault = {refuse, &at, 0};
        memset(bytes, 0xFF, sizeof bytes);
        assert_result(start(8192, &fault), PRM_OK);
        assert_result(prm_sim_counter_init(&counter, &prm_crypto_openssl, bytes + 8192, 64, 0, NULL), PRM_OK);
        assert_result(prm_eeprom_counter_provision(&counter.format, 5), PRM_OK);
        counter.fault = &fault;
        const struct prm_flash *f = &host.flash;
        assert_result(f->read(f->ctx, 0, data, 8), at == 0 ? PRM_ERR_CRYPTO : PRM_OK);
        assert_int_equal(data[0], at == 0 ? 0 : 0xFF);
        assert_result(f->view(f->ctx, 0, 8, &view), at == 1 ? PRM_ERR_CRYPTO : PRM_OK);
        assert_int_equal(view.len, at == 1 ? 0 : 8);
        assert_result(f->write(f->ctx, 0, "\0\0\0\0\0\0\0", 8), at == 2 ? PRM_ERR_CRYPTO : PRM_OK);
        assert_int_equal(bytes[0], at == 2 ? 0xFF : 0);
        assert_result(f->erase(f->ctx, 0), at == 3 ? PRM_ERR_CRYPTO : PRM_OK);
        assert_int_equal(bytes[0], at == 3 ? 0 : 0xFF);
        assert_result(counter.counter.read(counter.counter.ctx, &value), at == 4 ? PRM_ERR_CRYPTO : PRM_OK);
        assert_true(value == (at == 4 ? UINT64_MAX : 5));
        /* A part that once didn't answer is asked again. */
        fault.before = busy_once;
        fault.calls = 0;
        assert_result(counter.counter.read(counter.counter.ctx, &value), PRM_OK);
        assert_true(value == 5 && fault.calls == 2);
        assert_result(prm_sim_flash_close(&host), PRM_OK);
    }
}

static void files_keep_what_was_written(void **state) {
    char path[] = "/tmp/primum-test-XXXXXX";
    struct prm_sim_counter counter;
    uint64_t value;
    const int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    memset(bytes, 0xFF, sizeof bytes);
    assert_result(prm_sim_flash_open(&host, path, 4096, 8, NULL), PRM_ERR_FLASH_IO); /* an empty file */
    assert_int_equal(write(fd, bytes, SIZE), SIZE);
    assert_result(prm_sim_flash_open(&host, path, 4096, 8, NULL), PRM_OK);
    assert_result(host.flash.write(host.flash.ctx, 4096, "\1\2\3\4\5\6\7", 8), PRM_OK);
    assert_result(prm_sim_flash_close(&host), PRM_OK);
    assert_result(prm_sim_counter_open(&counter, &prm_crypto_openssl, path, 8192, NULL), PRM_OK);
    /* What the factory never wrote is no counter. */
    assert_result(counter.counter.advance_to(counter.counter.ctx, 99), PRM_ERR_COUNTER_DAMAGED);
    assert_result(prm_eeprom_counter_provision(&counter.format, 1), PRM_OK);
    assert_result(counter.counter.advance_to(counter.counter.ctx, 99), PRM_OK);
    assert_result(prm_sim_counter_close(&counter), PRM_OK);
    assert_result(prm_sim_counter_open(&counter, &prm_crypto_openssl, path, 8192, NULL), PRM_OK);
    assert_result(counter.counter.read(counter.counter.ctx, &value), PRM_OK);
    assert_true(value == 99);
    assert_result(prm_sim_counter_close(&counter), PRM_OK);
    assert_result(prm_sim_counter_open(&counter, &prm_crypto_openssl, path, SIZE - 63, NULL), PRM_ERR_ARGUMENT);
    assert_result(prm_sim_flash_open(&host, path, 4096, 8, NULL), PRM_OK);
    assert_int_equal(host.bytes[4099], 4);
    assert_int_equal(host.bytes[8192], 'P');
    assert_result(prm_sim_flash_close(&host), PRM_OK);
    assert_int_equal(ftruncate(fd, 5000), 0);
    assert_result(prm_sim_flash_open(&host, path, 4096, 8, NULL), PRM_ERR_ARGUMENT);
    close(fd);
    unlink(path);
    assert_result(prm_sim_flash_open(&host, path, 4096, 8, NULL), PRM_ERR_FLASH_IO);
    assert_result(prm_sim_counter_open(&counter, &prm_crypto_openssl, path, 0, NULL), PRM_ERR_COUNTER_IO);
}

/* A whole record of 0 is damage: no factory writes one, and it would stand against nothing. */
static void a_floor_of_zero_is_damaged(void **state) {
    struct prm_sim_counter counter;
    uint64_t value;

    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    assert_result(prm_sim_counter_init(&counter, &prm_crypto_openssl, bytes, 64, 0, NULL), PRM_OK);
    assert_result(prm_eeprom_counter_provision(&counter.format, 0), PRM_ERR_ARGUMENT);
    struct prm_eeprom_counter any = counter.format;
    any.least = 0;
    assert_result(prm_eeprom_counter_provision(&any, 0), PRM_OK);
    assert_result(prm_eeprom_counter_read(&any, &value), PRM_OK);
    assert_result(counter.counter.read(counter.counter.ctx, &value), PRM_ERR_COUNTER_DAMAGED);
    assert_true(value == UINT64_MAX);
    assert_result(counter.counter.advance_to(counter.counter.ctx, 7), PRM_ERR_COUNTER_DAMAGED);
    assert_result(prm_eeprom_counter_provision(&counter.format, 1), PRM_OK);
    assert_result(counter.counter.read(counter.counter.ctx, &value), PRM_OK);
    assert_true(value == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_unit_is_programmed_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_damaged, setup, teardown),
        cmocka_unit_test(erase_units_of_several_sizes),
        cmocka_unit_test_setup_teardown(calls_outside_do_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_erase_is_one_unit, setup, teardown),
        cmocka_unit_test(geometry_is_checked),
        cmocka_unit_test(a_hook_stops_any_call),
        cmocka_unit_test(files_keep_what_was_written),
        cmocka_unit_test(a_floor_of_zero_is_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
