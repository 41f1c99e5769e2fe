/* SPDX-License-Identifier: Apache-2.0 */
#include "host/device/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/file/file.h"
#include "host/device/device.h"
#include "ports/mps2-an505/board.h"

#define PROGRAM "qemu-system-arm"
enum { LINE_CAP = 4096, CHILD_UART0 = 10, CHILD_UART1 = 11, GRACE_MS = 2000, QUIET_MS = 200 };

struct port {
    int fd; /* -1 once it is closed */
    size_t len;
    char line[LINE_CAP];
};

struct machine {
    pid_t pid;
    const char *dir;
    struct port port[QEMU_PORTS];
    const struct qemu_watch *watch;
};

/* Signals become bytes in a pipe, so that one poll() waits for everything. */
static int signal_pipe[2] = {-1, -1};

static void on_signal(int number) {
    const int saved = errno;
    const char byte = (char)number;
    const ssize_t written = write(signal_pipe[1], &byte, 1);

    (void)written; /* a full pipe already wakes the loop */
    errno = saved;
}

static int64_t now_ms(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Paths in QEMU's options: a comma is written twice. Owns: the caller frees. */
static char *quoted_path(const char *dir, const char *file) {
    char *path = primum_device_path(dir, file);
    char *out = primum_alloc(2 * strlen(path) + 1);
    char *to = out;

    for (const char *from = path; *from != '\0'; from++) {
        if (*from == ',')
            *to++ = ',';
        *to++ = *from;
    }
    free(path);
    return out;
}

/* `before`, the path of a file, `after`. Owns: the caller frees. */
static char *option(const char *before, const char *dir, const char *file, const char *after) {
    char *path = quoted_path(dir, file);
    char *text = primum_format("%s%s%s", before, path, after);

    free(path);
    return text;
}

/* A file that QEMU writes to memory at each reset. */
static char *loader(const char *dir, const char *file, uint32_t address) {
    char *after = primum_format(",addr=0x%x,force-raw=on", address);
    char *text = option("loader,file=", dir, file, after);

    free(after);
    return text;
}

/* In the child: becomes QEMU. Nothing here is freed: exec or exit does. */
static _Noreturn void become_qemu(const char *dir, int uart0, int uart1, int error, int wire) {
    char *console = option("pipe,id=uart1,path=", dir, "console", "");
    char *key = loader(dir, "key.bin", BOARD_KEY_BASE);
    char *memory = option("memory-backend-file,id=nvm,size=16M,mem-path=", dir, "flash.img", ",share=on");
    char *eeprom = option("if=none,id=ee,format=raw,file=", dir, "eeprom.img", "");
    char *rom = loader(dir, "rom.bin", BOARD_ROM_BASE);
    char *fuses = loader(dir, "fuse.bin", BOARD_FUSES_BASE);
    /* clang-format off */
    const char *args[] = {
        PROGRAM, "-M", "mps2-an505,memory-backend=nvm", "-object", memory,
        "-drive", eeprom, "-device", "at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee",
        "-device", rom, "-device", fuses, "-display", "none", "-monitor", "none", "-nic", "none",
        "-chardev", "file,id=uart0,path=/dev/fd/10", "-serial", "chardev:uart0",
        "-chardev", wire ? console : "file,id=uart1,path=/dev/fd/11",
        "-serial", "chardev:uart1",
        "-chardev", wire ? "pty,id=wire" : "null,id=wire", "-serial", "chardev:wire", "-device", key, NULL};
    /* clang-format on */
    const int null = open("/dev/null", O_RDWR);

    /* Its own group: Ctrl-C on the terminal is for us, and we end it in order. */
    setpgid(0, 0);
    /* It must not outlive us and keep writing to the device. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(null, STDIN_FILENO);
    dup2(error, STDOUT_FILENO); /* here it says which pseudo-terminal the wire is */
    dup2(error, STDERR_FILENO);
    /* A device that was made without a key runs without one. */
    char *key_path = primum_device_path(dir, "key.bin");
    if (access(key_path, R_OK) != 0)
        args[sizeof args / sizeof args[0] - 3] = NULL;
    if (dup2(uart0, CHILD_UART0) == CHILD_UART0 && dup2(uart1, CHILD_UART1) == CHILD_UART1)
        execvp(PROGRAM, (char *const *)(uintptr_t)args);
    dprintf(STDERR_FILENO, "can't start " PROGRAM ": %s; 'make setup' installs it\n", strerror(errno));
    _exit(127);
}

/* The two pipes of the application's console where it has a keyboard: what is shown is read here, from m->port[1]. */
static int make_console(struct machine *m) {
    char *in = primum_device_path(m->dir, "console.in");
    char *out = primum_device_path(m->dir, "console.out");
    int status = PRIMUM_OK;

    (void)unlink(in);
    (void)unlink(out);
    if (mkfifo(in, 0600) != 0 || mkfifo(out, 0600) != 0)
        status = primum_fail_errno("can't make %s", in);
    close(m->port[1].fd);
    m->port[1].fd = status == PRIMUM_OK ? open(out, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    if (status == PRIMUM_OK && m->port[1].fd < 0)
        status = primum_fail_errno("can't open %s", out);
    free(in);
    free(out);
    return status;
}

/*
 * Three pipes, then the child. Pipes, not sockets: QEMU writes a character at a time, and a socket holds some 280 such
 * writes; beyond that, with this process not scheduled, the device's UART overflows and loses what the root says.
 * The child's ends are at 20 or above: no collision with 10 and 11.
 */
static int start(const char *dir, struct machine *m) {
    int pair[QEMU_PORTS][2];
    int child[QEMU_PORTS];

    for (unsigned i = 0; i < QEMU_PORTS; i++) {
        if (pipe(pair[i]) != 0)
            return primum_fail_errno("can't make a pipe");
        (void)fcntl(pair[i][0], F_SETFD, FD_CLOEXEC);
        m->port[i] = (struct port){.fd = pair[i][0]};
        (void)fcntl(pair[i][0], F_SETFL, O_NONBLOCK);
        child[i] = fcntl(pair[i][1], F_DUPFD_CLOEXEC, 20);
        close(pair[i][1]);
        if (child[i] < 0)
            return primum_fail_errno("can't copy a descriptor");
    }
    if (m->watch->wire && make_console(m) != PRIMUM_OK)
        return PRIMUM_IO;
    fflush(NULL);
    m->pid = fork();
    if (m->pid == 0)
        become_qemu(dir, child[0], child[1], child[2], m->watch->wire);
    for (unsigned i = 0; i < QEMU_PORTS; i++)
        close(child[i]);
    return m->pid > 0 ? PRIMUM_OK : primum_fail_errno("can't start a process");
}

/* "char device redirected to /dev/pts/3 (label wire)": makes DIR/wire a link to it. 1 if this was that line. */
static int link_wire(const struct machine *m, const char *line) {
    static const char start[] = "char device redirected to ";
    const char *name = line + sizeof start - 1;
    char *path;

    if (strncmp(line, start, sizeof start - 1) != 0)
        return 0;
    char *target = primum_format("%.*s", (int)strcspn(name, " "), name);
    path = primum_device_path(m->dir, "wire");
    (void)unlink(path);
    if (symlink(target, path) != 0)
        primum_warn("can't make %s, a link to %s", path, target);
    free(path);
    free(target);
    return 1;
}

static void unlink_wire(const struct machine *m) {
    static const char *const names[] = {"wire", "console.in", "console.out"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = primum_device_path(m->dir, names[i]);
        (void)unlink(path);
        free(path);
    }
}

/* What a device says can't steer the terminal. */
static char printable(char c) {
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7F ? '?' : c;
}

/* Takes what arrived at a port apart into lines. Not 0: stop. */
static int feed(struct machine *m, unsigned number, const char *bytes, size_t n) {
    struct port *port = &m->port[number];
    int stop = 0;

    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\r' || bytes[i] == '\0')
            continue;
        if (bytes[i] != '\n' && port->len < sizeof port->line - 1) {
            port->line[port->len++] = printable(bytes[i]);
            continue;
        }
        port->line[port->len] = '\0';
        if (number != 2 || !link_wire(m, port->line))
            stop |= m->watch->line(m->watch->ctx, number, port->line, 1);
        port->len = 0;
        if (bytes[i] != '\n')
            port->line[port->len++] = printable(bytes[i]);
    }
    port->line[port->len] = '\0';
    return stop;
}

/* Shows the unfinished lines. Not 0: stop. */
static int feed_unfinished(struct machine *m, int complete) {
    int stop = 0;

    for (unsigned i = 0; i < QEMU_PORTS; i++) {
        if (m->port[i].len > 0)
            stop |= m->watch->line(m->watch->ctx, i, m->port[i].line, complete);
    }
    return stop;
}

/* Reads what a port has, at most `cap` bytes; 0 if it has nothing or has ended. */
static size_t receive(struct port *port, char *bytes, size_t cap) {
    const ssize_t n = port->fd < 0 ? 0 : read(port->fd, bytes, cap);

    if (n > 0)
        return (size_t)n;
    if (port->fd >= 0 && (n == 0 || (errno != EINTR && errno != EAGAIN))) {
        close(port->fd);
        port->fd = -1;
    }
    return 0;
}

/* Everything that a port has. Not 0: stop. */
static int drain(struct machine *m, unsigned number) {
    char bytes[1024];
    int stop = 0;

    for (size_t n; (n = receive(&m->port[number], bytes, sizeof bytes)) > 0;)
        stop |= feed(m, number, bytes, n);
    return stop;
}

/*
 * What all ports have. Not 0: stop. The root speaks before the application does: its console is drained after the
 * application's was read and before that is shown, so that nothing shown or searched is ahead of what caused it.
 */
static int receive_all(struct machine *m) {
    char bytes[1024];
    const size_t n = receive(&m->port[1], bytes, sizeof bytes);
    int stop = drain(m, 0);

    stop |= feed(m, 1, bytes, n);
    return stop | drain(m, 2);
}

/* Waits for one of: a line that stops, a signal, the time, the end of QEMU. */
static enum qemu_end watch_all(struct machine *m) {
    const int64_t deadline = now_ms() + (int64_t)m->watch->timeout_s * 1000;

    for (;;) {
        struct pollfd polled[QEMU_PORTS + 1];
        for (unsigned i = 0; i < QEMU_PORTS; i++)
            polled[i] = (struct pollfd){m->port[i].fd, POLLIN, 0};
        polled[QEMU_PORTS] = (struct pollfd){signal_pipe[0], POLLIN, 0};
        const int64_t left = deadline - now_ms();
        if (m->watch->timeout_s != 0 && left <= 0)
            return QEMU_TIMEOUT;
        const int ready =
            poll(polled, QEMU_PORTS + 1, m->watch->timeout_s == 0 || left > QUIET_MS ? QUIET_MS : (int)left);
        int halt = ready == 0 ? feed_unfinished(m, 0) : 0;
        if (ready > 0)
            halt |= receive_all(m);
        if (halt)
            return QEMU_STOPPED;
        if (ready > 0 && polled[QEMU_PORTS].revents != 0)
            return QEMU_INTERRUPTED;
        /* Its own end of stderr closes when it ends, after everything it had to say. */
        if (m->port[2].fd < 0)
            return QEMU_ENDED;
    }
}

/* Asks QEMU to end, and makes it after a grace time; it has to be gone before anyone else uses the files. */
static int stop(struct machine *m) {
    int status = 0;

    kill(m->pid, SIGTERM);
    for (int64_t deadline = now_ms() + GRACE_MS; now_ms() < deadline;) {
        if (waitpid(m->pid, &status, WNOHANG) != 0)
            return status;
        nanosleep(&(struct timespec){0, 2000000}, NULL);
    }
    kill(m->pid, SIGKILL);
    waitpid(m->pid, &status, 0);
    return status;
}

static int catch_signals(struct sigaction old[2]) {
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    if (pipe(signal_pipe) != 0)
        return primum_fail_errno("can't make a pipe");
    for (int i = 0; i < 2; i++) {
        (void)fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
    }
    sigaction(SIGINT, &action, &old[0]);
    sigaction(SIGTERM, &action, &old[1]);
    return PRIMUM_OK;
}

static void release_signals(const struct sigaction old[2]) {
    sigaction(SIGINT, &old[0], NULL);
    sigaction(SIGTERM, &old[1], NULL);
    close(signal_pipe[0]);
    close(signal_pipe[1]);
}

int qemu_run(const char *dir, const struct qemu_watch *watch, enum qemu_end *end) {
    struct sigaction old[2];
    struct machine *m = primum_alloc(sizeof *m);
    int status = catch_signals(old);

    m->watch = watch;
    m->dir = dir;
    if (status == PRIMUM_OK) {
        for (unsigned i = 0; i < QEMU_PORTS; i++)
            m->port[i].fd = -1;
        status = start(dir, m);
        if (status == PRIMUM_OK) {
            *end = watch_all(m);
            if (*end == QEMU_ENDED) {
                (void)drain(m, 0);
                (void)drain(m, 1);
            }
            (void)feed_unfinished(m, 1);
            if (watch->wire)
                unlink_wire(m);
            (void)stop(m); /* how it ended doesn't matter any more */
        }
        for (unsigned i = 0; i < QEMU_PORTS; i++) {
            if (m->port[i].fd >= 0)
                close(m->port[i].fd);
        }
        release_signals(old);
    }
    free(m);
    return status;
}
