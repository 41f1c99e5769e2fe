/* SPDX-License-Identifier: Apache-2.0 */
/* test_hss_cli.c - the verbs on HSS-LMS keys: to the last signature, divided, copied, restored, moved, encrypted. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/keys/hss_check.h"
#include "host/keys/hss_state.h"
#include "tests/system/hss/rig.h"

static const char *program;

static int setup(void **state) {
    (void)state;
    rig_begin(program);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    rig_end();
    return 0;
}

static int sign(const char *key, const char *name) {
    return rig_run(rig_sign_words(key, name));
}

static void copy(const char *from, const char *to) {
    size_t len = 0;
    uint8_t *bytes = rig_read(from, &len);

    assert_non_null(bytes);
    rig_write(to, bytes, len);
    free(bytes);
}

static uint64_t left_of(const char *path) {
    struct hss_state s;

    assert_int_equal(hss_state_read(path, &s), PRIMUM_OK);
    const uint64_t left = s.end - s.next;
    hss_state_close(&s);
    return left;
}

static int split(const char *key, const char *count, const char *out) {
    const char *const words[] = {"key", "split", key, "--count", count, "-o", out, NULL};

    return rig_run(words);
}

static int adopt(const char *key, const char *skip) {
    const char *const words[] = {"key", "adopt", key, "--skip", skip, NULL};

    return rig_run(words);
}

static void test_to_the_last(void **state) {
    char name[16];
    struct stat st;

    (void)state;
    rig_keygen("5", "8", "1");
    assert_int_equal(stat("k.hss", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    for (int i = 0; i < 32; i++) {
        snprintf(name, sizeof name, "s%d", i);
        assert_int_equal(sign("k.hss", name), 0);
        assert_int_equal(rig_said("warning"), i >= 16);
    }
    assert_int_equal(stat("k.hss", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(sign("k.hss", "toomuch"), PRIMUM_REFUSED);
    assert_true(rig_said("no signatures left"));
    const struct rig_verdict verdict = rig_judge();
    assert_int_equal(verdict.complete, 32);
    assert_int_equal(verdict.highest, 31);
}

static void test_show(void **state) {
    const char *const json[] = {"key", "show", "k.hss", "--json", NULL}, *const text[] = {"key", "show", "k.hss", NULL};
    const char *const pub[] = {"key", "show", "k.hss.pub", NULL}, *const none[] = {"key", "show", "message-a", NULL};

    (void)state;
    rig_keygen("5", "4", "2");
    assert_int_equal(sign("k.hss", "a"), 0);
    assert_int_equal(rig_run(json), 0);
    assert_true(rig_said("\"left\": 1023,") && rig_said("\"of\": 1024,") && rig_said("\"standing\": \"here\""));
    assert_int_equal(rig_run(text), 0);
    assert_true(rig_said("1023 left of 1024") && rig_said("height 5, Winternitz 4, 2 levels"));
    assert_int_equal(rig_run(pub), 0);
    assert_true(rig_said("height 5, Winternitz 4, 2 levels"));
    assert_int_equal(rig_run(none), PRIMUM_REFUSED);
    assert_int_equal(left_of("k.hss"), 1023);
}

/* Nothing that exists is overwritten, and keygen asks before it works. */
static void test_keygen_keeps(void **state) {
    const char *const words[] = {"keygen", "--alg", "HSS-LMS", "--height", "5", "-o", "k", NULL};
    const char *const odd[] = {"keygen", "--alg", "HSS-LMS", "--height", "7", "-o", "x", NULL};
    const char *const deep[] = {"keygen", "--alg", "HSS-LMS", "--height", "25", "--levels", "3", "-o", "x", NULL};

    (void)state;
    rig_keygen("5", "4", "1");
    assert_int_equal(rig_run(words), PRIMUM_REFUSED);
    assert_int_equal(rename("k.hss", "moved"), 0);
    assert_int_equal(rig_run(words), PRIMUM_REFUSED);
    assert_int_not_equal(access("k.hss", F_OK), 0);
    assert_int_equal(rig_run(odd), PRIMUM_USAGE);
    assert_int_equal(rig_run(deep), PRIMUM_USAGE);
}

