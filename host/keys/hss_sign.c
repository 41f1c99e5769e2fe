/* SPDX-License-Identifier: Apache-2.0 */
/* hss_sign.c - making, using, splitting and adopting HSS keys. */
#define _GNU_SOURCE /* getentropy */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "host/keys/hss_check.h"
#include "host/keys/hss_key.h"
#include "host/keys/hss_state.h"
#include "host/file/secret.h"

#define WARN_LEFT 16u /* signatures left from which on signing warns, whatever the size of the key */

_Static_assert(PRIMUM_HSS_PUBLIC_MAX == HSS_PUBLIC_MAX && PRIMUM_HSS_KID_SIZE == HSS_KID_SIZE, "one public key");

static void public_of(const struct hss_state *s, struct primum_hss_public *out) {
    out->len = hss_state_public(s, out->bytes);
    out->sig_len = hss_state_sig_len(s);
    out->encrypted = s->sealed.kind != HSS_SEAL_NONE;
    primum_hss_kid(out);
}

int primum_hss_public_of(const char *key_path, struct primum_hss_public *out) {
    struct hss_state s;
    const int status = hss_state_read(key_path, &s);

    memset(out, 0, sizeof *out);
    if (status != PRIMUM_OK)
        return status;
    public_of(&s, out);
    hss_state_close(&s);
    return PRIMUM_OK;
}

/* ---- Trees ---- */

/* The tree of `level` on the way to index g. */
static void tree_at(const struct hss_state *s, const uint8_t *seed, uint64_t g, uint32_t level, struct hss_tree *tree) {
    tree->set = s->level[0].set;
    memcpy(tree->id, s->level[0].key + 8, HSS_I_SIZE);
    memcpy(tree->seed, seed, HSS_SEED_SIZE);
    for (uint32_t i = 1; i <= level; i++) {
        const struct hss_tree above = *tree;
        hss_tree_child(&above, hss_state_leaf(s, g, i - 1u), &s->level[i].set, tree);
    }
}

/* Computes level i's tree and has the level above sign it. */
static int tree_grow(struct hss_state *s, const uint8_t *seed, uint64_t g, uint32_t i) {
    struct hss_level *level = &s->level[i];
    struct hss_tree tree, above;
    uint8_t root[HSS_N_MAX];
    int ok = 1;

    tree_at(s, seed, g, i, &tree);
    char *title = primum_format("computing tree %llu of level %u", (unsigned long long)hss_state_tree(s, g, i), i + 1u);
    hss_row_grow(&tree, title, level->row);
    free(title);
    hss_row_root(&level->set, tree.id, level->row, root);
    hss_key_put(&level->set, tree.id, root, level->key);
    level->tree = hss_state_tree(s, g, i);
    if (i > 0) {
        tree_at(s, seed, g, i - 1u, &above);
        ok = hss_lms_sign(&above, s->level[i - 1u].row, hss_state_leaf(s, g, i - 1u),
                          prm_span_of(level->key, hss_key_len(&level->set)), level->sig);
        OPENSSL_cleanse(&above, sizeof above);
    }
    OPENSSL_cleanse(&tree, sizeof tree);
    return ok ? PRIMUM_OK
              : primum_fail(PRIMUM_REFUSED, "the key's trees don't fit together: its file or this memory is damaged");
}

int hss_trees_ensure(struct hss_state *s, const uint8_t seed[HSS_SEED_SIZE], uint64_t g) {
    int status = PRIMUM_OK;

    for (uint32_t i = 0; i < s->levels && status == PRIMUM_OK; i++) {
        if (s->level[i].tree != hss_state_tree(s, g, i))
            status = tree_grow(s, seed, g, i);
    }
    return status;
}

/* ---- keygen ---- */

/* A state with nothing in it but its shape and a range of all indices. */
static int state_make(const struct primum_hss_options *o, struct hss_state *s) {
    struct hss_set set;

    memset(s, 0, sizeof *s);
    s->fd = s->registry.fd[0] = s->registry.fd[1] = -1;
    if (o->levels < 1 || o->levels > HSS_LEVELS_MAX)
        return primum_fail(PRIMUM_USAGE, "an HSS key has 1 to %u levels", HSS_LEVELS_MAX);
    if (o->height > HSS_H_MAX || o->winternitz > 8 || o->n > HSS_N_MAX ||
        !hss_set_make((uint32_t)o->n, (uint32_t)o->height, (uint32_t)o->winternitz, &set))
        return primum_fail(PRIMUM_USAGE,
                           "no such parameters: --height is 5, 10, 15, 20 or 25, --winternitz 1, 2, 4 or 8, --n 32 "
                           "or 24");
    if (o->levels * o->height > HSS_BITS_MAX)
        return primum_fail(PRIMUM_USAGE, "levels times height is at most %u", HSS_BITS_MAX);
    s->levels = (uint32_t)o->levels;
    s->end = (uint64_t)1 << (o->levels * o->height);
    for (uint32_t i = 0; i < s->levels; i++) {
        s->level[i].set = set;
        s->level[i].tree = HSS_NO_TREE;
        s->level[i].row = primum_alloc(hss_row_len(&set));
        s->level[i].sig = i > 0 ? primum_alloc(hss_lms_sig_len(&set)) : NULL;
    }
    return PRIMUM_OK;
}

