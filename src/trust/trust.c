/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_manifest.h"

#include "trust/floor.h"
#include "trust/trust_tally.h"

/*
 * PRM_YES if a slot has the payload that was verified last. Then it holds the same manifest, or other signatures of it;
 * either way it has nothing more to say.
 */
static prm_answer is_copy(const struct prm_trust_source *source, prm_span bytes, const struct prm_trust_proof *verified) {
    struct prm_trust_envelope envelope;

    if (verified->number == 0 || prm_trust_envelope_parse(bytes, &envelope) != PRM_OK)
        return PRM_NO;
    /* Parsed by the same rules, a payload that begins with the whole of another is that one. */
    return prm_diff(envelope.payload.ptr, source->payload, envelope.payload.len) == 0 ? PRM_YES : PRM_NO;
}

void prm_trust_examine(const struct prm_trust_source *source, const struct prm_trust_floors *floors,
                       struct prm_trust_found *found) {
    struct prm_tries tries = prm_tally_tries(source->factory, PRM_ROLE_ROOT);
    prm_span bytes;

    found->until_now = found->newest = PRM_TRUST_SLOT_NONE;
    prm_wipe(found->slot, sizeof found->slot);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        struct prm_trust_proof *proof = &found->slot[i];
        if (prm_trust_load(source, i, &bytes) != PRM_OK || is_copy(source, bytes, &found->slot[0]) == PRM_YES ||
            prm_trust_verify(source, bytes, floors, &tries, proof) != PRM_OK)
            continue;
        if (proof->number == floors->trust)
            found->until_now = i;
        if (found->newest == PRM_TRUST_SLOT_NONE || proof->number > found->slot[0].number)
            found->newest = i;
    }
}

void prm_trust_of_factory(const struct prm_trust *factory, struct prm_trust_rules *out) {
    out->trust = *factory;
    out->slot = PRM_TRUST_SLOT_NONE;
    out->len = 0;
    /* What was verified is the original: a byte lost on the way could be how many signatures are needed. */
    out->diff = prm_diff(&out->trust, factory, sizeof out->trust);
}

/* The factory's rules are right as long as nothing ever replaced them: the floors themselves are the difference. */
static prm_result use_factory(const struct prm_trust_source *source, const struct prm_trust_floors *floors,
                              struct prm_trust_rules *out) {
    const uint64_t epochs = (floors->release >> PRM_EPOCH_BITS) ^ source->factory->epoch;

    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    if (floors->trust != 0)
        return PRM_ERR_TRUST_NONE;
    if (epochs != 0)
        return PRM_ERR_TRUST_EPOCH;
    prm_trust_of_factory(source->factory, out);
    out->diff |= (uint32_t)floors->trust | (uint32_t)(floors->trust >> 32) | (uint32_t)epochs;
    return PRM_OK;
}

prm_result prm_trust_use(const struct prm_trust_source *source, const struct prm_trust_floors *floors,
                         const struct prm_trust_found *found, uint32_t slot, struct prm_trust_rules *out) {
    prm_span bytes;

    prm_wipe(out, sizeof *out);
    if (slot >= PRM_TRUST_SLOTS)
        return use_factory(source, floors, out);
    /* Bytes that can't be read are none, and fail below. */
    if (prm_trust_load(source, slot, &bytes) != PRM_OK)
        bytes = prm_span_of(NULL, 0);
    PRM_TRY(prm_trust_verify_again(source, bytes, &found->slot[slot], out));
    out->slot = slot;
    return PRM_OK;
}

prm_result prm_trust_find(const struct prm_trust_source *source, struct prm_trust_rules *out) {
    struct prm_trust_found found;
    struct prm_trust_floors floors;

    prm_wipe(out, sizeof *out);
    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    PRM_TRY(prm_trust_load_floors(source, &floors));
    prm_trust_examine(source, &floors, &found);
    return prm_trust_use(source, &floors, &found, found.newest, out);
}
