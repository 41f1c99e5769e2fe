/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vectors/lms_model.h"

#include <string.h>

#define OPENSSL_API_COMPAT 0x10100000L /* SHA256_Init and its like: a fraction of the cost of EVP for one block */
#include <openssl/sha.h>

static prm_result plain_sha256(const prm_span *parts, size_t n, uint8_t out[32]) {
    SHA256_CTX ctx;

    SHA256_Init(&ctx);
    for (size_t i = 0; i < n; i++)
        SHA256_Update(&ctx, parts[i].ptr, parts[i].len);
    SHA256_Final(out, &ctx);
    return PRM_OK;
}

static prm_result plain_pull(prm_part_fn next, void *arg, size_t n, uint8_t out[32]) {
    SHA256_CTX ctx;
    prm_span part;

    memset(out, 0, 32);
    SHA256_Init(&ctx);
    for (size_t i = 0; i < n; i++) {
        const prm_result result = next(arg, i, &part);

        if (result != PRM_OK)
            return result;
        SHA256_Update(&ctx, part.ptr, part.len);
    }
    SHA256_Final(out, &ctx);
    return PRM_OK;
}

const struct prm_crypto lms_plain = {
    .sha256 = plain_sha256, .sha256_pull = plain_pull, .sha256_chain = prm_sha256_chain_plain};

/* Remembers the last result for each value: a flipped bit changes one chain, the others need not be hashed again. */
static prm_result memo_sha256(const prm_span *parts, size_t n, uint8_t out[32]) {
    static struct memo {
        size_t len;
        uint8_t in[55], out[32];
    } memos[1u << 16];
    const prm_span in = parts[0];

    if (n != 1 || in.len > sizeof memos[0].in || in.len < 32)
        return plain_sha256(parts, n, out);

    struct memo *const m = &memos[in.ptr[in.len - 1u] | (size_t)in.ptr[in.len - 2u] << 8];

    if (m->len != in.len || memcmp(m->in, in.ptr, in.len) != 0) {
        m->len = in.len;
        memcpy(m->in, in.ptr, in.len);
        plain_sha256(parts, n, m->out);
    }
    memcpy(out, m->out, 32);
    return PRM_OK;
}

const struct prm_crypto lms_memo = {
    .sha256 = memo_sha256, .sha256_pull = plain_pull, .sha256_chain = prm_sha256_chain_plain};

static uint32_t random_state = 20260101;

static uint8_t random_byte(void) {
    random_state = random_state * 1664525u + 1013904223u;
    return (uint8_t)(random_state >> 24);
}

void lms_be(uint8_t *p, uint32_t v, size_t n) {
    while (n-- > 0) {
        p[n] = (uint8_t)v;
        v >>= 8;
    }
}

/* I | number | d | tail, hashed; the result may be the tail. */
static void model_hash(const uint8_t *id, uint32_t number, uint32_t d, const uint8_t *tail, size_t len, uint8_t *out) {
    static uint8_t buffer[22 + 32 * 300];

    memcpy(buffer, id, 16);
    lms_be(buffer + 16, number, 4);
    lms_be(buffer + 20, d, 2);
    memcpy(buffer + 22, tail, len);
    SHA256(buffer, 22 + len, out);
}

int lms_model_set(uint32_t lms, uint32_t ots, struct lms_model_set *s) {
    uint32_t u, v = 0;

    if (lms < 5 || lms > 14 || ots < 1 || ots > 8 || (lms < 10) != (ots < 5))
        return 0;
    *s = (struct lms_model_set){.lms = lms, .ots = ots, .n = lms < 10 ? 32 : 24, .h = 5u * ((lms - 5u) % 5u + 1u)};
    s->w = 1u << ((ots - 1u) % 4u);
    u = 8u * s->n / s->w;
    for (uint32_t sum = ((1u << s->w) - 1u) * u; sum > 0; sum >>= s->w)
        v++;
    s->ls = 16u - v * s->w;
    s->p = u + v;
    return 1;
}

