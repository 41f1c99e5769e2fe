/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/thumb2/sha256_thumb2.h"

#include <string.h>

#include "base/harden.h"

#define BLOCK 64u
#define LENGTH_AT 56u /* the last eight bytes of the last block: the message's length in bits */

struct work {
    _Alignas(uint64_t) uint32_t state[8];
    uint8_t block[BLOCK]; /* the bytes since the last whole block */
};

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* By words at any address: memcpy() could be the library's, byte by byte. */
static void copy(uint8_t *dst, const uint8_t *src, size_t len) {
    uint32_t word;

    for (; len >= sizeof word; len -= sizeof word) {
        memcpy(&word, src, sizeof word);
        memcpy(dst, &word, sizeof word);
        dst += sizeof word;
        src += sizeof word;
    }
    while (len-- > 0)
        *dst++ = *src++;
}

/* `at` bytes of the block are there already. */
static void absorb(struct work *w, size_t at, const uint8_t *data, size_t len) {
    while (len >= BLOCK - at) {
        const uint8_t *from = data;
        size_t n = len & ~(size_t)(BLOCK - 1u);

        if (at != 0) {
            n = BLOCK - at;
            copy(w->block + at, data, n);
            from = w->block;
        }
        data += n;
        len -= n;
        prm_sha256_thumb2_blocks(w->state, from, (at + n) / BLOCK);
        at = 0;
    }
    copy(w->block + at, data, len);
}

static void put_be32(uint8_t *p, uint32_t v) {
    v = __builtin_bswap32(v);
    memcpy(p, &v, sizeof v);
}

/* Pads: a bit, zeros, the length. `spoil` is 0, or makes the digest no message's. */
static void finish(struct work *w, uint64_t len, uint32_t spoil) {
    uint32_t at = (uint32_t)len % BLOCK;

    w->block[at] = 0x80;
    while (++at != LENGTH_AT) {
        if (at == BLOCK) {
            prm_sha256_thumb2_blocks(w->state, w->block, 1);
            at = 0;
        }
        w->block[at] = 0;
    }
    put_be32(w->block + LENGTH_AT, (uint32_t)(len >> 29) ^ spoil);
    put_be32(w->block + LENGTH_AT + 4, (uint32_t)len << 3);
    prm_sha256_thumb2_blocks(w->state, w->block, 1);
}

/* Writes the digest and leaves nothing behind. */
static void take(struct work *w, uint8_t out[PRM_SHA256_SIZE]) {
    volatile uint64_t *p = (volatile uint64_t *)(void *)w;

    for (unsigned i = 0; i < 8u; i++)
        put_be32(out + 4u * i, w->state[i]);
    do {
        *p = 0;
    } while (++p != (volatile uint64_t *)(void *)(w + 1));
}

/*
 * The length counts what was given, not what was hashed, and takes in every failure: a step or a branch that was left
 * out makes a digest that is no message's. What is laundered is what the compiler would take for known after the loop.
 */
prm_result prm_sha256_thumb2_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    prm_result result = PRM_OK;
    uint32_t spoil = 0;
    uint64_t len = 0;
    struct work w;
    size_t i = 0;

    memcpy(w.state, initial, sizeof w.state);
    while (i < n) {
        prm_span part;

        result = next(ctx, i, &part);
        spoil |= result ^ PRM_OK;
        if (prm_launder(spoil) != 0)
            break;
        absorb(&w, (size_t)len % BLOCK, part.ptr, part.len);
        len += part.len;
        i = prm_launder((uint32_t)i + 1u);
    }
    spoil |= prm_launder((uint32_t)i) ^ (uint32_t)n;
    finish(&w, len, spoil);
    take(&w, out);
    if (prm_launder(spoil) != 0)
        prm_wipe(out, PRM_SHA256_SIZE);
    return result;
}

static prm_result given(void *ctx, size_t i, prm_span *part) {
    *part = ((const prm_span *)ctx)[i];
    return PRM_OK;
}

prm_result prm_sha256_thumb2(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    /* Only read again, by given(). */
    return prm_sha256_thumb2_pull(given, (void *)(uintptr_t)parts, n, out);
}
