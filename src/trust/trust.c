/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_manifest.h"

#include <string.h>

#include "trust/floor.h"
#include "trust/trust_tally.h"

void prm_trust_examine(const struct prm_trust_source *source, struct prm_trust_found *found) {
    struct prm_tries tries = prm_tally_tries(source->factory, PRM_ROLE_ROOT);
    prm_span bytes;

    found->until_now = found->newest = PRM_TRUST_SLOT_NONE;
    prm_wipe(found->slot, sizeof found->slot);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        struct prm_trust_proof *proof = &found->slot[i];
        if (prm_trust_load(source, i, &bytes) != PRM_OK ||
            prm_trust_verify(source, bytes, &found->floors, &found->slot[0], &tries, proof) != PRM_OK)
            continue;
        /*
         * If a branch that refuses a signature is lost, a forged manifest comes to here, with a difference. Its rules would
         * permit nothing, but its number would raise the trust floor for good; this line passes it over.
         */
        if (proof->diff != 0)
            continue;
        if (proof->number == found->floors.trust)
            found->until_now = i;
        if (found->newest == PRM_TRUST_SLOT_NONE || proof->number > found->slot[0].number)
            found->newest = i;
    }
}

void prm_trust_of_factory(const struct prm_trust *factory, struct prm_trust_rules *out) {
    out->trust = *factory;
    out->slot = PRM_TRUST_SLOT_NONE;
    out->len = 0;
    /*
     * What was verified is the original. If a load or store of the copying is lost, the copy may need no signatures; the sum is
     * that of the original, so the copy differs from it, now and when all is judged.
     */
    out->sum = prm_trust_sum(factory);
    out->diff = prm_trust_changed(out);
}

/*
 * The factory's rules are right as long as nothing ever replaced them, which the trust floor says. If the branch on it is lost, the
 * floor itself is the difference that spoils the word of all that these rules permit.
 */
static prm_result use_factory(const struct prm_trust_source *source, uint64_t floor, struct prm_trust_rules *out) {
    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    if (floor != 0)
        return PRM_ERR_TRUST_NONE;
    prm_trust_of_factory(source->factory, out);
    out->diff |= (uint32_t)floor | (uint32_t)(floor >> 32);
    return PRM_OK;
}

prm_result prm_trust_use(const struct prm_trust_source *source, const struct prm_trust_found *found, uint32_t slot,
                         struct prm_trust_rules *out) {
    prm_span bytes;

    prm_wipe(out, sizeof *out);
    if (slot >= PRM_TRUST_SLOTS)
        return use_factory(source, found->floors.trust, out);
    /* Bytes that can't be read are none, and fail below. */
    if (prm_trust_load(source, slot, &bytes) != PRM_OK)
        bytes = prm_span_of(NULL, 0);
    PRM_TRY(prm_trust_verify_again(source, bytes, &found->slot[slot], out));
    out->slot = slot;
    return PRM_OK;
}

prm_result prm_trust_find(const struct prm_trust_source *source, struct prm_trust_rules *out) {
    struct prm_trust_found found;

    prm_wipe(out, sizeof *out);
    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    PRM_TRY(prm_trust_load_floors(source, &found.floors));
    prm_trust_examine(source, &found);
    return prm_trust_use(source, &found, found.newest, out);
}
