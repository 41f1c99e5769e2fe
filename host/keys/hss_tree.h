/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_tree.h - LMS trees and their one-time keys, for signing (RFC 8554 sections 4 and 5, SP 800-208 section 4).
 *
 * A tree is a function of its parameter set, its identifier I and a seed: nothing here keeps state, and nothing here
 * knows which one-time keys were used. That is hss_state.h's business, and its alone.
 *
 * Secrets come from the seed by RFC 8554 appendix A: SHA-256(I | u32 q | u16 i | 0xFF | seed). For i below p that is
 * the start of chain i; i = 0xFFFD gives the randomiser C, 0xFFFE and 0xFFFF the seed and the identifier of the tree
 * that hangs below leaf q. So the same leaf always signs the same tree below it, whoever computes it and however often.
 *
 * Of a tree's nodes one row is kept: those `row` levels above the leaves. Everything above a row follows from it in
 * microseconds; below it, one subtree of 2^row leaves is computed for a signature.
 */
#ifndef PRIMUM_HSS_TREE_H
#define PRIMUM_HSS_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define HSS_N_MAX 32u     /* bytes of a hash */
#define HSS_P_MAX 265u    /* chains of a one-time key */
#define HSS_H_MAX 25u     /* levels of a tree */
#define HSS_I_SIZE 16u    /* bytes of a tree's identifier */
#define HSS_SEED_SIZE 32u /* bytes of a seed, whatever n is: with 32 each secret is still one block of SHA-256 */
#define HSS_KEY_MAX (24u + HSS_N_MAX) /* bytes of an LMS public key: type, otstype, I, T[1] */
#define HSS_LMS_SIG_MAX (12u + HSS_N_MAX * (1u + HSS_P_MAX + HSS_H_MAX))

/* One LMS parameter set with one LM-OTS parameter set, both of SHA-256. */
struct hss_set {
    uint32_t lms_type, ots_type; /* the codes of RFC 8554 5.1, 4.1 and SP 800-208 */
    uint8_t n;                   /* bytes of a hash: 32 or 24 */
    uint8_t h;                   /* height: 5, 10, 15, 20, 25 */
    uint8_t w;                   /* bits of a digit: 1, 2, 4, 8 */
    uint8_t ls;                  /* left shift of the checksum, bits */
    uint16_t p;                  /* digits, those of the checksum included */
    uint8_t row;                 /* which row of nodes is kept: levels above the leaves */
};

struct hss_tree {
    struct hss_set set;
    uint8_t id[HSS_I_SIZE];
    uint8_t seed[HSS_SEED_SIZE]; /* secret */
};

/* 1 and the set, or 0 if there is none like this. */
int hss_set_make(uint32_t n, uint32_t h, uint32_t w, struct hss_set *out);
int hss_set_from_types(uint32_t lms_type, uint32_t ots_type, struct hss_set *out);

/* Bytes of an LMS signature, of an LMS public key, and of the kept row. */
size_t hss_lms_sig_len(const struct hss_set *set);
size_t hss_key_len(const struct hss_set *set);
size_t hss_row_len(const struct hss_set *set);

/* The tree that hangs below leaf q of `tree`. */
void hss_tree_child(const struct hss_tree *tree, uint32_t q, const struct hss_set *set, struct hss_tree *out);

/*
 * Computes the kept row with all cores. The work is 2^h one-time keys: with `title`, a progress bar under that title
 * is told (primum_progress). `row` holds hss_row_len() bytes.
 */
void hss_row_grow(const struct hss_tree *tree, const char *title, uint8_t *row);

/* The root above a row; n bytes. Needs set and id of the tree, no secret. */
void hss_row_root(const struct hss_set *set, const uint8_t id[HSS_I_SIZE], const uint8_t *row, uint8_t *root);

/* Writes an LMS public key, hss_key_len() bytes. */
void hss_key_put(const struct hss_set *set, const uint8_t id[HSS_I_SIZE], const uint8_t *root, uint8_t *out);

/*
 * The LMS signature of `message` by leaf q; hss_lms_sig_len() bytes. Call it once for a leaf, or with the same message.
 * 1; or 0, and zeros in `out`, if the leaves computed don't lead to the kept row: the row, the seed or this machine's
 * memory is damaged, and no signature may be made from it.
 */
int hss_lms_sign(const struct hss_tree *tree, const uint8_t *row, uint32_t q, prm_span message, uint8_t *out);

/* SHA-256 of one message, for checks of files. */
void hss_sha256(prm_span bytes, uint8_t out[32]);

/* Big-endian integers, as everything in RFC 8554. */
static inline void hss_put32(uint8_t *p, uint32_t v) {
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static inline uint32_t hss_get32(const uint8_t *p) {
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | (uint32_t)p[3];
}

static inline void hss_put64(uint8_t *p, uint64_t v) {
    hss_put32(p, (uint32_t)(v >> 32));
    hss_put32(p + 4, (uint32_t)v);
}

static inline uint64_t hss_get64(const uint8_t *p) {
    return ((uint64_t)hss_get32(p) << 32) | hss_get32(p + 4);
}

#endif
