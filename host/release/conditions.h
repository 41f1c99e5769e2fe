/* SPDX-License-Identifier: Apache-2.0 */
/* conditions.h - when a release may be installed, as people write it. */
#ifndef PRIMUM_CONDITIONS_H
#define PRIMUM_CONDITIONS_H

#include "suit/suit_conditions.h"

/* The options' texts; NULL: not given. */
struct primum_conditions_text {
    const char *authorized, *battery, *before;
};

/* Reads them. `*out` are no conditions where none is given. PRIMUM_OK, or PRIMUM_USAGE after saying what is wrong. */
int primum_conditions_read(const struct primum_conditions_text *text, struct prm_suit_conditions *out);

/* 1 if there is one. */
int primum_conditions_any(const struct prm_suit_conditions *c);

/* 20 characters ("2027-01-31T12:00:00Z") and a NUL; seconds where a calendar doesn't reach. */
#define PRIMUM_TIME_TEXT 24
void primum_time_text(uint64_t seconds, char out[PRIMUM_TIME_TEXT]);

#endif