static void test_split(void **state) {
    char name[16];

    (void)state;
    rig_keygen("5", "8", "2");
    assert_int_equal(sign("k.hss", "p0"), 0);
    assert_int_equal(split("k.hss", "1024", "o.hss"), PRIMUM_REFUSED);
    assert_int_equal(split("k.hss", "0", "o.hss"), PRIMUM_USAGE);
    assert_int_equal(split("k.hss", "3", "nowhere/o.hss"), PRIMUM_IO);
    assert_int_equal(split("k.hss", "3", "k.hss.pub"), PRIMUM_REFUSED);
    assert_int_equal(left_of("k.hss"), 1023);
    /* In the middle of a bottom tree: both files then have its upper key sign, and must sign the same. */
    assert_int_equal(split("k.hss", "1013", "o.hss"), 0);
    assert_int_equal(split("o.hss", "40", "oo.hss"), 0);
    assert_int_equal(left_of("k.hss"), 10);
    assert_int_equal(left_of("o.hss"), 973);
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "p%d", i + 1);
        assert_int_equal(sign("k.hss", name), 0);
        snprintf(name, sizeof name, "o%d", i);
        assert_int_equal(sign("o.hss", name), 0);
    }
    assert_int_equal(sign("k.hss", "end"), PRIMUM_REFUSED);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "q%d", i);
        assert_int_equal(sign("oo.hss", name), 0);
    }
    assert_int_equal(sign("oo.hss", "end"), PRIMUM_REFUSED);
    const struct rig_verdict verdict = rig_judge();
    assert_int_equal(verdict.complete, 1 + 10 + 10 + 40);
    assert_int_equal(verdict.highest, 1023);
}

/* An older copy put back, in place or beside, is refused; so is a copy that is as new. */
static void test_copies(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    assert_int_equal(sign("k.hss", "a"), 0);
    copy("k.hss", "old");
    assert_int_equal(sign("old", "b"), PRIMUM_REFUSED);
    assert_true(rig_said("copied, moved or restored"));
    assert_int_equal(sign("k.hss", "c"), 0);
    assert_int_equal(sign("old", "d"), PRIMUM_REFUSED);
    assert_true(rig_said("older than"));
    copy("old", "k.hss");
    assert_int_equal(sign("k.hss", "e"), PRIMUM_REFUSED);
    assert_int_equal(split("k.hss", "4", "o.hss"), PRIMUM_REFUSED);
    /* Adopted, it goes on behind what this machine saw. */
    assert_int_equal(adopt("k.hss", "0"), 0);
    assert_int_equal(left_of("k.hss"), 30);
    assert_int_equal(sign("k.hss", "f"), 0);
    assert_int_equal(adopt("k.hss", "5"), 0);
    assert_int_equal(left_of("k.hss"), 24);
    assert_int_equal(adopt("k.hss", "1000"), 0);
    assert_int_equal(left_of("k.hss"), 0);
    assert_int_equal(rig_judge().complete, 3);
}

/* A backup from before a split still holds the range that was given away. */
static void test_backup_before_split(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    copy("k.hss", "old");
    assert_int_equal(split("k.hss", "20", "o.hss"), 0);
    assert_int_equal(rename("old", "k.hss"), 0);
    assert_int_equal(sign("k.hss", "a"), PRIMUM_REFUSED);
    assert_int_equal(adopt("k.hss", "0"), 0);
    assert_int_equal(left_of("k.hss"), 12);
}

/* A copy is refused, whoever's home it is signed from, and whatever is known of the key: it isn't where it was written. */
static void test_elsewhere(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    copy("k.hss", "there");
    assert_int_equal(mkdir("home", 0700), 0);
    char *home = realpath("home", NULL);
    setenv("HOME", home, 1);
    setenv("XDG_STATE_HOME", home, 1);
    free(home);
    assert_int_equal(sign("there", "b"), PRIMUM_REFUSED);
    assert_true(rig_said("copied, moved or restored"));
    assert_int_equal(left_of("there"), 32);
    assert_int_equal(sign("k.hss", "c"), 0);
    unsetenv("XDG_STATE_HOME");
}

