/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hss_format.c - the bytes of NAME.hss. All integers big-endian.
 *
 * A head of 4096 bytes that never changes:
 *       0   8   "PRMHSS\r\n"
 *       8   4   version, 2
 *      12   4   bytes of a record
 *      16  32   SHA-256 of the 16 bytes before
 * Two records, each at a multiple of 4096:
 *       0   8   "PRMHSS\r\n"
 *       8   4   version, 2
 *      12   4   bytes of the record
 *      16   4   levels
 *      20   4   how the seed is sealed: 0 not at all, 1 by a passphrase
 *      24  64   for each of 8 levels: type, otstype (zeros beyond `levels`)
 *      88  24   first, next, end
 *     112   8   generation
 *     120  16   lineage
 *     136  32   place: file
 *     168  16   place: boot
 *     184   8   place: device
 *     192  16   salt          of scrypt                      zeros if not sealed
 *     208  12   nonce         of AES-256-GCM                 zeros if not sealed
 *     220  32   seed          or its encryption
 *     252  16   tag                                          zeros if not sealed
 *     268       for each level: tree (8) | public key (24+n) | row (n << (h-row)) | but in level 0: signature
 *               without a tree (all ones): key, row and signature are zeros
 *    -32   32   SHA-256 of everything before
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "host/keys/hss_state.h"

#define VERSION 2u
#define AT_LEN 12u
#define AT_LEVELS 16u
#define AT_SEAL 20u
#define AT_TYPES 24u
#define AT_RANGE 88u
#define AT_GENERATION 112u
#define AT_LINEAGE 120u
#define AT_PLACE 136u
#define AT_BOOT 168u
#define AT_DEVICE 184u
#define AT_SALT 192u
#define AT_NONCE 208u
#define AT_SEED 220u
#define AT_TAG 252u
#define AT_TREES 268u
#define CHECK_SIZE 32u

_Static_assert(AT_TYPES + 8u * HSS_LEVELS_MAX == AT_RANGE, "types");
_Static_assert(AT_SEED + HSS_SEED_SIZE == AT_TAG && AT_TAG + 16u == AT_TREES, "sealed seed");

/* Bytes of the signature that stands with level i. */
static size_t sig_len(const struct hss_state *s, uint32_t i) {
    return i == 0 ? 0 : hss_lms_sig_len(&s->level[i - 1u].set);
}

static size_t record_len(const struct hss_state *s) {
    size_t len = AT_TREES + CHECK_SIZE;

    for (uint32_t i = 0; i < s->levels; i++)
        len += 8u + hss_key_len(&s->level[i].set) + hss_row_len(&s->level[i].set) + sig_len(s, i);
    return len;
}

struct primum_bytes hss_record_encode(const struct hss_state *s) {
    const size_t len = record_len(s);
    uint8_t *const b = primum_alloc(len);
    uint8_t *p = b + AT_TREES;

    memcpy(b, HSS_MAGIC, 8);
    hss_put32(b + 8, VERSION);
    hss_put32(b + AT_LEN, (uint32_t)len);
    hss_put32(b + AT_LEVELS, s->levels);
    hss_put32(b + AT_SEAL, s->sealed.kind);
    hss_put64(b + AT_RANGE, s->first);
    hss_put64(b + AT_RANGE + 8, s->next);
    hss_put64(b + AT_RANGE + 16, s->end);
    hss_put64(b + AT_GENERATION, s->generation);
    memcpy(b + AT_LINEAGE, s->lineage, sizeof s->lineage);
    memcpy(b + AT_PLACE, s->place.file, sizeof s->place.file);
    memcpy(b + AT_BOOT, s->place.boot, sizeof s->place.boot);
    hss_put64(b + AT_DEVICE, s->place.device);
    memcpy(b + AT_SALT, s->sealed.salt, sizeof s->sealed.salt);
    memcpy(b + AT_NONCE, s->sealed.nonce, sizeof s->sealed.nonce);
    memcpy(b + AT_SEED, s->sealed.seed, sizeof s->sealed.seed);
    memcpy(b + AT_TAG, s->sealed.tag, sizeof s->sealed.tag);
    for (uint32_t i = 0; i < s->levels; i++) {
        const struct hss_level *level = &s->level[i];
        const size_t key_len = hss_key_len(&level->set), row_len = hss_row_len(&level->set);
        hss_put32(b + AT_TYPES + 8u * i, level->set.lms_type);
        hss_put32(b + AT_TYPES + 8u * i + 4u, level->set.ots_type);
        hss_put64(p, level->tree);
        if (level->tree != HSS_NO_TREE) {
            memcpy(p + 8, level->key, key_len);
            memcpy(p + 8 + key_len, level->row, row_len);
            if (i > 0)
                memcpy(p + 8 + key_len + row_len, level->sig, sig_len(s, i));
        }
        p += 8u + key_len + row_len + sig_len(s, i);
    }
    hss_sha256(prm_span_of(b, len - CHECK_SIZE), b + len - CHECK_SIZE);
    return (struct primum_bytes){b, len};
}

