/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_state.h - the file NAME.hss: which one-time keys of an HSS key are still unused, and that none is used twice.
 *
 * One-time keys are numbered across all levels: index g uses leaf (g mod 2^h) of the lowest tree, and the bits above
 * say which tree that is. A file owns the indices from `next` up to but without `end`, and nobody else does.
 *
 * The promise is kept by this order, under a lock that moves with the file's name:
 *     lock, read, compare with this machine's mark; write the state without the index to a new file, sync it, rename
 * it, sync the directory, write the mark; only then sign, and only then show anybody the signature.
 * **Cut:** killed anywhere, the index is either still in the file and no signature exists, or it is gone for good.
 *
 * A copy of the file is another owner of the same indices. Two things tell: the file states its own inode and birth
 * time and the machine's id (its place), and the machine keeps a mark of the newest state it has seen, outside the
 * file. What neither sees is a whole machine put back (a virtual machine's snapshot), or a copy of a file not yet used.
 *
 * docs/format/hss-key.md draws the file.
 */
#ifndef PRIMUM_HSS_STATE_H
#define PRIMUM_HSS_STATE_H

#include "host/file/file.h"
#include "host/keys/hss_tree.h"

#define HSS_MAGIC "PRMHSS\r\n" /* the first 8 bytes of the file; a text-mode transfer breaks them */
#define HSS_LEVELS_MAX 8u
#define HSS_BITS_MAX 62u /* sum of the heights; indices are 64 bits and no loop reaches that far */
#define HSS_PUBLIC_MAX (4u + HSS_KEY_MAX)
#define HSS_KID_SIZE 8u
#define HSS_NO_TREE UINT64_MAX

/* The current tree of one level. Owns: row, sig. */
struct hss_level {
    struct hss_set set;
    uint64_t tree;            /* which of the level's trees, or HSS_NO_TREE: not computed yet */
    uint8_t *row;             /* its kept nodes */
    uint8_t key[HSS_KEY_MAX]; /* its public key */
    uint8_t *sig;             /* the level above's signature of that key; NULL in the top level */
};

/* A seed as it stands in the file: plain, or under a passphrase. */
struct hss_sealed {
    uint32_t kind; /* enum hss_seal */
    uint8_t salt[16], nonce[12], seed[HSS_SEED_SIZE], tag[16];
};

enum hss_seal { HSS_SEAL_NONE = 0, HSS_SEAL_PASSPHRASE = 1 };

struct hss_state {
    char *path; /* resolved; the rest of the file's life happens under this name. Owned */
    int fd;     /* holds the lock, or -1 */
    uint32_t levels;
    struct hss_level level[HSS_LEVELS_MAX];
    uint64_t first, next, end; /* this file's range as it began, and what of it is left */
    uint64_t generation;       /* how often the file was written */
    uint8_t lineage[16];       /* drawn with each new file; copies share it */
    uint8_t place[32];         /* where the file was written; zeros: not bound to a place yet */
    struct hss_sealed sealed;
};

/* hss_format.c: the bytes. encode: owns nothing, the caller frees. decode: PRIMUM_REFUSED after saying why. */
struct primum_bytes hss_state_encode(const struct hss_state *s);
int hss_state_decode(const char *path, prm_span file, struct hss_state *out);
/* The key's public bytes (RFC 8554 6.1); how many. */
size_t hss_state_public(const struct hss_state *s, uint8_t out[HSS_PUBLIC_MAX]);
/* Bytes of a signature. */
size_t hss_state_sig_len(const struct hss_state *s);
/* For the index g: the leaf in a level, and which of the level's trees. */
uint32_t hss_state_leaf(const struct hss_state *s, uint64_t g, uint32_t level);
uint64_t hss_state_tree(const struct hss_state *s, uint64_t g, uint32_t level);
/* Frees, wipes, unlocks. */
void hss_state_close(struct hss_state *s);

/* hss_store.c. Reads without a lock, to look at. Owns: hss_state_close(). Exit codes after saying why, everywhere. */
int hss_state_read(const char *path, struct hss_state *out);

/*
 * Locks, then reads; waits for whoever has it. Refuses a file with a second name (hard link): the two would drift
 * apart. With HSS_CHECKED refuses a state that was copied or moved, or that is older than this machine's mark.
 */
enum hss_check { HSS_CHECKED, HSS_UNCHECKED };
int hss_state_lock(const char *path, enum hss_check check, struct hss_state *out);

/*
 * The state becomes the file, durably, and the machine's mark follows. Needs the lock, and keeps it. **Cut:** the file
 * is the old one or the new one. After an error it may be either: don't sign.
 */
int hss_state_commit(struct hss_state *s);

/* A new file; one that exists is left alone. Durable when it returns. Bound to its place only if `bound`. */
int hss_state_create(const char *path, struct hss_state *s, int bound);

/* hss_mark.c: what this machine knows of a file, in a directory of its own. */
struct hss_mark {
    uint64_t generation, next, end; /* zeros: nothing known */
};

int hss_mark_read(const struct hss_state *s, struct hss_mark *out);
int hss_mark_write(const struct hss_state *s);
/* Whether a state, read from the file open as `fd`, may be used: only if it is FRESH (bound to no place yet) or HERE.
 */
enum hss_standing { HSS_FRESH, HSS_HERE, HSS_MOVED, HSS_BEHIND };
int hss_state_standing(const struct hss_state *s, int fd, struct hss_mark *mark, enum hss_standing *out);

/* What an open file's place is: machine id, inode, time of birth, as one hash. */
int hss_place(int fd, const char *path, uint8_t out[32]);

/*
 * hss_store.c. Writes a file under a temporary name (.new), syncs, renames, syncs the directory. Between the two calls
 * the new file is open and locked; finish() leaves it so, except after an error.
 */
struct hss_new_file {
    char *temp, *path;
    enum primum_overwrite overwrite;
    int fd;
};
int hss_file_begin(const char *path, enum primum_overwrite overwrite, struct hss_new_file *file);
int hss_file_finish(struct hss_new_file *file, prm_span bytes);

/* hss_seed.c. Seals by passphrase, or not at all if that is NULL. */
int hss_seed_seal(const uint8_t seed[HSS_SEED_SIZE], const char *passphrase, struct hss_sealed *out);
int hss_seed_open(const struct hss_sealed *sealed, const char *path, const char *passphrase,
                  uint8_t seed[HSS_SEED_SIZE]);
/* The passphrase that a sealed seed needs: from a file's first line, or asked for; NULL if none is needed. */
int hss_seed_passphrase(const struct hss_sealed *sealed, const char *path, const char *passphrase_file, char **out);
/* Wipes and frees; NULL is fine. */
void hss_passphrase_free(char *passphrase);

/*
 * hss_sign.c. The trees that index g needs, computed if they aren't there. Deterministic in the seed, and a leaf signs
 * only ever the one tree that hangs below it.
 */
int hss_trees_ensure(struct hss_state *s, const uint8_t seed[HSS_SEED_SIZE], uint64_t g);

#endif
