/* SPDX-License-Identifier: Apache-2.0 */
/* boot_stages.h - the stages of a boot, for boot.c and the tests. boot.h is what others use. */
#ifndef PRM_BOOT_STAGES_H
#define PRM_BOOT_STAGES_H

#include "boot/boot.h"
#include "journal/journal.h"

/* ---- load: bytes in, nothing understood ---- */

/* Copies a slot's header. Errors: FLASH_*. */
PRM_MUST_USE prm_result prm_boot_load_header(const struct prm_boot_platform *platform, uint32_t slot,
                                             uint8_t header[PRM_SLOT_HEADER_SIZE]);

/*
 * Copies a slot's envelope of `len` bytes into the workspace: what is verified there is what is used.
 * Errors: FLASH_*, SLOT_HEADER (too long for the workspace).
 */
PRM_MUST_USE prm_result prm_boot_load_envelope(const struct prm_boot_platform *platform, uint32_t slot, uint32_t len,
                                               struct prm_boot_workspace *workspace, prm_span *envelope);

/* Lends the image of `size` bytes where it will run. Errors: IMAGE_SIZE (0, or beyond the slot), FLASH_*. */
PRM_MUST_USE prm_result prm_boot_load_image(const struct prm_boot_platform *platform, uint32_t slot, uint32_t size,
                                            prm_span *image);

/* ---- parse ---- */

/* Errors: SLOT_EMPTY (erased), SLOT_HEADER. `*len` is 0 on failure, else 1 to PRM_ENVELOPE_MAX. */
PRM_MUST_USE prm_result prm_boot_header_parse(const uint8_t header[PRM_SLOT_HEADER_SIZE], uint32_t *len);

/* Errors: DEVICE_FUSES; TRUST_ANCHORS. The results borrow; NULL on failure. */
PRM_MUST_USE prm_result prm_boot_fuses_parse(prm_span bytes, const struct prm_fuses **fuses);
PRM_MUST_USE prm_result prm_boot_trust_parse(prm_span bytes, const struct prm_trust **trust);

/* ---- verify ---- */

/* The check digests of fuses and anchors: blank or damaged parts are told from good ones. Errors: as parse; CRYPTO. */
PRM_MUST_USE prm_result prm_boot_verify_device(const struct prm_crypto *crypto, const struct prm_fuses *fuses,
                                               const struct prm_trust *trust);

/*
 * The manifest is for this device (adds step DEVICE), and not below the floor (adds step FLOOR).
 * Errors: SUIT_MISSING (a condition that must be there isn't), DEVICE_VENDOR, DEVICE_CLASS, DEVICE_ID, FLOOR.
 */
PRM_MUST_USE prm_result prm_boot_verify_manifest(const struct prm_fuses *fuses, const struct prm_suit_component *component,
                                                 uint64_t sequence, uint64_t floor, prm_word *word);

/*
 * The image is the one of the manifest (adds step IMAGE), and its stack pointer and entry lie where they may.
 * `digest` is what was measured. Errors: IMAGE_DIGEST, IMAGE_ENTRY, CRYPTO.
 */
PRM_MUST_USE prm_result prm_boot_verify_image(const struct prm_boot_platform *platform, uint32_t image_base, prm_span image,
                                              const struct prm_suit_component *component,
                                              uint8_t digest[PRM_SHA256_SIZE], prm_word *word);

/*
 * Age once more, from a second reading of manifest and counter (adds step AGAIN). Between the two everything that a signature
 * doesn't cover could have been misread: an authentic release that is too old has nothing else against it.
 * Errors: FLOOR.
 */
PRM_MUST_USE prm_result prm_boot_verify_again(uint64_t sequence, uint64_t sequence_again, uint64_t floor_again,
                                              prm_word *word);

/* ---- decide ---- */

/* What is known of one slot. */
struct prm_boot_candidate {
    prm_result result;   /* PRM_OK: fit to run */
    uint64_t sequence;   /* 0 unless fit to run */
    uint32_t image_base; /* an address */
    uint32_t image_size; /* bytes */
    uint32_t word;       /* what its verification ended with */
};

/*
 * The fit slot with the highest sequence number; of equals, the first. Errors: NOTHING_TO_RUN.
 * The plan is zeros but for slot = PRM_BOOT_SLOT_NONE on failure.
 */
PRM_MUST_USE prm_result prm_boot_decide(const struct prm_boot_candidate candidate[PRM_BOOT_SLOTS],
                                        struct prm_boot_plan *plan);

/* ---- act ---- */

/* The boot journal's payload: what was chosen last, and why. docs/format/journal.md draws it. */
struct prm_boot_state {
    uint32_t decisions; /* how often the choice has changed */
    uint32_t chosen;
    uint32_t result[PRM_BOOT_SLOTS];
    uint64_t sequence;   /* of the chosen slot; 0 if none */
    uint8_t manifest[16]; /* first bytes of its manifest's digest */
};

/* Reads the state of a payload; a version it doesn't know is the state of a new device. */
void prm_boot_state_parse(const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE], struct prm_boot_state *state);

/*
 * Appends `next` to the journal if it differs from `last` in more than the count. Writes nothing otherwise.
 * Errors and Cut: as prm_journal_append().
 */
PRM_MUST_USE prm_result prm_boot_act_journal(struct prm_journal *journal, const struct prm_boot_state *last,
                                             struct prm_boot_state *next);

#endif
