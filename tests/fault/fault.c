/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - skips executed instructions of the shipped root while the device holds something unauthentic.
 *
 * usage: fault [OPTION]... ELF NAME=[+]DIR[:BANKS]...
 *   NAME=DIR[:BANKS]  a scenario: a device folder, and what is in its banks: A, B: authentic, and may start; a, b:
 *                     authentic, and may not; s, t: of A, of B the services alone are authentic; what isn't named is
 *                     not. With a plus, the curve calls that judge a wrong signature are looked at closely
 *   --inner N         there: random occurrences of each address of the arithmetic, beside first and last (default 1)
 *   --outer N         and of the outer loops, beside the first and last two (default 3)
 *   --logic           nothing in hash and curve
 *   --until-bypass    ends a scenario with the first bypass
 *   --stride K        every K-th of all (default 1)
 *   --jobs N          processes (default 2)
 *   --boots           only the undisturbed boot, and the stack it takes: exit 0 if each starts an authentic slot
 *   --replay NAME:INDEX:SKIPS   one injection again, in full
 *
 * Ends with `N passed, N failed`: a failure is an injection after which unauthentic code runs.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fault/campaign.h"

enum { SCENARIOS_MAX = 32, EXIT_BYPASS = 1, EXIT_USAGE = 2 };

struct options {
    struct plan plan;
    unsigned jobs;
    int boots;
    const char *replay;
    struct scenario scenario[SCENARIOS_MAX];
    size_t n;
};

/* Bit 0 if one of `a` is in the text, bit 1 if one of `b` is. */
static uint32_t mask(const char *text, const char *a, const char *b) {
    return (strpbrk(text, a) != NULL ? 1u : 0u) | (strpbrk(text, b) != NULL ? 2u : 0u);
}

static void parse_scenario(struct options *o, const char *elf, char *text) {
    char *dir = strchr(text, '=');

    if (dir == NULL || o->n == SCENARIOS_MAX)
        die("not a scenario: %s", text);
    *dir++ = '\0';
    char *slots = strchr(dir, ':');
    struct scenario *sc = &o->scenario[o->n++];
    const int deep = dir[0] == '+';
    *sc = (struct scenario){.name = text, .dir = dir + deep, .deep = deep, .elf = elf};
    if (slots != NULL) {
        *slots++ = '\0';
        sc->allowed = mask(slots, "A", "B");
        sc->applications = mask(slots, "Aa", "Bb");
        sc->services = mask(slots, "Aas", "Bbt");
    }
}

static unsigned number(const char *text) {
    char *end;
    const unsigned long v = strtoul(text, &end, 10);

    if (*text == '\0' || *end != '\0' || v > 1000000)
        die("not a number: %s", text);
    return (unsigned)v;
}

static void parse_options(struct options *o, int argc, char **argv) {
    static const struct option longs[] = {{"inner", required_argument, NULL, 'i'},
                                          {"outer", required_argument, NULL, 'o'},
                                          {"stride", required_argument, NULL, 's'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"boots", no_argument, NULL, 'b'},
                                          {"logic", no_argument, NULL, 'l'},
                                          {"until-bypass", no_argument, NULL, 'u'},
                                          {"replay", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    int c;

    *o = (struct options){.plan = {.outer = 3, .inner = 1, .stride = 1}, .jobs = 2};
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (c == 'i')
            o->plan.inner = number(optarg);
        else if (c == 'o')
            o->plan.outer = number(optarg);
        else if (c == 's')
            o->plan.stride = number(optarg);
        else if (c == 'j')
            o->jobs = number(optarg);
        else if (c == 'b')
            o->boots = 1;
        else if (c == 'l')
            o->plan.logic_only = 1;
        else if (c == 'u')
            o->plan.until_bypass = 1;
        else if (c == 'r')
            o->replay = optarg;
        else
            exit(EXIT_USAGE);
    }
    if (argc - optind < 2)
        die("usage: fault [OPTION]... ELF NAME=DIR[:SLOTS]...");
    for (int i = optind + 1; i < argc; i++)
        parse_scenario(o, argv[optind], argv[i]);
}

static int replay(const struct options *o) {
    char name[64];
    uint64_t index;
    unsigned skips;

    if (sscanf(o->replay, "%63[^:]:%" SCNu64 ":%u", name, &index, &skips) != 3)
        die("--replay NAME:INDEX:SKIPS");
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->scenario[i].name, name) == 0)
            return campaign_replay(&o->scenario[i], index, skips) == OUT_BYPASS ? EXIT_BYPASS : 0;
    die("no scenario %s", name);
}

/* Each scenario in a process of its own, `jobs` at a time. A process that dies leaves `done` 0. */
struct shared {
    struct tally tally;
    int done;
};

static void wait_one(unsigned *running) {
    if (*running > 0 && wait(NULL) > 0)
        --*running;
}

static uint64_t injections(const struct tally *t) {
    uint64_t sum = t->pairs;

    for (int l = 0; l < LAYER_COUNT; l++)
        sum += t->injected[l];
    return sum;
}

