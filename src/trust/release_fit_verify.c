/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signed manifest fits this device, and is not stale. Each check computes a difference, folds it into the word, and only
 * then branches on it: the branch gives the reason, the word the permission.
 */
#include "trust/release.h"

#define DID_REQUIRED (PRM_SUIT_DID_VENDOR | PRM_SUIT_DID_CLASS | PRM_SUIT_DID_IMAGE)

/* What the manifest says of the device it is for, against the fuses. `*diff` is 0 if nothing differs. */
static prm_result compare(const struct prm_fuses *fuses, const struct prm_suit_component *c, uint32_t *diff) {
    if (c->vendor == NULL || c->class_ == NULL || c->digest == NULL)
        return PRM_ERR_SUIT_MISSING;
    const uint32_t missing = (c->did & DID_REQUIRED) ^ DID_REQUIRED;
    const uint32_t vendor = prm_diff(c->vendor, fuses->vendor, sizeof fuses->vendor);
    const uint32_t class_ = prm_diff(c->class_, fuses->class_, sizeof fuses->class_);
    /*
     * A manifest for one device alone says so twice, by a parameter and by a condition. If the instruction that notes one of
     * the two is lost, the other is still there: a condition without its parameter is a difference, and a parameter is
     * compared whether or not there is a condition.
     */
    const uint32_t device = c->device != NULL ? prm_diff(c->device, fuses->device, sizeof fuses->device)
                                              : c->did & PRM_SUIT_DID_DEVICE;

    *diff = missing | vendor | class_ | device;
    if (missing != 0)
        return PRM_ERR_SUIT_MISSING;
    if (vendor != 0)
        return PRM_ERR_DEVICE_VENDOR;
    if (class_ != 0)
        return PRM_ERR_DEVICE_CLASS;
    return device == 0 ? PRM_OK : PRM_ERR_DEVICE_ID;
}

/*
 * Everything is compared twice, for the word and for the branch: if one changed bit made a difference 0 that both
 * have, both would pass.
 */
static prm_result verify_identity(const struct prm_fuses *fuses, const struct prm_suit_component *c, prm_word *word) {
    uint32_t diff = UINT32_MAX;
    uint32_t again;

    (void)compare(fuses, c, &diff);
    prm_word_step(word, PRM_K_DEVICE, diff);
    return compare(fuses, c, &again);
}

prm_result prm_release_verify_fit(const struct prm_fuses *fuses, const struct prm_suit_component component[],
                                  uint32_t components, uint64_t sequence, const struct prm_release_age *age,
                                  prm_word *word) {
    uint32_t invoked = 0;

    for (uint32_t i = 0; i < components; i++) {
        PRM_TRY(verify_identity(fuses, &component[i], word));
        invoked |= component[i].did & PRM_SUIT_DID_INVOKE;
    }
    if (invoked == 0)
        return PRM_ERR_SUIT_MISSING;
    prm_word_step(word, PRM_K_FLOOR, prm_floor_wrong(age, sequence));
    return prm_floor_verify(age, sequence);
}