/* B2: a split-off file is bound when it is made; a copy of it signs under no home, and the file itself after a move only
 * when it was adopted. */
static void test_split_is_bound(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    assert_int_equal(split("k.hss", "8", "o.hss"), 0);
    copy("o.hss", "copy.hss");
    assert_int_equal(sign("copy.hss", "a"), PRIMUM_REFUSED);
    assert_int_equal(sign("o.hss", "b"), 0);
    assert_int_equal(sign("copy.hss", "c"), PRIMUM_REFUSED);
    assert_true(rig_said("older than"));
    /* Adopted, the copy goes on behind what the first has used, and the first one is the old one now. */
    assert_int_equal(adopt("copy.hss", "0"), 0);
    assert_int_equal(left_of("copy.hss"), 7);
    assert_int_equal(sign("copy.hss", "d"), 0);
    assert_int_equal(sign("o.hss", "e"), PRIMUM_REFUSED);
    assert_int_equal(rig_judge().complete, 2);
}

/* The state put back into the very file it came from, as `cat backup > k.hss` does: only the machine's mark can tell. */
static void test_restored_in_place(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    copy("k.hss", "backup");
    assert_int_equal(sign("k.hss", "a"), 0);
    copy("backup", "k.hss");
    setenv("XDG_STATE_HOME", "/nonexistent", 1);
    assert_int_equal(sign("k.hss", "b"), PRIMUM_REFUSED);
    assert_true(rig_said("older than"));
    unsetenv("XDG_STATE_HOME");
}

/* B15: no name is silently ours. */
static void test_no_name_is_ours(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    assert_int_equal(split("k.hss", "8", "k.hss.new"), 0);
    assert_int_equal(sign("k.hss", "a"), 0);
    assert_int_equal(left_of("k.hss.new"), 8);
    assert_int_equal(sign("k.hss.new", "b"), 0);
    assert_int_equal(rig_judge().complete, 2);
}

/* B14: what can't be written is known before a signature is spent. */
static void test_nothing_spent(void **state) {
    const char *const nowhere[] = {"key", "sign", "k.hss", "--input", "m", "-o", "no/such/folder", NULL};
    const char *const exists[] = {"key", "sign", "k.hss", "--input", "m", "-o", "k.hss.pub", NULL};
    const char *const itself[] = {"key", "sign", "k.hss", "--input", "m", "-o", "k.hss", "--force", NULL};
    const char *const missing[] = {"key", "sign", "k.hss", "--input", "none", "-o", "out/a", NULL};

    (void)state;
    rig_keygen("5", "8", "1");
    rig_write("m", "m", 1);
    assert_int_equal(rig_run(nowhere), PRIMUM_IO);
    assert_int_equal(rig_run(exists), PRIMUM_REFUSED);
    assert_int_equal(rig_run(itself), PRIMUM_USAGE);
    assert_int_equal(rig_run(missing), PRIMUM_IO);
    assert_int_equal(left_of("k.hss"), 32);
}

