/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hss_kill.c - a signer killed at every system call, before it and after it; and the order of those calls.
 *
 * The signer runs under ptrace, which stops it at the entry and at the exit of each call; at stop k it gets SIGKILL. For
 * k = 1, 2, ... until it survives. After each kill an undisturbed signing must succeed. In the end everything that ever
 * reached the output folder, temporary files included, is judged. SIGKILL can't lose what the kernel holds, so what a power
 * cut would lose is judged by the order of calls: state written and synced, mark written and synced, and only then output.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/keys/hss_key.h"
#include "host/keys/hss_state.h"
#include "tests/system/hss/rig.h"
#include "tests/system/hss/tracer.h"

static const char *program;

/* ---- Killing ---- */

static uint64_t next_of(const char *path) {
    struct hss_state s;

    assert_int_equal(hss_state_read(path, &s), PRIMUM_OK);
    const uint64_t next = s.next;
    hss_state_close(&s);
    return next;
}

static void kill_everywhere(const char *height, const char *levels) {
    char name[16];
    unsigned k;

    rig_begin(program);
    rig_keygen(height, "4", levels);
    for (k = 1; k < STOPS_MAX; k++) {
        struct trace trace = {.kill_at = k};
        snprintf(name, sizeof name, "k%u", k);
        const int status = run_traced(rig_sign_words("k.hss", name), &trace);
        if (status == 0)
            break;
        assert_int_equal(status, -1);
        snprintf(name, sizeof name, "n%u", k);
        if (rig_run(rig_sign_words("k.hss", name)) != 0)
            fail_msg("after a kill at stop %u, signing failed", k);
    }
    const struct rig_verdict verdict = rig_judge();
    /* A kill wastes one index at most, and what follows it works. */
    const uint64_t next = next_of("k.hss");
    assert_true(verdict.complete >= k);
    assert_true(next <= 2u * (k - 1u) + 1u);
    assert_true(verdict.highest == next - 1u);
    printf("    %u stops, each a kill; %u signatures, %u files cut short, %llu indices used up\n", k - 1u, verdict.complete,
           verdict.cut, (unsigned long long)next);
    /* Enough of them, or something was not traced. */
    assert_true(k > 100u);
    rig_end();
}

static void test_kill_one_level(void **state) {
    (void)state;
    kill_everywhere("15", "1");
}

static void test_kill_three_levels(void **state) {
    (void)state;
    kill_everywhere("5", "3");
}

/* Every key file in the folder, whatever its name: its range overlaps no other's. */
static void judge_ranges(void) {
    static struct {
        uint64_t next, end;
        char name[256];
    } ranges[STOPS_MAX];
    unsigned count = 0;
    DIR *dir = opendir(".");

    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        struct hss_state s;
        if (strstr(entry->d_name, ".hss") == NULL || strstr(entry->d_name, ".pub") != NULL)
            continue;
        if (!primum_hss_is_key(entry->d_name) || hss_state_read(entry->d_name, &s) != PRIMUM_OK)
            continue;
        snprintf(ranges[count].name, sizeof ranges[0].name, "%s", entry->d_name);
        ranges[count].next = s.next;
        ranges[count].end = s.end;
        for (unsigned i = 0; i < count; i++) {
            if (ranges[i].next < s.end && s.next < ranges[i].end)
                fail_msg("%s and %s share indices", ranges[i].name, ranges[count].name);
        }
        count++;
        hss_state_close(&s);
    }
    closedir(dir);
    printf("    %u key files, no index in two of them\n", count);
    assert_true(count > 10u);
}

static void test_kill_split(void **state) {
    char name[32];
    unsigned k;
    int status = -1;

    (void)state;
    rig_begin(program);
    rig_keygen("5", "4", "3");
    for (k = 1; status != 0 && k < STOPS_MAX; k++) {
        struct trace trace = {.kill_at = k};
        snprintf(name, sizeof name, "c%u.hss", k);
        const char *const words[] = {"key", "split", "k.hss", "--count", "3", "-o", name, NULL};
        status = run_traced(words, &trace);
        assert_true(status <= 0);
    }
    assert_int_equal(status, 0);
    judge_ranges();
    assert_int_equal(rig_run(rig_sign_words("k.hss", "parent")), 0);
    assert_int_equal(rig_run(rig_sign_words(name, "child")), 0);
    (void)rig_judge();
    rig_end();
}

/* ---- Order ---- */

static int step_is(const struct step *step, char what, const char *folder, const char *file) {
    char path[2 * PATH_MAX];

    snprintf(path, sizeof path, "%s%s", folder, file);
    return step->what == what && strcmp(step->file, path) == 0;
}

static unsigned step_find(const struct trace *trace, unsigned from, char what, const char *folder, const char *file) {
    for (unsigned i = from; i < trace->count; i++) {
        if (step_is(&trace->steps[i], what, folder, file))
            return i;
    }
    fail_msg("no call '%c' on '%s' where it has to be", what, file);
    return 0;
}

/* The same for a file somewhere whose name holds `part`. */
static unsigned step_find_under(const struct trace *trace, unsigned from, char what, const char *part) {
    for (unsigned i = from; i < trace->count; i++) {
        if (trace->steps[i].what == what && strstr(trace->steps[i].file, part) != NULL)
            return i;
    }
    fail_msg("no call '%c' under '%s' where it has to be", what, part);
    return 0;
}

static void test_order(void **state) {
    char folder[PATH_MAX], out[PATH_MAX + 8];
    struct trace trace = {.kill_at = NEVER};

    (void)state;
    rig_begin(program);
    rig_keygen("5", "4", "2");
    assert_non_null(getcwd(folder, sizeof folder));
    snprintf(out, sizeof out, "%s/out/", folder);
    trace.steps = calloc(STOPS_MAX, sizeof *trace.steps);
    assert_non_null(trace.steps);
    assert_int_equal(run_traced(rig_sign_words("k.hss", "one"), &trace), 0);

    /* The state, then the mark, each on the disk before the next; only then the signature, and its name, and the folder. */
    const unsigned written = step_find(&trace, 0, 'w', folder, "/k.hss");
    const unsigned synced = step_find(&trace, written, 's', folder, "/k.hss");
    const unsigned marked = step_find_under(&trace, synced, 'w', "/primum");
    const unsigned known = step_find_under(&trace, marked, 's', "/primum");
    const unsigned signature = step_find_under(&trace, known, 'w', out);
    const unsigned whole = step_find_under(&trace, signature, 's', out);
    const unsigned named = step_find(&trace, whole, 'r', folder, "/out/one");
    (void)step_find(&trace, named, 's', folder, "/out");
    for (unsigned i = 0; i < trace.count; i++) {
        if (trace.steps[i].what == 'w' && i > synced)
            assert_false(step_is(&trace.steps[i], 'w', folder, "/k.hss"));
        if (trace.steps[i].what == 'w' && strncmp(trace.steps[i].file, out, strlen(out)) == 0)
            assert_true(i > known);
    }
    free(trace.steps);
    rig_end();
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_kill_one_level),
                                       cmocka_unit_test(test_kill_three_levels), cmocka_unit_test(test_kill_split)};

    if (argc < 2)
        return 2;
    program = argv[1];
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