static int fill(struct hss_state *s, const char *passphrase) {
    uint8_t seed[HSS_SEED_SIZE];
    int status = PRIMUM_IO;

    if (getentropy(seed, sizeof seed) != 0 || getentropy(s->level[0].key + 8, HSS_I_SIZE) != 0 ||
        getentropy(s->lineage, sizeof s->lineage) != 0)
        return primum_fail_errno("the system gives no randomness");
    status = hss_seed_seal(seed, passphrase, &s->sealed);
    if (status == PRIMUM_OK)
        status = hss_trees_ensure(s, seed, 0);
    OPENSSL_cleanse(seed, sizeof seed);
    return status;
}

/* Room for both files is made before hours of work, and they get their names together. */
static int keygen(struct hss_state *s, const struct primum_hss_options *o, struct primum_files *files,
                  struct primum_output *private_, struct primum_output *public_) {
    struct primum_hss_public pub;
    char *passphrase = NULL;
    int status = PRIMUM_OK;

    if (o->passphrase_file != NULL)
        status = primum_secret_read(o->passphrase_file, &passphrase);
    if (status == PRIMUM_OK)
        status = fill(s, passphrase);
    primum_secret_free(passphrase);
    if (status != PRIMUM_OK)
        return status;
    public_of(s, &pub);
    char *pem = primum_hss_public_pem(&pub);
    status = primum_output_write(public_, prm_span_of(pem, strlen(pem)));
    free(pem);
    if (status == PRIMUM_OK)
        status = hss_state_create(private_, s);
    return status == PRIMUM_OK ? primum_files_publish(files) : status;
}

int primum_hss_keygen(struct primum_files *files, const char *name, const struct primum_hss_options *options,
                      struct primum_hss_made *made) {
    struct hss_state s;
    struct primum_output *private_ = NULL, *public_ = NULL;
    char *key_path = primum_format("%s.hss", name);
    char *pub_path = primum_format("%s.hss.pub", name);
    int status = state_make(options, &s);

    if (status == PRIMUM_OK)
        status = primum_files_output(files, pub_path, 0644, &public_);
    if (status == PRIMUM_OK)
        status = primum_files_output(files, key_path, 0600, &private_);
    if (status == PRIMUM_OK)
        status = primum_output_reserve(private_, hss_state_file_len(&s));
    if (status == PRIMUM_OK) {
        s.path = primum_format("%s", key_path);
        status = keygen(&s, options, files, private_, public_);
    }
    if (status == PRIMUM_OK) {
        public_of(&s, &made->public_key);
        made->signatures = s.end;
        made->encrypted = s.sealed.kind != HSS_SEAL_NONE;
    }
    hss_state_close(&s);
    free(key_path);
    free(pub_path);
    return status;
}

/* ---- sign ---- */

/* The signature by index g; its trees are there. RFC 8554 6.2. */
static int hss_signature(const struct hss_state *s, const uint8_t *seed, uint64_t g, prm_span message, uint8_t *out) {
    const uint32_t last = s->levels - 1u;
    struct hss_tree tree;
    uint8_t *p = out + 4;

    hss_put32(out, last);
    for (uint32_t i = 1; i <= last; i++) {
        const size_t sig_len = hss_lms_sig_len(&s->level[i - 1u].set), key_len = hss_key_len(&s->level[i].set);
        memcpy(p, s->level[i].sig, sig_len);
        memcpy(p + sig_len, s->level[i].key, key_len);
        p += sig_len + key_len;
    }
    tree_at(s, seed, g, last, &tree);
    const int ok = hss_lms_sign(&tree, s->level[last].row, hss_state_leaf(s, g, last), message, p);
    OPENSSL_cleanse(&tree, sizeof tree);
    return ok ? PRIMUM_OK
              : primum_fail(PRIMUM_REFUSED, "the key's trees don't fit together: its file or this memory is damaged");
}

/* Takes the next index out of the file, for good. */
static int reserve(struct hss_state *s, const uint8_t *seed, uint64_t *g) {
    *g = s->next;
    if (s->next >= s->end)
        return primum_fail(PRIMUM_REFUSED, "%s has no signatures left; sign with its successor (docs/keys.md)",
                           s->path);
    int status = hss_trees_ensure(s, seed, *g);
    if (status != PRIMUM_OK)
        return status;
    s->next++;
    status = hss_state_commit(s);
    if (status != PRIMUM_OK)
        return status;
    const uint64_t left = s->end - s->next;
    if (left < WARN_LEFT || left < (s->end - s->first) / 10u)
        primum_warn("%s has %llu signature%s left of %llu; prepare its successor now (docs/keys.md)", s->path,
                    (unsigned long long)left, left == 1 ? "" : "s", (unsigned long long)(s->end - s->first));
    return PRIMUM_OK;
}

