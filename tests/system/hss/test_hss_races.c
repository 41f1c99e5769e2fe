/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hss_races.c - B1, B2: two processes, users, homes or copies on one machine never use a one-time key twice.
 *
 * Each race starts two signers at once; what both gave out is judged in the end. PRIMUM_RACES tells how many of each kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/keys/hss_state.h"
#include "tests/system/hss/rig.h"

enum { RACES = 60, NOBODY = 65534 };

static const char *program;

static unsigned races(void) {
    const char *told = getenv("PRIMUM_RACES");

    return told != NULL ? (unsigned)strtoul(told, NULL, 10) : RACES;
}

static int setup(void **state) {
    (void)state;
    rig_begin(program);
    rig_keygen("10", "4", "2");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    rig_user(0);
    unsetenv("XDG_STATE_HOME");
    rig_end();
    return 0;
}

static void copy(const char *from, const char *to) {
    size_t len = 0;
    uint8_t *bytes = rig_read(from, &len);

    assert_non_null(bytes);
    rig_write(to, bytes, len);
    free(bytes);
    assert_int_equal(chmod(to, 0666), 0);
}

static pid_t start_sign(const char *key, const char *kind, unsigned race) {
    char name[32];

    snprintf(name, sizeof name, "%s%u", kind, race);
    return rig_start(rig_sign_words(key, name));
}

/* Two signings at once, with a change of who signs between their starts; how many succeeded. */
static unsigned race(const char *a, const char *b, unsigned number, void (*between)(void), void (*after)(void)) {
    const pid_t first = start_sign(a, "a", number);

    if (between != NULL)
        between();
    const pid_t second = start_sign(b, "b", number);
    if (after != NULL)
        after();
    const int won = rig_wait(first), too = rig_wait(second);
    return (won == 0 ? 1u : 0u) + (too == 0 ? 1u : 0u);
}

/* Judged apart, since keys of one test share a folder. */
static void judge(unsigned expected) {
    const struct rig_verdict verdict = rig_judge();

    assert_int_equal(verdict.complete, expected);
    assert_int_equal(verdict.cut, 0);
}

/* One file, two signers: both succeed, with different keys. */
static void test_one_file(void **state) {
    unsigned won = 0;

    (void)state;
    for (unsigned i = 0; i < races(); i++)
        won += race("k.hss", "k.hss", i, NULL, NULL);
    assert_int_equal(won, 2 * races());
    judge(won);
}

static void split_off(void) {
    char count[16];
    snprintf(count, sizeof count, "%u", 4 * races() + 8);
    const char *const words[] = {"key", "split", "k.hss", "--count", count, "-o", "o.hss", NULL};

    assert_int_equal(rig_run(words), 0);
    assert_int_equal(chmod("o.hss", 0666), 0);
}

/* B1: a split-off file and its copy. */
static void test_copies(void **state) {
    unsigned won = 0;

    (void)state;
    split_off();
    for (unsigned i = 0; i < races(); i++) {
        copy("o.hss", "c.hss");
        won += race("o.hss", "c.hss", i, NULL, NULL);
    }
    assert_int_equal(won, races());
    judge(won);
}

static void other_home(void) {
    setenv("XDG_STATE_HOME", "/tmp", 1);
    setenv("HOME", "/tmp", 1);
}

static void own_home(void) {
    unsetenv("XDG_STATE_HOME");
    setenv("HOME", "/root", 1);
}

/* B2: the same under two homes. */
static void test_homes(void **state) {
    unsigned won = 0;

    (void)state;
    split_off();
    for (unsigned i = 0; i < races(); i++) {
        copy("o.hss", "c.hss");
        won += race("o.hss", "c.hss", i, other_home, own_home);
    }
    assert_int_equal(won, races());
    judge(won);
}

/* The state of before put back into the very file, and used from another home. */
static void test_restored(void **state) {
    unsigned won = 0;

    (void)state;
    split_off();
    for (unsigned i = 0; i < races(); i++) {
        copy("o.hss", "backup");
        const pid_t first = start_sign("o.hss", "a", i);
        won += rig_wait(first) == 0;
        other_home();
        copy("o.hss", "newest");
        copy("backup", "o.hss");
        const pid_t second = start_sign("o.hss", "b", i);
        assert_int_equal(rig_wait(second), PRIMUM_REFUSED);
        own_home();
        copy("newest", "o.hss");
    }
    assert_int_equal(won, races());
    judge(won);
}

static void as_nobody(void) {
    rig_user(NOBODY);
}

static void as_root(void) {
    rig_user(0);
}

/* Two users of one machine, with one file and with a copy of it. */
static void test_users(void **state) {
    unsigned won = 0;

    (void)state;
    if (geteuid() != 0) {
        print_message("    not root: nobody else to sign as; only root's tests see this\n");
        skip();
    }
    split_off();
    assert_int_equal(chmod(".", 0777), 0);
    assert_int_equal(chmod("out", 0777), 0);
    for (unsigned i = 0; i < races(); i++) {
        copy("o.hss", "c.hss");
        won += race("o.hss", i % 2 == 0 ? "c.hss" : "o.hss", i, as_nobody, as_root);
    }
    assert_true(won >= races());
    judge(won);
}

static pid_t start_adopt(const char *key) {
    const char *const words[] = {"key", "adopt", key, "--skip", "0", NULL};

    return rig_start(words);
}

/*
 * A copy is adopted and used while the original signs. Whichever comes first: the adopted copy goes on behind what was used,
 * or the original is the older one from then on.
 */
static void test_adopted(void **state) {
    unsigned won = 0;

    (void)state;
    split_off();
    for (unsigned i = 0; i < races(); i++) {
        copy("o.hss", "c.hss");
        const pid_t original = start_sign("o.hss", "a", i);
        const pid_t adopting = start_adopt("c.hss");
        won += rig_wait(original) == 0;
        assert_int_equal(rig_wait(adopting), 0);
        const pid_t adopted = start_sign("c.hss", "b", i);
        assert_int_equal(rig_wait(adopted), 0);
        won++;
        const pid_t late = start_sign("o.hss", "c", i);
        assert_int_equal(rig_wait(late), PRIMUM_REFUSED);
        assert_int_equal(rename("c.hss", "o.hss"), 0);
    }
    judge(won);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {TEST(test_one_file), TEST(test_copies), TEST(test_homes),
                                       TEST(test_restored), TEST(test_users),  TEST(test_adopted)};

    if (argc < 2)
        return 2;
    program = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