static uint32_t model_coef(const uint8_t *s, uint32_t i, uint32_t w) {
    return ((1u << w) - 1u) & ((uint32_t)s[i * w / 8u] >> (8u - (w * (i % (8u / w)) + w)));
}

void lms_model_root(const struct lms_model_set *s, const uint8_t *id, const uint8_t *sig, const uint8_t *message,
                    size_t len, uint8_t *root) {
    static uint8_t z[32 * 300], tail[1024 + 64];
    const uint32_t q = (uint32_t)sig[0] << 24 | (uint32_t)sig[1] << 16 | (uint32_t)sig[2] << 8 | sig[3];
    const uint8_t *const y = sig + 8 + s->n;
    const uint8_t *const path = y + s->n * s->p + 4;
    const uint32_t max = (1u << s->w) - 1u;
    uint8_t digits[34], t[32];
    uint32_t sum = 0;

    memcpy(tail, sig + 8, s->n);
    memcpy(tail + s->n, message, len);
    model_hash(id, q, 0x8181, tail, s->n + len, digits);
    for (uint32_t i = 0; i < 8u * s->n / s->w; i++)
        sum += max - model_coef(digits, i, s->w);
    lms_be(digits + s->n, sum << s->ls, 2);
    for (uint32_t i = 0; i < s->p; i++) {
        memcpy(t, y + i * s->n, s->n);
        for (uint32_t j = model_coef(digits, i, s->w); j < max; j++) {
            tail[0] = (uint8_t)j;
            memcpy(tail + 1, t, s->n);
            model_hash(id, q, i, tail, 1u + s->n, t);
        }
        memcpy(z + i * s->n, t, s->n);
    }
    model_hash(id, q, 0x8080, z, s->n * s->p, t);
    model_hash(id, (1u << s->h) + q, 0x8282, t, s->n, t);
    for (uint32_t i = 0; i < s->h; i++) {
        const uint32_t is_right = ((1u << s->h) + q) >> i & 1u;

        memcpy(tail + (is_right ? s->n : 0), t, s->n);
        memcpy(tail + (is_right ? 0 : s->n), path + i * s->n, s->n);
        model_hash(id, ((1u << s->h) + q) >> (i + 1u), 0x8383, tail, 2u * s->n, t);
    }
    memcpy(root, t, s->n);
}

static size_t model_sig_len(const struct lms_model_set *s) {
    return 12u + s->n * (1u + s->p + s->h);
}

size_t lms_model_sign(const struct lms_model_set *sets, uint32_t levels, const uint8_t *message, size_t len,
                      uint8_t *key, uint8_t *sig) {
    size_t total = 4;
    uint8_t *end;

    for (uint32_t i = 0; i < levels; i++)
        total += model_sig_len(&sets[i]) + (i > 0 ? 24u + sets[i].n : 0);
    for (size_t i = 0; i < total; i++)
        sig[i] = random_byte();
    lms_be(sig, levels - 1u, 4);
    lms_be(key, levels, 4);
    end = sig + total;
    for (uint32_t i = levels; i-- > 0;) {
        const struct lms_model_set *const s = &sets[i];
        uint8_t *const lms = end - model_sig_len(s);
        uint8_t *const pub = i > 0 ? lms - 24 - s->n : key + 4;

        lms_be(lms, random_state % (1u << s->h), 4);
        lms_be(lms + 4, s->ots, 4);
        lms_be(lms + 8 + s->n * (1u + s->p), s->lms, 4);
        lms_be(pub, s->lms, 4);
        lms_be(pub + 4, s->ots, 4);
        for (size_t k = 8; k < 24; k++)
            pub[k] = random_byte();
        lms_model_root(s, pub + 8, lms, message, len, pub + 24);
        message = pub;
        len = 24u + s->n;
        end = pub;
    }
    return total;
}
