/* SPDX-License-Identifier: Apache-2.0 */
/* bank_load.h - reads a bank, and understands nothing. A part of it that can't be read is FLASH_DAMAGED. */
#ifndef PRM_BANK_BANK_LOAD_H
#define PRM_BANK_BANK_LOAD_H

#include "bank/geometry.h"

/* Copies the header. Errors: SLOT_EMPTY (it is blank), FLASH_*. */
PRM_MUST_USE prm_result prm_bank_load_header(const struct prm_bank *b, uint8_t header[PRM_BANK_HEADER_SIZE]);

/* Lends the envelope of `len` bytes where it stands. Errors: SLOT_HEADER (beyond its place), FLASH_*. */
PRM_MUST_USE prm_result prm_bank_load_envelope(const struct prm_bank *b, uint32_t len, prm_span *envelope);

/* Lends the image of `size` bytes where it will run. Errors: IMAGE_SIZE (0, or beyond its place), FLASH_*. */
PRM_MUST_USE prm_result prm_bank_load_image(const struct prm_bank *b, uint32_t component, uint32_t size, prm_span *image);

/* Copies `len` bytes of a page of the list. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_bank_load_page(const struct prm_bank *b, uint32_t component, uint32_t page, uint8_t *to,
                                           uint32_t len);

/* Copies the mark of the chunk that holds byte `off` of an image; zeros, which is no mark, if it can't be read. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_bank_load_mark(const struct prm_bank *b, uint32_t component, uint32_t off,
                                           uint8_t mark[PRM_BANK_MARK_SIZE]);

#endif
