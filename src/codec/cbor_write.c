/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/cbor.h"

#include <string.h>

void prm_cbor_put_raw(struct prm_cbor_writer *w, prm_span bytes) {
    if (w->len <= w->cap && bytes.len <= w->cap - w->len && bytes.len > 0)
        memcpy(w->buf + w->len, bytes.ptr, bytes.len);
    w->len = bytes.len <= SIZE_MAX - w->len ? w->len + bytes.len : SIZE_MAX;
}

void prm_cbor_put_head(struct prm_cbor_writer *w, enum prm_cbor_major major, uint64_t argument) {
    const unsigned n = argument < 24           ? 0
                       : argument <= 0xFF       ? 1
                       : argument <= 0xFFFF     ? 2
                       : argument <= UINT32_MAX ? 4
                                                : 8;
    /* Additional information 24, 25, 26, 27 announces 1, 2, 4, 8 bytes. */
    const unsigned info = n == 0 ? (unsigned)argument : 24u + (n >= 2) + (n >= 4) + (n == 8);
    uint8_t head[9];

    head[0] = (uint8_t)(((unsigned)major << 5) | info);
    for (unsigned i = 0; i < n; i++)
        head[1 + i] = (uint8_t)(argument >> (8 * (n - 1 - i)));
    prm_cbor_put_raw(w, prm_span_of(head, 1 + n));
}

void prm_cbor_put_int(struct prm_cbor_writer *w, int64_t value) {
    if (value < 0)
        prm_cbor_put_head(w, PRM_CBOR_NINT, (uint64_t)(-1 - value));
    else
        prm_cbor_put_head(w, PRM_CBOR_UINT, (uint64_t)value);
}

void prm_cbor_put_bstr(struct prm_cbor_writer *w, prm_span bytes) {
    prm_cbor_put_head(w, PRM_CBOR_BSTR, bytes.len);
    prm_cbor_put_raw(w, bytes);
}

void prm_cbor_put_tstr(struct prm_cbor_writer *w, const char *text) {
    const size_t len = strlen(text);

    prm_cbor_put_head(w, PRM_CBOR_TSTR, len);
    prm_cbor_put_raw(w, prm_span_of(text, len));
}

prm_result prm_cbor_written(const struct prm_cbor_writer *w, prm_span *out) {
    *out = prm_span_of(NULL, 0);
    if (w->len > w->cap)
        return PRM_ERR_CBOR_LIMIT;
    *out = prm_span_of(w->buf, w->len);
    return PRM_OK;
}
