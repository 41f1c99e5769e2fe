/* SPDX-License-Identifier: Apache-2.0 */
/* test_hss_parallel.c - eight signers at once with one key file: no index twice, none wasted, all signatures valid. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/system/hss/rig.h"

#define SIGNERS 8u
#define SIGNATURES 500u

static const char *program;

/* One signer: every eighth of the signatures, one process after the other. Its exit status: how many failed. */
static int signer(unsigned me) {
    char name[16];
    int failed = 0;

    for (unsigned i = me; i < SIGNATURES; i += SIGNERS) {
        snprintf(name, sizeof name, "s%u", i);
        failed += rig_run(rig_sign_words("k.hss", name)) != 0;
    }
    return failed;
}

static void sign_all(const char *height, const char *levels) {
    pid_t pid[SIGNERS];

    rig_begin(program);
    rig_keygen(height, "4", levels);
    for (unsigned i = 0; i < SIGNERS; i++) {
        pid[i] = fork();
        if (pid[i] == 0)
            _exit(signer(i));
        assert_true(pid[i] > 0);
    }
    int failed = 0;
    for (unsigned i = 0; i < SIGNERS; i++)
        failed += rig_wait(pid[i]);
    const struct rig_verdict verdict = rig_judge();
    assert_int_equal(failed, 0);
    assert_int_equal(verdict.complete, SIGNATURES);
    assert_int_equal(verdict.cut, 0);
    assert_int_equal(verdict.highest, SIGNATURES - 1u);
    rig_end();
}

static void test_one_level(void **state) {
    (void)state;
    sign_all("10", "1");
}

/* 16 bottom trees come and go while eight signers push each other along. */
static void test_two_levels(void **state) {
    (void)state;
    sign_all("5", "2");
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_level), cmocka_unit_test(test_two_levels)};

    if (argc < 2)
        return 2;
    program = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
