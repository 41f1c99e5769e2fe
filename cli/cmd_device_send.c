/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_send.c - `primum device send`: a release to a device over its wire, as any terminal program would. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/device/device.h"
#include "host/device/ymodem_send.h"

enum { O_PORT, O_WAIT, O_QUIET };

static const struct cli_option options[] = {
    [O_PORT] = {"port", 0, "TTY", CLI_TEXT, 1 << 1, 1 << 1, 1, NULL,
                "a serial port, like /dev/ttyUSB0, at 115200 baud"},
    [O_WAIT] = {"wait", 0, "S", CLI_TEXT, CLI_ALWAYS, 0, 1, NULL,
                "wait so long for the device to be ready, 30 seconds unless told"},
    [O_QUIET] = {"quiet", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL, "no progress bar"},
};
static const struct cli_mode modes[] = {
    {.by = -1, .operand = {{"DIR", CLI_FOLDER}, {"FILE", CLI_IN}}},
    {.by = O_PORT, .operand = {{"FILE", CLI_IN}}, .text = "To a device at a serial port"}};

struct how {
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
        cli_print("%s: taken by the device\n", path);
        return PRIMUM_OK;
    case YMODEM_CANCELLED:
        return primum_fail(PRIMUM_REFUSED, "the device refused %s; its console says why", path);
    case YMODEM_NOT_READY:
        return primum_fail(PRIMUM_IO,
                           "nothing on %s asked for a file in time; nothing was sent. Does the device run, and is "
                           "it ready for a release?",
                           line);
    case YMODEM_SILENT:
        return primum_fail(PRIMUM_IO, "no answer on %s that makes sense; send it again: what came through is kept",
                           line);
    default:
        return primum_fail_errno("%s failed", line);
    }
}

static int send_file(const struct how *o, const char *line, const char *path) {
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

static int run(struct cli_args *args) {
    struct how how = {.wait_s = 30, .quiet = cli_has(args, O_QUIET)};

    if (cli_has(args, O_WAIT) &&
        (!primum_parse_u64(cli_text(args, O_WAIT), &how.wait_s) || how.wait_s == 0 || how.wait_s > 3600))
        return cli_misuse(args, "'%s' is not a number of seconds from 1 to 3600", cli_text(args, O_WAIT));
    char *line = cli_has(args, O_PORT) ? primum_format("%s", cli_text(args, O_PORT))
                                       : primum_device_path(args->operand[0], "wire");
    const int status = send_file(&how, line, args->operand[args->operands - 1]);
    free(line);
    return status;
}

const struct cli_verb cli_device_send = CLI_TABLE("device send", "send it a release over its wire", 0,
                                                  "Sends a release, a trust manifest, or one after the other in one "
                                                  "file (cat them: the manifest first), over the wire "
                                                  "(YMODEM) to the device in DIR, which 'primum device boot --wire' "
                                                  "runs, or to one at a serial port. The device decides "
                                                  "what it takes: exit status 1 if it refuses.",
                                                  modes, options, run);
