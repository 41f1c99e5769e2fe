/* SPDX-License-Identifier: Apache-2.0 */
/* boot_verify.h - what a boot checks beside signatures: the device, images, and ages a second time. */
#ifndef PRM_BOOT_BOOT_VERIFY_H
#define PRM_BOOT_BOOT_VERIFY_H

#include "base/span.h"
#include "seam/crypto.h"
#include "seam/layout.h"
#include "suit/device.h"
#include "suit/suit.h"
#include "trust/floor.h"

/* The check digests of fuses and anchors: blank or damaged parts are told from good ones. Errors: as parse; CRYPTO. */
PRM_MUST_USE prm_result prm_boot_verify_device(const struct prm_crypto *crypto, const struct prm_fuses *fuses,
                                               const struct prm_trust *trust);

/*
 * The image is the one of the manifest (adds step IMAGE), and its stack pointer and entry lie where they may.
 * `digest` is what was measured. Errors: IMAGE_DIGEST, IMAGE_ENTRY, CRYPTO.
 */
PRM_MUST_USE prm_result prm_boot_verify_image(const struct prm_crypto *crypto,
                                              const struct prm_layout_component *place, uint32_t image_base,
                                              prm_span image, const struct prm_suit_component *component,
                                              uint8_t digest[PRM_SHA256_SIZE], prm_word *word);

/*
 * Age once more, from a second reading of manifest and counter (adds step AGAIN). If an instruction of one reading is lost, an
 * authentic release that is too old may pass it, and has nothing else against it; the other reading has a difference of its own.
 * Errors: those of prm_floor_verify(); FLOOR too if the two readings of the sequence differ.
 */
PRM_MUST_USE prm_result prm_boot_verify_again(uint64_t sequence, uint64_t sequence_again,
                                              const struct prm_release_age *age_again, prm_word *word);

#endif
