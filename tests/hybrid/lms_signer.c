/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/hybrid/lms_signer.h"

#include <stdlib.h>
#include <string.h>

#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>

enum { P = 67, LEAVES = 32, HEIGHT = 5, LMS_TYPE = 5, OTS_TYPE = 3 };

static uint32_t digit(const uint8_t *digits, uint32_t i) {
    return i % 2 == 0 ? (uint32_t)digits[i / 2] >> 4 : digits[i / 2] & 15u;
}

static void be(uint8_t *p, uint32_t v, size_t n) {
    while (n-- > 0) {
        p[n] = (uint8_t)v;
        v >>= 8;
    }
}

/* H(I | number | domain | a | b) */
static void hash(const uint8_t *id, uint32_t number, uint32_t domain, const void *a, size_t a_len, const void *b,
                 size_t b_len, uint8_t out[32]) {
    uint8_t head[22];
    SHA256_CTX ctx;

    memcpy(head, id, 16);
    be(head + 16, number, 4);
    be(head + 20, domain, 2);
    SHA256_Init(&ctx);
    SHA256_Update(&ctx, head, sizeof head);
    SHA256_Update(&ctx, a, a_len);
    if (b_len > 0)
        SHA256_Update(&ctx, b, b_len);
    SHA256_Final(out, &ctx);
}

/* Chain i of leaf q, `steps` from its start (RFC 8554 appendix A and 4.3). */
static void chain(const struct lms_key *key, uint32_t q, uint32_t i, uint32_t steps, uint8_t out[32]) {
    const uint8_t start = 0xFF;

    hash(key->id, q, i, &start, 1, key->seed, 32, out);
    for (uint32_t j = 0; j < steps; j++) {
        const uint8_t step = (uint8_t)j;
        hash(key->id, q, i, &step, 1, out, 32, out);
    }
}

void lms_key_make(struct lms_key *key, const char *seed) {
    uint8_t ends[P][32], ots[32];

    SHA256((const uint8_t *)seed, strlen(seed), key->seed);
    SHA256(key->seed, 32, ots);
    memcpy(key->id, ots, 16);
    for (uint32_t q = 0; q < LEAVES; q++) {
        for (uint32_t i = 0; i < P; i++)
            chain(key, q, i, 15, ends[i]);
        hash(key->id, q, 0x8080, ends, sizeof ends, NULL, 0, ots);
        hash(key->id, LEAVES + q, 0x8282, ots, 32, NULL, 0, key->node[LEAVES + q]);
    }
    for (uint32_t r = LEAVES; r-- > 1;)
        hash(key->id, r, 0x8383, key->node[2 * r], 32, key->node[2 * r + 1], 32, key->node[r]);
    be(key->public_key, 1, 4);
    be(key->public_key + 4, LMS_TYPE, 4);
    be(key->public_key + 8, OTS_TYPE, 4);
    memcpy(key->public_key + 12, key->id, 16);
    memcpy(key->public_key + 28, key->node[1], 32);
}

void lms_sign(const struct lms_key *key, uint32_t q, const uint8_t *message, size_t len, uint8_t sig[LMS_SIG_SIZE]) {
    uint8_t digits[34];
    uint8_t *p = sig;
    uint32_t sum = 0;

    be(p, 0, 4);
    be(p + 4, q, 4);
    be(p + 8, OTS_TYPE, 4);
    memset(p + 12, (int)(q + 1), 32);
    hash(key->id, q, 0x8181, p + 12, 32, message, len, digits);
    for (uint32_t i = 0; i < 64; i++)
        sum += 15u - digit(digits, i);
    be(digits + 32, sum << 4, 2);
    p += 44;
    for (uint32_t i = 0; i < P; i++, p += 32)
        chain(key, q, i, digit(digits, i), p);
    be(p, LMS_TYPE, 4);
    p += 4;
    for (uint32_t r = LEAVES + q, h = 0; h < HEIGHT; h++, r /= 2, p += 32)
        memcpy(p, key->node[r ^ 1u], 32);
    if (p != sig + LMS_SIG_SIZE)
        abort();
}
