/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_load.h"

static void copy(uint8_t *to, prm_span from) {
    for (size_t i = 0; i < from.len; i++)
        to[i] = from.ptr[i];
}

prm_result prm_boot_load_signed(struct prm_suit_envelope *envelope, struct prm_boot_workspace *workspace) {
    const size_t digest_at = (size_t)(envelope->digest - envelope->digest_bytes.ptr);
    const size_t head = envelope->manifest_wrapped.len - envelope->manifest.len;

    if (envelope->manifest_wrapped.len > sizeof workspace->manifest ||
        envelope->digest_bytes.len > sizeof workspace->digest_bytes)
        return PRM_ERR_CBOR_LIMIT;
    copy(workspace->manifest, envelope->manifest_wrapped);
    copy(workspace->digest_bytes, envelope->digest_bytes);
    envelope->manifest_wrapped.ptr = workspace->manifest;
    envelope->manifest.ptr = workspace->manifest + head;
    envelope->digest_bytes.ptr = workspace->digest_bytes;
    envelope->digest = workspace->digest_bytes + digest_at;
    return PRM_OK;
}
