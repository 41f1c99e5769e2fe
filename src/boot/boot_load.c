/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_stages.h"

prm_result prm_boot_load_header(const struct prm_boot_platform *platform, uint32_t bank,
                                uint8_t header[PRM_SLOT_HEADER_SIZE]) {
    const struct prm_flash *flash = platform->flash;

    return flash->read(flash->ctx, platform->layout->bank_off[bank], header, PRM_SLOT_HEADER_SIZE);
}

prm_result prm_boot_load_envelope(const struct prm_boot_platform *platform, uint32_t bank, uint32_t len,
                                  prm_span *envelope) {
    const struct prm_flash *flash = platform->flash;

    *envelope = prm_span_of(NULL, 0);
    if (len > PRM_ENVELOPE_MAX)
        return PRM_ERR_SLOT_HEADER;
    return flash->view(flash->ctx, platform->layout->bank_off[bank] + PRM_SLOT_HEADER_SIZE, len, envelope);
}

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

prm_result prm_boot_load_image(const struct prm_boot_platform *platform, uint32_t bank, uint32_t component, uint32_t size,
                               prm_span *image) {
    const struct prm_layout *layout = platform->layout;
    const struct prm_flash *flash = platform->flash;

    *image = prm_span_of(NULL, 0);
    /* The signed size bounds the work: no length makes the boot hash more than the component's place. */
    if (size == 0 || size > layout->component[component].size)
        return PRM_ERR_IMAGE_SIZE;
    return flash->view(flash->ctx, layout->bank_off[bank] + layout->component[component].off, size, image);
}
