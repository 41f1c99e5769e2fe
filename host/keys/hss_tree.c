/* SPDX-License-Identifier: Apache-2.0 */
#include "host/keys/hss_tree.h"

#include <stdlib.h>
#include <string.h>

/* One block at a time: a tenth of the cost of EVP, and a key is millions of blocks. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "host/file/file.h"
#include "host/keys/hss_grow.h"

/*
 * What is hashed begins the same everywhere (RFC 8554 7.1):
 *
 *     0   16           20                22       23
 *     | I | q, or node | digit, or D_... | step j | value (n) |
 */
#define AT_NODE 16u
#define AT_DIGIT 20u
#define AT_STEP 22u
#define AT_VALUE 23u
#define PREFIX_SIZE 22u
#define BLOCK_SIZE 64u
#define D_PBLC 0x8080u
#define D_MESG 0x8181u
#define D_LEAF 0x8282u
#define D_INTR 0x8383u
#define SECRET_C 0xFFFDu /* in the place of the digit, like the numbers of the chains: p stays far below */
#define SECRET_SEED 0xFFFEu
#define SECRET_ID 0xFFFFu

#define THREADS_FROM 400000u /* blocks; below, starting threads costs more than it saves */

_Static_assert(AT_VALUE + HSS_SEED_SIZE + 1u + 8u <= BLOCK_SIZE, "a secret is one block, padding included");

/* ---- Parameter sets ---- */

static const struct {
    uint8_t n, w, ls;
    uint16_t p;
    uint8_t type;
} ots_sets[] = {{32, 1, 7, 265, 1}, {32, 2, 6, 133, 2}, {32, 4, 4, 67, 3}, {32, 8, 0, 34, 4},
                {24, 1, 8, 200, 5}, {24, 2, 6, 101, 6}, {24, 4, 4, 51, 7}, {24, 8, 0, 26, 8}};

int hss_set_make(uint32_t n, uint32_t h, uint32_t w, struct hss_set *out) {
    memset(out, 0, sizeof *out);
    if (h < 5 || h > HSS_H_MAX || h % 5 != 0)
        return 0;
    for (size_t i = 0; i < sizeof ots_sets / sizeof ots_sets[0]; i++) {
        if (ots_sets[i].n != n || ots_sets[i].w != w)
            continue;
        out->n = ots_sets[i].n;
        out->w = ots_sets[i].w;
        out->ls = ots_sets[i].ls;
        out->p = ots_sets[i].p;
        out->ots_type = ots_sets[i].type;
        out->h = (uint8_t)h;
        out->lms_type = (n == 32 ? 5u : 10u) + h / 5u - 1u;
        /* 32 leaves to compute for a signature, or as many as keep the row within 1 MiB. */
        out->row = (uint8_t)(h == 25 ? 10 : h == 20 ? 7 : 5);
        return 1;
    }
    return 0;
}

int hss_set_from_types(uint32_t lms_type, uint32_t ots_type, struct hss_set *out) {
    static const uint8_t widths[] = {1, 2, 4, 8};
    const uint32_t n = lms_type < 10 ? 32 : 24;
    const uint32_t first = n == 32 ? 1 : 5;

    memset(out, 0, sizeof *out);
    if (lms_type < 5 || lms_type > 14 || ots_type < first || ots_type > first + 3)
        return 0;
    return hss_set_make(n, (lms_type - (n == 32 ? 5u : 10u) + 1u) * 5u, widths[ots_type - first], out);
}

size_t hss_lms_sig_len(const struct hss_set *set) {
    return 12u + (size_t)set->n * (1u + set->p + set->h);
}

size_t hss_key_len(const struct hss_set *set) {
    return 24u + (size_t)set->n;
}

size_t hss_row_len(const struct hss_set *set) {
    return (size_t)set->n << (set->h - set->row);
}

/* ---- Hashing ---- */

void hss_sha256(prm_span bytes, uint8_t out[32]) {
    (void)SHA256(bytes.ptr, bytes.len, out);
}

/* The start of a hash: prefix of 22 bytes. */
static void start(SHA256_CTX *ctx, const uint8_t *id, uint32_t node, uint32_t domain) {
    uint8_t prefix[PREFIX_SIZE];

    memcpy(prefix, id, HSS_I_SIZE);
    hss_put32(prefix + AT_NODE, node);
    prefix[AT_DIGIT] = (uint8_t)(domain >> 8);
    prefix[AT_DIGIT + 1] = (uint8_t)domain;
    SHA256_Init(ctx);
    SHA256_Update(ctx, prefix, sizeof prefix);
}

static void finish(SHA256_CTX *ctx, size_t n, uint8_t *out) {
    uint8_t full[32];

    SHA256_Final(full, ctx);
    memcpy(out, full, n);
}

