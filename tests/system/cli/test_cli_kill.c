/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_kill.c - verbs that spend or replace, killed at every system call: inputs are intact, an output is not there
 * or whole, one counted signature is spent at most, and the same verb then succeeds.
 *
 * PRIMUM_KILL_STEP tells at how many of the stops: each n-th; 1 is all.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/keys/hss_state.h"
#include "tests/system/hsm/release_rig.h"
#include "tests/system/hss/rig.h"
#include "tests/system/hss/tracer.h"

enum { STEP = 23 };

static const char *program;

static unsigned step(void) {
    const char *told = getenv("PRIMUM_KILL_STEP");

    return told != NULL ? (unsigned)strtoul(told, NULL, 10) : STEP;
}

static int setup(void **state) {
    const char *const hss[] = {"keygen", "--alg", "HSS-LMS", "--height", "10", "-o", "h", NULL};
    const char *const make[] = {"trust", "make", "--number=1", "--release-key=k.pub.pem", "-o", "t.trust", NULL};
    const char *const waits[] = {"--public=k.pub.pem", "--to-be-signed=tbs", "-o", "w.suit", NULL};

    (void)state;
    release_begin(program);
    assert_int_equal(rig_run(hss), 0);
    assert_int_equal(rig_run(make), 0);
    assert_int_equal(release_sign(waits), 0);
    release_shell(
        "openssl dgst -sha256 -sign k.pem -out sig tbs; mkdir kept; cp *.pem *.bin t.trust w.pending sig kept/");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    rig_end();
    return 0;
}

static uint64_t next_of(const char *path) {
    struct hss_state s;

    assert_int_equal(hss_state_read(path, &s), PRIMUM_OK);
    const uint64_t next = s.next;
    hss_state_close(&s);
    return next;
}

/* Everything as it was, but the counted key. */
static void reset(int exists) {
    release_shell("cp -p kept/* . && rm -f out.* out2.* .out* .t.trust* .w.pending*");
    if (exists)
        rig_write("out.suit", "precious", 8);
}

static int is_precious(const char *path) {
    size_t len = 0;
    char *bytes = (char *)rig_read(path, &len);
    const int same = bytes != NULL && len == 8 && memcmp(bytes, "precious", 8) == 0;

    free(bytes);
    return same;
}

/* What there may be after a kill. */
typedef void (*check_fn)(int exists);

static void kill_each(const char *const words[], int exists, check_fn check) {
    unsigned k, spent = 0;

    for (k = 1; k < STOPS_MAX; k += step()) {
        struct trace trace = {.kill_at = k};
        const uint64_t before = next_of("h.hss");
        reset(exists);
        const int status = run_traced(words, &trace);
        assert_true(status <= 0);
        check(exists);
        const uint64_t used = next_of("h.hss") - before;
        assert_true(used <= 1);
        spent += (unsigned)used;
        release_shell("for f in kept/*.pem kept/*.bin kept/sig; do cmp \"$f\" \"${f#kept/}\" || exit 1; done");
        if (status == 0)
            break;
    }
    assert_true(k > 200);
    reset(exists);
    assert_int_equal(rig_run(words), 0);
    printf("    %u stops, %u signatures spent\n", k, spent);
}

static void release_whole_or_not(int exists) {
    if (exists && is_precious("out.suit"))
        return;
    assert_false(exists && !release_exists("out.suit"));
    if (release_exists("out.suit"))
        assert_int_equal(release_verify("out.suit", "k.pub.pem"), 0);
}

#define SIGN                                                                                                           \
    "sign", "--vendor=example.com", "--class=pump", "--sequence=3", "--version=1.0.0", "--image=a=app.bin",            \
        "--services=a=services.bin"

static void test_sign(void **state) {
    const char *const words[] = {SIGN, "--key=k.pem", "--key=h.hss", "-o", "out.suit", NULL};

    (void)state;
    kill_each(words, 0, release_whole_or_not);
}

static void test_sign_over(void **state) {
    const char *const words[] = {SIGN, "--key=k.pem", "--key=h.hss", "-o", "out.suit", "--force", NULL};

    (void)state;
    kill_each(words, 1, release_whole_or_not);
}

static void manifest_whole(int exists) {
    const char *const show[] = {"trust", "show", "t.trust", NULL};

    (void)exists;
    assert_int_equal(rig_run(show), 0);
}

static void test_trust_sign(void **state) {
    const char *const words[] = {"trust", "sign", "t.trust", "--key=h.hss", NULL};

    (void)state;
    kill_each(words, 0, manifest_whole);
}

/* The release, or what waits for the signature: one of them is there, whole, at any time. */
static void one_of_both(int exists) {
    const char *const attach[] = {"sign", "--attach=sig", "--pending=w.pending", "-o", "out2.suit", NULL};

    release_whole_or_not(exists);
    if (!release_exists("out.suit"))
        assert_int_equal(rig_run(attach), 0);
}

static void test_attach(void **state) {
    const char *const words[] = {"sign", "--attach=sig", "--pending=w.pending", "-o", "out.suit", NULL};

    (void)state;
    kill_each(words, 0, one_of_both);
}

static void keys_whole(int exists) {
    const char *const private_[] = {"key", "show", "out.pem", NULL}, *const public_[] = {"key", "show", "out.pub.pem",
                                                                                         NULL};

    (void)exists;
    assert_true(!release_exists("out.pem") || rig_run(private_) == 0);
    assert_true(!release_exists("out.pub.pem") || rig_run(public_) == 0);
}

static void test_keygen(void **state) {
    const char *const words[] = {"keygen", "--alg=ESP256", "-o", "out", NULL};

    (void)state;
    kill_each(words, 0, keys_whole);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {TEST(test_sign), TEST(test_sign_over), TEST(test_trust_sign), TEST(test_attach),
                                       TEST(test_keygen)};

    if (argc < 2)
        return 2;
    program = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
