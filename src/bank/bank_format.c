/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/bank_format.h"

#include "base/endian.h"

enum { MARK_MAGIC = 0x4B4D5250, DIGEST_OFF = 8, MARK_DIGEST_OFF = 4 };

static void copy(uint8_t *to, const uint8_t *from, uint32_t len) {
    for (uint32_t i = 0; i < len; i++)
        to[i] = from[i];
}

void prm_bank_header_encode(uint32_t len, const uint8_t *digest, uint8_t header[PRM_BANK_HEADER_SIZE]) {
    prm_store_le32(header, PRM_BANK_MAGIC);
    prm_store_le32(header + 4, len | PRM_BANK_VERSION << 16);
    copy(header + DIGEST_OFF, digest, PRM_BANK_DIGEST_SIZE);
}

void prm_bank_mark_encode(uint32_t chunk, const uint8_t *manifest_digest, uint8_t mark[PRM_BANK_MARK_SIZE]) {
    prm_store_le32(mark, MARK_MAGIC ^ chunk);
    copy(mark + MARK_DIGEST_OFF, manifest_digest, PRM_BANK_MARK_SIZE - MARK_DIGEST_OFF);
}
