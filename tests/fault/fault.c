/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - disturbs the shipped root while the device holds something unauthentic: one fault, in each of several models.
 *
 * usage: fault [OPTION]... ELF NAME=[+]DIR[:BANKS]...
 *   NAME=DIR[:BANKS]  a scenario: a device folder, and what is in its banks: A, B: authentic, and may start; a, b:
 *                     authentic, and may not; s, t: of A, of B the services alone are authentic; what isn't named is
 *                     not. With a plus, the curve calls that judge a wrong signature are looked at closely
 *   --listing FILE    the ELF's disassembly (see listing.h); needed by all models but skip1 and skip2
 *   --model M         only this one, of skip1 skip2 opcode register ram load; can be given again (default: skip1, skip2)
 *   --scenario NAME   only this one; can be given again
 *   --sources A,B     source files, of which --at-most-named holds instead
 *   --inner N         there: random occurrences of each address of the arithmetic, beside first and last (default 1)
 *   --outer N         and of the outer loops, beside the first and last two (default 3)
 *   --logic           nothing in hash and curve
 *   --until-bypass    ends a scenario with the first bypass
 *   --stride K        every K-th of all (default 1)
 *   --at-most N       if a model has more than N faults in a scenario, every K-th of them
 *   --jobs N          processes (default 2)
 *   --tell OUTCOME    prints what ends so, too; can be given again
 *   --boots           only the undisturbed boot, and the stack it takes: exit 0 if each starts an authentic slot
 *   --map             only the undisturbed boot, and which source files it executes: SCENARIO FILE...
 *   --table FILE      appends a line MODEL SCENARIO POSSIBLE INJECTED BYPASSES for each
 *   --replay MODEL:NAME:OUTSIDE.INSIDE:DETAIL   one injection again, in full
 *
 * Ends with `N passed, N failed, N skipped`: a failure is an injection after which code runs that is unauthentic, or
 * authentic and forbidden.
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
    int boots, map;
    const char *replay, *table;
    const char *only[SCENARIOS_MAX];
    size_t n_only;
    struct scenario scenario[SCENARIOS_MAX];
    size_t n;
};

/* Bit 0 if one of `a` is in the text, bit 1 if one of `b` is. */
static uint32_t mask(const char *text, const char *a, const char *b) {
    return (strpbrk(text, a) != NULL ? 1u : 0u) | (strpbrk(text, b) != NULL ? 2u : 0u);
}

/* Whether --scenario asks for it; if it asks for none, all are wanted. */
static int is_wanted(const struct options *o, const char *name) {
    for (size_t i = 0; i < o->n_only; i++)
        if (strcmp(o->only[i], name) == 0)
            return 1;
    return o->n_only == 0;
}

static enum model model_of(const char *name) {
    for (uint32_t m = 0; m < MODEL_COUNT; m++)
        if (strcmp(name, model_text[m]) == 0)
            return (enum model)m;
    die("no model %s", name);
}

static enum outcome outcome_of(const char *name) {
    for (uint32_t k = 0; k < OUTCOME_COUNT; k++)
        if (strcmp(name, outcome_text[k]) == 0)
            return (enum outcome)k;
    die("no outcome %s", name);
}

