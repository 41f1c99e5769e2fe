/* SPDX-License-Identifier: Apache-2.0 */
/* verbs.c - all verbs. */
#include <string.h>

#include "cli/cli.h"

const struct cli_verb *const cli_verbs[] = {
    &cli_keygen,      &cli_sign,        &cli_inspect,      &cli_verify,        &cli_trust_make,
    &cli_trust_sign,  &cli_trust_show,  &cli_key_show,     &cli_key_sign,      &cli_key_split,
    &cli_key_adopt,   &cli_device_new,  &cli_device_flash, &cli_device_erase,  &cli_device_flip,
    &cli_device_boot, &cli_device_send, &cli_device_stop,  &cli_device_report, &cli_device_set_floor,
    &cli_device_describe};
const unsigned cli_verbs_count = sizeof cli_verbs / sizeof cli_verbs[0];

const struct cli_group cli_groups[] = {
    {"trust", "Trust manifests: which keys may sign releases from now on. Root keys sign them; docs/keys.md tells the "
              "ceremony."},
    {"key",
     "Keys, and HSS-LMS keys above all: a stock of one-time keys, whose file says which are left. Using one twice "
     "lets others forge signatures, so such a file must never exist twice."},
    {"device", "An emulated device (Cortex-M33 board mps2-an505 under QEMU) in a folder."}};
const unsigned cli_groups_count = sizeof cli_groups / sizeof cli_groups[0];

const struct cli_verb *cli_find(const char *name) {
    for (unsigned i = 0; i < cli_verbs_count; i++) {
        if (strcmp(cli_verbs[i]->name, name) == 0)
            return cli_verbs[i];
    }
    return NULL;
}
