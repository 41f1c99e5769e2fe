/* SPDX-License-Identifier: Apache-2.0 */
/* suit_names.h - the integers of SUIT by name; inside print_suit.c and suit_names.c only. */
#ifndef PRM_CLI_SUIT_NAMES_H
#define PRM_CLI_SUIT_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct cli_suit_name {
    int32_t key;
    const char *name;
};

/* NULL if the key isn't in the table. */
const char *cli_suit_find(const struct cli_suit_name *table, size_t n, int32_t key);
const char *cli_suit_command_name(int32_t key);
const char *cli_suit_parameter_name(int32_t key);

#endif
