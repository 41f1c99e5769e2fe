/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each check computes a difference, folds it into the word, and only then branches on it. The branch gives the reason; the
 * word gives the permission.
 */
#include "base/endian.h"
#include "boot/boot_stages.h"

/* 0 if the first 8 bytes of SHA-256 over `covered` are `check`. */
static prm_result check_digest(const struct prm_crypto *crypto, prm_span covered, const uint8_t check[PRM_CHECK_SIZE],
                               prm_result otherwise) {
    uint8_t digest[PRM_SHA256_SIZE] = {0};

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

/* What every manifest must set and check before this device believes it. */
#define DID_REQUIRED (PRM_SUIT_DID_VENDOR | PRM_SUIT_DID_CLASS | PRM_SUIT_DID_IMAGE | PRM_SUIT_DID_INVOKE)

static prm_result verify_identity(const struct prm_fuses *fuses, const struct prm_suit_component *c, prm_word *word) {
    uint32_t device = 0;

    if (c->vendor == NULL || c->class_ == NULL || c->digest == NULL || (c->did & DID_REQUIRED) != DID_REQUIRED)
        return PRM_ERR_SUIT_MISSING;
    const uint32_t vendor = prm_diff(c->vendor, fuses->vendor, sizeof fuses->vendor);
    const uint32_t class_ = prm_diff(c->class_, fuses->class_, sizeof fuses->class_);
    if ((c->did & PRM_SUIT_DID_DEVICE) != 0)
        device = c->device != NULL ? prm_diff(c->device, fuses->device, sizeof fuses->device) : UINT32_MAX;

    prm_word_step(word, PRM_K_DEVICE, vendor | class_ | device | ((c->did & DID_REQUIRED) ^ DID_REQUIRED));
    if (vendor != 0)
        return PRM_ERR_DEVICE_VENDOR;
    if (class_ != 0)
        return PRM_ERR_DEVICE_CLASS;
    return device == 0 ? PRM_OK : PRM_ERR_DEVICE_ID;
}

prm_result prm_boot_verify_manifest(const struct prm_fuses *fuses, const struct prm_suit_component *component,
                                    uint64_t sequence, uint64_t floor, prm_word *word) {
    PRM_TRY(verify_identity(fuses, component, word));
    /* The sign of sequence - floor, and of both: a floor of UINT64_MAX (counter unreadable) refuses everything. */
    const uint32_t below = (uint32_t)(((sequence - floor) | sequence | floor) >> 63);
    prm_word_step(word, PRM_K_FLOOR, 0u - below);
    return below == 0 ? PRM_OK : PRM_ERR_FLOOR;
}

/* PRM_OK if the vector table's stack pointer is in the application's RAM and its entry in the image, and both are sound. */
static prm_result verify_entry(const struct prm_boot_map *map, uint32_t image_base, prm_span image) {
    if (image.len < 8)
        return PRM_ERR_IMAGE_ENTRY;
    const uint32_t sp = prm_load_le32(image.ptr) - map->ram_base;
    const uint32_t entry = prm_load_le32(image.ptr + 4) - image_base;

    /* Unsigned differences: an address below the base wraps to beyond the end. Bit 0 of an entry says Thumb. */
    if (sp > map->ram_size || (sp & 7u) != 0 || entry >= image.len || (entry & 1u) == 0)
        return PRM_ERR_IMAGE_ENTRY;
    return PRM_OK;
}

prm_result prm_boot_verify_image(const struct prm_boot_platform *platform, uint32_t image_base, prm_span image,
                                 const struct prm_suit_component *component, uint8_t digest[PRM_SHA256_SIZE],
                                 prm_word *word) {
    uint8_t measured[PRM_SHA256_SIZE] = {0};

    PRM_TRY(platform->crypto->sha256(&image, 1, measured));
    const uint32_t diff = prm_diff(measured, component->digest, sizeof measured) | (uint32_t)(image.len ^ component->size);
    prm_word_step(word, PRM_K_IMAGE, diff);
    for (unsigned i = 0; i < sizeof measured; i++)
        digest[i] = measured[i];
    if (diff != 0)
        return PRM_ERR_IMAGE_DIGEST;
    return verify_entry(platform->map, image_base, image);
}

prm_result prm_boot_verify_again(uint64_t sequence, uint64_t sequence_again, uint64_t floor_again, prm_word *word) {
    const uint64_t moved = sequence ^ sequence_again;
    const uint64_t above = floor_again - sequence_again - 1; /* negative, as long as the sequence is not below */
    const uint32_t below = (uint32_t)(((above >> 63) ^ 1u) | (floor_again >> 63));
    const uint32_t diff = (uint32_t)moved | (uint32_t)(moved >> 32) | below;

    prm_word_step(word, PRM_K_AGAIN, diff);
    return diff == 0 ? PRM_OK : PRM_ERR_FLOOR;
}
