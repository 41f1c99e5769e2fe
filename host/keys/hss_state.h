/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_state.h - the file NAME.hss: which one-time keys of an HSS key are still unused, and that none is used twice.
 *
 * One-time keys are numbered across all levels: index g uses leaf (g mod 2^h) of the lowest tree, and the bits above
 * say which tree that is. A file owns the indices from `next` up to but without `end`, and nobody else does.
 *
 * The promise is kept by this order:
 *     lock the file; lock this machine's mark of the key, which is one for all users; compare the file with its place
 * and with the mark; write the state without the index over the older of the file's two records, sync; write the mark,
 *     sync; only then sign, and only then show anybody the signature; only then unlock.
 * **Cut:** killed anywhere, the index is either still in the file and no signature exists, or it is gone for good.
 *
 * A copy of the file is another owner of the same indices. Two things tell. The file states its place: machine, device,
 * inode, time of birth. It is bound from when it is made, and changes in place, so that only a copy has another one.
 * And the mark, outside the file, knows the newest state of the key that this machine has seen, whoever used it, from
 * wherever. What neither sees is a whole machine put back (a virtual machine's snapshot), and what is done on another
 * machine.
 *
 * docs/format/hss-key.md draws the file.
 */
#ifndef PRIMUM_HSS_STATE_H
#define PRIMUM_HSS_STATE_H

#include "host/file/file.h"
#include "host/file/output.h"
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

/* Where a file is: only a copy has another place. */
struct hss_place {
    uint8_t file[32]; /* a hash of machine, inode and time of birth */
    uint8_t boot[16]; /* since this start of the machine, */
    uint64_t device;  /* the device has this number */
};

/* What this machine knows of a key: the newest state seen. Zeros: nothing. */
struct hss_mark {
    uint64_t generation, next, end;
};

/* The mark, locked. Places where it may be; the first that can be used gets it. */
#define HSS_REGISTRIES 2u
struct hss_registry {
    int fd[HSS_REGISTRIES]; /* -1: none there */
    struct hss_mark known;
};

struct hss_state {
    char *path;                   /* as given; for messages. Owned */
    int fd;                       /* holds the lock, or -1 */
    struct hss_registry registry; /* locked as long as fd is */
    uint32_t slot;                /* which of the file's two records this is */
    uint32_t levels;
    struct hss_level level[HSS_LEVELS_MAX];
    uint64_t first, next, end; /* this file's range as it began, and what of it is left */
    uint64_t generation;       /* how often the file was written */
    uint8_t lineage[16];       /* drawn with each new file; copies share it */
    struct hss_place place;    /* where the file was written */
    struct hss_sealed sealed;
};

/*
 * hss_format.c: the bytes. A file is a head and two records, each the whole state; the newer one that is whole counts.
 * encode: owns nothing, the caller frees. decode: 1, or 0 without a word.
 */
#define HSS_HEAD_SIZE 4096u /* records begin at multiples of it, so that writing one never touches another */
struct primum_bytes hss_record_encode(const struct hss_state *s);
int hss_record_decode(prm_span record, struct hss_state *out);
void hss_head_encode(size_t record_len, uint8_t out[HSS_HEAD_SIZE]);
/* Where record `slot` is. */
size_t hss_record_off(size_t record_len, uint32_t slot);
/* A whole file. PRIMUM_REFUSED after saying why. */
int hss_state_decode(const char *path, prm_span file, struct hss_state *out);
/* The key's public bytes (RFC 8554 6.1); how many. */
size_t hss_state_public(const struct hss_state *s, uint8_t out[HSS_PUBLIC_MAX]);
/* Bytes of the whole file; of a signature. */
size_t hss_state_file_len(const struct hss_state *s);
size_t hss_state_sig_len(const struct hss_state *s);
/* For the index g: the leaf in a level, and which of the level's trees. */
uint32_t hss_state_leaf(const struct hss_state *s, uint64_t g, uint32_t level);
uint64_t hss_state_tree(const struct hss_state *s, uint64_t g, uint32_t level);
/* Frees, wipes, unlocks. */
void hss_state_close(struct hss_state *s);

/*
 * hss_registry.c: this machine's marks. lock: opens (makes, if need be), waits, reads. note: the state is the newest
 * from now on, durably. look: what is known now, without a lock. Exit codes after saying why.
 */
int hss_registry_lock(const struct hss_state *s, struct hss_registry *out);
int hss_registry_note(const struct hss_registry *registry, const struct hss_state *s);
void hss_registry_unlock(struct hss_registry *registry);
int hss_registry_look(const struct hss_state *s, struct hss_mark *out);
/*
 * Reads a mark into what is known; paths are for messages. One whose first record was cut is as one that was never written.
 * PRIMUM_OK, or PRIMUM_REFUSED after saying that it is damaged.
 */
int hss_mark_read(int fd, const char *path, const char *key, struct hss_mark *known);
/* Where an open file is. */
int hss_place_of(int fd, const char *path, struct hss_place *out);

/* hss_store.c. Reads without a lock, to look at. Owns: hss_state_close(). Exit codes after saying why, everywhere. */
int hss_state_read(const char *path, struct hss_state *out);

/* Whether a state may be used; only if it is HERE. */
enum hss_standing { HSS_HERE, HSS_MOVED, HSS_BEHIND };
int hss_state_standing(const char *path, const struct hss_state *s, enum hss_standing *out);

/*
 * Locks file and mark, then reads; waits for whoever has them. Refuses a file with a second name (hard link): it could
 * be replaced under one of them. With HSS_CHECKED refuses a state that was copied or moved, or that is older than the
 * mark.
 */
enum hss_check { HSS_CHECKED, HSS_UNCHECKED };
int hss_state_lock(const char *path, enum hss_check check, struct hss_state *out);

/*
 * The state becomes the file's, durably, and then the mark's. Needs the locks, and keeps them. **Cut:** the file is the
 * old one or the new one. After an error it may be either: don't sign.
 */
int hss_state_commit(struct hss_state *s);

/* A new file's content: bound to its place, and known to this machine. It gets its name when the caller publishes it.
 */
int hss_state_create(struct primum_output *output, struct hss_state *s);

/* hss_seed.c. Seals by passphrase, or not at all if that is NULL. */
int hss_seed_seal(const uint8_t seed[HSS_SEED_SIZE], const char *passphrase, struct hss_sealed *out);
int hss_seed_open(const struct hss_sealed *sealed, const char *path, const char *passphrase,
                  uint8_t seed[HSS_SEED_SIZE]);
/* The passphrase that a sealed seed needs: from a file's first line, or asked for; NULL if none is needed. */
int hss_seed_passphrase(const struct hss_sealed *sealed, const char *path, const char *passphrase_file, char **out);

/*
 * hss_sign.c. The trees that index g needs, computed if they aren't there. Deterministic in the seed, and a leaf signs
 * only ever the one tree that hangs below it.
 */
int hss_trees_ensure(struct hss_state *s, const uint8_t seed[HSS_SEED_SIZE], uint64_t g);

#endif
