/* SPDX-License-Identifier: Apache-2.0 */
/* harness_cases.c - a cmocka program of as many passing, skipped and failing cases as its arguments say, for test_harness.sh. */
#include "tests/unit/unit.h"

static void passes(void **state) {
    (void)state;
}

static void is_skipped(void **state) {
    (void)state;
    printf("a line that has no end ");
    skip();
}

static void fails(void **state) {
    (void)state;
    fail();
}

int main(int argc, char **argv) {
    static struct CMUnitTest tests[30];
    static const CMUnitTestFunction kinds[3] = {passes, is_skipped, fails};
    static const char *const names[3] = {"passes", "is_skipped", "fails"};
    size_t n = 0;

    for (int kind = 0; kind < 3 && kind + 1 < argc; kind++)
        for (int i = 0; i < atoi(argv[kind + 1]) && n < COUNT_OF(tests); i++)
            tests[n++] = (struct CMUnitTest){.name = names[kind], .test_func = kinds[kind]};
    return _cmocka_run_group_tests("cases", tests, n, NULL, NULL);
}
