/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_trust.c - `primum trust show`: what a trust manifest says. */
#include "cli/cli.h"
#include "host/trust/trust_file.h"

enum { O_JSON };

static const struct cli_option options[] = {
    [O_JSON] = {"json", 0, NULL, CLI_FLAG, CLI_ALWAYS, 0, 1, NULL, "for programs"}};
static const struct cli_mode modes[] = {{.by = -1, .operand = {{"FILE.trust", CLI_IN}}}};

static int run(struct cli_args *args) {
    struct primum_trust_file file;
    int status = primum_trust_file_read(args->operand[0], &file);

    if (status == PRIMUM_OK && cli_has(args, O_JSON))
        status = cli_trust_print_json(&file);
    else if (status == PRIMUM_OK)
        cli_trust_print(&file);
    primum_trust_file_free(&file);
    return status;
}

const struct cli_verb cli_trust_show = CLI_TABLE("trust show", "show what a trust manifest says", 0,
                                                 "Shows what a trust manifest says; so does 'primum inspect'. It "
                                                 "checks no signature: 'primum verify' does, with the "
                                                 "root keys.",
                                                 modes, options, run);
