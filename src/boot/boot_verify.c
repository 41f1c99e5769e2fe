/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each check computes a difference, folds it into the word, and only then branches on it. The branch gives the reason; the
 * word gives the permission.
 */
#include "boot/boot_verify.h"

#include "base/endian.h"
#include "boot/boot_plan.h"
#include "trust/trust.h"

/* 0 if the first 8 bytes of SHA-256 over `covered` are `check`. */
static prm_result check_digest(const struct prm_crypto *crypto, prm_span covered, const uint8_t check[PRM_CHECK_SIZE],
                               prm_result otherwise) {
    uint8_t digest[PRM_SHA256_SIZE];

    prm_wipe(digest, sizeof digest);
    PRM_TRY(crypto->sha256(&covered, 1, digest));
    return prm_diff(digest, check, PRM_CHECK_SIZE) == 0 ? PRM_OK : otherwise;
}

prm_result prm_boot_verify_device(const struct prm_crypto *crypto, const struct prm_fuses *fuses,
                                  const struct prm_trust *trust) {
    PRM_TRY(check_digest(crypto, prm_span_of(fuses, offsetof(struct prm_fuses, check)), fuses->check,
                         PRM_ERR_DEVICE_FUSES));
    return check_digest(crypto, prm_span_of(trust, offsetof(struct prm_trust, check)), trust->check,
                        PRM_ERR_TRUST_ANCHORS);
}

/* PRM_OK if the vector table's stack pointer is in the image's RAM and its entry in the image, and both are sound. */
static prm_result verify_entry(const struct prm_layout_component *place, uint32_t image_base, prm_span image) {
    if (image.len < 8)
        return PRM_ERR_IMAGE_ENTRY;
    const uint32_t sp = prm_load_le32(image.ptr) - place->ram_base;
    const uint32_t entry = prm_load_le32(image.ptr + 4) - image_base;

    /* Unsigned differences: an address below the base wraps to beyond the end. Bit 0 of an entry says Thumb. */
    if (sp > place->ram_size || (sp & 7u) != 0 || entry >= image.len || (entry & 1u) == 0)
        return PRM_ERR_IMAGE_ENTRY;
    return PRM_OK;
}

prm_result prm_boot_verify_image(const struct prm_crypto *crypto, const struct prm_layout_component *place,
                                 uint32_t image_base, prm_span image, const struct prm_suit_component *component,
                                 uint8_t digest[PRM_SHA256_SIZE], prm_word *word) {
    PRM_TRY(crypto->sha256(&image, 1, digest));
    prm_word_step(word, PRM_K_IMAGE, prm_diff(digest, component->digest, PRM_SHA256_SIZE));
    /*
     * The digests are compared a second time for the branch. If word and branch had the same value, one lost instruction in
     * making it would mislead both.
     */
    const uint32_t diff = prm_diff(digest, component->digest, PRM_SHA256_SIZE) | (uint32_t)(image.len ^ component->size);
    word->diff |= diff;
    if (diff != 0)
        return PRM_ERR_IMAGE_DIGEST;
    return verify_entry(place, image_base, image);
}

prm_result prm_boot_verify_again(uint64_t sequence, uint64_t sequence_again, const struct prm_release_age *age_again,
                                 prm_word *word) {
    const uint64_t moved = sequence ^ sequence_again;
    const uint32_t differs = (uint32_t)moved | (uint32_t)(moved >> 32);

    prm_word_step(word, PRM_K_AGAIN, differs | prm_floor_wrong(age_again, sequence_again));
    return differs == 0 ? prm_floor_verify(age_again, sequence_again) : PRM_ERR_FLOOR;
}

prm_result prm_boot_verify_word(uint32_t word, uint32_t components) {
    return word == prm_boot_word_run(components) ? PRM_OK : PRM_ERR_WORD;
}
