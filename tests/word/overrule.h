/* SPDX-License-Identifier: Apache-2.0 */
/* overrule.h - what branches_off.h and verdicts_off.h ask: which conditions refuse, and which calls give verdicts. */
#ifndef PRM_TESTS_WORD_OVERRULE_H
#define PRM_TESTS_WORD_OVERRULE_H

#include <stddef.h>

/* What a condition at a place comes to, if it is `truth`; one that refuses is never met. */
int word_condition(const char *file, int line, int truth);

/* 1 if the call in this text is one whose verdict counts for nothing here. */
int word_is_verdict(const char *call);

/* How often a condition came to something else than it was, and how many conditions are listed. */
extern unsigned word_overruled;
size_t word_conditions(void);

#endif
