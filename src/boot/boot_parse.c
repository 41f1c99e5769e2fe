/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_parse.h"

prm_result prm_boot_fuses_parse(prm_span bytes, const struct prm_fuses **fuses) {
    const struct prm_fuses *f = (const void *)bytes.ptr;

    *fuses = NULL;
    if (bytes.len != sizeof *f || f->magic != PRM_FUSES_MAGIC)
        return PRM_ERR_DEVICE_FUSES;
    if (f->version != PRM_FUSES_VERSION)
        return PRM_ERR_DEVICE_VERSION;
    *fuses = f;
    return PRM_OK;
}

prm_result prm_boot_trust_parse(prm_span bytes, const struct prm_trust **trust) {
    const struct prm_trust *t = (const void *)bytes.ptr;

    *trust = NULL;
    if (bytes.len != sizeof *t || t->magic != PRM_TRUST_MAGIC)
        return PRM_ERR_TRUST_ANCHORS;
    if (t->version != PRM_TRUST_VERSION)
        return PRM_ERR_TRUST_ANCHORS_VERSION;
    if (t->count == 0 || t->count > PRM_TRUST_ANCHORS)
        return PRM_ERR_TRUST_ANCHORS;
    *trust = t;
    return PRM_OK;
}
