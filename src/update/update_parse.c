/* SPDX-License-Identifier: Apache-2.0 */
#include "update/update_parse.h"

#include "codec/cbor.h"

/* An integer that can only be this one. */
static void constant(struct prm_cbor *r, enum prm_cbor_major major, uint32_t value) {
    prm_cbor_expect(r, major, value, PRM_ERR_UPDATE_FORMAT);
}

/* [ version, block size, list, [ + page digest ] ]: one page for each 32 blocks, no more and no less. */
prm_result prm_update_blocks_parse(prm_span bytes, uint32_t size, struct prm_update_blocks *out) {
    const uint32_t pages = prm_update_page_count(size);
    struct prm_cbor r = prm_cbor_reader(bytes);
    struct prm_update_blocks b = {{NULL, 0}, NULL};

    *out = b;
    if (bytes.ptr == NULL)
        return PRM_ERR_LIST_NONE;
    constant(&r, PRM_CBOR_ARRAY, 4);
    constant(&r, PRM_CBOR_UINT, PRM_FETCH_VERSION);
    constant(&r, PRM_CBOR_UINT, PRM_BLOCK_SIZE);
    b.list = prm_cbor_tstr(&r);
    constant(&r, PRM_CBOR_ARRAY, pages);
    /* Each is a two-byte head and 32 bytes, so all stand at equal distances. */
    for (uint32_t i = 0; i < pages && r.err == PRM_OK; i++) {
        const uint8_t *digest = prm_cbor_bytes(&r, PRM_DIGEST_SIZE);
        if (i == 0)
            b.page_digest = digest;
    }
    PRM_TRY(prm_cbor_end(&r));
    if (pages == 0)
        return PRM_ERR_UPDATE_FORMAT;
    *out = b;
    return PRM_OK;
}
