/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_key.h - HSS/LMS keys for the verbs: make, sign, split, adopt, and read public keys.
 *
 * A private key is one file, NAME.hss, that changes with every signature (hss_state.h says why and how). The public
 * key, NAME.hss.pub, is a SubjectPublicKeyInfo in PEM as RFC 9708 defines it. All functions say what is wrong
 * and return exit codes.
 */
#ifndef PRIMUM_HSS_KEY_H
#define PRIMUM_HSS_KEY_H

#include "host/file/output.h"

#define PRIMUM_HSS_PUBLIC_MAX 60u /* bytes of an HSS public key: levels, type, otstype, I, T[1] (RFC 8554 6.1) */
#define PRIMUM_HSS_KID_SIZE 8u

struct primum_hss_public {
    uint8_t bytes[PRIMUM_HSS_PUBLIC_MAX];
    size_t len;                       /* 60, or 52 for SHA-256/192 */
    uint8_t kid[PRIMUM_HSS_KID_SIZE]; /* first 8 bytes of SHA-256 over the bytes */
    size_t sig_len;                   /* bytes of a signature; 0 where only the private key tells (a .hss.pub) */
    int encrypted;                    /* of a private key: it needs a passphrase */
};

struct primum_hss_options {
    uint64_t height, winternitz, levels, n; /* as the user gave them: checked here */
    const char *passphrase_file;            /* or NULL: the seed stands in the file as it is */
};

/* 1 if the file is an HSS private key by its first bytes. Says nothing; an unreadable file is none. */
int primum_hss_is_key(const char *path);

/* What keygen made. */
struct primum_hss_made {
    struct primum_hss_public public_key;
    uint64_t signatures;
    int encrypted;
};

/* Makes NAME.hss and NAME.hss.pub, with all cores and a progress bar. */
int primum_hss_keygen(struct primum_files *files, const char *name, const struct primum_hss_options *options,
                      struct primum_hss_made *made);

/* The public key of NAME.hss, or in NAME.hss.pub. */
int primum_hss_public_of(const char *key_path, struct primum_hss_public *out);
int primum_hss_public_read(const char *pub_path, struct primum_hss_public *out);
/* As PEM. Owns: the caller frees. */
char *primum_hss_public_pem(const struct primum_hss_public *public_key);

/* One that was made: its index, and how many are left. Owns: `bytes`. */
struct primum_hss_signature {
    struct primum_bytes bytes;
    uint64_t index, left;
};

/*
 * Signs: uses up one index, for good, before anything else. `expect` is the key that the message names, or NULL.
 * The signature is checked before it is given out. Owns: the caller frees `signature->bytes`.
 */
int primum_hss_sign(const char *key_path, const char *passphrase_file, const struct primum_hss_public *expect,
                    prm_span message, struct primum_hss_signature *signature);

/*
 * hss_cose.c. A COSE_Sign1 over a SUIT_Digest, as an authentication block: algorithm HSS-LMS (-46), the key's kid.
 * `blank` is as long as `sign` will be and spends nothing. Owns: the caller frees `*out`.
 */
int primum_hss_block_blank(const char *key_path, struct primum_bytes *out);
int primum_hss_block_sign(prm_span digest, const char *key_path, const char *passphrase_file, struct primum_bytes *out);

/*
 * Gives `count` indices, the last ones, away into the new key file `out`, which is published. The old file forgets them
 * before the new one appears. `*left` stay with it.
 */
int primum_hss_split(const char *key_path, uint64_t count, struct primum_files *files, struct primum_output *out,
                     uint64_t *left);

/* Makes a copied, moved or restored file usable here, `skip` indices further on: at `*next`, with `*left`. */
int primum_hss_adopt(const char *key_path, uint64_t skip, uint64_t *next, uint64_t *left);

#endif
