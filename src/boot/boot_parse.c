/* SPDX-License-Identifier: Apache-2.0 */
#include "base/endian.h"
#include "boot/boot_stages.h"

prm_result prm_boot_header_parse(const uint8_t header[PRM_SLOT_HEADER_SIZE], uint32_t *len) {
    const uint32_t magic = prm_load_le32(header);
    const uint32_t claimed = prm_load_le32(header + 4);

    *len = 0;
    if (magic == UINT32_MAX && claimed == UINT32_MAX)
        return PRM_ERR_SLOT_EMPTY;
    if (magic != PRM_SLOT_MAGIC || claimed == 0 || claimed > PRM_ENVELOPE_MAX)
        return PRM_ERR_SLOT_HEADER;
    *len = claimed;
    return PRM_OK;
}

prm_result prm_boot_fuses_parse(prm_span bytes, const struct prm_fuses **fuses) {
    const struct prm_fuses *f = (const void *)bytes.ptr;

    *fuses = NULL;
    if (bytes.len != sizeof *f || f->magic != PRM_FUSES_MAGIC || f->version != PRM_FUSES_VERSION)
        return PRM_ERR_DEVICE_FUSES;
    *fuses = f;
    return PRM_OK;
}

prm_result prm_boot_trust_parse(prm_span bytes, const struct prm_trust **trust) {
    const struct prm_trust *t = (const void *)bytes.ptr;

    *trust = NULL;
    if (bytes.len != sizeof *t || t->magic != PRM_TRUST_MAGIC || t->version != PRM_TRUST_VERSION)
        return PRM_ERR_TRUST_ANCHORS;
    if (t->count == 0 || t->count > PRM_TRUST_ANCHORS)
        return PRM_ERR_TRUST_ANCHORS;
    *trust = t;
    return PRM_OK;
}
