/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_cbor.c - what the reader accepts is what the writer would have written, to the last byte. */
#include "tests/fuzz/fuzz.h"

#include "codec/cbor.h"

/* Reads head after head and writes them again. */
static void rewrite(struct prm_cbor *r, struct prm_cbor_writer *w) {
    while (r->err == PRM_OK && r->off < r->bytes.len) {
        const enum prm_cbor_major major = (enum prm_cbor_major)prm_cbor_peek(r);
        if (major == PRM_CBOR_BSTR || major == PRM_CBOR_TSTR) {
            const prm_span s = major == PRM_CBOR_BSTR ? prm_cbor_bstr(r) : prm_cbor_tstr(r);
            prm_cbor_put_head(w, major, s.len);
            prm_cbor_put_raw(w, s);
        } else {
            prm_cbor_put_head(w, major, prm_cbor_head(r, major));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct prm_cbor r = prm_cbor_reader(prm_span_of(data, size));
    const prm_span item = prm_cbor_skip(&r);

    MUST(r.off <= size);
    if (r.err != PRM_OK) {
        MUST(item.ptr == NULL && item.len == 0);
        return 0;
    }
    MUST(item.ptr == data && item.len == r.off && item.len > 0);
    MUST(prm_cbor_end(&r) == (item.len == size ? PRM_OK : PRM_ERR_CBOR_TRAILING));

    uint8_t *again = malloc(item.len);
    struct prm_cbor_writer w = {again, item.len, 0};
    struct prm_cbor heads = prm_cbor_reader(item);
    MUST(again != NULL);
    rewrite(&heads, &w);
    MUST(prm_cbor_end(&heads) == PRM_OK);
    MUST(w.len == item.len && memcmp(again, data, item.len) == 0);
    free(again);

    /* One byte less is never whole. */
    struct prm_cbor shorter = prm_cbor_reader(prm_span_of(data, item.len - 1));
    (void)prm_cbor_skip(&shorter);
    MUST(shorter.err == PRM_ERR_CBOR_TRUNCATED);
    return 0;
}
