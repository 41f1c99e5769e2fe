/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_trust.c - `primum trust`: finds the verb of trust manifests; `show` is here. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "host/trust/trust_file.h"

static const char help[] =
    "Usage: primum trust VERB [OPTION]...\n"
    "\n"
    "Trust manifests: which keys may sign releases from now on. Root keys sign them; docs/keys.md\n"
    "tells the ceremony.\n"
    "\n"
    "  make  write a trust manifest, unsigned\n"
    "  sign  add the signature of a root key\n"
    "  show  show what one says (so does 'primum inspect')\n"
    "\n"
    "'primum trust VERB --help' tells more. Exit status: 0 ok, 1 refused, 2 usage, 3 I/O.\n";

static const char help_show[] = "Usage: primum trust show FILE [--json]\n"
                                "\n"
                                "Shows what a trust manifest says. It checks no signature: a device does.\n"
                                "\n"
                                "  --json      for programs\n"
                                "  -h, --help  this text\n";

static int cmd_trust_show(int argc, char **argv) {
    static const struct option longs[] = {
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct primum_trust_file file;
    int json = 0;

    for (int c; (c = getopt_long(argc, argv, "h", longs, NULL)) != -1;) {
        if (c == 'h') {
            fputs(help_show, stdout);
            return PRIMUM_OK;
        }
        if (c != 'j')
            return cli_usage("trust show");
        json = 1;
    }
    if (optind + 1 != argc) {
        (void)primum_fail(PRIMUM_USAGE, "trust show needs one file");
        return cli_usage("trust show");
    }
    int status = primum_trust_file_read(argv[optind], &file);
    if (status == PRIMUM_OK && json)
        status = primum_trust_file_print_json(&file);
    else if (status == PRIMUM_OK)
        primum_trust_file_print(&file);
    primum_trust_file_free(&file);
    return status;
}

int cmd_trust(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } verbs[] = {{"make", cmd_trust_make}, {"sign", cmd_trust_sign}, {"show", cmd_trust_show}};

    if (argc < 2) {
        fputs(help, stderr);
        return PRIMUM_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(help, stdout);
        return PRIMUM_OK;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    }
    (void)primum_fail(PRIMUM_USAGE, "'%s' is not a verb of trust", argv[1]);
    return cli_usage("trust");
}
