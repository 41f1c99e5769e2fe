/* SPDX-License-Identifier: Apache-2.0 */
/* test_ymodem.c - every rule of docs/format/ymodem.md, one after the other. */
#include "tests/unit/ymodem_bench.h"

static void crc_of_the_test_is_the_standard_one(void **state) {
    (void)state;
    assert_int_equal(crc16((const uint8_t *)"123456789", 9), 0x31C3);
}

static void a_session(void **state) {
    (void)state;
    wait(&bench, 100);
    expect("C");
    send_header("pump.bin", "1300 14742624731 100644 0 1 1300");
    expect("AC");
    assert_int_equal(bench.name_len, 8);
    assert_int_equal(bench.size, 1300);
    send(1024, 1, content, 1024);
    expect("A");
    send(128, 2, content + 1024, 128);
    expect("A");
    send(1024, 3, content + 1152, 148);
    expect("A");
    assert_int_equal(bench.file_len, 1300);
    assert_memory_equal(bench.file, content, 1300);
    finish();
    expect("AC");
    send(128, 0, "", 1); /* padded with anything: a batch ends by the empty name */
    expect("A");
    expect_seen(1, 3, 1, 1, 0);
}

static void a_batch_ends_with_an_empty_name(void **state) {
    static const uint8_t zeros[128];

    (void)state;
    begin("0");
    finish();
    expect("AC");
    send_header("second", "128");
    send(128, 1, content, 128);
    expect("ACA");
    finish();
    expect("AC");
    send(128, 0, zeros, 128);
    expect("A");
    expect_seen(2, 1, 2, 1, 0);
    send(128, 0, zeros, 128); /* our ACK was lost */
    expect("A");
    expect_seen(2, 1, 2, 1, 0);
}

static void padding_is_cut_at_every_size(void **state) {
    static const size_t sizes[] = {1, 127, 128, 129, 1023, 1024, 1025, 33000, 40960};
    char text[16];

    for (size_t i = 0; i < 2 * COUNT_OF(sizes); i++) {
        const size_t size = sizes[i / 2], unit = i % 2 ? 1024 : 128;
        unsigned number = 1;

        setup(state);
        snprintf(text, sizeof text, "%u", (unsigned)size);
        begin(text);
        for (size_t off = 0; off < size; off += unit)
            send(unit, number++, content + off, size - off < unit ? size - off : unit);
        bench.replies_len = 0;
        finish();
        expect("AC");
        assert_int_equal(bench.seen[PRM_YMODEM_DONE], 1);
        assert_int_equal(bench.file_len, size);
        assert_memory_equal(bench.file, content, size);
    }
}

static void a_repeated_block_is_confirmed_and_not_delivered(void **state) {
    (void)state;
    begin("256");
    send_header("pump.bin", "256");
    expect("AC");
    for (unsigned i = 1; i <= 2; i++) {
        for (unsigned k = 0; k < 4; k++)
            send(128, i, content + 128 * (i - 1), 128);
        expect("AAAA");
    }
    expect_seen(1, 2, 0, 0, 0);
    assert_memory_equal(bench.file, content, 256);
    finish();
    expect("AC");
    send_byte(EOT); /* that reply was lost */
    expect("AC");
    expect_seen(1, 2, 1, 0, 0);
}

static void another_block_under_the_last_number_aborts(void **state) {
    (void)state;
    begin("256");
    send_header("pump.bin", "257");
    expect("XX");
    expect_seen(1, 0, 0, 0, 1);
    begin("256");
    send(128, 1, content, 128);
    send(128, 1, content + 1, 128);
    expect("AXX");
    expect_seen(2, 1, 0, 0, 2);
}

static void wrong_order_aborts(void **state) {
    for (unsigned number = 0; number < 256; number++) {
        if (number == 1 || number == 2)
            continue;
        setup(state);
        begin("1000");
        send(128, 1, content, 128);
        expect("A");
        send(128, number, content + 128, 128);
        expect("XX");
        expect_seen(1, 1, 0, 0, 1);
        send(128, number ? number : 9, content + 128, 128); /* in no session at all */
        expect("XX");
        expect_seen(1, 1, 0, 0, 1);
    }
}

