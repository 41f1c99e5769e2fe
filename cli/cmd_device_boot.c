/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_device_boot.c - `primum device boot`: runs the device, under QEMU or in this process.
 *
 * The root prints its boot report in hexadecimal as a line of its own console, which the application can't reach: that
 * line is what is kept as report.bin, and not the copy in RAM, which the application may have written over by then.
 */
#define _GNU_SOURCE /* memmem */
#include <errno.h>
#include <getopt.h>
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

static const char help[] =
    "Usage: primum device boot DIR [--timeout S] [--until TEXT]\n"
    "\n"
    "Boots the device under QEMU and shows its consoles, 'rot |' the root's and 'app |' the\n"
    "application's, until Ctrl-C. Keeps the boot report in DIR/report.bin. Exit status: 0 an\n"
    "image was started, 1 recovery, 3 it did not come so far (or TEXT did not come in time).\n"
    "\n"
    "  --timeout S   end after S seconds\n"
    "  --until TEXT  end when a console shows TEXT\n"
    "  --quiet       show no console\n"
    "  --wire        connect the wire that releases come over: DIR/wire ('primum device send');\n"
    "                what is written to DIR/console.in is typed on the application's console\n"
    "  --background  come back when TEXT was shown, or at once; the consoles go to\n"
    "                DIR/console.log, and 'primum device stop' ends the device\n"
    "  --on host     run the same boot code in this process instead, on the same files; it\n"
    "                decides and reports, and starts nothing\n"
    "  -h, --help    this text\n";

struct options {
    const char *until;
    uint64_t timeout_s;
    int on_host, quiet, wire, background;
};

/* What has been seen of this boot. */
struct seen {
    const struct options *options;
    struct prm_boot_report report;
    int has_report, until;
};

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The line "rot: report <hex>": 1 if it holds a whole report. */
static int parse_report(const char *line, struct prm_boot_report *out) {
    static const char start[] = "rot: report ";
    uint8_t bytes[sizeof *out];

    if (strncmp(line, start, sizeof start - 1) != 0)
        return 0;
    line += sizeof start - 1;
    if (strlen(line) != 2 * sizeof bytes)
        return 0;
    for (size_t i = 0; i < sizeof bytes; i++) {
        const int high = hex_digit(line[2 * i]), low = hex_digit(line[2 * i + 1]);
        if (high < 0 || low < 0)
            return 0;
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    memcpy(out, bytes, sizeof bytes);
    return primum_report_valid(out);
}

static void show(const struct options *options, unsigned port, const char *line) {
    static const char *const prefix[2] = {"rot ", "app "};

    if (port == 2) {
        /* Its network isn't connected to anything, on purpose. */
        if (strstr(line, "has no peer") != NULL)
            return;
        fprintf(stderr, "qemu| %s\n", line);
    } else if (!options->quiet) {
        printf("%s| %s\n", prefix[port], line);
        fflush(stdout);
    }
}

static int on_line(void *ctx, unsigned port, const char *line, int complete) {
    struct seen *seen = ctx;
    const char *until = seen->options->until;
    int stop = 0;

    if (port < 2 && until != NULL && strstr(line, until) != NULL)
        seen->until = stop = 1;
    if (!complete)
        return stop; /* it is shown at the end of the run */
    if (port == 0 && parse_report(line, &seen->report))
        seen->has_report = 1;
    else
        show(seen->options, port, line);
    /* Recovery without a wire does nothing more: no use in waiting for Ctrl-C. */
    if (!seen->options->wire && port == 0 && seen->has_report && seen->report.result != PRM_OK &&
        strncmp(line, "rot: recovery", 13) == 0)
        stop = 1;
    return stop;
}

static int save_report(const char *dir, const struct prm_boot_report *report) {
    char *path = primum_device_path(dir, "report.bin");
    const int status = primum_write_file(path, prm_span_of(report, sizeof *report), 0644, PRIMUM_REPLACE);

    free(path);
    return status;
}

/* A report of an earlier boot must not pass for this one's. */
static int forget_report(const char *dir) {
    char *path = primum_device_path(dir, "report.bin");
    const int status = unlink(path) == 0 || errno == ENOENT ? PRIMUM_OK : primum_fail_errno("can't remove %s", path);

    free(path);
    return status;
}

static int conclude(const char *dir, const struct seen *seen, enum qemu_end end) {
    const struct options *o = seen->options;

    if (seen->has_report) {
        const int saved = save_report(dir, &seen->report);
        if (saved != PRIMUM_OK)
            return saved;
    }
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
    struct seen seen = {.options = o};
    const struct qemu_watch watch = {&seen, on_line, (uint32_t)o->timeout_s, o->wire};
    enum qemu_end end = QEMU_ENDED;
    int lock;
    int status = primum_device_lock(dir, &lock);

    if (status != PRIMUM_OK)
        return status;
    status = forget_report(dir);
    if (status == PRIMUM_OK)
        status = qemu_run(dir, &watch, &end);
    if (status == PRIMUM_OK)
        status = conclude(dir, &seen, end);
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
    status = save_report(dir, &report);
    const int closed = primum_device_close(&device);
    primum_report_print(&report);
    if (status != PRIMUM_OK || closed != PRIMUM_OK)
        return status != PRIMUM_OK ? status : closed;
    return result == PRM_OK ? PRIMUM_OK : PRIMUM_REFUSED;
}

/* Takes one option. PRIMUM_OK, or PRIMUM_USAGE after saying what is wrong. */
static int take_option(struct options *o, int letter) {
    switch (letter) {
    case 't':
        if (!primum_parse_u64(optarg, &o->timeout_s) || o->timeout_s == 0 || o->timeout_s > 86400)
            return primum_fail(PRIMUM_USAGE, "timeout '%s' is not a number of seconds from 1 to 86400", optarg);
        return PRIMUM_OK;
    case 'u':
        o->until = optarg;
        return PRIMUM_OK;
    case 'o':
        if (strcmp(optarg, "host") != 0 && strcmp(optarg, "qemu") != 0)
            return primum_fail(PRIMUM_USAGE, "it runs on qemu or on host, not on '%s'", optarg);
        o->on_host = strcmp(optarg, "host") == 0;
        return PRIMUM_OK;
    case 'w':
        o->wire = 1;
        return PRIMUM_OK;
    case 'b':
        o->background = 1;
        return PRIMUM_OK;
    case 'q':
        o->quiet = 1;
        return PRIMUM_OK;
    default:
        return cli_usage("device boot");
    }
}

int cmd_device_boot(int argc, char **argv) {
    static const struct option longs[] = {
        {"timeout", required_argument, NULL, 't'}, {"until", required_argument, NULL, 'u'},
        {"wire", no_argument, NULL, 'w'},          {"background", no_argument, NULL, 'b'},
        {"on", required_argument, NULL, 'o'},      {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
    struct options options = {NULL, 0, 0, 0, 0, 0};

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        if (c == 'h') {
            fputs(help, stdout);
            return PRIMUM_OK;
        }
        const int status = take_option(&options, c);
        if (status != PRIMUM_OK)
            return status;
    }
    if (optind + 1 != argc) {
        (void)primum_fail(PRIMUM_USAGE, "device boot needs a folder");
        return cli_usage("device boot");
    }
    if (options.on_host)
        return boot_host(argv[optind]);
    return options.background ? boot_behind(&options, argv[optind]) : boot_qemu(&options, argv[optind]);
}