static void hash_pair(const struct hss_set *set, const uint8_t *id, uint32_t node, const uint8_t *left,
                      const uint8_t *right, uint8_t *out) {
    SHA256_CTX ctx;

    start(&ctx, id, node, D_INTR);
    SHA256_Update(&ctx, left, set->n);
    SHA256_Update(&ctx, right, set->n);
    finish(&ctx, set->n, out);
}

/* A block with the prefix of leaf q and room for a value of `len` bytes, padded as SHA-256 wants it. */
static void block_make(uint8_t block[BLOCK_SIZE], const uint8_t *id, uint32_t q, size_t len) {
    memset(block, 0, BLOCK_SIZE);
    memcpy(block, id, HSS_I_SIZE);
    hss_put32(block + AT_NODE, q);
    block[AT_VALUE + len] = 0x80;
    hss_put32(block + BLOCK_SIZE - 4u, (uint32_t)(8u * (AT_VALUE + len)));
}

static void block_at(uint8_t block[BLOCK_SIZE], uint32_t digit, uint32_t step) {
    block[AT_DIGIT] = (uint8_t)(digit >> 8);
    block[AT_DIGIT + 1] = (uint8_t)digit;
    block[AT_STEP] = (uint8_t)step;
}

static void block_hash(const uint8_t block[BLOCK_SIZE], size_t n, uint8_t *out) {
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    SHA256_Transform(&ctx, block);
    for (size_t i = 0; i < n / 4u; i++)
        hss_put32(out + 4u * i, (uint32_t)ctx.h[i]);
}

/* RFC 8554 appendix A; `out` holds 32 bytes. */
static void secret(const struct hss_tree *tree, uint32_t q, uint32_t what, uint8_t *out) {
    uint8_t block[BLOCK_SIZE];

    block_make(block, tree->id, q, HSS_SEED_SIZE);
    memcpy(block + AT_VALUE, tree->seed, HSS_SEED_SIZE);
    block_at(block, what, 0xFF);
    block_hash(block, 32, out);
    OPENSSL_cleanse(block, sizeof block);
}

/* Steps from the start of chain i; `out` gets n bytes. `block` is one of block_make(id, q, n). */
static void chain(const struct hss_tree *tree, uint8_t block[BLOCK_SIZE], uint32_t q, uint32_t i, uint32_t steps,
                  uint8_t *out) {
    uint8_t value[32];

    secret(tree, q, i, value);
    for (uint32_t j = 0; j < steps; j++) {
        memcpy(block + AT_VALUE, value, tree->set.n);
        block_at(block, i, j);
        block_hash(block, tree->set.n, value);
    }
    memcpy(out, value, tree->set.n);
}

/* Leaf q: the hash of its one-time public key. */
static void leaf(const struct hss_tree *tree, uint32_t q, uint8_t *out) {
    const struct hss_set *set = &tree->set;
    uint8_t block[BLOCK_SIZE], end[HSS_N_MAX];
    SHA256_CTX ctx;

    block_make(block, tree->id, q, set->n);
    start(&ctx, tree->id, q, D_PBLC);
    for (uint32_t i = 0; i < set->p; i++) {
        chain(tree, block, q, i, (1u << set->w) - 1u, end);
        SHA256_Update(&ctx, end, set->n);
    }
    finish(&ctx, set->n, end);
    start(&ctx, tree->id, (1u << set->h) + q, D_LEAF);
    SHA256_Update(&ctx, end, set->n);
    finish(&ctx, set->n, out);
}

/* ---- Trees ---- */

void hss_tree_child(const struct hss_tree *tree, uint32_t q, const struct hss_set *set, struct hss_tree *out) {
    uint8_t id[32];

    out->set = *set;
    secret(tree, q, SECRET_SEED, out->seed);
    secret(tree, q, SECRET_ID, id);
    memcpy(out->id, id, HSS_I_SIZE);
}

/*
 * Halves `count` neighbours, the first of which is node `first`, until `stop` are left; in place. With `path`, writes
 * on the way up the sibling of each node above `node`.
 */
static void climb(const struct hss_set *set, const uint8_t *id, uint8_t *nodes, uint32_t first, uint32_t count,
                  uint32_t stop, uint32_t node, uint8_t *path) {
    const size_t n = set->n;

    for (; count > stop; count /= 2u) {
        if (path != NULL) {
            memcpy(path, nodes + n * ((node ^ 1u) - first), n);
            path += n;
        }
        node /= 2u;
        first /= 2u;
        for (uint32_t i = 0; i < count / 2u; i++)
            hash_pair(set, id, first + i, nodes + n * 2u * i, nodes + n * (2u * i + 1u), nodes + n * i);
    }
}

/* All leaves below one node of the kept row. */
struct subtree {
    const struct hss_tree *tree;
    uint32_t first; /* leaf */
    uint8_t *nodes;
};

