/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_device_boot.c - `primum device boot`: runs the device, under QEMU or in this process.
 *
 * The root prints its boot report in hexadecimal as a line of its own console, which the application can't reach: that
 * line is what is kept as report.bin, and not the copy in RAM, which the application may have written over by then.
 */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/device/device.h"
#include "host/device/qemu.h"
#include "providers/openssl/crypto_openssl.h"

enum { O_TIMEOUT, O_UNTIL, O_QUIET, O_WIRE, O_BACKGROUND, O_ON };
enum { FRONT = 1 << 0, HOST = 1 << 1, BEHIND = 1 << 2 };

static const struct cli_option options_[] = {
    [O_TIMEOUT] = {"timeout", 0, "S", CLI_TEXT, FRONT | BEHIND, 0, 1, NULL,
                   "end after S seconds; in the background: wait no longer for what is waited for"},
    [O_UNTIL] = {"until", 0, "TEXT", CLI_TEXT, FRONT | BEHIND, 0, 1, NULL,
                 "end when a console shows TEXT; in the background: come back then"},
    [O_QUIET] = {"quiet", 0, NULL, CLI_FLAG, FRONT, 0, 1, NULL, "show no console"},
    [O_WIRE] =
        {"wire", 0, NULL, CLI_FLAG, FRONT | BEHIND, 0, 1, NULL,
         "connect the wire that releases come over: DIR/wire, for 'primum device send' or any terminal program with "
         "YMODEM; what is written to DIR/console.in is typed on the application's console"},
    [O_BACKGROUND] =
        {"background", 0, NULL, CLI_FLAG, BEHIND, 0, 1, NULL,
         "come back when TEXT was shown, or at once; the consoles go to DIR/console.log, and 'primum device "
         "stop' ends the device"},
    [O_ON] = {"on", 0, "host", CLI_TEXT, HOST, 0, 1, NULL,
              "run the same boot code in this process instead, on the same files; it decides and reports, and starts "
              "nothing"},
};
static const struct cli_mode modes[] = {
    {.by = -1, .operand = {{"DIR", CLI_FOLDER}}},
    {.by = O_ON, .operand = {{"DIR", CLI_FOLDER}}, .text = "Without an emulated core"},
    {.by = O_BACKGROUND, .operand = {{"DIR", CLI_FOLDER}}, .text = "In the background"}};

struct options {
    const char *until;
    uint64_t timeout_s;
    int quiet, wire;
};

/* What has been seen of this boot. */
struct seen {
    const struct options *options;
    const char *dir;
    struct prm_boot_report report;
    int has_report, until;
};

/* The line that is `start` and then `size` bytes in hexadecimal: 1 if it is one. */
static int parse_bytes(const char *line, const char *start, uint8_t *out, size_t size) {
    if (strncmp(line, start, strlen(start)) != 0)
        return 0;
    line += strlen(start);
    return strlen(line) == 2 * size && primum_unhex(line, size, out);
}

static int parse_report(const char *line, struct prm_boot_report *out) {
    uint8_t bytes[sizeof *out];

    if (!parse_bytes(line, "rot: report ", bytes, sizeof bytes))
        return 0;
    memcpy(out, bytes, sizeof bytes);
    return primum_report_valid(out);
}

static int parse_fault(const char *line, struct prm_fault_report *out) {
    uint8_t bytes[sizeof *out];

    if (!parse_bytes(line, "fault: report ", bytes, sizeof bytes))
        return 0;
    memcpy(out, bytes, sizeof bytes);
    return prm_fault_report_valid(out);
}

static void show(const struct options *options, unsigned port, const char *line) {
    static const char *const prefix[2] = {"rot ", "app "};

    if (port == 2) {
        /* Its network isn't connected to anything, on purpose. */
        if (strstr(line, "has no peer") != NULL)
            return;
        fputs("qemu| ", stderr);
        cli_text_put(stderr, prm_span_of(line, strlen(line)), 0);
        fputc('\n', stderr);
    } else if (!options->quiet) {
        cli_print("%s| %s\n", prefix[port], line);
        fflush(stdout);
    }
}

static int save(const char *dir, const char *name, const void *report, size_t size) {
    char *path = primum_device_path(dir, name);
    const int status = primum_write_file(path, prm_span_of(report, size), 0644, PRIMUM_REPLACE);

    free(path);
    return status;
}