static void run_all(const struct options *o, struct shared *results) {
    struct plan plan = o->plan;
    unsigned running = 0;

    if (o->boots)
        plan.stride = 0;
    for (size_t i = 0; i < o->n; i++) {
        if (running >= o->jobs)
            wait_one(&running);
        fflush(stdout);
        const pid_t pid = fork();
        if (pid < 0)
            die("can't fork");
        if (pid == 0) {
            campaign_run(&o->scenario[i], &plan, &results[i].tally);
            results[i].done = 1;
            if (!o->boots)
                printf("%-18s done: %" PRIu64 " injections in %.0f s of processor time\n", o->scenario[i].name,
                       injections(&results[i].tally), results[i].tally.cpu_s);
            fflush(stdout);
            _exit(0);
        }
        running++;
    }
    while (running > 0)
        wait_one(&running);
}

static void print_coverage(const struct options *o, const struct shared *results) {
    printf("\n%-18s %9s | %17s %9s | %17s %9s | %17s %9s\n", "", "executed", "logic: addr/insn", "injected",
           "outer: addr/insn", "injected", "inner: addr/insn", "injected");
    for (size_t i = 0; i < o->n; i++) {
        const struct tally *t = &results[i].tally;
        printf("%-18s %9" PRIu64, o->scenario[i].name, t->walked);
        for (int l = 0; l < LAYER_COUNT; l++)
            printf(" | %6" PRIu64 " %10" PRIu64 " %9" PRIu64, t->addresses[l], t->walked_layer[l],
                   t->injected[l] + (l == LAYER_LOGIC ? t->pairs : 0));
        putchar('\n');
    }
}

static void print_outcomes(const struct options *o, const struct shared *results) {
    printf("\n%-18s %9s %-9s |", "", "injected", "untouched");
    for (int k = 0; k < OUTCOME_COUNT; k++)
        printf(" %9s", outcome_text[k]);
    printf(" | %6s = %6s %6s %6s\n", "cpu s", "logic", "outer", "inner");
    for (size_t i = 0; i < o->n; i++) {
        const struct tally *t = &results[i].tally;
        printf("%-18s %9" PRIu64 " %-9s |", o->scenario[i].name, injections(t),
               t->golden < OUTCOME_COUNT ? outcome_text[t->golden] : "?");
        for (int k = 0; k < OUTCOME_COUNT; k++)
            printf(" %9" PRIu64, t->outcome[k]);
        printf(" | %6.1f   %6.1f %6.1f %6.1f\n", t->cpu_s, t->cpu_layer_s[LAYER_LOGIC], t->cpu_layer_s[LAYER_OUTER],
               t->cpu_layer_s[LAYER_INNER]);
    }
}

/* A scenario in which the undisturbed boot already does what it must not is a failure of its own. */
static int judge(const struct options *o, const struct shared *results) {
    uint64_t total = 0, failed = 0, unchanged = 0, rejoined = 0, converged = 0, recalled = 0, computed = 0;
    uint64_t rechecked = 0, disagreed = 0;

    for (size_t i = 0; i < o->n; i++) {
        const struct tally *t = &results[i].tally;
        total += injections(t);
        failed += t->outcome[OUT_BYPASS] + t->disagreed;
        unchanged += t->unchanged;
        rejoined += t->rejoined;
        converged += t->converged - t->rejoined;
        recalled += t->recalled;
        computed += t->computed;
        rechecked += t->rechecked;
        disagreed += t->disagreed;
        const enum outcome expected = o->scenario[i].allowed != 0 ? OUT_AUTHENTIC : OUT_RECOVERY;
        if (!results[i].done || t->golden != expected || injections(t) == 0) {
            printf("%s: the scenario did not run, or ended in %s undisturbed\n", o->scenario[i].name,
                   results[i].done && t->golden < OUTCOME_COUNT ? outcome_text[t->golden] : "nothing");
            failed++;
        }
    }
    printf("\nof %" PRIu64 " injections: %" PRIu64 " changed nothing, %" PRIu64
           " soon rejoined the undisturbed boot, %" PRIu64 " at the "
           "next hash or curve,\n%" PRIu64 " used a recalled hash or curve, %" PRIu64
           " a computed curve; %" PRIu64 " of these were run again in full, "
           "%" PRIu64 " ended differently\n",
           total, unchanged, rejoined, converged, recalled, computed, rechecked, disagreed);
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", total > failed ? total - failed : 0, failed);
    return failed == 0 ? 0 : EXIT_BYPASS;
}

static int judge_boots(const struct options *o, const struct shared *results) {
    unsigned failed = 0;

    for (size_t i = 0; i < o->n; i++) {
        const int ok = results[i].done && results[i].tally.golden == OUT_AUTHENTIC;
        printf("%s: %s after %" PRIu64 " instructions, %" PRIu32 " bytes of stack\n", o->scenario[i].name,
               results[i].done ? outcome_text[results[i].tally.golden] : "nothing", results[i].tally.walked,
               results[i].tally.stack_used);
        failed += !ok;
    }
    return failed == 0 ? 0 : EXIT_BYPASS;
}

int main(int argc, char **argv) {
    static struct options o;

    parse_options(&o, argc, argv);
    if (o.replay != NULL)
        return replay(&o);
    struct shared *results =
        mmap(NULL, o.n * sizeof *results, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == MAP_FAILED)
        die("out of memory");
    run_all(&o, results);
    if (o.boots)
        return judge_boots(&o, results);
    print_coverage(&o, results);
    print_outcomes(&o, results);
    return judge(&o, results);
}