static void test_names(void **state) {
    (void)state;
    rig_keygen("5", "8", "1");
    /* Another name in the same folder or file system is the same file. */
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(rename("k.hss", "sub/k.hss"), 0);
    assert_int_equal(sign("sub/k.hss", "a"), 0);
    /* Through a symbolic link the file itself changes, and the link stays one. */
    assert_int_equal(symlink("sub/k.hss", "link.hss"), 0);
    assert_int_equal(sign("link.hss", "b"), 0);
    struct stat st;
    assert_int_equal(lstat("link.hss", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(left_of("sub/k.hss"), 30);
    assert_int_equal(link("sub/k.hss", "hard.hss"), 0);
    assert_int_equal(sign("sub/k.hss", "c"), PRIMUM_REFUSED);
    assert_int_equal(sign("hard.hss", "c"), PRIMUM_REFUSED);
    assert_int_equal(unlink("hard.hss"), 0);
    assert_int_equal(sign("sub/k.hss", "c"), 0);
    assert_int_equal(rig_judge().highest, 2);
}

static void test_passphrase(void **state) {
    const char *const keygen[] = {"keygen", "--alg", "HSS-LMS", "--height", "5", "--n", "24", "-o", "k", "--passphrase-file",
                                  "right", NULL};
    const char *const good[] = {"key", "sign", "k.hss", "--input", "a", "-o", "out/a", "--passphrase-file", "right", NULL};
    const char *const bad[] = {"key", "sign", "k.hss", "--input", "a", "-o", "out/b", "--passphrase-file", "wrong", NULL};
    struct hss_state s;
    uint8_t seed[HSS_SEED_SIZE];
    size_t len = 0;

    (void)state;
    rig_write("right", "correct horse\n", 14);
    rig_write("wrong", "correct house\n", 14);
    rig_write("a", "a", 1);
    assert_int_equal(rig_run(keygen), 0);
    assert_int_equal(rig_run(bad), PRIMUM_REFUSED);
    assert_int_equal(left_of("k.hss"), 32);
    assert_int_equal(rig_run(good), 0);
    assert_int_equal(rig_judge().complete, 1);
    assert_int_equal(hss_state_read("k.hss", &s), PRIMUM_OK);
    assert_int_equal(hss_seed_open(&s.sealed, "k.hss", "correct horse", seed), PRIMUM_OK);
    uint8_t *file = rig_read("k.hss", &len);
    assert_null(memmem(file, len, seed, 16));
    free(file);
    hss_state_close(&s);
}

/* No room for the new state: no signature, and the old state stands. */
static void test_disk_full(void **state) {
    const struct rlimit none = {0, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};

    (void)state;
    rig_keygen("5", "8", "1");
    const char *const *words = rig_sign_words("k.hss", "a");
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    const int status = rig_run(words);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
    assert_int_equal(status, PRIMUM_IO);
    assert_int_not_equal(access("out/a", F_OK), 0);
    assert_int_equal(left_of("k.hss"), 32);
    assert_int_equal(sign("k.hss", "a"), 0);
    assert_int_equal(rig_judge().highest, 0);
}

static void test_public_file(void **state) {
    struct primum_hss_public from_key, from_file;
    size_t len = 0;
    unsigned same = 0;

    (void)state;
    rig_keygen("5", "8", "1");
    assert_int_equal(primum_hss_public_of("k.hss", &from_key), 0);
    assert_int_equal(primum_hss_public_read("k.hss.pub", &from_file), 0);
    assert_int_equal(from_key.len, from_file.len);
    assert_memory_equal(from_key.bytes, from_file.bytes, from_key.len);
    assert_memory_equal(from_key.kid, from_file.kid, sizeof from_key.kid);
    uint8_t *pem = rig_read("k.hss.pub", &len);
    for (size_t i = 0; i < len; i++) {
        const uint8_t was = pem[i];
        pem[i] ^= 2;
        rig_write("bad.pub", pem, len);
        pem[i] = was;
        /* Refused, or another key; the same only from bits that base64 doesn't use, in its last letter, and line ends. */
        if (primum_hss_public_read("bad.pub", &from_file) == 0 && was != '\n')
            same += memcmp(from_key.bytes, from_file.bytes, from_key.len) == 0;
    }
    free(pem);
    assert_true(same <= 1);
    assert_int_equal(primum_hss_is_key("k.hss"), 1);
    assert_int_equal(primum_hss_is_key("k.hss.pub"), 0);
    assert_int_equal(primum_hss_is_key("none"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {TEST(test_to_the_last), TEST(test_show),   TEST(test_keygen_keeps),
                                       TEST(test_split),       TEST(test_copies), TEST(test_backup_before_split),
                                       TEST(test_elsewhere),   TEST(test_names),  TEST(test_passphrase),
                                       TEST(test_disk_full),   TEST(test_public_file), TEST(test_split_is_bound),
                                       TEST(test_restored_in_place), TEST(test_no_name_is_ours), TEST(test_nothing_spent)};

    if (argc < 2)
        return 2;
    program = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