static void subtree_leaf(void *ctx, uint32_t i) {
    const struct subtree *s = ctx;

    leaf(s->tree, s->first + i, s->nodes + (size_t)s->tree->set.n * i);
}

struct row {
    const struct hss_tree *tree;
    uint8_t *out;
};

static void row_node(void *ctx, uint32_t i) {
    const struct row *row = ctx;
    const struct hss_set *set = &row->tree->set;
    const uint32_t count = 1u << set->row;
    uint8_t *nodes = primum_alloc((size_t)set->n * count);

    for (uint32_t k = 0; k < count; k++)
        leaf(row->tree, i * count + k, nodes + (size_t)set->n * k);
    climb(set, row->tree->id, nodes, (1u << set->h) + i * count, count, 1, 0, NULL);
    memcpy(row->out + (size_t)set->n * i, nodes, set->n);
    free(nodes);
}

void hss_row_grow(const struct hss_tree *tree, const char *title, uint8_t *row) {
    struct row job = {tree, row};

    hss_grow(row_node, &job, 1u << (tree->set.h - tree->set.row), tree->set.h > 5, title);
}

void hss_row_root(const struct hss_set *set, const uint8_t id[HSS_I_SIZE], const uint8_t *row, uint8_t *root) {
    const uint32_t count = 1u << (set->h - set->row);
    uint8_t *nodes = primum_alloc((size_t)set->n * count);

    memcpy(nodes, row, (size_t)set->n * count);
    climb(set, id, nodes, count, count, 1, 0, NULL);
    memcpy(root, nodes, set->n);
    free(nodes);
}

void hss_key_put(const struct hss_set *set, const uint8_t id[HSS_I_SIZE], const uint8_t *root, uint8_t *out) {
    hss_put32(out, set->lms_type);
    hss_put32(out + 4, set->ots_type);
    memcpy(out + 8, id, HSS_I_SIZE);
    memcpy(out + 24, root, set->n);
}

/* ---- Signing ---- */

static uint32_t digit(const uint8_t *bytes, uint32_t i, uint32_t w) {
    return ((uint32_t)bytes[i * w / 8u] >> (8u - w - i * w % 8u)) & ((1u << w) - 1u);
}

/* RFC 8554 algorithm 3 and 4.4: writes otstype, C and y. */
static void ots_sign(const struct hss_tree *tree, uint32_t q, prm_span message, uint8_t *out) {
    const struct hss_set *set = &tree->set;
    const uint32_t max = (1u << set->w) - 1u;
    uint8_t block[BLOCK_SIZE], digits[HSS_N_MAX + 2u], c[32];
    uint32_t sum = 0;
    SHA256_CTX ctx;

    hss_put32(out, set->ots_type);
    secret(tree, q, SECRET_C, c);
    memcpy(out + 4, c, set->n);
    start(&ctx, tree->id, q, D_MESG);
    SHA256_Update(&ctx, c, set->n);
    SHA256_Update(&ctx, message.ptr, message.len);
    finish(&ctx, set->n, digits);
    for (uint32_t i = 0; i < set->n * 8u / set->w; i++)
        sum += max - digit(digits, i, set->w);
    sum <<= set->ls;
    digits[set->n] = (uint8_t)(sum >> 8);
    digits[set->n + 1u] = (uint8_t)sum;
    block_make(block, tree->id, q, set->n);
    for (uint32_t i = 0; i < set->p; i++)
        chain(tree, block, q, i, digit(digits, i, set->w), out + 4u + (size_t)set->n * (1u + i));
}

int hss_lms_sign(const struct hss_tree *tree, const uint8_t *row, uint32_t q, prm_span message, uint8_t *out) {
    const struct hss_set *set = &tree->set;
    const size_t n = set->n;
    const uint32_t width = 1u << set->row, above = 1u << (set->h - set->row);
    const uint32_t node = (1u << set->h) + q;
    uint8_t *nodes = primum_alloc(n * (width > above ? width : above));
    struct subtree job = {tree, q & ~(width - 1u), nodes};
    const uint64_t blocks = ((uint64_t)set->p << set->w) << set->row;
    uint8_t *path = out + 12u + n * (1u + set->p);

    hss_grow(subtree_leaf, &job, width, blocks >= THREADS_FROM, NULL);
    climb(set, tree->id, nodes, (1u << set->h) + job.first, width, 1, node, path);
    const int same = memcmp(nodes, row + n * (q >> set->row), n) == 0;
    memcpy(nodes, row, n * above);
    climb(set, tree->id, nodes, above, above, 1, node >> set->row, path + n * set->row);
    free(nodes);
    if (!same) {
        memset(out, 0, hss_lms_sig_len(set));
        return 0;
    }
    hss_put32(out, q);
    ots_sign(tree, q, message, out + 4);
    hss_put32(path - 4, set->lms_type);
    return 1;
}
