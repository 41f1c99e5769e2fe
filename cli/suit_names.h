/* SPDX-License-Identifier: Apache-2.0 */
/* suit_names.h - the integers of SUIT by name; inside print_suit.c and suit_names.c only. */
#ifndef PRM_CLI_SUIT_NAMES_H
#define PRM_CLI_SUIT_NAMES_H

#include <stdint.h>

/* NULL if the key isn't in the table. */
const char *cli_suit_command_name(int32_t key);
const char *cli_suit_parameter_name(int32_t key);

#endif