/* The parameter sets, their sum of heights, and with them the length of the file. */
static int decode_sets(prm_span file, struct hss_state *s) {
    static const uint8_t none[8u * HSS_LEVELS_MAX];
    uint32_t bits = 0;

    s->levels = hss_get32(file.ptr + AT_LEVELS);
    if (s->levels == 0 || s->levels > HSS_LEVELS_MAX ||
        memcmp(file.ptr + AT_TYPES + 8u * s->levels, none, 8u * (HSS_LEVELS_MAX - s->levels)) != 0)
        return 0;
    for (uint32_t i = 0; i < s->levels; i++) {
        const uint8_t *types = file.ptr + AT_TYPES + 8u * i;
        struct hss_set *set = &s->level[i].set;
        if (!hss_set_from_types(hss_get32(types), hss_get32(types + 4), set) || set->n != s->level[0].set.n)
            return 0;
        bits += set->h;
    }
    if (bits > HSS_BITS_MAX || record_len(s) != file.len)
        return 0;
    s->first = hss_get64(file.ptr + AT_RANGE);
    s->next = hss_get64(file.ptr + AT_RANGE + 8);
    s->end = hss_get64(file.ptr + AT_RANGE + 16);
    return s->first <= s->next && s->next <= s->end && s->end <= (uint64_t)1 << bits;
}

/* One level's tree: its key must be what the types say, and its row must lead to that key's root. */
static int decode_tree(struct hss_state *s, uint32_t i, const uint8_t *p) {
    struct hss_level *level = &s->level[i];
    const size_t key_len = hss_key_len(&level->set), row_len = hss_row_len(&level->set);
    uint8_t key[HSS_KEY_MAX], root[HSS_N_MAX];

    level->tree = hss_get64(p);
    level->row = primum_alloc(row_len);
    level->sig = i > 0 ? primum_alloc(sig_len(s, i)) : NULL;
    if (level->tree == HSS_NO_TREE)
        return i > 0;
    memcpy(level->key, p + 8, key_len);
    memcpy(level->row, p + 8 + key_len, row_len);
    if (i > 0)
        memcpy(level->sig, p + 8 + key_len + row_len, sig_len(s, i));
    hss_row_root(&level->set, level->key + 8, level->row, root);
    hss_key_put(&level->set, level->key + 8, root, key);
    return memcmp(key, level->key, key_len) == 0;
}

static int decode(prm_span file, struct hss_state *s) {
    uint8_t check[CHECK_SIZE];

    if (file.len < AT_TREES + CHECK_SIZE || memcmp(file.ptr, HSS_MAGIC, 8) != 0 || hss_get32(file.ptr + 8) != VERSION ||
        hss_get32(file.ptr + AT_LEN) != file.len)
        return 0;
    hss_sha256(prm_span_of(file.ptr, file.len - CHECK_SIZE), check);
    if (memcmp(check, file.ptr + file.len - CHECK_SIZE, CHECK_SIZE) != 0 || !decode_sets(file, s))
        return 0;
    s->generation = hss_get64(file.ptr + AT_GENERATION);
    memcpy(s->lineage, file.ptr + AT_LINEAGE, sizeof s->lineage);
    memcpy(s->place.file, file.ptr + AT_PLACE, sizeof s->place.file);
    memcpy(s->place.boot, file.ptr + AT_BOOT, sizeof s->place.boot);
    s->place.device = hss_get64(file.ptr + AT_DEVICE);
    s->sealed.kind = hss_get32(file.ptr + AT_SEAL);
    memcpy(s->sealed.salt, file.ptr + AT_SALT, sizeof s->sealed.salt);
    memcpy(s->sealed.nonce, file.ptr + AT_NONCE, sizeof s->sealed.nonce);
    memcpy(s->sealed.seed, file.ptr + AT_SEED, sizeof s->sealed.seed);
    memcpy(s->sealed.tag, file.ptr + AT_TAG, sizeof s->sealed.tag);
    const uint8_t *p = file.ptr + AT_TREES;
    for (uint32_t i = 0; i < s->levels; i++) {
        if (!decode_tree(s, i, p))
            return 0;
        p += 8u + hss_key_len(&s->level[i].set) + hss_row_len(&s->level[i].set) + sig_len(s, i);
    }
    return s->sealed.kind <= HSS_SEAL_PASSPHRASE;
}

