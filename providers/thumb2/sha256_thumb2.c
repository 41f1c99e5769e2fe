/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/thumb2/sha256_thumb2.h"

#include <string.h>

#include "base/harden.h"

#define BLOCK 64u
#define LENGTH_AT 56u /* the last eight bytes of the last block: the message's length in bits */

union work {
    struct {
        uint8_t block[BLOCK]; /* the bytes since the last whole block; first: without its base it isn't found */
        uint32_t state[8];
        uint32_t changed;     /* by the last copy() into the block */
        uint32_t fed;         /* how many bytes came, modulo 2^32 */
        uint32_t spoil;       /* 0, or makes the digest no message's */
        uint32_t unused;
    };
    uint64_t all[14]; /* for wiping */
};

_Static_assert(sizeof(union work) == sizeof(((union work *)0)->all), "all is all");

static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* To where the block's bytes end. By words at any address: memcpy() could be the library's, byte by byte. */
__attribute__((noinline)) static void copy(union work *w, const uint8_t *src, size_t len) {
    uint8_t *const dst = w->block + w->fed % BLOCK;
    uint32_t changed = 0, x, y;

    while (len >= sizeof x) {
        len -= sizeof x;
        memcpy(&x, dst + len, sizeof x);
        memcpy(&y, src + len, sizeof y);
        memcpy(dst + len, &y, sizeof y);
        changed |= x ^ y;
    }
    while (len-- > 0) {
        changed |= (uint32_t)(dst[len] ^ src[len]);
        dst[len] = src[len];
    }
    w->changed = changed;
}

__attribute__((noinline)) static void absorb(union work *w, const uint8_t *data, size_t len) {
    const uint8_t *const end = data + len;

    while (data != end) {
        const uint32_t room = BLOCK - w->fed % BLOCK;
        uint32_t n = (uint32_t)(end - data) & ~(BLOCK - 1u);

        if (room == BLOCK && n != 0) {
            prm_sha256_thumb2_blocks(w->state, data, data + n);
        } else {
            n = (uint32_t)(end - data);
            n = n < room ? n : room;
            /* Once more: too much would be copied over what a function returns to. */
            n = prm_launder(n) < room ? n : room;
            copy(w, data, n);
            copy(w, data, n); /* nothing is left to change */
            w->spoil |= w->changed;
            if (n == room)
                prm_sha256_thumb2_blocks(w->state, w->block, w->block + BLOCK);
        }
        data += n;
        w->fed += n;
    }
}

static void put_be32(uint8_t *p, uint32_t v) {
    v = __builtin_bswap32(v);
    memcpy(p, &v, sizeof v);
}

/* Pads: a bit, zeros, the length. `spoil` is 0, or makes the digest no message's. */
static void finish(union work *w, uint64_t len, uint32_t spoil) {
    uint32_t at = (uint32_t)len % BLOCK;

    w->block[at] = 0x80;
    while (++at != LENGTH_AT) {
        if (at == BLOCK) {
            prm_sha256_thumb2_blocks(w->state, w->block, w->block + BLOCK);
            at = 0;
        }
        w->block[at] = 0;
    }
    put_be32(w->block + LENGTH_AT, (uint32_t)(len >> 29) ^ spoil);
    put_be32(w->block + LENGTH_AT + 4, (uint32_t)len << 3);
    prm_sha256_thumb2_blocks(w->state, w->block, w->block + BLOCK);
}

/* Writes the digest and leaves nothing behind. */
static void take(union work *w, uint8_t out[PRM_SHA256_SIZE]) {
    volatile union work *v = w;

    for (unsigned i = 0; i < 8u; i++)
        put_be32(out + 4u * i, w->state[i]);
    for (unsigned i = 0; i < sizeof w->all / sizeof w->all[0]; i++)
        v->all[i] = 0;
}

/*
 * The length counts what was given, not what was hashed, and takes in every failure: a step or a branch that was left
 * out makes a digest that is no message's. What is laundered is what the compiler would take for known after the loop.
 */
prm_result prm_sha256_thumb2_pull(prm_part_fn next, void *ctx, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    prm_result result = PRM_OK;
    uint64_t len = 0;
    uint32_t spoil;
    union work w;
    size_t i = 0;

    memcpy(w.state, initial, sizeof w.state);
    w.spoil = 0;
    w.fed = 0;
    while (i < n) {
        prm_span part = {NULL, 0}; /* not the last one again */

        result = next(ctx, i, &part);
        w.spoil |= result ^ PRM_OK;
        if (prm_launder(w.spoil) != 0)
            break;
        absorb(&w, part.ptr, part.len);
        len += part.len;
        i = prm_launder((uint32_t)i + 1u);
    }
    spoil = w.spoil | (w.fed ^ (uint32_t)len) | (prm_launder((uint32_t)i) ^ (uint32_t)n);
    finish(&w, len, spoil);
    take(&w, out);
    if (prm_launder(spoil) == 0)
        return PRM_OK;
    prm_wipe(out, PRM_SHA256_SIZE);
    return result == PRM_OK ? PRM_ERR_CRYPTO : result;
}

static prm_result given(void *ctx, size_t i, prm_span *part) {
    *part = ((const prm_span *)ctx)[i];
    return PRM_OK;
}

prm_result prm_sha256_thumb2(const prm_span *parts, size_t n, uint8_t out[PRM_SHA256_SIZE]) {
    /* Only read again, by given(). */
    return prm_sha256_thumb2_pull(given, (void *)(uintptr_t)parts, n, out);
}
