/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bank_act.h - writes a bank. Whoever calls these has the word that permits it; they check nothing.
 *
 * The order is what makes a cut harmless: the head is erased, its header first; the envelope is programmed, then the header;
 * for each chunk its units are erased and programmed, then it is marked. Each step is committed before the next begins, and no
 * write unit is programmed twice.
 */
#ifndef PRM_BANK_BANK_ACT_H
#define PRM_BANK_BANK_ACT_H

#include "bank/geometry.h"

/*
 * Erases each erase unit that begins in [off, end), from the first one on. Errors: FLASH_*.
 * Cut: those before the one that was being erased are blank, those after it as they were.
 */
PRM_MUST_USE prm_result prm_bank_erase(const struct prm_flash *flash, uint32_t off, uint32_t end);

/*
 * Programs bytes that may end anywhere, and commits them. They are filled up to whole units of `unit` bytes, which are whole
 * write units and at most PRM_FLASH_WRITE_MAX; `off` is a multiple of the write unit.
 * Errors: FLASH_*. Cut: as flash.h says of a write.
 */
PRM_MUST_USE prm_result prm_bank_program(const struct prm_flash *flash, uint32_t off, prm_span bytes, uint32_t unit);

/* Erases header, envelope, marks and list. Errors: FLASH_*. Cut: there is no header, or it is the one from before. */
PRM_MUST_USE prm_result prm_bank_act_clear(const struct prm_bank *b);

/*
 * Programs the envelope (1 to PRM_BANK_ENVELOPE_MAX bytes) into a head that is blank, then its header.
 * Errors: FLASH_*. Cut: no header, or a torn one; or all of it.
 */
PRM_MUST_USE prm_result prm_bank_act_envelope(const struct prm_bank *b, prm_span envelope,
                                              const uint8_t header[PRM_BANK_HEADER_SIZE]);

/*
 * Programs the part of an image that stands `off` bytes into it, a multiple of the largest write unit, after erasing the units
 * that begin there: parts come in order. Errors: FLASH_*. Cut: the units touched hold anything.
 */
PRM_MUST_USE prm_result prm_bank_act_image(const struct prm_bank *b, uint32_t component, uint32_t off, prm_span bytes);

/*
 * Marks the chunk that holds byte `off` of an image. A mark torn by an earlier cut stays as it is, since its place isn't blank:
 * then that chunk is written again the next time. Errors: FLASH_*. Cut: no mark, a torn one, or this one.
 */
PRM_MUST_USE prm_result prm_bank_act_mark(const struct prm_bank *b, uint32_t component, uint32_t off,
                                          const uint8_t mark[PRM_BANK_MARK_SIZE]);

/* Programs a page of the list, whose place is blank. Errors: FLASH_*. Cut: it holds anything. */
PRM_MUST_USE prm_result prm_bank_act_page(const struct prm_bank *b, uint32_t component, uint32_t page, prm_span bytes);

#endif