/* With the lock held: everything from the state on. */
static int sign_locked(struct hss_state *s, const char *passphrase, const struct primum_hss_public *expect,
                       prm_span message, struct primum_hss_signature *signature) {
    struct primum_hss_public pub;
    uint8_t seed[HSS_SEED_SIZE];
    uint64_t g = 0;

    public_of(s, &pub);
    if (expect != NULL && (expect->len != pub.len || memcmp(expect->bytes, pub.bytes, pub.len) != 0))
        return primum_fail(PRIMUM_REFUSED, "%s became another key meanwhile", s->path);
    int status = hss_seed_open(&s->sealed, s->path, passphrase, seed);
    if (status != PRIMUM_OK)
        return status;
    status = reserve(s, seed, &g);
    if (status == PRIMUM_OK) {
        signature->bytes = (struct primum_bytes){primum_alloc(pub.sig_len), pub.sig_len};
        signature->index = g;
        signature->left = s->end - s->next;
        status = hss_signature(s, seed, g, message, signature->bytes.data);
    }
    OPENSSL_cleanse(seed, sizeof seed);
    if (status == PRIMUM_OK && !primum_hss_check(&pub, message, primum_span(&signature->bytes)))
        status =
            primum_fail(PRIMUM_IO, "a signature came out wrong and was thrown away: this machine's memory or processor "
                                   "fails");
    return status;
}

/* Asks for the passphrase before taking the lock, so that nobody waits for somebody's typing. */
static int unlock(const char *key_path, const char *passphrase_file, char **passphrase) {
    struct hss_state s;
    int status = hss_state_read(key_path, &s);

    *passphrase = NULL;
    if (status == PRIMUM_OK)
        status = hss_seed_passphrase(&s.sealed, key_path, passphrase_file, passphrase);
    hss_state_close(&s);
    return status;
}

int primum_hss_sign(const char *key_path, const char *passphrase_file, const struct primum_hss_public *expect,
                    prm_span message, struct primum_hss_signature *signature) {
    struct hss_state s;
    char *passphrase = NULL;
    int status = unlock(key_path, passphrase_file, &passphrase);

    *signature = (struct primum_hss_signature){{NULL, 0}, 0, 0};
    if (status == PRIMUM_OK)
        status = hss_state_lock(key_path, HSS_CHECKED, &s);
    if (status == PRIMUM_OK) {
        status = sign_locked(&s, passphrase, expect, message, signature);
        hss_state_close(&s);
    }
    primum_secret_free(passphrase);
    if (status != PRIMUM_OK)
        primum_bytes_free(&signature->bytes);
    return status;
}

/* ---- split, adopt ---- */

/* With the parent's lock held: the parent forgets, then the state becomes the child's. */
static int split_locked(struct hss_state *s, uint64_t count, struct primum_files *files, struct primum_output *out) {
    const uint64_t left = s->end - s->next, end = s->end;

    if (count == 0 || count > left)
        return primum_fail(PRIMUM_REFUSED, "%s has %llu signatures left; 1 to %llu of them can be split off", s->path,
                           (unsigned long long)left, (unsigned long long)left);
    int status = primum_output_reserve(out, hss_state_file_len(s));
    if (status != PRIMUM_OK)
        return status;
    s->end = end - count;
    status = hss_state_commit(s);
    if (status != PRIMUM_OK)
        return status;
    s->first = s->next = end - count;
    s->end = end;
    for (uint32_t i = 1; i < s->levels; i++) {
        if (s->level[i].tree != hss_state_tree(s, s->next, i))
            s->level[i].tree = HSS_NO_TREE;
    }
    if (getentropy(s->lineage, sizeof s->lineage) != 0)
        status = primum_fail_errno("the system gives no randomness");
    else
        status = hss_state_create(out, s);
    if (status == PRIMUM_OK)
        status = primum_files_publish(files);
    return status == PRIMUM_OK
               ? PRIMUM_OK
               : primum_fail(status, "the %llu signatures meant for %s are lost", (unsigned long long)count, out->path);
}

int primum_hss_split(const char *key_path, uint64_t count, struct primum_files *files, struct primum_output *out,
                     uint64_t *left) {
    struct hss_state s;
    int status = hss_state_lock(key_path, HSS_CHECKED, &s);

    if (status != PRIMUM_OK)
        return status;
    *left = s.end - s.next - (count <= s.end - s.next ? count : 0);
    status = split_locked(&s, count, files, out);
    hss_state_close(&s);
    return status;
}

int primum_hss_adopt(const char *key_path, uint64_t skip, uint64_t *next, uint64_t *left) {
    struct hss_state s;
    int status = hss_state_lock(key_path, HSS_UNCHECKED, &s);

    if (status != PRIMUM_OK)
        return status;
    /* What this machine saw counts: an index it knows to be used, or a range it knows to be given away. */
    const struct hss_mark *known = &s.registry.known;
    if (known->generation > s.generation)
        s.generation = known->generation;
    if (known->next > s.next)
        s.next = known->next;
    if (known->end != 0 && known->end < s.end)
        s.end = known->end;
    s.next = s.next >= s.end || skip > s.end - s.next ? s.end : s.next + skip;
    status = hss_state_commit(&s);
    *next = s.next;
    *left = s.end - s.next;
    hss_state_close(&s);
    return status;
}
