/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_stop.c - `primum device stop`: pulls the plug of a device that runs in the background. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/device/device.h"

static const struct cli_mode modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}}}};

enum { WAIT_MS = 10000, STEP_MS = 20 };

/* 1 if somebody uses the device. */
static int in_use(int fd) {
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return 1;
    (void)flock(fd, LOCK_UN);
    return 0;
}

/* The process that runs it, as it wrote down; 0 if there is none. */
static pid_t runner(const char *dir) {
    char *path = primum_device_path(dir, "boot.pid");
    long pid = 0;
    FILE *file = fopen(path, "re");

    if (file != NULL) {
        if (fscanf(file, "%ld", &pid) != 1 || pid <= 1)
            pid = 0;
        fclose(file);
    }
    free(path);
    return (pid_t)pid;
}

static int stop(const char *dir, int fd) {
    const pid_t pid = runner(dir);

    /* The lock tells that the file isn't left over from a process that is gone. */
    if (!in_use(fd) || pid == 0)
        return primum_fail(PRIMUM_REFUSED, "the device in %s doesn't run in the background", dir);
    if (kill(pid, SIGTERM) != 0)
        return primum_fail_errno("can't end process %ld", (long)pid);
    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
        if (!in_use(fd))
            return PRIMUM_OK;
        nanosleep(&(struct timespec){0, STEP_MS * 1000000L}, NULL);
    }
    return primum_fail(PRIMUM_IO, "the device in %s did not end", dir);
}

static int run(struct cli_args *args) {
    char *path = primum_device_path(args->operand[0], "flash.img");
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    const int status = fd < 0 ? primum_fail_errno("can't open %s", path) : stop(args->operand[0], fd);

    if (fd >= 0)
        close(fd);
    free(path);
    return status;
}

const struct cli_verb cli_device_stop = {.name = "device stop",
                                         .summary = "pull its plug, if it runs in the background",
                                         .about = "Ends the device that 'primum device boot --background' runs, as "
                                                  "pulling its plug does: at whatever instruction "
                                                  "it is.",
                                         .mode = modes,
                                         .modes = 1,
                                         .run = run};
