/* SPDX-License-Identifier: Apache-2.0 */
/* test_ymodem_hostile.c - a YMODEM receiver on random senders, and on a line that damages every byte once. */
#include "tests/unit/ymodem_bench.h"

/* ---- random senders ---- */

static void random_bytes_deliver_nothing(void **state) {
    static const uint8_t leads[] = {SOH, STX, EOT, CAN, CAN, 0, 0xFF, 'C', NAK, ACK};

    (void)state;
    for (uint32_t i = 0; i < 1000000; i++) {
        const uint32_t r = random32();

        send_byte(r & 0x700u ? (uint8_t)r : leads[(r >> 11) % COUNT_OF(leads)]);
        if (r % 300 == 0)
            wait(&bench, PRM_YMODEM_QUIET_MS);
        if (i >= 500000 && i % 5000 == 0) { /* the second half, with a file open again and again */
            prm_ymodem_answer(&bench.y, PRM_NO, bench.now);
            wait(&bench, PRM_YMODEM_QUIET_MS);
            begin("1024");
        }
    }
    assert_int_equal(bench.seen[PRM_YMODEM_DATA], 0);
    assert_int_equal(bench.seen[PRM_YMODEM_FILE], 100);
}

static void finish_anyhow(void) {
    send_byte(EOT);
    wait(&bench, random32() % 2 ? PRM_YMODEM_QUIET_MS : 100);
    send_byte(EOT);
}

/* Well-formed blocks in any order: what comes out is what a plain reading of the rules says, checked in serve(). */
static void random_blocks_keep_the_bounds(void **state) {
    static const char *const sizes[] = {"0", "1", "500", "5000", "40960", ""};
    unsigned next = 0;

    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        const uint32_t r = random32(), what = r % 16;

        if (what == 0)
            send_header("x", sizes[(r >> 8) % COUNT_OF(sizes)]), next = 1;
        else if (what == 1)
            finish_anyhow();
        else if (what == 2)
            wait(&bench, r % 7 == 0 ? PRM_YMODEM_GIVE_UP_MS : PRM_YMODEM_QUIET_MS);
        else if (what == 3)
            send_byte((uint8_t)(r >> 8));
        else
            send(what & 1u ? 1024 : 128, what == 4 ? (r >> 8) & 0xFF : what == 5 ? next - 1 : next++, content, 128);
    }
    assert_true(bench.seen[PRM_YMODEM_DONE] > 10);
    assert_true(bench.seen[PRM_YMODEM_ABORTED] > 100);
}

/* ---- a sender that follows the protocol, on a line that doesn't ---- */

enum stage { WANT_HEADER, SENT_HEADER, WANT_DATA, SENT_DATA, SENT_EOT, WANT_LAST, SENT_LAST, FINISHED, GAVE_UP };

struct sender {
    enum stage stage;
    size_t size, off, unit;
    unsigned number, tries, cans;
    uint32_t heard;
    int announced, checksum;
};

/* What happens once to the line: byte `at` is XORed with `xor`; or, at `xor` 0, lost; or, at `twice`, comes twice. */
struct damage {
    size_t at, count; /* of all bytes that pass */
    unsigned xor;
    int on_replies, twice;
};

static size_t through(struct damage *d, int on_replies, const uint8_t *in, size_t len, uint8_t *out) {
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        const int hit = on_replies == d->on_replies && d->count++ == d->at;

        if (!hit || d->xor != 0 || d->twice)
            out[n++] = (uint8_t)(in[i] ^ (hit ? d->xor : 0));
        if (hit && d->twice)
            out[n++] = in[i];
    }
    return n;
}

/* Sends what the stage is about, once more or for the first time. */
static void speak(struct sender *s, struct damage *d) {
    uint8_t text[128] = {0}, out[PRM_YMODEM_BLOCK_SIZE], line[2 * PRM_YMODEM_BLOCK_SIZE];
    const size_t rest = s->size - s->off;
    size_t len = 0;

    if (s->stage == SENT_HEADER) {
        snprintf((char *)text, sizeof text, "f%c%u", 0, (unsigned)s->size);
        text[2] = s->announced ? text[2] : 0;
        len = make(out, 128, 0, text, sizeof text);
    } else if (s->stage == SENT_DATA) {
        len = make(out, s->unit, s->number, content + s->off, rest < s->unit ? rest : s->unit);
    } else if (s->stage == SENT_LAST) {
        len = make(out, 128, 0, text, sizeof text);
    } else if (s->stage == SENT_EOT) {
        out[0] = EOT;
        len = 1;
    }
    if (s->checksum && len > 1)
        len--; /* it was told so by a damaged reply */
    feed(&bench, line, through(d, 0, out, len, line));
    s->heard = bench.now;
}

static void retry(struct sender *s, struct damage *d) {
    if (++s->tries > 10)
        s->stage = GAVE_UP;
    else
        speak(s, d);
}

static void go(struct sender *s, struct damage *d, enum stage stage) {
    s->stage = stage;
    s->tries = 0;
    if (stage == SENT_HEADER || stage == SENT_DATA || stage == SENT_EOT || stage == SENT_LAST)
        speak(s, d);
}

