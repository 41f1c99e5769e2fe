/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/geometry.h"

uint32_t prm_bank_envelope_off(const struct prm_bank *b) {
    return b->layout->bank_off[b->bank] + PRM_BANK_ENVELOPE_OFF(b->flash->write_size);
}

uint32_t prm_bank_image_off(const struct prm_bank *b, uint32_t component) {
    return b->layout->bank_off[b->bank] + b->layout->component[component].off;
}

uint32_t prm_bank_chunk(const struct prm_layout *layout, uint32_t component, uint32_t off) {
    const uint32_t before = component > 0 ? PRM_BANK_CEIL(layout->component[0].size, layout->chunk_size) : 0;

    return before + off / layout->chunk_size;
}

uint32_t prm_bank_mark_off(const struct prm_bank *b, uint32_t component, uint32_t off) {
    const uint32_t w = b->flash->write_size;

    return b->layout->bank_off[b->bank] + PRM_BANK_MARKS_OFF(w) +
           prm_bank_chunk(b->layout, component, off) * PRM_BANK_UNIT(PRM_BANK_MARK_SIZE, w);
}

uint32_t prm_bank_page_off(const struct prm_bank *b, uint32_t component, uint32_t page) {
    const struct prm_layout_component *c = b->layout->component;
    const uint32_t before = component > 0 ? PRM_BANK_CEIL(c[0].size, PRM_BANK_PAGE_COVERS) : 0;

    return b->layout->bank_off[b->bank] +
           PRM_BANK_LIST_OFF(b->flash->write_size, b->layout->chunk_size, c[0].size, c[1].size) +
           (before + page) * PRM_BANK_PAGE_SIZE;
}

uint32_t prm_bank_head_size(const struct prm_bank *b) {
    const struct prm_layout_component *c = b->layout->component;

    return PRM_BANK_HEAD_SIZE(b->flash->write_size, b->layout->chunk_size, c[0].size, c[1].size);
}