static void parse_scenario(struct options *o, const char *elf, char *text) {
    char *dir = strchr(text, '=');

    if (dir == NULL || o->n == SCENARIOS_MAX)
        die("not a scenario: %s", text);
    *dir++ = '\0';
    if (!is_wanted(o, text))
        return;
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

enum { TWO_SKIPS = (1u << MODEL_SKIP1) | (1u << MODEL_SKIP2) };

/* An option that is a number, or an answer; 0 if it is neither. */
static int take_number(struct options *o, int c) {
    switch (c) {
    case 'i': o->plan.inner = number(optarg); break;
    case 'o': o->plan.outer = number(optarg); break;
    case 's': o->plan.stride = number(optarg); break;
    case 'a': o->plan.at_most = number(optarg); break;
    case 'N': o->plan.at_most_named = number(optarg); break;
    case 'j': o->jobs = number(optarg); break;
    case 'b': o->boots = 1; break;
    case 'M': o->map = 1; break;
    case 'l': o->plan.logic_only = 1; break;
    case 'u': o->plan.until_bypass = 1; break;
    default: return 0;
    }
    return 1;
}

/* One option; 0 if it is none. */
static int take_option(struct options *o, int c) {
    if (take_number(o, c))
        return 1;
    switch (c) {
    case 'm': o->plan.models |= 1u << model_of(optarg); break;
    case 'n': o->plan.listing = optarg; break;
    case 'S': o->plan.sources = optarg; break;
    case 't': o->table = optarg; break;
    case 'T': o->plan.tell |= 1u << outcome_of(optarg); break;
    case 'r': o->replay = optarg; break;
    case 'c':
        if (o->n_only == SCENARIOS_MAX)
            return 0;
        o->only[o->n_only++] = optarg;
        break;
    default: return 0;
    }
    return 1;
}

static void parse_options(struct options *o, int argc, char **argv) {
    static const struct option longs[] = {{"inner", required_argument, NULL, 'i'},
                                          {"outer", required_argument, NULL, 'o'},
                                          {"stride", required_argument, NULL, 's'},
                                          {"at-most", required_argument, NULL, 'a'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"boots", no_argument, NULL, 'b'},
                                          {"map", no_argument, NULL, 'M'},
                                          {"logic", no_argument, NULL, 'l'},
                                          {"until-bypass", no_argument, NULL, 'u'},
                                          {"model", required_argument, NULL, 'm'},
                                          {"scenario", required_argument, NULL, 'c'},
                                          {"listing", required_argument, NULL, 'n'},
                                          {"at-most-named", required_argument, NULL, 'N'},
                                          {"sources", required_argument, NULL, 'S'},
                                          {"table", required_argument, NULL, 't'},
                                          {"tell", required_argument, NULL, 'T'},
                                          {"replay", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    int c;

    *o = (struct options){.plan = {.outer = 3, .inner = 1, .stride = 1}, .jobs = 2};
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
        if (!take_option(o, c))
            exit(EXIT_USAGE);
    if (argc - optind < 2)
        die("usage: fault [OPTION]... ELF NAME=DIR[:SLOTS]...");
    if (o->plan.models == 0)
        o->plan.models = TWO_SKIPS;
    if (o->plan.listing == NULL && ((o->plan.models & ~(uint32_t)TWO_SKIPS) != 0 || o->plan.sources != NULL || o->map))
        die("that needs --listing");
    for (int i = optind + 1; i < argc; i++)
        parse_scenario(o, argv[optind], argv[i]);
    if (o->n == 0)
        die("no scenario");
}

static int replay(const struct options *o) {
    char model[16], name[64];
    unsigned outside, inside, detail;

    if (sscanf(o->replay, "%15[^:]:%63[^:]:%u.%u:%u", model, name, &outside, &inside, &detail) != 5)
        die("--replay MODEL:NAME:OUTSIDE.INSIDE:DETAIL");
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->scenario[i].name, name) == 0)
            return is_bypass(campaign_replay(&o->scenario[i], o->plan.listing, model_of(model), (uint64_t)outside << 32 | inside, detail))
                       ? EXIT_BYPASS
                       : 0;
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
    uint64_t sum = 0;

    for (int m = 0; m < MODEL_COUNT; m++)
        sum += t->injected[m];
    return sum;
}

static uint64_t outcomes(const struct tally *t, enum outcome k) {
    uint64_t sum = 0;

    for (int m = 0; m < MODEL_COUNT; m++)
        sum += t->outcome[m][k];
    return sum;
}

static void run_all(const struct options *o, struct shared *results) {
    struct plan plan = o->plan;
    unsigned running = 0;

    if (o->boots || o->map)
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
            if (plan.stride != 0)
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
    static const char *const layer[LAYER_COUNT] = {"logic", "outer", "inner"};

    printf("\n%-18s %9s |", "addresses, executed", "");
    for (int l = 0; l < LAYER_COUNT; l++)
        printf(" %18s |", layer[l]);
    putchar('\n');
    for (size_t i = 0; i < o->n; i++) {
        const struct tally *t = &results[i].tally;
        printf("%-18s %10" PRIu64 " |", o->scenario[i].name, t->walked);
        for (int l = 0; l < LAYER_COUNT; l++)
            printf(" %7" PRIu64 " %10" PRIu64 " |", t->addresses[l], t->walked_layer[l]);
        putchar('\n');
    }
}

static void print_outcomes(const struct options *o, const struct shared *results, enum model m) {
    printf("\n%-18s %9s %9s %8s %-9s |", model_text[m], "possible", "injected", "inside", "untouched");
    for (int k = 0; k < OUTCOME_COUNT; k++)
        printf(" %9s", outcome_text[k]);
    printf(" | %6s\n", "cpu s");
    for (size_t i = 0; i < o->n; i++) {
        const struct tally *t = &results[i].tally;
        printf("%-18s %9" PRIu64 " %9" PRIu64 " %8" PRIu64 " %-9s |", o->scenario[i].name, t->possible[m], t->injected[m],
               t->inside[m], t->golden < OUTCOME_COUNT ? outcome_text[t->golden] : "?");
        for (int k = 0; k < OUTCOME_COUNT; k++)
            printf(" %9" PRIu64, t->outcome[m][k]);
        printf(" | %6.1f\n", t->cpu_model_s[m]);
    }
}

static void write_table(const struct options *o, const struct shared *results) {
    FILE *f = fopen(o->table, "a");

    if (f == NULL)
        die("can't write %s", o->table);
    for (uint32_t m = 0; m < MODEL_COUNT; m++)
        for (size_t i = 0; i < o->n && (o->plan.models & (1u << m)) != 0; i++)
            fprintf(f, "%s %s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", model_text[m], o->scenario[i].name,
                    results[i].tally.possible[m], results[i].tally.injected[m], results[i].tally.outcome[m][OUT_BYPASS] + results[i].tally.outcome[m][OUT_FORBIDDEN]);
    if (fclose(f) != 0)
        die("can't write %s", o->table);
}

/* A scenario in which the undisturbed boot already does what it must not is a failure of its own. */
static int judge(const struct options *o, const struct shared *results) {
    uint64_t total = 0, failed = 0, unchanged = 0, rejoined = 0, converged = 0, recalled = 0, computed = 0;
    uint64_t rechecked = 0, disagreed = 0;

    for (size_t i = 0; i < o->n; i++) {
        const struct tally *t = &results[i].tally;
        total += injections(t);
        failed += outcomes(t, OUT_BYPASS) + outcomes(t, OUT_FORBIDDEN) + t->disagreed;
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
    printf("%" PRIu64 " passed, %" PRIu64 " failed, 0 skipped\n", total > failed ? total - failed : 0, failed);
    return failed == 0 ? 0 : EXIT_BYPASS;
}

static int print_map(const struct options *o, const struct shared *results) {
    int failed = 0;

    for (size_t i = 0; i < o->n; i++) {
        printf("%s %s\n", o->scenario[i].name, results[i].tally.touches);
        failed |= !results[i].done;
    }
    return failed ? EXIT_BYPASS : 0;
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
    if (o.map)
        return print_map(&o, results);
    print_coverage(&o, results);
    for (uint32_t m = 0; m < MODEL_COUNT; m++)
        if ((o.plan.models & (1u << m)) != 0)
            print_outcomes(&o, results, m);
    if (o.table != NULL)
        write_table(&o, results);
    return judge(&o, results);
}
