/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/cbor.h"
#include "update/update_stages.h"

uint32_t prm_update_block_count(uint32_t size) {
    return size / PRM_BLOCK_SIZE + (size % PRM_BLOCK_SIZE != 0);
}

/* blocks = [ block size, digest, [ + page digest ] ]: one page for each 32 blocks, no more and no less. */
prm_result prm_update_blocks_parse(prm_span bytes, uint32_t size, struct prm_update_blocks *out) {
    const uint32_t blocks = prm_update_block_count(size);
    const uint32_t pages = blocks / PRM_BLOCKS_PER_PAGE + (blocks % PRM_BLOCKS_PER_PAGE != 0);
    struct prm_cbor r = prm_cbor_reader(bytes);
    struct prm_update_blocks b = {NULL, NULL};

    *out = b;
    if (prm_cbor_head(&r, PRM_CBOR_ARRAY) != 3 || prm_cbor_head32(&r, PRM_CBOR_UINT) != PRM_BLOCK_SIZE)
        prm_cbor_fail(&r, PRM_ERR_UPDATE_FORMAT);
    b.digest = prm_cbor_bytes(&r, PRM_SHA256_SIZE);
    if (prm_cbor_head(&r, PRM_CBOR_ARRAY) != pages || pages == 0)
        prm_cbor_fail(&r, PRM_ERR_UPDATE_FORMAT);
    /* Each is a two-byte head and 32 bytes, so all stand at equal distances. */
    for (uint32_t i = 0; i < pages && r.err == PRM_OK; i++) {
        const uint8_t *digest = prm_cbor_bytes(&r, PRM_SHA256_SIZE);
        if (i == 0)
            b.page_digest = digest;
    }
    PRM_TRY(prm_cbor_end(&r));
    *out = b;
    return PRM_OK;
}