static int save_report(const char *dir, const struct prm_boot_report *report) {
    return save(dir, "report.bin", report, sizeof *report);
}

static int on_line(void *ctx, unsigned port, const char *line, int complete) {
    struct seen *seen = ctx;
    const char *until = seen->options->until;
    struct prm_fault_report fault;
    int stop = 0;

    if (port < 2 && until != NULL && strstr(line, until) != NULL)
        seen->until = stop = 1;
    if (!complete)
        return stop; /* it is shown at the end of the run */
    if (port == 0 && parse_report(line, &seen->report))
        /* At once: whoever asks for it while the device runs finds it. */
        seen->has_report = save_report(seen->dir, &seen->report) == PRIMUM_OK;
    else if (port == 0 && parse_fault(line, &fault))
        (void)save(seen->dir, "fault.bin", &fault, sizeof fault); /* what went wrong is said by then */
    else
        show(seen->options, port, line);
    /* Recovery without a wire does nothing more: no use in waiting for Ctrl-C. */
    if (!seen->options->wire && port == 0 && seen->has_report && seen->report.result != PRM_OK &&
        strncmp(line, "rot: recovery", 13) == 0)
        stop = 1;
    return stop;
}

/* A report of an earlier boot must not pass for this one's. */
static int forget(const char *dir, const char *name) {
    char *path = primum_device_path(dir, name);
    const int status = unlink(path) == 0 || errno == ENOENT ? PRIMUM_OK : primum_fail_errno("can't remove %s", path);

    free(path);
    return status;
}

static int conclude(const struct seen *seen, enum qemu_end end) {
    const struct options *o = seen->options;

    if (end == QEMU_ENDED)
        return primum_fail(PRIMUM_IO, "QEMU ended by itself");
    if (!seen->has_report && end == QEMU_TIMEOUT)
        return primum_fail(PRIMUM_IO, "no boot report within %llu s", (unsigned long long)o->timeout_s);
    if (!seen->has_report)
        return primum_fail(PRIMUM_IO, "ended before the root had reported");
    if (seen->report.result != PRM_OK)
        return PRIMUM_REFUSED;
    if (o->until != NULL && !seen->until)
        return primum_fail(PRIMUM_IO, "'%s' did not appear", o->until);
    return PRIMUM_OK;
}

static int boot_qemu(const struct options *o, const char *dir) {
    struct seen seen = {.options = o, .dir = dir};
    const struct qemu_watch watch = {&seen, on_line, (uint32_t)o->timeout_s, o->wire};
    enum qemu_end end = QEMU_ENDED;
    int lock;
    int status = primum_device_lock(dir, &lock);

    if (status != PRIMUM_OK)
        return status;
    status = forget(dir, "report.bin");
    if (status == PRIMUM_OK)
        status = forget(dir, "fault.bin");
    if (status == PRIMUM_OK)
        status = qemu_run(dir, &watch, &end);
    if (status == PRIMUM_OK)
        status = conclude(&seen, end);
    close(lock);
    return status;
}

enum { STEP_MS = 50, READY_S = 20 };

/* 1 if the file holds the text. */
static int holds(const char *path, const char *text) {
    struct primum_bytes file = {NULL, 0};
    int found = 0;

    if (access(path, R_OK) == 0 && primum_read_file(path, &file) == PRIMUM_OK)
        found = memmem(file.data, file.len, text, strlen(text)) != NULL;
    primum_bytes_free(&file);
    return found;
}

/* 1 when the device is as far as was asked for. */
static int is_ready(const struct options *o, const char *dir) {
    char *wire = primum_device_path(dir, "wire");
    char *log = primum_device_path(dir, "console.log");
    const int ready = (!o->wire || access(wire, F_OK) == 0) && (o->until == NULL || holds(log, o->until));

    free(wire);
    free(log);
    return ready;
}

/* In the child: writes down who it is, and runs the device until it is ended. */
static _Noreturn void run_behind(const struct options *o, const char *dir) {
    struct options quiet_until = *o;
    char *log = primum_device_path(dir, "console.log");
    char *pid = primum_device_path(dir, "boot.pid");
    char *text = primum_format("%ld\n", (long)getpid());

    quiet_until.until = NULL;
    quiet_until.timeout_s = 0;
    (void)setsid();
    if (freopen("/dev/null", "r", stdin) == NULL || freopen(log, "w", stdout) == NULL ||
        dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ||
        primum_write_file(pid, prm_span_of(text, strlen(text)), 0644, PRIMUM_REPLACE) != PRIMUM_OK)
        exit(PRIMUM_IO);
    const int status = boot_qemu(&quiet_until, dir);
    (void)unlink(pid);
    free(text);
    free(pid);
    free(log);
    exit(status);
}

