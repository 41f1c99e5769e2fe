/* SPDX-License-Identifier: Apache-2.0 */
/* conditions.h - when a release may be installed, as people write it: options of `primum sign`, lines of `primum inspect`. */
#ifndef PRM_CLI_CONDITIONS_H
#define PRM_CLI_CONDITIONS_H

#include <stdio.h>

#include "suit/suit_conditions.h"

/* The options' texts; NULL: not given. */
struct cli_conditions_text {
    const char *authorized, *battery, *before;
};

/* Reads them. `*out` are no conditions where none is given. CLI_OK, or CLI_USAGE after saying what is wrong. */
int cli_conditions_read(const struct cli_conditions_text *text, struct prm_suit_conditions *out);

/* 1 if there is one. */
int cli_conditions_any(const struct prm_suit_conditions *c);

/* 20 characters ("2027-01-31T12:00:00Z") and a NUL; seconds where a calendar doesn't reach. */
#define CLI_TIME_TEXT 24
void cli_time_text(uint64_t seconds, char out[CLI_TIME_TEXT]);

/* One line, or nothing if there are none. */
void cli_conditions_print(FILE *out, const struct prm_suit_conditions *c);

#endif
