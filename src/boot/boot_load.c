/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_stages.h"

prm_result prm_boot_load_header(const struct prm_boot_platform *platform, uint32_t slot,
                                uint8_t header[PRM_SLOT_HEADER_SIZE]) {
    const struct prm_flash *flash = platform->flash;

    return flash->read(flash->ctx, platform->map->slot_off[slot], header, PRM_SLOT_HEADER_SIZE);
}

prm_result prm_boot_load_envelope(const struct prm_boot_platform *platform, uint32_t slot, uint32_t len,
                                  struct prm_boot_workspace *workspace, prm_span *envelope) {
    const struct prm_flash *flash = platform->flash;

    *envelope = prm_span_of(NULL, 0);
    if (len > sizeof workspace->envelope)
        return PRM_ERR_SLOT_HEADER;
    PRM_TRY(flash->read(flash->ctx, platform->map->slot_off[slot] + PRM_SLOT_HEADER_SIZE, workspace->envelope, len));
    *envelope = prm_span_of(workspace->envelope, len);
    return PRM_OK;
}

prm_result prm_boot_load_image(const struct prm_boot_platform *platform, uint32_t slot, uint32_t size, prm_span *image) {
    const struct prm_flash *flash = platform->flash;

    *image = prm_span_of(NULL, 0);
    /* The signed size bounds the work: no length makes the boot hash more than a slot. */
    if (size == 0 || size > platform->map->slot_size - PRM_SLOT_IMAGE_OFF)
        return PRM_ERR_IMAGE_SIZE;
    return flash->view(flash->ctx, platform->map->slot_off[slot] + PRM_SLOT_IMAGE_OFF, size, image);
}
