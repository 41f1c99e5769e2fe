/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/bank_parse.h"

#include "bank/bank_format.h"
#include "base/endian.h"

prm_result prm_bank_header_parse(const uint8_t *header, uint32_t *len) {
    const uint32_t claimed = prm_load_le32(header + 4);

    *len = 0;
    if (prm_load_le32(header) != PRM_BANK_MAGIC)
        return PRM_ERR_SLOT_HEADER;
    if (claimed >> 16 != PRM_BANK_VERSION)
        return PRM_ERR_SLOT_VERSION;
    if ((claimed & 0xFFFFu) == 0 || (claimed & 0xFFFFu) > PRM_BANK_ENVELOPE_MAX)
        return PRM_ERR_SLOT_HEADER;
    *len = claimed & 0xFFFFu;
    return PRM_OK;
}
