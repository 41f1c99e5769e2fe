/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader. Every access to the input is through take(), which proves off <= bytes.len from its own test:
 *   (B1) n <= bytes.len - off   =>   off + n <= bytes.len, and no addition has overflowed.
 */
#include "codec/cbor.h"

#include "base/harden.h"

void prm_cbor_fail(struct prm_cbor *r, prm_result err) {
    if (r->err == PRM_OK)
        r->err = err;
}

/* Consumes n bytes and returns where they are; NULL if there aren't so many or an error came before. */
static const uint8_t *take(struct prm_cbor *r, size_t n) {
    if (r->err != PRM_OK)
        return NULL;
    if (n > r->bytes.len - r->off) { /* B1 */
        r->err = PRM_ERR_CBOR_TRUNCATED;
        return NULL;
    }
    const uint8_t *p = r->bytes.ptr + r->off;
    r->off += n;
    return p;
}

int prm_cbor_peek(const struct prm_cbor *r) {
    if (r->err != PRM_OK || r->off == r->bytes.len)
        return -1;
    return r->bytes.ptr[r->off] >> 5;
}

/* The argument of a head: its low five bits, or the 1, 2, 4 or 8 bytes after it; the shortest form only. */
static uint64_t argument(struct prm_cbor *r, uint8_t initial) {
    const uint8_t info = initial & 0x1Fu;

    if (info < 24)
        return info;
    if (info > 27) {
        prm_cbor_fail(r, PRM_ERR_CBOR_ENCODING);
        return 0;
    }
    const size_t n = (size_t)1 << (info - 24);
    const uint8_t *p = take(r, n);
    uint64_t value = 0;

    if (p == NULL)
        return 0;
    for (size_t i = 0; i < n; i++)
        value = (value << 8) | p[i];
    /* Minimal: an n-byte argument doesn't fit n/2 bytes (or, for one byte, the head itself). */
    if (n == 1 ? value < 24 : (value >> (n * 4)) == 0) {
        prm_cbor_fail(r, PRM_ERR_CBOR_ENCODING);
        return 0;
    }
    return value;
}

uint64_t prm_cbor_head(struct prm_cbor *r, enum prm_cbor_major major) {
    const uint8_t *p = take(r, 1);

    if (p == NULL)
        return 0;
    if (*p >> 5 != (int)major) {
        r->err = PRM_ERR_CBOR_TYPE;
        return 0;
    }
    /* Major 7 with an argument is a float or a simple value of 32 and more: nothing here means one. */
    if (major == PRM_CBOR_SIMPLE && (*p & 0x1Fu) >= 24) {
        r->err = PRM_ERR_CBOR_ENCODING;
        return 0;
    }
    return argument(r, *p);
}

uint32_t prm_cbor_head32(struct prm_cbor *r, enum prm_cbor_major major) {
    const uint64_t value = prm_cbor_head(r, major);

    if (value > UINT32_MAX) {
        prm_cbor_fail(r, PRM_ERR_CBOR_LIMIT);
        return 0;
    }
    return (uint32_t)value;
}

void prm_cbor_expect(struct prm_cbor *r, enum prm_cbor_major major, uint32_t value, prm_result otherwise) {
    if (prm_cbor_head(r, major) != value)
        prm_cbor_fail(r, otherwise);
}

int32_t prm_cbor_int(struct prm_cbor *r) {
    const int negative = prm_cbor_peek(r) == PRM_CBOR_NINT;
    const uint32_t value = prm_cbor_head32(r, negative ? PRM_CBOR_NINT : PRM_CBOR_UINT);

    if (value > INT32_MAX)
        prm_cbor_fail(r, PRM_ERR_CBOR_LIMIT);
    if (r->err != PRM_OK)
        return 0;
    return negative ? -1 - (int32_t)value : (int32_t)value;
}

static prm_span string(struct prm_cbor *r, enum prm_cbor_major major) {
    const uint64_t len = prm_cbor_head(r, major);
    const uint8_t *p;

    if (len > SIZE_MAX) /* 32-bit machines */
        prm_cbor_fail(r, PRM_ERR_CBOR_TRUNCATED);
    p = take(r, (size_t)len);
    return p != NULL ? prm_span_of(p, (size_t)len) : prm_span_of(NULL, 0);
}

prm_span prm_cbor_bstr(struct prm_cbor *r) {
    return string(r, PRM_CBOR_BSTR);
}

prm_span prm_cbor_tstr(struct prm_cbor *r) {
    return string(r, PRM_CBOR_TSTR);
}

const uint8_t *prm_cbor_bytes(struct prm_cbor *r, size_t len) {
    const prm_span s = prm_cbor_bstr(r);

    if (s.len != len)
        prm_cbor_fail(r, PRM_ERR_CBOR_LIMIT);
    return r->err == PRM_OK ? s.ptr : NULL;
}

void prm_cbor_null(struct prm_cbor *r) {
    prm_cbor_expect(r, PRM_CBOR_SIMPLE, PRM_CBOR_NULL, PRM_ERR_CBOR_TYPE);
}

/* Orders two encodings as RFC 8949 4.2.1 does: bytewise; the shorter first where one begins the other. */
static int compare_keys(prm_span a, prm_span b) {
    const size_t n = a.len < b.len ? a.len : b.len;

    for (size_t i = 0; i < n; i++)
        if (a.ptr[i] != b.ptr[i])
            return a.ptr[i] < b.ptr[i] ? -1 : 1;
    return a.len < b.len ? -1 : a.len > b.len;
}

void prm_cbor_after(struct prm_cbor *r, prm_span *last, prm_span key) {
    if (last->ptr != NULL && compare_keys(*last, key) >= 0)
        prm_cbor_fail(r, PRM_ERR_CBOR_KEY);
    *last = key;
}

void prm_cbor_map(struct prm_cbor *r, struct prm_cbor_map *map) {
    map->last = prm_span_of(NULL, 0);
    map->left = prm_cbor_head32(r, PRM_CBOR_MAP);
}

int prm_cbor_next(struct prm_cbor *r, struct prm_cbor_map *map) {
    struct prm_cbor ahead = *r;

    if (map->left == 0 || r->err != PRM_OK)
        return 0;
    map->left--;
    if (prm_cbor_peek(r) == PRM_CBOR_TSTR)
        (void)prm_cbor_tstr(&ahead);
    else
        (void)prm_cbor_int(&ahead);
    r->err = ahead.err;
    if (r->err == PRM_OK)
        prm_cbor_after(r, &map->last, prm_span_of(r->bytes.ptr + r->off, ahead.off - r->off));
    return r->err == PRM_OK;
}

prm_result prm_cbor_end(const struct prm_cbor *r) {
    if (r->err != PRM_OK)
        return r->err;
    return r->off == r->bytes.len ? PRM_OK : PRM_ERR_CBOR_TRAILING;
}
