/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/system/cli/fail_once.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPTIONS                                                                                                        \
    (PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK)

/* From here on the tracer is stopped at these calls, in this process and in what it becomes. */
static int stop_at(long call, int files_only) {
    struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 3),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
                                   BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, files_only ? 3 : 0, 0, 1),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* The call that a thread is stopped at is not made, and fails. */
#if defined(__x86_64__)
static int spoil(pid_t pid, int error) {
    struct user_regs_struct regs;

    if (ptrace(PTRACE_GETREGS, pid, 0, &regs) != 0)
        return 0;
    regs.orig_rax = UINT64_MAX;
    regs.rax = (uint64_t)-(int64_t)error;
    return ptrace(PTRACE_SETREGS, pid, 0, &regs) == 0;
}
#else
#include <elf.h>
static int spoil(pid_t pid, int error) {
    struct user_regs_struct regs;
    int none = -1;
    struct iovec all = {&regs, sizeof regs}, call = {&none, sizeof none};

    if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &all) != 0)
        return 0;
    regs.regs[0] = (uint64_t)-(int64_t)error;
    return ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &call) == 0 &&
           ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &all) == 0;
}
#endif

static void become(const struct fail_kind *kind, char **argv) {
    (void)ptrace(PTRACE_TRACEME, 0, 0, 0);
    (void)raise(SIGSTOP);
    for (unsigned i = 0; i < sizeof kind->call / sizeof kind->call[0]; i++) {
        if (kind->call[i] >= 0 && !stop_at(kind->call[i], kind->files_only))
            _exit(FAIL_BROKEN);
    }
    execv(argv[0], argv);
    _exit(FAIL_BROKEN);
}

/* One stop of one thread, which goes on. 0 if the call couldn't be made to fail. */
static int handle_stop(const struct fail_kind *kind, pid_t pid, int status, unsigned nth, unsigned *calls) {
    const int event = status >> 16, sig = WSTOPSIG(status);
    int done = 1;

    if (event == PTRACE_EVENT_SECCOMP && ++*calls == nth)
        done = spoil(pid, kind->error);
    (void)ptrace(PTRACE_CONT, pid, 0, event != 0 || sig == SIGSTOP || sig == SIGTRAP ? 0 : sig);
    return done;
}

static int exit_status(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int fail_once(const struct fail_kind *kind, unsigned nth, char **argv) {
    unsigned calls = 0;
    int status;
    const pid_t child = fork();

    if (child == 0)
        become(kind, argv);
    if (child < 0 || waitpid(child, &status, 0) != child || ptrace(PTRACE_SETOPTIONS, child, 0, OPTIONS) != 0)
        return FAIL_BROKEN;
    (void)ptrace(PTRACE_CONT, child, 0, 0);
    for (;;) {
        const pid_t pid = waitpid(-1, &status, __WALL);
        if (pid < 0 || (WIFSTOPPED(status) && !handle_stop(kind, pid, status, nth, &calls)))
            return FAIL_BROKEN;
        if (pid == child && !WIFSTOPPED(status))
            return calls < nth ? FAIL_NEVER : exit_status(status);
    }
}
