/* SPDX-License-Identifier: Apache-2.0 */
#include "bank/bank_act.h"

prm_result prm_bank_erase(const struct prm_flash *flash, uint32_t off, uint32_t end) {
    while (off < end) {
        const uint32_t unit = prm_flash_unit_size(flash, off);
        if (off % unit == 0)
            PRM_TRY(flash->erase(flash->ctx, off));
        off += unit - off % unit;
    }
    return PRM_OK;
}

prm_result prm_bank_program(const struct prm_flash *flash, uint32_t off, prm_span bytes, uint32_t unit) {
    const uint32_t rest = (uint32_t)bytes.len % unit;
    const uint32_t whole = (uint32_t)bytes.len - rest;
    uint8_t last[PRM_FLASH_WRITE_MAX];

    if (whole > 0)
        PRM_TRY(flash->write(flash->ctx, off, bytes.ptr, whole));
    if (rest > 0) {
        for (uint32_t i = 0; i < unit; i++)
            last[i] = i < rest ? bytes.ptr[whole + i] : 0xFF;
        PRM_TRY(flash->write(flash->ctx, off + whole, last, unit));
    }
    return flash->commit(flash->ctx);
}

/* In a bank whole write units are all that is needed. */
static prm_result program(const struct prm_bank *b, uint32_t off, prm_span bytes) {
    return prm_bank_program(b->flash, off, bytes, b->flash->write_size);
}

prm_result prm_bank_act_clear(const struct prm_bank *b) {
    return prm_bank_erase(b->flash, b->layout->bank_off[b->bank], prm_bank_head_end(b));
}

prm_result prm_bank_act_envelope(const struct prm_bank *b, prm_span envelope, const uint8_t header[PRM_BANK_HEADER_SIZE]) {
    PRM_TRY(program(b, prm_bank_envelope_off(b), envelope));
    return program(b, b->layout->bank_off[b->bank], prm_span_of(header, PRM_BANK_HEADER_SIZE));
}

prm_result prm_bank_act_image(const struct prm_bank *b, uint32_t component, uint32_t off, prm_span bytes) {
    const uint32_t at = prm_bank_image_off(b, component) + off;

    PRM_TRY(prm_bank_erase(b->flash, at, at + (uint32_t)bytes.len));
    return program(b, at, bytes);
}

prm_result prm_bank_act_mark(const struct prm_bank *b, uint32_t component, uint32_t off,
                             const uint8_t mark[PRM_BANK_MARK_SIZE]) {
    const prm_result written =
        program(b, prm_bank_mark_off(b, component, off), prm_span_of(mark, PRM_BANK_MARK_SIZE));

    return written == PRM_ERR_FLASH_NOT_ERASED ? PRM_OK : written;
}

prm_result prm_bank_act_page(const struct prm_bank *b, uint32_t component, uint32_t page, prm_span bytes) {
    return program(b, prm_bank_page_off(b, component, page), bytes);
}
