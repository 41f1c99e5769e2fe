/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `primum`: finds the verb and hands over. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const char help[] = "Usage: primum VERB [OPTION]...\n"
                           "\n"
                           "Signs firmware releases and runs them on an emulated device.\n"
                           "\n"
                           "  keygen    make a signing key\n"
                           "  sign      make a signed release from firmware images\n"
                           "  inspect   show what a release says\n"
                           "  verify    say whether a release may be trusted\n"
                           "  trust     make and sign trust manifests: which keys are in force\n"
                           "  device    make, flash and boot an emulated device\n"
                           "  key       look at, use and divide HSS-LMS keys\n"
                           "\n"
                           "'primum VERB --help' tells more. Exit status: 0 ok, 1 refused, 2 usage, 3 I/O.\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} verbs[] = {{"keygen", cmd_keygen}, {"sign", cmd_sign},     {"inspect", cmd_inspect}, {"verify", cmd_verify},
             {"trust", cmd_trust},   {"device", cmd_device}, {"key", cmd_key}};

int cli_usage(const char *verb) {
    fprintf(stderr, "Try 'primum %s --help'.\n", verb);
    return PRIMUM_USAGE;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs(help, stderr);
        return PRIMUM_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        fputs(help, stdout);
        return PRIMUM_OK;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) != 0)
            continue;
        const int status = verbs[i].run(argc - 1, argv + 1);
        if (fflush(stdout) != 0 && status == PRIMUM_OK)
            return primum_fail_errno("can't write the output");
        return status;
    }
    (void)primum_fail(PRIMUM_USAGE, "'%s' is not a verb; 'primum --help' lists them", argv[1]);
    return PRIMUM_USAGE;
}
