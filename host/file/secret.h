/* SPDX-License-Identifier: Apache-2.0 */
/* secret.h - passphrases and PINs, from a file's first line or from a person. One reader for all of them. */
#ifndef PRIMUM_SECRET_H
#define PRIMUM_SECRET_H

/* Bytes that a secret may have: what OpenSSL and tokens keep without cutting it. */
enum { PRIMUM_SECRET_MAX = 1000 };

/*
 * The first line of a file, without its end (LF, or CR LF). PRIMUM_OK; PRIMUM_USAGE (empty, a NUL in it, too long to be
 * kept), PRIMUM_IO, after saying why. Owns: primum_secret_free().
 */
int primum_secret_read(const char *path, char **out);

/* Asks on the terminal. PRIMUM_OK; PRIMUM_USAGE if there is none, or nothing was typed. Owns: primum_secret_free(). */
int primum_secret_ask(const char *prompt, char **out);

/* Wipes and frees; NULL is fine. */
void primum_secret_free(char *secret);

#endif
