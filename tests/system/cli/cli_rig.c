/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_rig.c - what the shell tests of the command need and a shell can't do.
 *
 *   cli_rig table                       all options of all verbs, one a line: verb|mode|option|kind|in
 * mode|needed|most|value cli_rig operands                    verb|mode|chosen by|operands cli_rig image SLOT COMPONENT
 * FILE   a firmware image that the board would start cli_rig fail CALL PROGRAM ARG...    runs a program in which a
 * system call fails: write (of files), fsync, link, rename, room
 */
#include <errno.h>
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

/* The calls that a name stands for. */
static const struct {
    const char *name;
    long call[3];
    int files_only; /* where the first argument is a descriptor: not those of the terminal */
} faults[] = {{"write", {SYS_write, SYS_pwrite64, -1}, 1},
              {"fsync", {SYS_fsync, SYS_fdatasync, -1}, 0},
              {"link", {SYS_linkat, -1, -1}, 0},
              {"rename", {SYS_renameat2, SYS_renameat, -1}, 0},
              {"room", {SYS_fallocate, -1, -1}, 0}};

/* From here on the call fails with EIO, in this process and in what it becomes. */
static int let_fail(long call, int files_only) {
    struct sock_filter filter[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                                   BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4),
                                   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
                                   BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, files_only ? 3 : 0, 1, 0),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EIO),
                                   BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static int fail(const char *name, char **argv) {
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        for (size_t k = 0; strcmp(faults[i].name, name) == 0 && k < 3; k++) {
            if (faults[i].call[k] >= 0 && !let_fail(faults[i].call[k], faults[i].files_only))
                return 121;
        }
    }
#ifdef SYS_rename
    if (strcmp(name, "rename") == 0 && !let_fail(SYS_rename, 0))
        return 121;
#endif
#ifdef SYS_link
    if (strcmp(name, "link") == 0 && !let_fail(SYS_link, 0))
        return 121;
#endif
    execv(argv[0], argv);
    return 121;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "table") == 0)
        return table();
    if (argc == 2 && strcmp(argv[1], "operands") == 0)
        return operands();
    if (argc == 5 && strcmp(argv[1], "image") == 0)
        return image(argv[2], argv[3], argv[4]);
    if (argc > 3 && strcmp(argv[1], "fail") == 0)
        return fail(argv[2], argv + 3);
    return 2;
}
