/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ymodem_sb.c - a real client: `sb` of lrzsz sends files over a pseudo-terminal.
 *
 * The receiver's clock is the machine's times five, so that its waits (a second of quiet at the end of each file) pass
 * sooner; sb keeps its own time.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* posix_openpt and friends, where the compiler's mode hides them */
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "update/ymodem.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define CONTENT_MAX (256u * 1024u)
#define FILES_MAX 16u
#define LIMIT_S 60

static const size_t sizes[] = {0, 1, 127, 128, 129, 1023, 1024, 1025, 100 * 1024};
static uint8_t content[CONTENT_MAX];
static char dir[] = "/tmp/prm-ymodem-XXXXXX";

/* One run of sb against one receiver. */
struct run {
    struct prm_ymodem y;
    int line;
    pid_t pid;
    int status;                     /* of sb */
    size_t refuse_at;               /* bytes after which the content is refused; SIZE_MAX: never */
    size_t kill_at;                 /* bytes after which sb is killed */
    unsigned damage;                /* one in so many bytes is damaged; 0: none */
    size_t files, total, len;       /* done files; bytes in all; bytes of this file */
    size_t expected[FILES_MAX];     /* sizes of the files, in order */
    unsigned ends, aborts, retries; /* NAKs sent */
    uint32_t noise;
};

static uint32_t skipped_ms; /* waits for nobody are not waited */

