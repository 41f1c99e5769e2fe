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
        uint32_t fed;         /* how many bytes came */
        uint32_t spoil;       /* 0, or makes the digest no message's */
    };
    uint64_t all[13]; /* for wiping */
};

_Static_assert(sizeof(union work) == sizeof(((union work *)0)->all), "all is all");

/*
 * To where the block's bytes end, from the last byte on; returns what changed there. By words at any address: memcpy()
 * could be the library's, byte by byte. Laundered is what the compiler would work out anew, at length.
 */
__attribute__((noinline)) static uint32_t copy(union work *w, const uint8_t *src, size_t len) {
    uint8_t *const dst = w->block + w->fed % BLOCK;
    int32_t at = (int32_t)len;
    uint32_t changed = 0, x, y;

    if (at >= 4) {
        do {
            at -= 4;
            memcpy(&x, dst + at, sizeof x);
            memcpy(&y, src + at, sizeof y);
            memcpy(dst + at, &y, sizeof y);
            changed |= x ^ y;
            at = (int32_t)prm_launder((uint32_t)at);
        } while (at >= 4);
    }
    while (--at >= 0) {
        changed |= (uint32_t)(dst[at] ^ src[at]);
        dst[at] = src[at];
        at = (int32_t)prm_launder((uint32_t)at);
    }
    return changed;
}

__attribute__((noinline)) static void absorb(union work *w, const uint8_t *data, size_t len) {
    const uint8_t *const end = data + len;

    while (data != end) {
        const uint32_t room = BLOCK - w->fed % BLOCK;
        uint32_t n = (uint32_t)(end - data) & ~(BLOCK - 1u);

        if (room == BLOCK && n != 0 && (uintptr_t)data % 4 == 0) {
            prm_sha256_thumb2_blocks(w->state, data, data + n);
        } else {
            n = (uint32_t)(end - data);
            n = n < room ? n : room;
            /* Once more: too much would be copied over what a function returns to. */
            n = prm_launder(n) < room ? n : room;
            (void)copy(w, data, n);
            w->spoil |= copy(w, data, n); /* nothing is left to change */
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
static void finish(union work *w, uint32_t len, uint32_t spoil) {
    uint32_t at = len % BLOCK;

    w->block[at++] = 0x80;
    if (at > LENGTH_AT) {
        while (at < BLOCK)
            w->block[at++] = 0;
        prm_sha256_thumb2_blocks(w->state, w->block, w->block + BLOCK);
        at = 0;
    }
    while (at < LENGTH_AT)
        w->block[at++] = 0;
    put_be32(w->block + LENGTH_AT, len >> 29 ^ spoil);
    put_be32(w->block + LENGTH_AT + 4, len << 3);
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
    uint32_t len = 0, spoil;
    union work w;
    size_t i = 0;

    memcpy(w.state, prm_sha256_thumb2_initial, sizeof w.state);
    w.spoil = 0;
    w.fed = 0;
    while (i < n) {
        prm_span part = {NULL, 0}; /* not the last one again */

        result = next(ctx, i, &part);
        w.spoil |= result ^ PRM_OK;
        if (prm_launder(w.spoil) != 0)
            break;
        absorb(&w, part.ptr, part.len);
        len += (uint32_t)part.len;
        i = prm_launder((uint32_t)i + 1u);
    }
    spoil = w.spoil | (w.fed ^ len) | (prm_launder((uint32_t)i) ^ (uint32_t)n);
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
