/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_rig.c - what the shell tests of the command need and a shell can't do.
 *
 *   cli_rig table                          all options of all verbs, one a line: verb|mode|option|kind|in mode|needed|most|with
 *   cli_rig operands                       verb|mode|chosen by|operands|writes
 *   cli_rig image SLOT COMPONENT FILE      a firmware image that the board would start
 *   cli_rig fail CALL always|N PROGRAM...  runs a program in which a system call fails, always or the N-th time; ends with 100
 *                                          if there was no N-th
 *   cli_rig fat PROGRAM...                 runs a program as on a file system that lacks what FAT lacks
 */
#define _GNU_SOURCE /* O_TMPFILE */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/endian.h"
#include "cli/cli.h"
#include "host/device/device.h"
#include "tests/system/cli/fail_once.h"

static const char *const kinds[] = {
    [CLI_FLAG] = "flag",     [CLI_TEXT] = "text",    [CLI_OPTIONAL] = "optional", [CLI_IN] = "in",
    [CLI_OUT] = "out",       [CLI_STEM] = "stem",    [CLI_KEY] = "key",           [CLI_SLOT] = "slot",
    [CLI_LISTED] = "listed", [CLI_FOLDER] = "folder"};

static int table(void) {
    for (unsigned v = 0; v < cli_verbs_count; v++) {
        const struct cli_verb *verb = cli_verbs[v];
        for (unsigned mode = 0; mode < verb->modes; mode++) {
            for (unsigned i = 0; i < verb->options; i++) {
                const struct cli_option *o = &verb->option[i];
                const unsigned bit = 1u << mode;
                printf("%s|%u|%s|%s|%d|%d|%u|%s\n", verb->name, mode, o->name, kinds[o->kind], (o->modes & bit) != 0,
                       (o->needed & bit) != 0 || verb->mode[mode].by == (int)i, o->most > 0 ? o->most : 1,
                       o->with != NULL ? o->with : "");
            }
        }
    }
    return 0;
}

static int operands(void) {
    for (unsigned v = 0; v < cli_verbs_count; v++) {
        const struct cli_verb *verb = cli_verbs[v];
        for (unsigned mode = 0; mode < verb->modes; mode++) {
            const struct cli_mode *m = &verb->mode[mode];
            unsigned n = 0;
            while (n < CLI_OPERANDS_MAX && m->operand[n].name != NULL)
                n++;
            printf("%s|%u|%s|%u|%d\n", verb->name, mode, m->by >= 0 ? verb->option[m->by].name : "", n, verb->writes);
        }
    }
    return 0;
}

static int image(const char *slot, const char *component, const char *path) {
    const struct prm_layout *layout = &primum_board_layout;
    const struct prm_layout_component *c = &layout->component[component[0] - '0'];
    uint8_t bytes[6000];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + (i >> 8) + (size_t)slot[0]);
    prm_store_le32(bytes, c->ram_base + 0x1000u);
    prm_store_le32(bytes + 4, layout->flash_base + layout->bank_off[slot[0] == 'b'] + c->off + 0x101u);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, sizeof bytes, file) != sizeof bytes || fclose(file) != 0)
        return 3;
    return 0;
}

#ifdef SYS_rename
#define CALL_RENAME SYS_rename
#define CALL_LINK SYS_link
#else /* newer architectures have only renameat and linkat */
#define CALL_RENAME -1
#define CALL_LINK -1
#endif

/* The calls that a name stands for. */
static const struct fail_kind kinds_of_calls[] = {{"write", {SYS_write, SYS_pwrite64, -1, -1}, 1, EIO},
                                                  {"fsync", {SYS_fsync, SYS_fdatasync, -1, -1}, 0, EIO},
                                                  {"link", {SYS_linkat, CALL_LINK, -1, -1}, 0, EIO},
                                                  {"rename", {SYS_renameat2, SYS_renameat, CALL_RENAME, -1}, 0, EIO},
                                                  {"room", {SYS_fallocate, -1, -1, -1}, 0, ENOSPC}};

/* From here on the call fails, in this process and in what it becomes. */
static int let_fail(long call, const struct fail_kind *kind) {
    struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 3),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
                                   BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kind->files_only ? 3 : 0, 0, 1),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)kind->error),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static int fail(const char *name, const char *nth, char **argv) {
    for (size_t i = 0; i < sizeof kinds_of_calls / sizeof kinds_of_calls[0]; i++) {
        const struct fail_kind *kind = &kinds_of_calls[i];
        if (strcmp(kind->name, name) != 0)
            continue;
        if (strcmp(nth, "always") != 0)
            return fail_once(kind, (unsigned)strtoul(nth, NULL, 10), argv);
        for (size_t k = 0; k < sizeof kind->call / sizeof kind->call[0]; k++) {
            if (kind->call[k] >= 0 && !let_fail(kind->call[k], kind))
                return FAIL_BROKEN;
        }
        execv(argv[0], argv);
    }
    return FAIL_BROKEN;
}

/*
 * A call that fails if an argument has a bit of `mask`, or whatever it is if that is 0. The calls of 64 bits are compared by
 * the lower half of their arguments, in which all flags are.
 */
static int refuse(long call, unsigned argument, uint32_t mask, int error) {
    struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 3),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offsetof(struct seccomp_data, args) + 8 * argument)),
                                   BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)error),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

    if (mask == 0)
        filter[3] = (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TAX, 0);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* What a FAT file system lacks: links, files without a name, rights, renaming with conditions, room that is reserved. */
static int fat(char **argv) {
    const struct {
        long call;
        unsigned argument;
        uint32_t mask;
        int error;
    } lacks[] = {{SYS_linkat, 0, 0, EPERM},
                 {CALL_LINK, 0, 0, EPERM},
                 {SYS_openat, 2, O_TMPFILE & ~O_DIRECTORY, EOPNOTSUPP},
                 {SYS_fchmod, 0, 0, EPERM},
                 {SYS_renameat2, 4, UINT32_MAX, EINVAL},
                 {SYS_fallocate, 0, 0, EOPNOTSUPP}};

    for (size_t i = 0; i < sizeof lacks / sizeof lacks[0]; i++) {
        if (lacks[i].call >= 0 && !refuse(lacks[i].call, lacks[i].argument, lacks[i].mask, lacks[i].error))
            return FAIL_BROKEN;
    }
    execv(argv[0], argv);
    return FAIL_BROKEN;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "table") == 0)
        return table();
    if (argc == 2 && strcmp(argv[1], "operands") == 0)
        return operands();
    if (argc == 5 && strcmp(argv[1], "image") == 0)
        return image(argv[2], argv[3], argv[4]);
    if (argc > 4 && strcmp(argv[1], "fail") == 0)
        return fail(argv[2], argv[3], argv + 4);
    if (argc > 2 && strcmp(argv[1], "fat") == 0)
        return fat(argv + 2);
    return 2;
}
