/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/engine/engine.h"

#include <string.h>

#include "base/harden.h"

enum { BLOCK = 64 };

/* Bytes since the last whole block, where the engine can read them. */
struct feed {
    uint8_t block[BLOCK] __attribute__((aligned(64)));
    size_t held;
    size_t fed; /* of the whole message: what was given to the engine, and what is held */
};

/* Whether the engine reads these bytes where they lie. */
static int readable(const struct prm_engine *e, const uint8_t *at) {
    return (uintptr_t)at % e->align == 0 && (e->reads_flash == PRM_YES || e->in_flash(e->ctx, at) == PRM_NO);
}

/* Into the block, as much as fits and there is; a full one goes to the engine. Returns how much. */
static size_t copy(const struct prm_engine *e, struct feed *f, const uint8_t *data, size_t len, prm_result *result) {
    const size_t room = BLOCK - f->held, n = len < room ? len : room;

    memcpy(f->block + f->held, data, n);
    f->held += n;
    if (f->held == BLOCK) {
        *result = e->update(e->ctx, prm_span_of(f->block, BLOCK));
        f->held = 0;
    }
    return n;
}

static prm_result feed(const struct prm_engine *e, struct feed *f, prm_span part) {
    prm_result result = PRM_OK;

    for (size_t at = 0; at < part.len;) {
        const uint8_t *const data = part.ptr + at;
        size_t n = (part.len - at) / BLOCK * BLOCK;

        if (f->held == 0 && n > 0 && readable(e, data)) {
            n = n < e->piece_max ? n : e->piece_max;
            result = e->update(e->ctx, prm_span_of(data, n));
        } else {
            n = copy(e, f, data, part.len - at, &result);
        }
        PRM_TRY(result);
        at += n;
        f->fed += n;
    }
    return PRM_OK;
}

/* The parts through the engine. A part that was not fed is a difference in length, and no digest. */
static prm_result hash(const struct prm_engine *e, struct feed *f, const prm_span *parts, size_t n,
                       uint8_t digest[PRM_SHA256_SIZE]) {
    size_t len = 0, i = 0;

    PRM_TRY(e->begin(e->ctx));
    for (; i < n; i++) {
        PRM_TRY(feed(e, f, parts[i]));
        len += parts[i].len;
    }
    if (f->held > 0)
        PRM_TRY(e->update(e->ctx, prm_span_of(f->block, f->held)));
    PRM_TRY(e->finish(e->ctx, digest));
    return ((uint32_t)(f->fed ^ len) | (prm_launder((uint32_t)i) ^ (uint32_t)n)) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}

/* One message. What was held of it, which may be a key, doesn't stay, also if the engine failed. */
static prm_result digest_of(const struct prm_engine *e, const prm_span *parts, size_t n, uint8_t digest[PRM_SHA256_SIZE]) {
    struct feed f = {.held = 0};

    memset(digest, 0xFF, PRM_SHA256_SIZE);
    const prm_result result = hash(e, &f, parts, n, digest);
    prm_wipe(&f.block, sizeof f.block);
    return result;
}

/* FIPS 180-4's example "abc". */
static const uint8_t known_digest[PRM_SHA256_SIZE] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

static prm_result known_answer(const struct prm_engine *e) {
    const prm_span known = prm_span_of("abc", 3);
    uint8_t digest[PRM_SHA256_SIZE];

    PRM_TRY(digest_of(e, &known, 1, digest));
    return prm_diff(digest, known_digest, sizeof digest) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}

prm_result prm_engine_sha256(const struct prm_engine *engine, const prm_span *parts, size_t n,
                             uint8_t out[PRM_SHA256_SIZE]) {
    uint8_t digest[PRM_SHA256_SIZE], ones[PRM_SHA256_SIZE];

    memset(ones, 0xFF, sizeof ones);
    prm_result result = known_answer(engine);
    if (result == PRM_OK)
        result = digest_of(engine, parts, n, digest);
    /* Not the poison, as if nothing had been written, and not the digest of before. The message "abc" is nobody's. */
    if (result == PRM_OK && (prm_diff(digest, ones, sizeof digest) == 0 || prm_diff(digest, known_digest, sizeof digest) == 0))
        result = PRM_ERR_CRYPTO;
    if (prm_launder(result) != PRM_OK)
        memset(digest, 0, sizeof digest);
    memcpy(out, digest, PRM_SHA256_SIZE);
    return result == PRM_OK ? PRM_OK : PRM_ERR_CRYPTO;
}
