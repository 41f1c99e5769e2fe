/* SPDX-License-Identifier: Apache-2.0 */
/* print.h - how the command's words reach people: every odd character escaped, wherever it comes from. */
#ifndef PRM_CLI_PRINT_H
#define PRM_CLI_PRINT_H

#include <stdio.h>

#include <jansson.h>

#include "host/trust/trust_file.h"
#include "primum/boot_report.h"
#include "primum/fault_report.h"

/* printf to stdout; a line end only as the last character of `format`, so that a name can't begin a line of its own. */
void cli_print(const char *format, ...) PRIMUM_PRINTF(1, 2);

/* Foreign text to a stream; with `quoted`, in double quotes. */
void cli_text_put(FILE *out, prm_span text, int quoted);

/* A whole document to stdout, in ASCII; takes it over. PRIMUM_OK or PRIMUM_IO. */
int cli_json_print(json_t *document);

/* Bytes in hex, and a UUID in its text, as values of a document; of NULL, null. */
json_t *cli_json_hex(prm_span bytes);
json_t *cli_json_uuid(const uint8_t *uuid);

/* Messages and progress of the rooms of host/ to stderr: the program's main calls it once. */
void cli_hear(void);

/* print_trust.c, print_report.c, print_fault.c: for people, or for programs. PRIMUM_OK or PRIMUM_IO. */
void cli_trust_print(const struct primum_trust_file *file);
int cli_trust_print_json(const struct primum_trust_file *file);
void cli_report_print(const struct prm_boot_report *report);
/* `fault` is what the services told of the last fault, or NULL. */
int cli_report_print_json(const struct prm_boot_report *report, const struct prm_fault_report *fault);
void cli_fault_print(const struct prm_fault_report *report);
json_t *cli_fault_json(const struct prm_fault_report *report);

#endif