int hss_record_decode(prm_span record, struct hss_state *out) {
    memset(out, 0, sizeof *out);
    out->fd = out->registry.fd[0] = out->registry.fd[1] = -1;
    if (decode(record, out))
        return 1;
    hss_state_close(out);
    return 0;
}

void hss_head_encode(size_t len, uint8_t out[HSS_HEAD_SIZE]) {
    memset(out, 0, HSS_HEAD_SIZE);
    memcpy(out, HSS_MAGIC, 8);
    hss_put32(out + 8, VERSION);
    hss_put32(out + AT_LEN, (uint32_t)len);
    hss_sha256(prm_span_of(out, AT_LEN + 4u), out + AT_LEN + 4u);
}

size_t hss_record_off(size_t len, uint32_t slot) {
    return HSS_HEAD_SIZE + slot * ((len + HSS_HEAD_SIZE - 1u) / HSS_HEAD_SIZE * HSS_HEAD_SIZE);
}

/* The newer of the records that are whole: 1. What a record says of its age is only the order in which they are tried.
 */
static int decode_newest(prm_span file, size_t len, struct hss_state *out) {
    const uint8_t *record[2] = {file.ptr + hss_record_off(len, 0), file.ptr + hss_record_off(len, 1)};
    const uint32_t first = hss_get64(record[1] + AT_GENERATION) > hss_get64(record[0] + AT_GENERATION);

    for (uint32_t i = 0; i < 2; i++) {
        const uint32_t slot = first ^ i;
        if (hss_record_decode(prm_span_of(record[slot], len), out)) {
            out->slot = slot;
            return 1;
        }
    }
    return 0;
}

int hss_state_decode(const char *path, prm_span file, struct hss_state *out) {
    uint8_t head[HSS_HEAD_SIZE];

    memset(out, 0, sizeof *out);
    out->fd = out->registry.fd[0] = out->registry.fd[1] = -1;
    if (file.len < AT_LEN + 4u || memcmp(file.ptr, HSS_MAGIC, 8) != 0)
        return primum_fail(PRIMUM_REFUSED, "%s is not an HSS private key (the .hss of 'primum keygen --alg HSS-LMS')",
                           path);
    if (hss_get32(file.ptr + 8) != VERSION)
        return primum_fail(
            PRIMUM_REFUSED,
            "%s is of version %u, and this Primum uses version %u only, whose files are bound to a machine; "
            "sign with a key made anew, or with the Primum that made it",
            path, hss_get32(file.ptr + 8), VERSION);
    const size_t len = hss_get32(file.ptr + AT_LEN);
    hss_head_encode(len, head);
    if (len > AT_TREES && file.len == hss_record_off(len, 2) && memcmp(head, file.ptr, sizeof head) == 0 &&
        decode_newest(file, len, out))
        return PRIMUM_OK;
    return primum_fail(PRIMUM_REFUSED,
                       "%s is damaged; do not sign with an older copy of it, take indices split off for this "
                       "(docs/keys.md)",
                       path);
}

size_t hss_state_file_len(const struct hss_state *s) {
    return hss_record_off(record_len(s), 2);
}

size_t hss_state_sig_len(const struct hss_state *s) {
    size_t len = 4;

    for (uint32_t i = 0; i < s->levels; i++)
        len += hss_lms_sig_len(&s->level[i].set) + (i > 0 ? hss_key_len(&s->level[i].set) : 0);
    return len;
}

size_t hss_state_public(const struct hss_state *s, uint8_t out[HSS_PUBLIC_MAX]) {
    const size_t len = hss_key_len(&s->level[0].set);

    memset(out, 0, HSS_PUBLIC_MAX);
    hss_put32(out, s->levels);
    memcpy(out + 4, s->level[0].key, len);
    return 4u + len;
}

/* Bits of an index that levels `from` and below take. */
static uint32_t bits_below(const struct hss_state *s, uint32_t from) {
    uint32_t bits = 0;

    for (uint32_t i = from; i < s->levels; i++)
        bits += s->level[i].set.h;
    return bits;
}

uint32_t hss_state_leaf(const struct hss_state *s, uint64_t g, uint32_t level) {
    return (uint32_t)(g >> bits_below(s, level + 1u)) & ((1u << s->level[level].set.h) - 1u);
}

uint64_t hss_state_tree(const struct hss_state *s, uint64_t g, uint32_t level) {
    return g >> bits_below(s, level);
}

void hss_state_close(struct hss_state *s) {
    for (uint32_t i = 0; i < HSS_LEVELS_MAX; i++) {
        free(s->level[i].row);
        free(s->level[i].sig);
    }
    free(s->path);
    hss_registry_unlock(&s->registry);
    if (s->fd >= 0)
        close(s->fd);
    OPENSSL_cleanse(s, sizeof *s);
    s->fd = s->registry.fd[0] = s->registry.fd[1] = -1;
}
