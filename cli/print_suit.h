/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print_suit.h - a SUIT manifest in words: command sequences, parameters and texts by their names in
 * draft-ietf-suit-manifest and its companions. Prints any manifest, also those that our devices refuse.
 */
#ifndef PRM_CLI_PRINT_SUIT_H
#define PRM_CLI_PRINT_SUIT_H

#include <stdio.h>

#include "base/span.h"

/* The members of a manifest, one after the other; texts are left to cli_suit_print_texts(). */
void cli_suit_print_manifest(FILE *out, prm_span manifest);

/* A command sequence, as it stands in a member. `indent` in spaces. */
void cli_suit_print_sequence(FILE *out, prm_span sequence, int indent);

/* The text member. */
void cli_suit_print_texts(FILE *out, prm_span text, int indent);

/* The names of integer keys; NULL if unknown. */
const char *cli_suit_member_name(int32_t key);
const char *cli_suit_text_name(int component, int32_t key);
const char *cli_cose_alg_name(int32_t alg);

#endif
