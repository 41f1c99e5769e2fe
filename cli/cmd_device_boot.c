/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_device_boot.c - `primum device boot`: runs the device, under QEMU or in this process.
 *
 * The root prints its boot report in hexadecimal as a line of its own console, which the application can't reach: that
 * line is what is kept as report.bin, and not the copy in RAM, which the application may have written over by then.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/device.h"
#include "cli/qemu.h"
#include "providers/openssl/crypto_openssl.h"

static const char help[] = "Usage: primum device boot DIR [--timeout S] [--until TEXT]\n"
                           "\n"
                           "Boots the device under QEMU and shows its consoles, 'rot |' the root's and 'app |' the\n"
                           "application's, until Ctrl-C. Keeps the boot report in DIR/report.bin. Exit status: 0 an\n"
                           "image was started, 1 recovery, 3 it did not come so far (or TEXT did not come in time).\n"
                           "\n"
                           "  --timeout S   end after S seconds\n"
                           "  --until TEXT  end when a console shows TEXT\n"
                           "  --quiet       show no console\n"
                           "  --on host     run the same boot code in this process instead, on the same files; it\n"
                           "                decides and reports, and starts nothing\n"
                           "  -h, --help    this text\n";

struct options {
    const char *until;
    uint64_t timeout_s;
    int on_host, quiet;
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
    return cli_report_valid(out);
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
    /* Recovery does nothing more: no use in waiting for Ctrl-C. */
    if (port == 0 && seen->has_report && seen->report.result != PRM_OK && strncmp(line, "rot: recovery", 13) == 0)
        stop = 1;
    return stop;
}

static int save_report(const char *dir, const struct prm_boot_report *report) {
    char *path = cli_device_path(dir, "report.bin");
    const int status = cli_write_file(path, prm_span_of(report, sizeof *report), 0644, CLI_REPLACE);

    free(path);
    return status;
}

/* A report of an earlier boot must not pass for this one's. */
static int forget_report(const char *dir) {
    char *path = cli_device_path(dir, "report.bin");
    const int status = unlink(path) == 0 || errno == ENOENT ? CLI_OK : cli_fail_errno("can't remove %s", path);

    free(path);
    return status;
}

static int conclude(const char *dir, const struct seen *seen, enum qemu_end end) {
    const struct options *o = seen->options;

    if (seen->has_report) {
        const int saved = save_report(dir, &seen->report);
        if (saved != CLI_OK)
            return saved;
    }
    if (end == QEMU_ENDED)
        return cli_fail(CLI_IO, "QEMU ended by itself");
    if (!seen->has_report && end == QEMU_TIMEOUT)
        return cli_fail(CLI_IO, "no boot report within %llu s", (unsigned long long)o->timeout_s);
    if (!seen->has_report)
        return cli_fail(CLI_IO, "ended before the root had reported");
    if (seen->report.result != PRM_OK)
        return CLI_REFUSED;
    if (o->until != NULL && !seen->until)
        return cli_fail(CLI_IO, "'%s' did not appear", o->until);
    return CLI_OK;
}

static int boot_qemu(const struct options *o, const char *dir) {
    struct seen seen = {.options = o};
    const struct qemu_watch watch = {&seen, on_line, (uint32_t)o->timeout_s};
    enum qemu_end end = QEMU_ENDED;
    int lock;
    int status = cli_device_lock(dir, &lock);

    if (status != CLI_OK)
        return status;
    status = forget_report(dir);
    if (status == CLI_OK)
        status = qemu_run(dir, &watch, &end);
    if (status == CLI_OK)
        status = conclude(dir, &seen, end);
    close(lock);
    return status;
}

static int boot_host(const char *dir) {
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;
    struct prm_boot_plan plan;
    struct cli_device device;
    int status = cli_device_open(dir, &device);

    if (status != CLI_OK)
        return status;
    const struct prm_boot_platform platform = {&prm_crypto_openssl, &device.flash.flash,     &device.counter.counter,
                                               &cli_board_map,      cli_span(&device.fuses), cli_device_trust(&device)};
    const prm_result result = prm_boot_run(&platform, &workspace, &report, &plan);
    status = save_report(dir, &report);
    const int closed = cli_device_close(&device);
    cli_report_print(&report);
    if (status != CLI_OK || closed != CLI_OK)
        return status != CLI_OK ? status : closed;
    return result == PRM_OK ? CLI_OK : CLI_REFUSED;
}

int cmd_device_boot(int argc, char **argv) {
    static const struct option longs[] = {
        {"timeout", required_argument, NULL, 't'}, {"until", required_argument, NULL, 'u'},
        {"on", required_argument, NULL, 'o'},      {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0}};
    struct options options = {NULL, 0, 0, 0};

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        switch (c) {
        case 't':
            if (!cli_parse_u64(optarg, &options.timeout_s) || options.timeout_s == 0 || options.timeout_s > 86400)
                return cli_fail(CLI_USAGE, "timeout '%s' is not a number of seconds from 1 to 86400", optarg);
            break;
        case 'u':
            options.until = optarg;
            break;
        case 'o':
            if (strcmp(optarg, "host") != 0 && strcmp(optarg, "qemu") != 0)
                return cli_fail(CLI_USAGE, "it runs on qemu or on host, not on '%s'", optarg);
            options.on_host = strcmp(optarg, "host") == 0;
            break;
        case 'q':
            options.quiet = 1;
            break;
        case 'h':
            fputs(help, stdout);
            return CLI_OK;
        default:
            return cli_usage("device boot");
        }
    }
    if (optind + 1 != argc) {
        (void)cli_fail(CLI_USAGE, "device boot needs a folder");
        return cli_usage("device boot");
    }
    return options.on_host ? boot_host(argv[optind]) : boot_qemu(&options, argv[optind]);
}
