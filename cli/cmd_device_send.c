/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_send.c - `primum device send`: a release to a device over its wire, as any terminal program would. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/device/device.h"
#include "host/device/ymodem_send.h"

static const char help[] =
    "Usage: primum device send DIR FILE\n"
    "       primum device send --port TTY FILE\n"
    "\n"
    "Sends a release, a trust manifest, or one after the other in one file (cat them: the manifest\n"
    "first), over the wire (YMODEM) to the device in DIR, which 'primum device boot --wire'\n"
    "runs, or to one at a serial port. The device decides what it takes: exit status 1 if it refuses.\n"
    "\n"
    "  --port TTY   a serial port, like /dev/ttyUSB0, at 115200 baud\n"
    "  --wait S     wait so long for the device to be ready, 30 seconds unless told\n"
    "  --quiet      no progress bar\n"
    "  -h, --help   this text\n";

struct options {
    const char *port;
    uint64_t wait_s;
    int quiet;
};

struct bar {
    size_t total;
    int shown; /* percent; -1: nothing yet */
};

static void draw(void *ctx, size_t sent) {
    static const char full[] = "########################################";
    struct bar *bar = ctx;
    const int percent = bar->total > 0 ? (int)(sent * 100 / bar->total) : 100;

    if (percent == bar->shown)
        return;
    bar->shown = percent;
    fprintf(stderr, "\r[%-40.*s] %3d %%  %zu of %zu bytes", percent * 40 / 100, full, percent, sent, bar->total);
    if (sent == bar->total)
        fputc('\n', stderr);
    fflush(stderr);
}

/* Opens the line, as bytes and nothing else. -1 after saying why. */
static int open_line(const char *path) {
    struct termios mode;
    const int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        (void)primum_fail_errno("can't open %s", path);
        return -1;
    }
    if (tcgetattr(fd, &mode) == 0) {
        cfmakeraw(&mode);
        (void)cfsetspeed(&mode, B115200);
        mode.c_cflag |= CLOCAL | CREAD;
        (void)tcsetattr(fd, TCSANOW, &mode);
        (void)tcflush(fd, TCIFLUSH);
    }
    return fd;
}

static int say(enum ymodem_end end, const char *line, const char *path) {
    switch (end) {
    case YMODEM_SENT:
        printf("%s: taken by the device\n", path);
        return PRIMUM_OK;
    case YMODEM_CANCELLED:
        return primum_fail(PRIMUM_REFUSED, "the device refused %s; its console says why", path);
    case YMODEM_SILENT:
        return primum_fail(PRIMUM_IO, "no answer on %s", line);
    default:
        return primum_fail_errno("%s failed", line);
    }
}

static int run(const struct options *o, const char *line, const char *path) {
    const char *slash = strrchr(path, '/');
    struct primum_bytes file;
    int status = primum_read_file(path, &file);
    struct bar bar = {file.len, -1};

    if (status != PRIMUM_OK)
        return status;
    const int fd = open_line(line);
    if (fd >= 0) {
        const struct ymodem_send job = {.fd = fd,
                                        .name = slash != NULL ? slash + 1 : path,
                                        .bytes = primum_span(&file),
                                        .patience_ms = (uint32_t)(o->wait_s * 1000),
                                        .progress = o->quiet ? NULL : draw,
                                        .ctx = &bar};
        const enum ymodem_end end = ymodem_send(&job);
        const int saved = errno;
        if (bar.shown >= 0 && bar.shown < 100)
            fputc('\n', stderr);
        errno = saved;
        status = say(end, line, path);
        close(fd);
    }
    primum_bytes_free(&file);
    return fd < 0 ? PRIMUM_IO : status;
}

int cmd_device_send(int argc, char **argv) {
    static const struct option longs[] = {{"port", required_argument, NULL, 'p'},
                                          {"wait", required_argument, NULL, 'w'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct options options = {NULL, 30, 0};

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        switch (c) {
        case 'p':
            options.port = optarg;
            break;
        case 'w':
            if (!primum_parse_u64(optarg, &options.wait_s) || options.wait_s == 0 || options.wait_s > 3600)
                return primum_fail(PRIMUM_USAGE, "'%s' is not a number of seconds from 1 to 3600", optarg);
            break;
        case 'q':
            options.quiet = 1;
            break;
        case 'h':
            fputs(help, stdout);
            return PRIMUM_OK;
        default:
            return cli_usage("device send");
        }
    }
    if (argc - optind != (options.port != NULL ? 1 : 2)) {
        (void)primum_fail(PRIMUM_USAGE, "device send needs a folder or --port, and a release file");
        return cli_usage("device send");
    }
    char *line = options.port != NULL ? primum_format("%s", options.port) : primum_device_path(argv[optind], "wire");
    const int status = run(&options, line, argv[argc - 1]);
    free(line);
    return status;
}