static uint32_t now_ms(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return skipped_ms + (uint32_t)(5u * ((uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u));
}

static void path_of(char *out, size_t out_size, size_t size) {
    snprintf(out, out_size, "%s/size-%zu", dir, size);
}

static void write_file(size_t size) {
    char path[64];

    path_of(path, sizeof path, size);
    FILE *const f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static int group_setup(void **state) {
    uint32_t x = 0x1234567;

    (void)state;
    for (size_t i = 0; i < sizeof content; i++) {
        x = x * 1664525u + 1013904223u;
        content[i] = (uint8_t)(x >> 24);
    }
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        write_file(sizes[i]);
    return 0;
}

static int group_teardown(void **state) {
    char path[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        path_of(path, sizeof path, sizes[i]);
        unlink(path);
    }
    return rmdir(dir);
}

/* Starts `sb [option] files…` on a raw pseudo-terminal; `r->line` is its other end. */
static void start(struct run *r, const char *option, const size_t *files, size_t n) {
    char paths[FILES_MAX][64], sb[] = "sb", opt[8], *argv[FILES_MAX + 3] = {sb};
    size_t argc = 1;
    struct termios t;

    if (option != NULL) {
        snprintf(opt, sizeof opt, "%s", option);
        argv[argc++] = opt;
    }
    for (size_t i = 0; i < n; i++) {
        path_of(paths[i], sizeof paths[i], files[i]);
        argv[argc++] = paths[i];
        r->expected[i] = files[i];
    }
    r->line = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(r->line >= 0);
    assert_int_equal(grantpt(r->line), 0);
    assert_int_equal(unlockpt(r->line), 0);
    const int other = open(ptsname(r->line), O_RDWR | O_NOCTTY);
    assert_true(other >= 0);
    assert_int_equal(tcgetattr(other, &t), 0);
    cfmakeraw(&t);
    assert_int_equal(tcsetattr(other, TCSANOW, &t), 0);
    r->pid = fork();
    assert_true(r->pid >= 0);
    if (r->pid == 0) {
        const int null = open("/dev/null", O_WRONLY);

        dup2(other, 0);
        dup2(other, 1);
        dup2(null, 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(other);
}

static prm_answer judge(struct run *r) {
    const struct prm_ymodem_event *const e = &r->y.event;

    switch (e->kind) {
    case PRM_YMODEM_FILE:
        assert_true(r->files < FILES_MAX);
        assert_int_equal(e->size, r->expected[r->files]);
        assert_memory_equal(e->bytes.ptr, "size-", 5);
        r->len = 0;
        break;
    case PRM_YMODEM_DATA:
        assert_true(r->len + e->bytes.len <= r->expected[r->files]);
        assert_memory_equal(e->bytes.ptr, content + r->len, e->bytes.len);
        r->len += e->bytes.len;
        r->total += e->bytes.len;
        if (r->total >= r->kill_at) {
            kill(r->pid, SIGKILL);
            r->kill_at = SIZE_MAX;
        }
        return r->total >= r->refuse_at ? PRM_NO : PRM_YES;
    case PRM_YMODEM_DONE:
        assert_int_equal(r->len, r->expected[r->files]);
        r->files++;
        break;
    case PRM_YMODEM_END:
        r->ends++;
        break;
    case PRM_YMODEM_ABORTED:
        r->aborts++;
        break;
    default:
        break;
    }
    return PRM_YES;
}

/* What came over the line in one read. */
static void receive(struct run *r, uint8_t *bytes, size_t len) {
    for (size_t i = 0; r->damage != 0 && i < len; i++) {
        r->noise = r->noise * 1664525u + 1013904223u;
        if ((r->noise >> 8) % r->damage == 0)
            bytes[i] ^= (uint8_t)(1u << (r->noise >> 29));
    }
    for (size_t used = 0; used < len;) {
        used += prm_ymodem_push(&r->y, prm_span_of(bytes + used, len - used), now_ms());
        if (r->y.event.kind != PRM_YMODEM_NONE)
            prm_ymodem_answer(&r->y, judge(r), now_ms());
    }
}

/* Serves the line until sb is gone and the receiver waits again. */
static void serve(struct run *r) {
    uint8_t bytes[512], reply;
    int running = 1;
    const time_t end = time(NULL) + LIMIT_S;

    while (running || r->y.state != 0) {
        struct pollfd p = {.fd = r->line, .events = POLLIN};

        if (time(NULL) > end) {
            kill(r->pid, SIGKILL);
            fail_msg("not over after %d s", LIMIT_S);
        }
        if (poll(&p, 1, 5) > 0 && (p.revents & POLLIN)) {
            const ssize_t n = read(r->line, bytes, sizeof bytes);

            receive(r, bytes, n > 0 ? (size_t)n : 0);
        } else if (p.revents != 0) {
            poll(NULL, 0, 5); /* sb is gone */
        }
        prm_ymodem_tick(&r->y, now_ms());
        if (r->y.event.kind != PRM_YMODEM_NONE)
            prm_ymodem_answer(&r->y, judge(r), now_ms());
        while ((reply = prm_ymodem_pull(&r->y)) != 0) {
            r->retries += reply == 0x15;
            if (running)
                assert_int_equal(write(r->line, &reply, 1), 1);
        }
        if (running && waitpid(r->pid, &r->status, WNOHANG) == r->pid) {
            running = 0;
            skipped_ms += PRM_YMODEM_GIVE_UP_MS;
        }
    }
    close(r->line);
}

static struct run fresh(void) {
    struct run r = {.refuse_at = SIZE_MAX, .kill_at = SIZE_MAX};

    prm_ymodem_init(&r.y, CONTENT_MAX, now_ms());
    return r;
}

static void exited(const struct run *r, int ok) {
    if (WIFEXITED(r->status) && WEXITSTATUS(r->status) == 127)
        fail_msg("no sb here; scripts/setup.sh installs it (Debian package lrzsz)");
    if (ok) {
        assert_true(WIFEXITED(r->status));
        assert_int_equal(WEXITSTATUS(r->status), 0);
    } else {
        assert_true(!WIFEXITED(r->status) || WEXITSTATUS(r->status) != 0);
    }
}

static void each_size_alone(void **state) {
    (void)state;
    for (size_t i = 0; i < 2 * COUNT_OF(sizes); i++) {
        struct run r = fresh();

        start(&r, i % 2 ? "-k" : NULL, &sizes[i / 2], 1);
        serve(&r);
        exited(&r, 1);
        assert_int_equal(r.files, 1);
        assert_int_equal(r.total, sizes[i / 2]);
        assert_int_equal(r.ends, 1);
        assert_int_equal(r.aborts, 0);
    }
}

static void all_in_one_batch(void **state) {
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct run r = fresh();

        start(&r, i ? "-k" : NULL, sizes, COUNT_OF(sizes));
        serve(&r);
        exited(&r, 1);
        assert_int_equal(r.files, COUNT_OF(sizes));
        assert_int_equal(r.ends, 1);
    }
}

static void over_a_noisy_line(void **state) {
    static const size_t size = 100 * 1024;
    struct run r = fresh();

    (void)state;
    r.damage = 10000;
    start(&r, "-k", &size, 1);
    serve(&r);
    exited(&r, 1);
    assert_int_equal(r.files, 1);
    assert_int_equal(r.total, size);
    assert_true(r.retries > 1);
}

static void refused_content_ends_sb_with_an_error(void **state) {
    static const size_t at[] = {1, 50000, 100 * 1024};
    static const size_t size = 100 * 1024;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(at); i++) {
        struct run r = fresh();

        r.refuse_at = at[i];
        start(&r, "-k", &size, 1);
        serve(&r);
        exited(&r, 0);
        assert_int_equal(r.files, 0);
        assert_true(r.total >= at[i] && r.total < at[i] + 1024);
    }
}

static void too_large_is_refused(void **state) {
    static const size_t size = 1025;
    struct run r = fresh();

    (void)state;
    prm_ymodem_init(&r.y, 1024, now_ms());
    start(&r, NULL, &size, 1);
    serve(&r);
    exited(&r, 0);
    assert_int_equal(r.total, 0);
}

static void after_a_killed_sender_comes_another(void **state) {
    static const size_t size = 100 * 1024;
    struct run r = fresh();

    (void)state;
    r.kill_at = 30000;
    start(&r, NULL, &size, 1);
    serve(&r);
    exited(&r, 0);
    assert_int_equal(r.files, 0);
    assert_int_equal(r.aborts, 1);
    r.total = 0;
    start(&r, NULL, &size, 1);
    serve(&r);
    exited(&r, 1);
    assert_int_equal(r.files, 1);
    assert_int_equal(r.total, size);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_size_alone),
        cmocka_unit_test(all_in_one_batch),
        cmocka_unit_test(over_a_noisy_line),
        cmocka_unit_test(refused_content_ends_sb_with_an_error),
        cmocka_unit_test(too_large_is_refused),
        cmocka_unit_test(after_a_killed_sender_comes_another),
    };

    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
