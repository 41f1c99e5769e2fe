/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hss_verify.h"

#include <string.h>

#include "base/harden.h"
#include "crypto/hss_parse.h"

#define HASH_MAX 32u

/*
 * What is hashed begins the same everywhere (RFC 8554 7.1), so it is made in one place:
 *
 *     0   16           20                22       23          23 + n
 *     | I | q, or node | digit, or D_... | step j | value (n) | padding to 64
 *
 * A step of a chain is the whole. Everything else starts with the first 22.
 */
#define AT_NODE 16u
#define AT_DIGIT 20u
#define AT_VALUE PRM_CHAIN_VALUE_AT
#define PREFIX_SIZE 22u
#define D_PBLC 0x8080u
#define D_MESG 0x8181u
#define D_LEAF 0x8282u
#define D_INTR 0x8383u

/* One level in the making. */
struct lms {
    struct prm_chain chain; /* first: its address needs no sum */
    const struct prm_crypto *crypto;
    const struct prm_hss_level *level;
    const prm_span *message; /* what this level signed */
    size_t message_parts;
    uint32_t diff;                 /* differences seen so far; only accumulates */
    uint32_t failed;               /* results of the provider that were not PRM_OK; only accumulates */
    uint8_t digits[HASH_MAX + 2u]; /* hash of the message, then its checksum */
};

