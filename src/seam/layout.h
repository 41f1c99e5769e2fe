/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout.h - where things are in a device's flash, as facts of the port. docs/format/flash-layout.md draws it.
 *
 * Two banks take turns; each holds one release: its envelope, and the image of every component. Components share their bank,
 * so they switch together or not at all.
 */
#ifndef PRM_SEAM_LAYOUT_H
#define PRM_SEAM_LAYOUT_H

#include <stdint.h>

#define PRM_BANKS 2u
#define PRM_COMPONENTS 2u /* at most; index 0 is the application, 1 the services */

/* What the root copies to RAM of an envelope; a release with more is not installed. */
#define PRM_MANIFEST_MAX 1024u   /* bytes of its manifest, as wrapped */
#define PRM_DIGEST_BYTES_MAX 64u /* bytes of its SUIT_Digest */

struct prm_layout_component {
    uint32_t off;                /* bytes from the bank's start; in the flash a multiple of the bank's largest erase unit */
    uint32_t size;               /* bytes that an image may have */
    uint32_t ram_base, ram_size; /* where its initial stack pointer must lie */
};

/*
 * A trust slot holds a trust manifest from its start, filled up to whole steps; the rest of it is blank. What comes after
 * the manifest is not looked at, and what is blank not even read.
 */
#define PRM_TRUST_SLOTS 2u
#define PRM_TRUST_STEP 512u /* bytes; whole write units of any part */
#define PRM_TRUST_SLOT_SIZE 0x4000u /* bytes; a slot begins with an erase unit that nothing else is in */

/*
 * The journal: two areas take turns. A record is 64 bytes in whole write units, an area whole erase units and at least 8
 * records: for `e` bytes in its erase units and `w` in a write unit.
 */
#define PRM_JOURNAL_PLACE(w) ((w) > 64u ? (w) : 64u)
#define PRM_JOURNAL_AREA(e, w) ((e) > 8u * PRM_JOURNAL_PLACE(w) ? (e) : 8u * PRM_JOURNAL_PLACE(w))

struct prm_layout {
    uint32_t journal_off;                /* two areas, PRM_JOURNAL_AREA() bytes each */
    uint32_t trust_off[PRM_TRUST_SLOTS]; /* where trust manifests are kept; 0: there is no such slot */
    uint32_t bank_off[PRM_BANKS];        /* bytes from the flash's start; a multiple of the bank's largest erase unit */
    uint32_t bank_size;                  /* bytes */
    uint32_t chunk_size;                 /* bytes of an image that a mark is about: PRM_BANK_CHUNK() of bank/geometry.h */
    uint32_t flash_base;          /* address at which the flash is mapped for execution */
    uint32_t components;            /* 1 to PRM_COMPONENTS */
    struct prm_layout_component component[PRM_COMPONENTS];
    uint8_t trial_boots; /* how often a release that isn't accepted yet is started; 0 is 1, as PSA's update API has it */
};

/* The boots of a trial on this device, 1 to 255. */
static inline uint8_t prm_layout_trial_boots(const struct prm_layout *layout) {
    return layout->trial_boots > 1 ? layout->trial_boots : 1;
}

#endif
