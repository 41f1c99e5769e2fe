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

#define STOPS_MAX 20000u
#define NEVER 0u
#define OPTIONS                                                                                              \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | \
     PTRACE_O_TRACEVFORK)

#ifdef SYS_rename
#define CALL_RENAME SYS_rename
#else
#define CALL_RENAME UINT64_MAX /* newer architectures have only renameat */
#endif

static const char *program;

/* ---- Tracing ---- */

/* What a call did to the files that matter, in the order in which it happened. */
struct step {
    char what;           /* 'w'rite, 's'ync, 'r'ename or link */
    char file[PATH_MAX]; /* of a rename: its target */
};

struct trace {
    unsigned kill_at; /* stop, or NEVER */
    unsigned stops;
    int running; /* exec happened */
    struct step *steps;
    unsigned count;
};

static void string_of(pid_t pid, uint64_t address, char out[PATH_MAX]) {
    char mem[64];

    snprintf(mem, sizeof mem, "/proc/%d/mem", (int)pid);
    const int fd = open(mem, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    const ssize_t n = pread(fd, out, PATH_MAX - 1, (off_t)address);
    assert_true(n > 0);
    out[n] = '\0';
    close(fd);
}

static void file_of(pid_t pid, uint64_t fd, char out[PATH_MAX]) {
    char link[64];

    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)pid, (int)fd);
    const ssize_t n = readlink(link, out, PATH_MAX - 1);
    out[n > 0 ? n : 0] = '\0';
}

/* At the entry of a call: notes it, if it is of those that matter. */
static void note(struct trace *trace, pid_t pid) {
    struct __ptrace_syscall_info info;
    struct step *step = &trace->steps[trace->count];

    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
        return;
    const uint64_t call = info.entry.nr;
    if (call == SYS_write) {
        step->what = 'w';
        file_of(pid, info.entry.args[0], step->file);
    } else if (call == SYS_fsync || call == SYS_fdatasync) {
        step->what = 's';
        file_of(pid, info.entry.args[0], step->file);
    } else if (call == CALL_RENAME) {
        step->what = 'r';
        string_of(pid, info.entry.args[1], step->file);
    } else if (call == SYS_pwrite64) {
        step->what = 'w';
        file_of(pid, info.entry.args[0], step->file);
    } else if (call == SYS_renameat || call == SYS_renameat2 || call == SYS_linkat) {
        step->what = 'r';
        string_of(pid, info.entry.args[3], step->file);
    } else {
        return;
    }
    assert_true(++trace->count < STOPS_MAX);
}

/* One stop of one thread. 1 if it was the one to kill at. */
static int handle_stop(struct trace *trace, pid_t pid, int status) {
    const int signal = WSTOPSIG(status);
    int deliver = 0;

    if (signal == (SIGTRAP | 0x80) && trace->running) {
        if (++trace->stops == trace->kill_at)
            return 1;
        if (trace->steps != NULL)
            note(trace, pid);
    } else if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8))) {
        trace->running = 1;
    } else if (signal != SIGTRAP && signal != SIGSTOP && signal != (SIGTRAP | 0x80)) {
        deliver = signal;
    }
    (void)ptrace(PTRACE_SYSCALL, pid, 0, deliver);
    return 0;
}

/* Runs `primum` under the tracer. Its exit status, or -1 if it was killed at the stop. */
static int run_traced(const char *const words[], struct trace *trace) {
    int status;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)ptrace(PTRACE_TRACEME, 0, 0, 0);
        (void)raise(SIGSTOP);
        char *argv[16] = {(char *)(uintptr_t)rig_program()};
        for (int i = 0; words[i] != NULL; i++)
            argv[i + 1] = (char *)(uintptr_t)words[i];
        const int log = open("log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        (void)dup2(log, 1);
        (void)dup2(log, 2);
        execv(argv[0], argv);
        _exit(121);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (ptrace(PTRACE_SETOPTIONS, child, 0, OPTIONS) != 0)
        fail_msg("ptrace: %s", strerror(errno));
    (void)ptrace(PTRACE_SYSCALL, child, 0, 0);
    for (;;) {
        const pid_t pid = waitpid(-1, &status, __WALL);
        assert_true(pid > 0);
        if (WIFSTOPPED(status)) {
            if (!handle_stop(trace, pid, status))
                continue;
            assert_int_equal(kill(child, SIGKILL), 0);
            while (waitpid(-1, &status, __WALL) > 0)
                ;
            return -1;
        }
        if (pid != child)
            continue;
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
}

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