static void store_be16(uint8_t *p, uint32_t v) {
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* Starts what is hashed for a leaf or node of the tree, or for one of a leaf's digits. */
static void begin(struct lms *o, uint32_t node, uint32_t domain) {
    uint8_t *const p = o->chain.block + AT_NODE;

    p[0] = (uint8_t)(node >> 24);
    p[1] = (uint8_t)(node >> 16);
    p[2] = (uint8_t)(node >> 8);
    p[3] = (uint8_t)node;
    store_be16(o->chain.block + AT_DIGIT, domain);
}

/* A provider's failure is remembered, not branched on: what follows is bounded, and its result is thrown away. */
static void hash_pull(struct lms *o, uint32_t domain, prm_part_fn next, size_t n, uint8_t out[HASH_MAX]) {
    begin(o, o->level->q, domain);
    o->failed |= o->crypto->sha256_pull(next, o, n, out) ^ PRM_OK;
}

/* Digit `i` of the hash of the message, and of its checksum: the step at which the signature has chain `i`. */
static uint32_t digit(const struct lms *o, uint32_t i) {
    const uint32_t w = o->level->ots.w;
    const uint32_t bit = i * w;

    return (uint32_t)(uint8_t)(o->digits[bit / 8u] << bit % 8u) >> (8u - w);
}

static uint32_t digit_max(const struct lms *o) {
    return (1u << o->level->ots.w) - 1u;
}

/*
 * The steps that are left of the chains from `i` to before `end`. For the digits of the message it is the checksum
 * (RFC 8554 4.4).
 */
static uint32_t steps_left(const struct lms *o, uint32_t i, uint32_t end) {
    uint32_t sum = 0;

    for (; i < end; i++)
        sum += digit_max(o) - digit(o, i);
    return sum;
}

/* Part i of: prefix | C | message. */
static prm_result message_part(void *ctx, size_t i, prm_span *part) {
    const struct lms *o = ctx;

    *part = prm_span_of(o->chain.block, PREFIX_SIZE);
    if (i == 1)
        *part = prm_span_of(o->level->sig + PRM_LMS_SIG_C_OFF, o->level->ots.n);
    if (i > 1)
        *part = o->message[i - 2u];
    return PRM_OK;
}

/*
 * Part i of: prefix | end of chain 0 | end of chain 1 ...
 *
 * A signature holds each chain at the step that the message's digit says. Whoever sees it can walk a chain on to its end, but
 * not back to an earlier step; so he can forge only a message with no digit smaller, and the checksum (RFC 8554 4.4)
 * leaves none. If the call of sha256_chain() is lost, or its loop ends early, what the signature holds passes for the end
 * of that chain; a forger who puts the known end there needs no earlier step. One chain is enough for him where a digit
 * has 8 bits, if he looks for a message long enough. Therefore the provider counts each step as it makes it, and ots_key()
 * compares that sum with what all digits ask for. A step that computes something wrong needs no count: the chain ends at
 * the right value only if the last hash of it had the right input.
 */
static prm_result chain_part(void *ctx, size_t i, prm_span *part) {
    struct lms *o = ctx;
    const uint32_t n = o->level->ots.n;
    /* In the signature C comes before y, so that y[i - 1] stands i hashes after C. */
    const uint8_t *from = o->level->sig + PRM_LMS_SIG_C_OFF + i * n;
    uint8_t *to = o->chain.block + AT_VALUE;
    /*
     * n is 24 or 32, by the parser. If the instruction that stores or loads it is lost, n may be anything, and the copy
     * below would write past the block over o->crypto, whose functions are called next; this line keeps it in the block.
     */
    uint32_t k = n < HASH_MAX ? n : HASH_MAX;

    *part = prm_span_of(o->chain.block, PREFIX_SIZE);
    if (i-- == 0)
        return PRM_OK;
    *part = prm_span_of(to, n);
    do {
        memcpy(to, from, 4);
        to += 4;
        from += 4;
        k = prm_launder(k) - 4u;
    } while (k != 0);
    store_be16(o->chain.block + AT_DIGIT, (uint32_t)i);
    o->failed |= o->crypto->sha256_chain(o->crypto, &o->chain, digit(o, (uint32_t)i), digit_max(o)) ^ PRM_OK;
    return PRM_OK;
}

/* The one-time public key that the signature leads to (RFC 8554 algorithm 4b). */
static void ots_key(struct lms *o, uint8_t key[HASH_MAX]) {
    const struct prm_ots_set *const ots = &o->level->ots;
    const uint32_t checksum_at = ots->n * 8u / ots->w;
    uint8_t *const checksum = o->digits + ots->n;

    memcpy(o->chain.block, o->level->key + PRM_LMS_KEY_I_OFF, AT_NODE);
    hash_pull(o, D_MESG, message_part, 2u + o->message_parts, o->digits);
    store_be16(checksum, steps_left(o, 0, checksum_at) << ots->ls);
    o->chain.steps = 0;
    o->chain.block[AT_VALUE + ots->n] = 0x80;
    store_be16(o->chain.block + sizeof o->chain.block - 2u, (AT_VALUE + ots->n) * 8u);
    hash_pull(o, D_PBLC, chain_part, 1u + ots->p, key);

    /*
     * If steps of a chain or of the checksum's sum are lost, a signature for one message passes for another. These lines
     * compare both with the digits once more: how many steps were made, and what the checksum must be.
     */
    const uint32_t steps = steps_left(o, 0, ots->p);

    o->diff |= ((uint32_t)checksum[0] << 8 | checksum[1]) ^ (steps - steps_left(o, checksum_at, ots->p)) << ots->ls;
    o->diff |= o->chain.steps ^ steps;
}

/* From the one-time key in `value` up to the root of the tree (RFC 8554 algorithm 6a). */
static void climb(struct lms *o, uint8_t value[HASH_MAX]) {
    const size_t n = o->level->ots.n;
    const uint8_t *path = o->level->sig + PRM_LMS_SIG_C_OFF + n * (1u + o->level->ots.p) + 4u;
    uint32_t node = (1u << o->level->h) + o->level->q;
    uint32_t domain = D_LEAF;
    size_t count = 2; /* a leaf has one hash below, a node two */
    uint32_t height = 0;
    prm_span parts[3] = {{o->chain.block, PREFIX_SIZE}, {value, n}, {value, n}};

    for (;; height++) {
        begin(o, node, domain);
        o->failed |= o->crypto->sha256(parts, count, value) ^ PRM_OK;
        if (node <= 1u)
            break;
        parts[1u + (node & 1u)].ptr = value;
        parts[2u - (node & 1u)].ptr = path;
        path += n;
        node >>= 1;
        domain = D_INTR;
        count = 3;
    }
    o->diff |= (node ^ 1u) | (height ^ o->level->h);
}

/* From the message up through all levels. */
static void compute(struct lms *o, const struct prm_hss_view *view, uint8_t witness[HASH_MAX]) {
    const size_t n = view->level[0].ots.n;
    uint32_t below_top = 0;
    prm_span below[2];

    for (uint32_t i = view->levels; i-- > 0; below_top++) {
        o->level = &view->level[i];
        ots_key(o, witness);
        climb(o, witness);
        if (i == 0)
            break;
        o->diff |= prm_diff(witness, o->level->key + PRM_LMS_KEY_T_OFF, n);
        below[0] = prm_span_of(o->level->key, PRM_LMS_KEY_T_OFF);
        below[1] = prm_span_of(witness, n);
        o->message = below;
        o->message_parts = 2;
    }
    memset(witness + n, 0, HASH_MAX - n);
    o->diff |= o->failed | (prm_launder(below_top + 1u) ^ view->levels);

    const uint32_t spoil = o->diff | o->diff >> 16;

    for (size_t i = 0; i < HASH_MAX; i++)
        witness[i] ^= (uint8_t)(spoil | spoil >> 8);
}

prm_result prm_hss_witness(const struct prm_crypto *crypto, prm_span public_key, const prm_span *message_parts,
                           size_t n_parts, prm_span signature, uint8_t witness[PRM_HSS_WITNESS_SIZE]) {
    struct lms o = {.crypto = crypto, .message = message_parts, .message_parts = n_parts};
    struct prm_hss_view view;
    prm_result result = PRM_ERR_UNSUPPORTED;

    /* First of all, so that nothing which an earlier check left here can ever pass for this one's. */
    memset(witness, 0xFF, PRM_HSS_WITNESS_SIZE);
    if (crypto->sha256_chain == NULL)
        return result;
    result = prm_hss_parse(public_key, signature, &view);
    if (result != PRM_OK)
        return result;
    compute(&o, &view, witness);
    if (o.failed != 0) {
        memset(witness, 0xFF, PRM_HSS_WITNESS_SIZE);
        return PRM_ERR_CRYPTO;
    }
    return result;
}

prm_result prm_hss_verify(const struct prm_crypto *crypto, prm_span public_key, const prm_span *message_parts,
                          size_t n_parts, prm_span signature) {
    uint8_t witness[PRM_HSS_WITNESS_SIZE];
    const uint8_t *const root = public_key.ptr + PRM_HSS_KEY_T_OFF;

    PRM_TRY(prm_hss_witness(crypto, public_key, message_parts, n_parts, signature, witness));
    /* Compared twice: if one changed bit made a difference 0 that two branches have, both would pass. */
    if (prm_diff(witness, root, public_key.len - PRM_HSS_KEY_T_OFF) != 0)
        return PRM_ERR_SIG_INVALID;
    return prm_diff(witness, root, public_key.len - PRM_HSS_KEY_T_OFF) == 0 ? PRM_OK : PRM_ERR_SIG_INVALID;
}
