/* SPDX-License-Identifier: Apache-2.0 */
/* rot.h - the parts of the immutable root's firmware. */
#ifndef ROT_H
#define ROT_H

#include "boot/boot.h"

/* What the root is made of; platform.c, or one of the others in its place. */
extern const struct prm_boot_platform rot_platform;

/* Its cryptography: providers/p256 and providers/thumb2, and nothing of others. */
extern const struct prm_crypto rot_crypto;

/* The rollback floor and the trust floor. The first may only be read where the root never advances it. */
extern const struct prm_counter rot_counter;
extern const struct prm_counter rot_trust_counter;

/* Counts this start: how many there were, or 0 where they aren't counted, or couldn't be. */
uint32_t rot_count_start(void);

/* Of this boot: the rules in force are in it. */
extern struct prm_boot_workspace rot_workspace;

/* A line: `what`, then "ok", or the three letters and the number of an error. */
void say_result(const char *what, prm_result result);

/*
 * Nothing is fit to run: takes a release or a trust manifest over the wire, for as long as it takes, and resets the system. Plain payloads
 * only: there is no decryption in the root. Doesn't return.
 */
void rot_recover(void);

#endif
