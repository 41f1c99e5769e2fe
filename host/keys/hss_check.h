/* SPDX-License-Identifier: Apache-2.0 */
/* hss_check.h - key ids, and a look at what was just signed. */
#ifndef PRIMUM_HSS_CHECK_H
#define PRIMUM_HSS_CHECK_H

#include "host/keys/hss_key.h"

/* Fills `kid` from bytes and len. */
void primum_hss_kid(struct primum_hss_public *public_key);

/* 1 if the device's own verification takes the signature. */
int primum_hss_check(const struct primum_hss_public *public_key, prm_span message, prm_span signature);

#endif