static void confirmed(struct sender *s, struct damage *d) {
    switch (s->stage) {
    case SENT_HEADER:
        go(s, d, WANT_DATA);
        break;
    case SENT_DATA:
        s->off += s->unit;
        s->number++;
        go(s, d, s->off < s->size ? SENT_DATA : SENT_EOT);
        break;
    case SENT_EOT:
        go(s, d, WANT_LAST);
        break;
    case SENT_LAST:
        go(s, d, FINISHED);
        break;
    default:
        break;
    }
}

static void hear(struct sender *s, struct damage *d, uint8_t byte) {
    s->heard = bench.now;
    s->cans = byte == CAN ? s->cans + 1 : 0;
    if (s->stage >= FINISHED)
        return;
    if (s->cans == 2) {
        s->stage = GAVE_UP;
    } else if (byte == ACK) {
        confirmed(s, d);
    } else if (byte == 'C' || byte == NAK) {
        if (s->stage == WANT_HEADER || s->stage == WANT_DATA || s->stage == WANT_LAST) {
            s->checksum = byte == NAK;
            go(s, d, s->stage == WANT_DATA && s->size == 0 ? SENT_EOT : (enum stage)(s->stage + 1));
        } else if (s->stage != SENT_EOT || byte == NAK) {
            retry(s, d);
        }
    }
}

/* One session on a line with one damage. Nothing but the file, or its beginning, may come out. */
static void session(struct sender s, struct damage *d) {
    uint8_t replies[8], line[16];

    bench.now = 0;
    bench.replies_len = bench.file_len = 0;
    memset(bench.seen, 0, sizeof bench.seen);
    prm_ymodem_init(&bench.y, SIZE_MAX_HERE, bench.now);
    s.number = 1;
    for (uint32_t end = 200000; bench.now < end; bench.now += 100) {
        const size_t n = through(d, 1, replies, drain(&bench, replies, sizeof replies), line);

        for (size_t i = 0; i < n; i++)
            hear(&s, d, line[i]);
        if (s.stage < FINISHED && bench.now - s.heard > 10000)
            retry(&s, d);
        prm_ymodem_tick(&bench.y, bench.now);
        serve(&bench);
        if (s.stage >= FINISHED && bench.y.state == 0 && bench.now + 10000 < end)
            end = bench.now + 10000;
    }
    assert_true(s.stage >= FINISHED);
    assert_int_equal(bench.y.state, 0);
    assert_memory_equal(bench.file, content, bench.file_len < s.size ? bench.file_len : s.size);
    if (bench.seen[PRM_YMODEM_DONE] > 0) {
        assert_int_equal(bench.seen[PRM_YMODEM_DONE], 1);
        assert_int_equal(s.announced ? bench.file_len : (bench.file_len + s.unit - 1) / s.unit * s.unit,
                         s.announced ? s.size : (s.size + s.unit - 1) / s.unit * s.unit);
    }
    /* Each file that was begun is finished in one way, and a sender that is content has reason to be. */
    assert_int_equal(bench.seen[PRM_YMODEM_FILE], bench.seen[PRM_YMODEM_DONE] + bench.seen[PRM_YMODEM_ABORTED]);
    assert_true(s.stage != FINISHED || bench.seen[PRM_YMODEM_DONE] == 1);
}

static void every_damage_to_one_byte(void **state) {
    static const struct sender senders[] = {
        {.size = 0, .unit = 128, .announced = 1},   {.size = 300, .unit = 128, .announced = 1},
        {.size = 900, .unit = 1024, .announced = 1}, {.size = 300, .unit = 128, .announced = 0},
        {.size = 900, .unit = 1024, .announced = 0},
    };
    static const unsigned xors[] = {1, 16, 128, 0xFF,
                                    SOH ^ EOT, SOH ^ CAN, STX ^ EOT, STX ^ CAN, STX ^ SOH,
                                    ACK ^ NAK, NAK ^ 'C', ACK ^ 'C', ACK ^ CAN, 0, 0};
    unsigned sessions = 0, done = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(senders); i++) {
        for (size_t k = 0; k < 2 * COUNT_OF(xors); k++) {
            struct damage d = {.xor = xors[k / 2], .on_replies = k % 2, .twice = k / 2 == COUNT_OF(xors) - 1};

            do {
                d.count = 0;
                session(senders[i], &d);
                sessions++;
                done += bench.seen[PRM_YMODEM_DONE];
            } while (d.at++ < d.count);
            assert_int_equal(bench.seen[PRM_YMODEM_DONE], 1); /* the last damage was beyond the end */
            assert_true(d.at > 8);
        }
    }
    print_message("%u sessions, %u completed, the others aborted\n", sessions, done);
    assert_true(done > sessions / 10 * 9);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_bytes_deliver_nothing, setup),
        cmocka_unit_test_setup(random_blocks_keep_the_bounds, setup),
        cmocka_unit_test_setup(every_damage_to_one_byte, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
