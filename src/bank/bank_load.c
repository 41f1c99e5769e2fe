/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/bank_load.h"

prm_result prm_bank_load_header(const struct prm_bank *b, uint8_t header[PRM_BANK_HEADER_SIZE]) {
    const struct prm_flash *flash = b->flash;
    const uint32_t off = b->layout->bank_off[b->bank];

    /* Whatever else is answered, reading tells. */
    if (flash->blank(flash->ctx, off, PRM_BANK_ENVELOPE_OFF(flash->write_size)) == PRM_OK)
        return PRM_ERR_SLOT_EMPTY;
    return flash->read(flash->ctx, off, header, PRM_BANK_HEADER_SIZE);
}

prm_result prm_bank_load_envelope(const struct prm_bank *b, uint32_t len, prm_span *envelope) {
    *envelope = prm_span_of(NULL, 0);
    if (len > PRM_BANK_ENVELOPE_MAX)
        return PRM_ERR_SLOT_HEADER;
    return b->flash->view(b->flash->ctx, prm_bank_envelope_off(b), len, envelope);
}

prm_result prm_bank_load_image(const struct prm_bank *b, uint32_t component, uint32_t size, prm_span *image) {
    *image = prm_span_of(NULL, 0);
    /* The signed size bounds the work: no length makes the boot hash more than the component's place. */
    if (size == 0 || size > b->layout->component[component].size)
        return PRM_ERR_IMAGE_SIZE;
    return b->flash->view(b->flash->ctx, prm_bank_image_off(b, component), size, image);
}

prm_result prm_bank_load_page(const struct prm_bank *b, uint32_t component, uint32_t page, uint8_t *to, uint32_t len) {
    return b->flash->read(b->flash->ctx, prm_bank_page_off(b, component, page), to, len);
}

prm_result prm_bank_load_mark(const struct prm_bank *b, uint32_t component, uint32_t off,
                              uint8_t mark[PRM_BANK_MARK_SIZE]) {
    const prm_result read =
        b->flash->read(b->flash->ctx, prm_bank_mark_off(b, component, off), mark, PRM_BANK_MARK_SIZE);

    return read == PRM_ERR_FLASH_DAMAGED ? PRM_OK : read;
}
