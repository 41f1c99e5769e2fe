/* SPDX-License-Identifier: Apache-2.0 */
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

#include "tests/system/hss/rig.h"
#include "tests/system/hss/tracer.h"

#define OPTIONS                                                                                                        \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |       \
     PTRACE_O_TRACEVFORK)

#ifdef SYS_rename
#define CALL_RENAME SYS_rename
#else
#define CALL_RENAME UINT64_MAX /* newer architectures have only renameat */
#endif

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

int run_traced(const char *const words[], struct trace *trace) {
    int status;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)ptrace(PTRACE_TRACEME, 0, 0, 0);
        (void)raise(SIGSTOP);
        char *argv[32] = {(char *)(uintptr_t)rig_program()};
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
