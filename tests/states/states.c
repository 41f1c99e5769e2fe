/* SPDX-License-Identifier: Apache-2.0 */
/*
 * states.c - `make states`: from each stored state, one good release over the wire leads to a running device.
 *
 * usage: states [--stride N] [--first N] [--journals N] [--seed N]
 * --stride N tries each N-th stored state, from --first on. Last line: N passed, N failed, 0 skipped.
 */
#include "tests/states/states.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/file/file.h"

enum { SHOWN_MAX = 20 };

uint64_t states_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void tally_add(struct tally *tally, const struct ending *ending, const char *what) {
    tally->first[ending->first]++;
    tally->sends += ending->sends;
    tally->refused += ending->refused;
    tally->parts += ending->parts;
    tally->boots[ending->boots < 12 ? ending->boots : 12]++;
    if (ending->wrong[0] == '\0') {
        tally->passed++;
        return;
    }
    if (tally->failed++ < SHOWN_MAX)
        printf("FAILED %s: %s\n", what, ending->wrong);
}

void tally_print(const struct tally *tally) {
    static const char *const firsts[FIRSTS] = {"A", "B", "services alone", "recovery", "no rules"};

    printf("  first boot:");
    for (int i = 0; i < FIRSTS; i++)
        printf(" %s %llu%s", firsts[i], (unsigned long long)tally->first[i], i + 1 < FIRSTS ? "," : "\n");
    printf("  sendings: %llu, of which %llu refused, %llu for the services alone\n", (unsigned long long)tally->sends,
           (unsigned long long)tally->refused, (unsigned long long)tally->parts);
    printf("  boots until it runs, accepted:");
    for (int i = 1; i < 13; i++)
        if (tally->boots[i] != 0)
            printf(" %d: %llu", i, (unsigned long long)tally->boots[i]);
    printf("\n");
}

int main(int argc, char **argv) {
    static const struct option longs[] = {{"stride", required_argument, NULL, 0},
                                          {"first", required_argument, NULL, 1},
                                          {"journals", required_argument, NULL, 2},
                                          {"seed", required_argument, NULL, 3},
                                          {NULL, 0, NULL, 0}};
    static struct device device;
    uint64_t option[4] = {1, 0, 10000, 20261129};
    struct tally states, trust, journals;

    memset(&states, 0, sizeof states);
    memset(&trust, 0, sizeof trust);
    memset(&journals, 0, sizeof journals);
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        if (c < 0 || c > 3 || !primum_parse_u64(optarg, &option[c]) || option[0] == 0)
            return primum_fail(PRIMUM_USAGE, "usage: states [--stride N] [--first N] [--journals N] [--seed N]");
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    device_init(&device);
    states_enumerate(&device, option[1], option[0], &states);
    tally_print(&states);
    states_of_trust(&device, option[1], option[0], &trust);
    tally_print(&trust);
    states_journals(&device, (uint32_t)option[2], option[3], &journals);
    tally_print(&journals);
    device_free(&device);
    printf("%llu passed, %llu failed, 0 skipped\n", (unsigned long long)(states.passed + trust.passed + journals.passed),
           (unsigned long long)(states.failed + trust.failed + journals.failed));
    return states.failed + trust.failed + journals.failed == 0 ? 0 : 1;
}
