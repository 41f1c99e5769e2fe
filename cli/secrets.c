/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "host/keys/keys.h"

int cli_check_secret(const struct cli_args *args, int keys, int passphrase_file) {
    if (!cli_has(args, passphrase_file))
        return PRIMUM_OK;
    for (unsigned i = 0; i < args->given[keys].count; i++) {
        if (primum_key_wants_secret(args->given[keys].text[i]))
            return PRIMUM_OK;
    }
    return cli_misuse(args, "--%s has no effect: no key here is encrypted, or a token that asks for a PIN",
                      args->verb->option[passphrase_file].name);
}