static int boot_behind(const struct options *o, const char *dir) {
    const int64_t steps = (int64_t)(o->timeout_s != 0 ? o->timeout_s : READY_S) * 1000 / STEP_MS;
    char *log = primum_device_path(dir, "console.log");
    int lock, ended = 0;
    int status = primum_device_lock(dir, &lock);

    if (status == PRIMUM_OK) {
        close(lock);
        (void)unlink(log);
        fflush(NULL);
        const pid_t child = fork();
        if (child == 0)
            run_behind(o, dir);
        status = child > 0 ? PRIMUM_OK : primum_fail_errno("can't start a process");
        int ready = 0;
        for (int64_t i = 0; status == PRIMUM_OK && i < steps && !ready && ended == 0; i++) {
            nanosleep(&(struct timespec){0, STEP_MS * 1000000L}, NULL);
            ended = waitpid(child, NULL, WNOHANG) != 0;
            ready = is_ready(o, dir);
        }
        if (status == PRIMUM_OK && ended)
            status = primum_fail(PRIMUM_IO, "the device ended; %s says why", log);
        else if (status == PRIMUM_OK && !ready)
            status = primum_fail(PRIMUM_IO, "'%s' did not appear; the device still runs",
                                 o->until != NULL ? o->until : "wire");
    }
    free(log);
    return status;
}

static int boot_host(const char *dir) {
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;
    struct prm_boot_plan plan;
    struct primum_device device;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    const struct prm_boot_platform platform = {.crypto = &prm_crypto_openssl,
                                               .flash = &device.flash.flash,
                                               .counter = &device.counter.counter,
                                               .layout = &primum_board_layout,
                                               .rules = prm_boot_rules_manifest,
                                               .trust_counter = &device.trust_counter,
                                               .kept = &device.kept,
                                               .fuses = primum_span(&device.fuses),
                                               .trust = primum_device_trust(&device)};
    const prm_result result = prm_boot_run(&platform, &workspace, &report, &plan);
    status = forget(dir, "fault.bin");
    if (status == PRIMUM_OK)
        status = save_report(dir, &report);
    const int closed = primum_device_close(&device);
    cli_report_print(&report);
    if (status != PRIMUM_OK || closed != PRIMUM_OK)
        return status != PRIMUM_OK ? status : closed;
    return result == PRM_OK ? PRIMUM_OK : PRIMUM_REFUSED;
}

static int run(struct cli_args *args) {
    struct options o = {
        .until = cli_text(args, O_UNTIL), .quiet = cli_has(args, O_QUIET), .wire = cli_has(args, O_WIRE)};
    const char *timeout = cli_text(args, O_TIMEOUT);

    if (timeout != NULL && (!primum_parse_u64(timeout, &o.timeout_s) || o.timeout_s == 0 || o.timeout_s > 86400))
        return cli_misuse(args, "timeout '%s' is not a number of seconds from 1 to 86400", timeout);
    if (cli_has(args, O_ON) && strcmp(cli_text(args, O_ON), "host") != 0)
        return cli_misuse(args, "--on takes 'host', not '%s'; without it it runs under QEMU", cli_text(args, O_ON));
    if (cli_has(args, O_ON))
        return boot_host(args->operand[0]);
    return cli_has(args, O_BACKGROUND) ? boot_behind(&o, args->operand[0]) : boot_qemu(&o, args->operand[0]);
}

const struct cli_verb cli_device_boot = CLI_TABLE("device boot", "run it and show its consoles", 0,
                                                  "Boots the device under QEMU and shows its consoles, 'rot |' the "
                                                  "root's and 'app |' the application's, until Ctrl-C. "
                                                  "Keeps the boot report in DIR/report.bin, and what is told of a fault in DIR/fault.bin. Exit status: 0 an image "
                                                  "was started, 1 recovery, 3 it did not come so far (or "
                                                  "TEXT did not come in time).",
                                                  modes, options_, run);
