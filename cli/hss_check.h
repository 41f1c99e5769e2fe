/* SPDX-License-Identifier: Apache-2.0 */
/* hss_check.h - key ids, and a look at what was just signed. */
#ifndef PRM_CLI_HSS_CHECK_H
#define PRM_CLI_HSS_CHECK_H

#include "cli/hss_key.h"

/* Fills `kid` from bytes and len. */
void cli_hss_kid(struct cli_hss_public *public_key);

/* 1 if the device's own verification takes the signature. */
int cli_hss_check(const struct cli_hss_public *public_key, prm_span message, prm_span signature);

#endif
