/* SPDX-License-Identifier: Apache-2.0 */
/* Stepping over whole items, whatever they are. Apart from the reader, since the immutable root has no use for it. */
#include "base/harden.h"
#include "codec/cbor.h"

/* Where a map's or an array's reader stands: how many items are still to come, and the last key seen. */
struct level {
    uint64_t left;
    prm_answer is_map;
    prm_span last_key;
};

/* Steps over one head and, for strings, the contents. Returns how many items it holds; a tag holds one. */
static uint64_t skip_head(struct prm_cbor *r, int major) {
    switch (major) {
    case PRM_CBOR_BSTR:
        (void)prm_cbor_bstr(r);
        return 0;
    case PRM_CBOR_TSTR:
        (void)prm_cbor_tstr(r);
        return 0;
    case PRM_CBOR_ARRAY:
        return prm_cbor_head(r, PRM_CBOR_ARRAY);
    case PRM_CBOR_MAP: {
        const uint64_t pairs = prm_cbor_head(r, PRM_CBOR_MAP);
        if (pairs > UINT64_MAX / 2)
            prm_cbor_fail(r, PRM_ERR_CBOR_TRUNCATED);
        return pairs * 2;
    }
    case PRM_CBOR_TAG:
        (void)prm_cbor_head(r, PRM_CBOR_TAG);
        return 1;
    case -1:
        prm_cbor_fail(r, PRM_ERR_CBOR_TRUNCATED);
        return 0;
    default:
        (void)prm_cbor_head(r, (enum prm_cbor_major)major);
        return 0;
    }
}

/* A key of any map: an integer, a string, or (SUIT text) an array of those: no nesting to follow. */
static void any_key(struct prm_cbor *r, prm_span *last) {
    struct prm_cbor ahead = *r;
    const int major = prm_cbor_peek(r);
    uint64_t children = skip_head(&ahead, major);

    if (r->err != PRM_OK)
        return;
    if (children != 0 && major != PRM_CBOR_ARRAY)
        prm_cbor_fail(&ahead, PRM_ERR_CBOR_TYPE);
    for (; children > 0 && ahead.err == PRM_OK; children--)
        if (skip_head(&ahead, prm_cbor_peek(&ahead)) != 0)
            prm_cbor_fail(&ahead, PRM_ERR_CBOR_TYPE);
    r->err = ahead.err;
    if (r->err == PRM_OK)
        prm_cbor_after(r, last, prm_span_of(r->bytes.ptr + r->off, ahead.off - r->off));
}

prm_span prm_cbor_skip(struct prm_cbor *r) {
    struct level stack[PRM_CBOR_DEPTH_MAX + 1] = {{.left = 1, .is_map = PRM_NO}};
    const size_t start = r->off;
    unsigned depth = 0;

    while (r->err == PRM_OK) {
        if (stack[depth].left == 0) {
            if (depth == 0)
                return prm_span_of(r->bytes.ptr + start, r->off - start);
            depth--;
            continue;
        }
        /* In a map an even number left means that a key comes now. */
        if (stack[depth].is_map == PRM_YES && (stack[depth].left & 1u) == 0)
            any_key(r, &stack[depth].last_key);
        stack[depth].left--;
        const int major = prm_cbor_peek(r);
        const uint64_t children = skip_head(r, major);
        if (children == 0)
            continue;
        if (depth == PRM_CBOR_DEPTH_MAX) {
            prm_cbor_fail(r, PRM_ERR_CBOR_LIMIT);
            break;
        }
        stack[++depth] = (struct level){.left = children, .is_map = major == PRM_CBOR_MAP ? PRM_YES : PRM_NO};
    }
    return prm_span_of(NULL, 0);
}