static void a_damaged_block_is_asked_for_again(void **state) {
    uint8_t out[PRM_YMODEM_BLOCK_SIZE];
    static const size_t at[] = {1, 2, 3, 130, 131, 132};

    (void)state;
    begin("128");
    for (size_t i = 0; i < 6 * 8; i++) {
        make(out, 128, 1, content, 128);
        out[at[i / 8]] ^= (uint8_t)(1u << i % 8);
        push(&bench, out, 133);
        make(out, 128, 1, content, 128);
        push(&bench, out, 133); /* too early: the line has to be quiet first */
        expect("");
        wait(&bench, PRM_YMODEM_QUIET_MS - 100);
        expect("");
        wait(&bench, 100);
        expect("C");
    }
    expect_seen(1, 0, 0, 0, 0);
    send(128, 1, content, 128);
    expect("A");
    make(out, 128, 2, content, 128);
    push(&bench, out, 100); /* cut short */
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    expect_seen(1, 1, 0, 0, 0);
}

static void noise_is_ignored(void **state) {
    (void)state;
    begin("128");
    push(&bench, "\r\nlogin: \x04\x04\x18\x18\x01\x02", 15);
    expect("");
    wait(&bench, PRM_YMODEM_QUIET_MS);
    send(128, 1, content, 128);
    expect("CA");
    for (unsigned byte = 0; byte < 256; byte++) {
        setup(state);
        begin("128");
        send(128, 1, content, 128);
        expect("A");
        send_byte((uint8_t)byte);
        wait(&bench, PRM_YMODEM_QUIET_MS);
        expect("N");
        if (byte != EOT)
            finish();
        else
            send_byte(EOT);
        expect("AC");
        expect_seen(1, 1, 1, 0, 0);
    }
}

static void one_end_of_file_is_not_enough(void **state) {
    (void)state;
    begin("256");
    send_byte(EOT);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    send(128, 1, content, 128);
    push(&bench, "\x04\x04\x04\x04", 4); /* one burst counts once */
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("AN");
    send(128, 1, content, 128);
    send(128, 2, content + 128, 128);
    expect("AA");
    expect_seen(1, 2, 0, 0, 0);
    finish();
    expect_seen(1, 2, 1, 0, 0);
}

static void a_short_file_is_aborted(void **state) {
    (void)state;
    begin("129");
    send(128, 1, content, 128);
    expect("A");
    finish();
    expect("XX");
    expect_seen(1, 1, 0, 0, 1);
    send_byte(EOT);
    expect("XX");
    expect_seen(1, 1, 0, 0, 1);
    wait(&bench, PRM_YMODEM_PROMPT_MS);
    expect("C");
    begin("129");
    send_byte(EOT);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    prm_ymodem_answer(&bench.y, PRM_NO, bench.now);
    wait(&bench, PRM_YMODEM_PROMPT_MS + 100);
    expect("XXC");
    send_byte(EOT);
    expect("XX");
    expect_seen(2, 1, 0, 0, 1);
}

static void the_sender_cancels(void **state) {
    (void)state;
    push(&bench, "\x18\x18", 2);
    expect_seen(0, 0, 0, 0, 0);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    begin("256");
    push(&bench, "\x18\x18\x18\x18\x18\x18\x18\x18\b\b\b\b", 12);
    expect("");
    expect_seen(1, 0, 0, 0, 1);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("C");
    begin("256");
    send(128, 1, content, 128);
    expect("A");
    push(&bench, "\x18", 1);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    push(&bench, "\x18", 1);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    push(&bench, "\x18x\x18\x18", 4);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    expect("N");
    push(&bench, "\x18\x18\x04", 3);
    expect("");
    expect_seen(2, 1, 0, 0, 2);
    wait(&bench, PRM_YMODEM_QUIET_MS);
    begin("0");
    finish();
    push(&bench, "\x18\x18", 2);
    expect_seen(3, 1, 1, 1, 2);
}

static void silence_is_asked_about_then_given_up(void **state) {
    (void)state;
    expect("");
    wait(&bench, 300000);
    assert_int_equal(bench.replies_len, COUNT_OF(bench.replies) - 1); /* it invites for ever, */
    bench.replies_len = 0;
    begin("256");
    wait(&bench, PRM_YMODEM_GIVE_UP_MS - 100);
    expect("CCCCCCCCCCCCCCCCCCC"); /* asks for the first block, */
    expect_seen(1, 0, 0, 0, 0);
    wait(&bench, 100);
    expect("XX"); /* gives up, */
    expect_seen(1, 0, 0, 0, 1);
    wait(&bench, PRM_YMODEM_PROMPT_MS);
    expect("C"); /* and invites again */
    begin("256");
    wait(&bench, PRM_YMODEM_GIVE_UP_MS - 100);
    send(128, 1, content, 128); /* a new block is progress */
    bench.replies_len = 0;
    wait(&bench, PRM_YMODEM_GIVE_UP_MS - 100);
    expect("NNNNNNNNNNNNNNNNNNN");
    expect_seen(2, 1, 0, 0, 1);
    send(128, 1, content, 128); /* a repeated one isn't */
    wait(&bench, 100);
    expect("AXX");
    expect_seen(2, 1, 0, 0, 2);
    begin("0");
    finish();
    expect("AC");
    wait(&bench, PRM_YMODEM_GIVE_UP_MS);
    expect("CCCCCCCCCCCCCCCCCCCXX");
    expect_seen(3, 1, 1, 1, 2);
}

