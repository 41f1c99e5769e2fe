/* SPDX-License-Identifier: Apache-2.0 */
/*
 * geometry.h - where the parts of a bank are, computed from the flash's units; docs/format/flash-layout.md draws it.
 *
 *     0        E                marks            list             images
 *     | header | envelope       | a mark for     | a page for     | application | services ...
 *     |        |                | each chunk     | each 64 KiB    |
 *
 * Header and marks take whole write units, since each is programmed at a time of its own. A chunk is what a mark is about:
 * whole erase units, and at least 64 write units, so that marks take at most a 64th of a bank.
 */
#ifndef PRM_BANK_GEOMETRY_H
#define PRM_BANK_GEOMETRY_H

#include "bank/bank_format.h"
#include "seam/flash.h"
#include "seam/layout.h"

/*
 * For constants of a port, in numbers: `w` bytes in a write unit, `e` in the largest erase unit of the banks, `app` and
 * `services` bytes that the images may have (0: there is no such component).
 */
#define PRM_BANK_CEIL(bytes, unit) ((bytes) / (unit) + ((bytes) % (unit) != 0))
#define PRM_BANK_UNIT(bytes, w) ((bytes) > (w) ? (bytes) : (w))
#define PRM_BANK_CHUNK(e, w) ((e) > 64u * (w) ? (e) : 64u * (w))
#define PRM_BANK_ENVELOPE_OFF(w) PRM_BANK_UNIT(PRM_BANK_HEADER_SIZE, w)
#define PRM_BANK_MARKS_OFF(w) (PRM_BANK_ENVELOPE_OFF(w) + PRM_BANK_ENVELOPE_MAX)
#define PRM_BANK_LIST_OFF(w, chunk, app, services) \
    (PRM_BANK_MARKS_OFF(w) +                       \
     (PRM_BANK_CEIL(app, chunk) + PRM_BANK_CEIL(services, chunk)) * PRM_BANK_UNIT(PRM_BANK_MARK_SIZE, w))
/* Bytes before the first image. */
#define PRM_BANK_HEAD_SIZE(w, chunk, app, services) \
    (PRM_BANK_LIST_OFF(w, chunk, app, services) +   \
     (PRM_BANK_CEIL(app, PRM_BANK_PAGE_COVERS) + PRM_BANK_CEIL(services, PRM_BANK_PAGE_COVERS)) * PRM_BANK_PAGE_SIZE)

/* One bank of a device. Borrows. */
struct prm_bank {
    const struct prm_flash *flash;
    const struct prm_layout *layout;
    uint32_t bank; /* below PRM_BANKS */
};

/* Offsets in the flash. `component` is below PRM_COMPONENTS, `off` below its size. */
uint32_t prm_bank_envelope_off(const struct prm_bank *b);
uint32_t prm_bank_mark_off(const struct prm_bank *b, uint32_t component, uint32_t off);  /* of the chunk that holds `off` */
uint32_t prm_bank_page_off(const struct prm_bank *b, uint32_t component, uint32_t page); /* of the list's page */
uint32_t prm_bank_image_off(const struct prm_bank *b, uint32_t component);

/* Where header, envelope, marks and list end, which is PRM_BANK_HEAD_SIZE() behind the bank's start. */
uint32_t prm_bank_head_end(const struct prm_bank *b);

/* The number of the chunk that holds byte `off` of a component's image, counted through all components of the bank. */
uint32_t prm_bank_chunk(const struct prm_layout *layout, uint32_t component, uint32_t off);

/*
 * Whether flash and layout agree with each other and with the formats: what a port asserts at build, for layouts that are made at
 * run time (the command, tests). `granule`: bytes that the part attributes to Secure or Non-secure at once. Not linked by the root.
 * Returns what is wrong, or NULL.
 */
const char *prm_bank_geometry_wrong(const struct prm_flash *flash, const struct prm_layout *layout, uint32_t granule);

#endif
