/* SPDX-License-Identifier: Apache-2.0 */
/* test_ymodem_send.c - the sender of `primum device send` against receivers that a busy machine makes of honest ones. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/device/ymodem_send.h"

enum { SOH = 0x01, STX = 0x02, EOT = 0x04, ACK = 0x06, NAK = 0x15, CAN = 0x18, BLOCKS = 3 };

/* What the receiver answers to each thing it gets: header, blocks, EOT, EOT again, the empty header. */
struct script {
    const char *begin, *header, *block[BLOCKS], *end, *end_again, *empty;
    unsigned hangs_up_after; /* that many things; 0: never */
};

static void answer(int fd, const char *text) {
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* Reads one thing whole; what its first byte was. */
static uint8_t get(int fd) {
    uint8_t bytes[1024 + 5];

    if (read(fd, bytes, 1) != 1)
        _exit(1);
    const size_t rest = bytes[0] == SOH ? 128 + 4 : bytes[0] == STX ? 1024 + 4 : 0;
    for (size_t got = 0; got < rest;) {
        const ssize_t n = read(fd, bytes + 1 + got, rest - got);
        if (n <= 0)
            _exit(1);
        got += (size_t)n;
    }
    return bytes[0];
}

static void receiver(int fd, const struct script *s) {
    const char *const answers[] = {s->header, s->block[0], s->block[1], s->block[2], s->end, s->end_again, s->empty};
    static const uint8_t things[] = {SOH, STX, STX, STX, EOT, EOT, SOH};

    answer(fd, s->begin);
    for (unsigned i = 0; i < COUNT_OF(answers); i++) {
        if (answers[i] == NULL)
            continue;
        if (get(fd) != things[i])
            _exit(1);
        if (s->hangs_up_after == i + 1)
            _exit(0);
        usleep(2000);
        answer(fd, answers[i]);
    }
    _exit(0);
}

static enum ymodem_end sends(const struct script *s, int *status) {
    static uint8_t bytes[BLOCKS * 1024];
    int fd[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        alarm(10);
        receiver(fd[1], s);
    }
    close(fd[1]);
    assert_int_equal(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
    const struct ymodem_send job = {
        .fd = fd[0], .name = "file", .bytes = prm_span_of(bytes, sizeof bytes), .patience_ms = 2000};
    const enum ymodem_end end = ymodem_send(&job);
    close(fd[0]);
    assert_int_equal(waitpid(pid, status, 0), pid);
    return end;
}

#define A "\x06"
#define N "\x15"

static void an_acknowledgement_left_over_is_none_of_the_next_block(void **unused) {
    /* As usual; twice for one block, and at once or late; at the end; and an end that is asked for once more. */
    static const struct script scripts[] = {
        {"C", A "C", {A, A, A}, N, A "C", A, 0},
        {"C", A "C", {A A, A, A}, N, A "C", A, 0},
        {"C", A "C", {A, A, A A}, N, A "C", A, 0},
        {"C", A "C", {A, A, A}, A N, A "C", A, 0},
        {"C", A "C", {A, A, A}, A "C", NULL, A, 0},
    };

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(scripts); i++) {
        int status;
        assert_int_equal(sends(&scripts[i], &status), YMODEM_SENT);
        assert_int_equal(status, 0);
    }
}

static void a_cancellation_between_two_blocks_is_heard(void **unused) {
    static const struct script script = {"C", A "C", {A, A "\x18\x18", NULL}, NULL, NULL, NULL, 0};
    int status;

    (void)unused;
    assert_int_equal(sends(&script, &status), YMODEM_CANCELLED);
}

static void a_line_that_is_gone_is_noticed_at_once(void **unused) {
    int status;

    (void)unused;
    for (unsigned after = 1; after < 6; after++) {
        const struct script script = {"C", A "C", {A, A, A}, N, A "C", A, after};
        assert_int_equal(sends(&script, &status), YMODEM_BROKEN);
    }
}

/* B17: a sender before was killed. What lies in the line is about his file, a cancellation too. */
static void what_an_earlier_sender_left_is_not_ours(void **unused) {
    static const char *const left[] = {A A "C", N "C", "\x18\x18" "C", A N "\x18\x18" "CC"};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(left); i++) {
        const struct script script = {left[i], A "C", {A, A, A}, N, A "C", A, 0};
        int status;
        assert_int_equal(sends(&script, &status), YMODEM_SENT);
        assert_int_equal(status, 0);
    }
}

static int64_t seconds(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* A receiver that talks without end; where it begins to. */
static enum ymodem_end against_a_stream(const char *before, const char *stream) {
    static uint8_t bytes[BLOCKS * 1024];
    int fd[2], status;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        if (before[0] != '\0') {
            answer(fd[1], "C");
            (void)get(fd[1]);
            answer(fd[1], before);
        }
        for (;;) {
            uint8_t sink[2048];
            (void)recv(fd[1], sink, sizeof sink, MSG_DONTWAIT);
            if (write(fd[1], stream, 1) != 1)
                _exit(0);
        }
    }
    close(fd[1]);
    assert_int_equal(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
    const struct ymodem_send job = {
        .fd = fd[0], .name = "file", .bytes = prm_span_of(bytes, sizeof bytes), .patience_ms = 1000};
    const enum ymodem_end end = ymodem_send(&job);
    close(fd[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return end;
}

static void a_receiver_that_never_stops_talking_holds_nobody(void **unused) {
    const int64_t began = seconds();

    (void)unused;
    assert_int_equal(against_a_stream("", A), YMODEM_NOT_READY);
    assert_int_equal(against_a_stream(A "C", A), YMODEM_SILENT);
    assert_true(seconds() - began < 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_earlier_sender_left_is_not_ours),
        cmocka_unit_test(a_receiver_that_never_stops_talking_holds_nobody),
        cmocka_unit_test(an_acknowledgement_left_over_is_none_of_the_next_block),
        cmocka_unit_test(a_cancellation_between_two_blocks_is_heard),
        cmocka_unit_test(a_line_that_is_gone_is_noticed_at_once),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