static void endless_data_ends(void **state) {
    static const char *const sizes[] = {"0", "1", "128", "129", "1024", "40960", ""};
    static const unsigned blocks[] = {0, 1, 1, 2, 8, 320, 320};

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        setup(state);
        begin(sizes[i]);
        assert_true((bench.size == PRM_YMODEM_SIZE_UNKNOWN) == (sizes[i][0] == 0));
        for (unsigned number = 1; number < 1000 && bench.seen[PRM_YMODEM_ABORTED] == 0; number++)
            send(128, number, content, 128);
        expect_seen(1, blocks[i], 0, 0, 1);
    }
    setup(state);
    begin("");
    for (unsigned number = 1; number <= 319; number++)
        send(128, number, content, 128);
    bench.replies_len = 0;
    send(1024, 320, content, 1024); /* of unknown size, and more than fits: nothing of it is delivered */
    expect("XX");
    expect_seen(1, 319, 0, 0, 1);
}

static void endless_repeats_and_noise_end(void **state) {
    for (unsigned kind = 0; kind < 4; kind++) {
        setup(state);
        begin("256");
        send(128, 1, content, 128);
        for (unsigned i = 0; i < 700 && bench.seen[PRM_YMODEM_ABORTED] == 0; i++) {
            if (kind == 0)
                send(128, 1, content, 128);
            else
                push(&bench, kind == 1 ? "noise" : kind == 2 ? "\x02\x02" : "\x04", 1);
            wait(&bench, 100);
            if (i < 590)
                assert_int_equal(bench.seen[PRM_YMODEM_ABORTED], 0);
        }
        expect_seen(1, 1, 0, 0, 1);
    }
}

static void sizes_are_bounded(void **state) {
    static const char *const refused[] = {"40961", "268435456", "4294967295", "4294967296", "4294967297", "42949672961",
                                          "18446744073709551617", "99999999999999999999999999999999"};

    (void)state;
    bench.replies_len = 0;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        send_header("pump.bin", refused[i]);
        drain(&bench, NULL, 0);
        assert_true(bench.replies_len >= 2 && bench.replies[bench.replies_len - 1] == 'X');
        expect_seen(0, 0, 0, 0, 0);
    }
    begin("000040960");
    assert_int_equal(bench.size, 40960);
    prm_ymodem_init(&bench.y, UINT32_MAX, bench.now);
    drain(&bench, NULL, 0);
    bench.replies_len = 0;
    send_header("pump.bin", "268435456");
    expect("XX");
}

static void odd_headers_stay_in_bounds(void **state) {
    uint8_t text[1024];
    static const char *const unknown[] = {"", "x", "-1", " 1"};

    memset(text, 'n', sizeof text);
    for (size_t size = 128; size <= 1024; size += 896) {
        setup(state);
        send(size, 0, text, size); /* a name without end */
        assert_int_equal(bench.name_len, size);
        assert_int_equal(bench.size, PRM_YMODEM_SIZE_UNKNOWN);
        setup(state);
        text[size - 3] = 0;
        text[size - 2] = text[size - 1] = '7'; /* a size without end */
        send(size, 0, text, size);
        assert_int_equal(bench.name_len, size - 3);
        assert_int_equal(bench.size, 77);
        text[size - 3] = text[size - 2] = text[size - 1] = 'n';
        setup(state);
        text[size - 1] = 0;
        send(size, 0, text, size); /* the name's end is the header's */
        assert_int_equal(bench.name_len, size - 1);
        assert_int_equal(bench.size, PRM_YMODEM_SIZE_UNKNOWN);
        text[size - 1] = 'n';
        setup(state);
        do { /* a name without end, and a CRC that looks like digits */
            text[0]++;
            text[1] = (uint8_t)(text[0] == 0 ? text[1] + 1 : text[1]);
        } while (text[0] == 0 || crc16(text, size) >> 8 != '7' || (crc16(text, size) & 0xFF) != '7');
        send(size, 0, text, size);
        assert_int_equal(bench.name_len, size);
        assert_int_equal(bench.size, PRM_YMODEM_SIZE_UNKNOWN);
        text[0] = text[1] = 'n';
    }
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        setup(state);
        begin(unknown[i]);
        assert_int_equal(bench.size, PRM_YMODEM_SIZE_UNKNOWN);
    }
}

