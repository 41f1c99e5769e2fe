/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/geometry.h"

/* Rounded up; what is divided here are sizes of parts of a flash, which can't overflow. */
static uint32_t ceil_div(uint32_t bytes, uint32_t unit) {
    return (bytes + unit - 1) / unit;
}

uint32_t prm_bank_envelope_off(const struct prm_bank *b) {
    return b->layout->bank_off[b->bank] + PRM_BANK_ENVELOPE_OFF(b->flash->write_size);
}

uint32_t prm_bank_image_off(const struct prm_bank *b, uint32_t component) {
    return b->layout->bank_off[b->bank] + b->layout->component[component].off;
}

uint32_t prm_bank_chunk(const struct prm_layout *layout, uint32_t component, uint32_t off) {
    const uint32_t before = component > 0 ? ceil_div(layout->component[0].size, layout->chunk_size) : 0;

    return before + off / layout->chunk_size;
}

uint32_t prm_bank_mark_off(const struct prm_bank *b, uint32_t component, uint32_t off) {
    const uint32_t w = b->flash->write_size;

    return prm_bank_envelope_off(b) + PRM_BANK_ENVELOPE_MAX +
           prm_bank_chunk(b->layout, component, off) * PRM_BANK_UNIT(PRM_BANK_MARK_SIZE, w);
}

uint32_t prm_bank_page_off(const struct prm_bank *b, uint32_t component, uint32_t page) {
    const struct prm_layout_component *c = b->layout->component;
    /* The list begins where the mark of a chunk behind the last would be. */
    const uint32_t list = prm_bank_mark_off(b, 1, c[1].size + b->layout->chunk_size - 1);
    const uint32_t before = component > 0 ? ceil_div(c[0].size, PRM_BANK_PAGE_COVERS) : 0;

    return list + (before + page) * PRM_BANK_PAGE_SIZE;
}

uint32_t prm_bank_head_end(const struct prm_bank *b) {
    return prm_bank_page_off(b, 1, ceil_div(b->layout->component[1].size, PRM_BANK_PAGE_COVERS));
}
