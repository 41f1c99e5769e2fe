/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `primum`: finds the verb and hands over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* primum help [VERB]: "help", "help trust", "help trust sign", "help --man", "help --completion". */
static int help(int argc, char **argv) {
    char *name = primum_format("%s%s%s", argc > 0 ? argv[0] : "", argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
    const struct cli_verb *verb = cli_find(name);
    int status = PRIMUM_OK;

    if (argc == 0)
        cli_help_group(stdout, NULL);
    else if (strcmp(name, "--man") == 0)
        cli_help_man(stdout);
    else if (strcmp(name, "--completion") == 0)
        cli_help_completion(stdout);
    else if (argc <= 2 && verb != NULL)
        cli_help_verb(stdout, verb);
    else if (argc == 1 && cli_is_group(name))
        cli_help_group(stdout, name);
    else
        status = primum_fail(PRIMUM_USAGE, "'%s' is not a verb; 'primum help' lists them", name);
    free(name);
    return status;
}

static int is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run(int argc, char **argv) {
    const struct cli_verb *verb;

    if (is_help(argv[1]))
        return help(0, NULL);
    if (strcmp(argv[1], "--version") == 0) {
        puts("primum " PRIMUM_VERSION);
        return PRIMUM_OK;
    }
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 2, argv + 2);
    verb = cli_find(argv[1]);
    if (verb != NULL)
        return cli_run(verb, argc - 2, argv + 2);
    if (!cli_is_group(argv[1]))
        return primum_fail(PRIMUM_USAGE, "'%s' is not a verb; 'primum help' lists them", argv[1]);
    if (argc == 2) {
        cli_help_group(stderr, argv[1]);
        return PRIMUM_USAGE;
    }
    if (is_help(argv[2]))
        return help(1, argv + 1);
    char *name = primum_format("%s %s", argv[1], argv[2]);
    verb = cli_find(name);
    free(name);
    return verb != NULL
               ? cli_run(verb, argc - 3, argv + 3)
               : primum_fail(PRIMUM_USAGE, "'%s' is not a verb of %s; see 'primum help %s'", argv[2], argv[1], argv[1]);
}

int main(int argc, char **argv) {
    cli_hear();
    if (argc < 2) {
        cli_help_group(stderr, NULL);
        return PRIMUM_USAGE;
    }
    const int status = run(argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == PRIMUM_OK)
        return primum_fail_errno("can't write the output");
    return status;
}
