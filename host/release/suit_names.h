/* SPDX-License-Identifier: Apache-2.0 */
/* suit_names.h - the integers of SUIT by name; inside suit_print.c and suit_names.c only. */
#ifndef PRIMUM_SUIT_NAMES_H
#define PRIMUM_SUIT_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct primum_suit_name {
    int32_t key;
    const char *name;
};

/* NULL if the key isn't in the table. */
const char *primum_suit_find(const struct primum_suit_name *table, size_t n, int32_t key);
const char *primum_suit_command_name(int32_t key);
const char *primum_suit_parameter_name(int32_t key);

#endif