static void the_caller_refuses(void **state) {
    for (bench.refuse = PRM_YMODEM_FILE; bench.refuse <= PRM_YMODEM_DONE; bench.refuse++) {
        const enum prm_ymodem_kind kind = bench.refuse;

        setup(state);
        drain(&bench, NULL, 0);
        bench.replies_len = 0;
        bench.refuse = kind;
        send_header("pump.bin", "128");
        if (kind > PRM_YMODEM_FILE)
            send(128, 1, content, 128);
        if (kind > PRM_YMODEM_DATA) {
            expect("ACA");
            finish();
            expect("XX");
        } else {
            expect(kind == PRM_YMODEM_FILE ? "XX" : "ACXX");
        }
        expect_seen(1, kind > PRM_YMODEM_FILE, kind > PRM_YMODEM_DATA, 0, 0);
        send_byte(EOT);
        expect("XX");
        wait(&bench, PRM_YMODEM_GIVE_UP_MS);
        expect("CCCCCCCCCCCCCCCCCCCC");
        expect_seen(1, kind > PRM_YMODEM_FILE, kind > PRM_YMODEM_DATA, 0, 0);
        bench.refuse = kind;
    }
    setup(state);
    begin("128");
    prm_ymodem_answer(&bench.y, PRM_YES, bench.now); /* nothing is asked */
    drain(&bench, NULL, 0);
    expect("");
    prm_ymodem_answer(&bench.y, 0, bench.now);
    drain(&bench, NULL, 0);
    expect("XX");
    prm_ymodem_answer(&bench.y, PRM_NO, bench.now); /* nothing to cancel */
    drain(&bench, NULL, 0);
    expect("");
    wait(&bench, 2 * PRM_YMODEM_GIVE_UP_MS);
    expect_seen(1, 0, 0, 0, 0);
}

static void the_caller_pauses(void **state) {
    uint8_t out[2 * PRM_YMODEM_BLOCK_SIZE];
    size_t len;

    (void)state;
    begin("256");
    len = make(out, 128, 1, content, 128);
    len += make(out + len, 128, 2, content + 128, 128);
    assert_int_equal(prm_ymodem_push(&bench.y, prm_span_of(out, len), bench.now), 133);
    assert_int_equal(bench.y.event.kind, PRM_YMODEM_DATA);
    for (uint32_t i = 0; i < 3 * PRM_YMODEM_GIVE_UP_MS; i += 100) {
        bench.now += 100;
        prm_ymodem_tick(&bench.y, bench.now);
        assert_int_equal(prm_ymodem_push(&bench.y, prm_span_of(out + 133, 133), bench.now), 0);
        assert_int_equal(prm_ymodem_pull(&bench.y), 0);
    }
    assert_memory_equal(bench.y.event.bytes.ptr, content, 128);
    serve(&bench);
    wait(&bench, 100);
    push(&bench, out + 133, 133);
    expect("AA");
    assert_memory_equal(bench.file + 0, content, 256);
    expect_seen(1, 2, 0, 0, 0);
}

int main(void) {
#define T(f) cmocka_unit_test_setup(f, setup)
    static const struct CMUnitTest tests[] = {
        T(crc_of_the_test_is_the_standard_one),
        T(a_session),
        T(a_batch_ends_with_an_empty_name),
        T(padding_is_cut_at_every_size),
        T(a_repeated_block_is_confirmed_and_not_delivered),
        T(another_block_under_the_last_number_aborts),
        T(wrong_order_aborts),
        T(a_damaged_block_is_asked_for_again),
        T(noise_is_ignored),
        T(one_end_of_file_is_not_enough),
        T(a_short_file_is_aborted),
        T(the_sender_cancels),
        T(silence_is_asked_about_then_given_up),
        T(endless_data_ends),
        T(endless_repeats_and_noise_end),
        T(sizes_are_bounded),
        T(odd_headers_stay_in_bounds),
        T(the_caller_refuses),
        T(the_caller_pauses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
