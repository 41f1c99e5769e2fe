/* SPDX-License-Identifier: Apache-2.0 */
/* release_rig.h - releases signed in different ways, compared; and whether a device takes them. In the rig's folder. */
#ifndef HSM_RELEASE_RIG_H
#define HSM_RELEASE_RIG_H

#include <stddef.h>

/* Images that a device would start, and the file keys k.pem and other.pem. */
void release_begin(const char *program);

/*
 * `primum sign` of these images, version 1.0.0, sequence 3, with up to 8 more words, NULL at the end: its exit
 * status.
 */
int release_sign(const char *const more[]);
/* The same with one --key. */
int release_sign_by(const char *key, const char *out);

/* Runs a shell command, which must succeed. */
void release_shell(const char *command);

/* Fails unless the releases are equal byte for byte, but for the bytes of the signatures. */
void release_same(const char *a, const char *b);

/* Exit status of `primum verify` with one key that is trusted. */
int release_verify(const char *release, const char *pub);

/* Fails unless a new device that trusts the key starts the release from slot A, the boot code run on the host. */
void release_boots(const char *release, const char *pub);

/* 1 if there is such a file. */
int release_exists(const char *path);

#endif
