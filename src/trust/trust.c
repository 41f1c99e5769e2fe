/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_manifest.h"

/* The number that a slot claims, unverified: it decides only which is looked at first. 0 if there is nothing readable. */
static uint32_t claimed_number(const struct prm_trust_source *source, uint32_t slot) {
    struct prm_trust_envelope envelope;
    struct prm_trust_view view;
    prm_span bytes;

    if (prm_trust_load(source, slot, &bytes) != PRM_OK || prm_trust_envelope_parse(bytes, &envelope) != PRM_OK)
        return 0;
    return prm_trust_payload_parse(envelope.payload, &view) == PRM_OK ? view.number : 0;
}

static prm_result find_in(const struct prm_trust_source *source, uint32_t slot, uint64_t floor, uint64_t most,
                          struct prm_trust_rules *out) {
    prm_span bytes;

    PRM_TRY(prm_trust_load(source, slot, &bytes));
    PRM_TRY(prm_trust_verify(source, bytes, floor, most, out));
    out->slot = slot;
    return PRM_OK;
}

void prm_trust_of_factory(const struct prm_trust *factory, struct prm_trust_rules *out) {
    out->trust = *factory;
    out->slot = PRM_TRUST_SLOT_NONE;
    out->len = 0;
    /* What was verified is the original: a byte lost on the way could be how many signatures are needed. */
    out->diff = prm_diff(&out->trust, factory, sizeof out->trust);
}

/* A factory's rules are right as long as nothing ever replaced them: the floor itself is the difference. */
static prm_result use_factory(const struct prm_trust_source *source, uint64_t floor, struct prm_trust_rules *out) {
    out->slot = PRM_TRUST_SLOT_NONE;
    out->diff = UINT32_MAX;
    if (floor != 0)
        return PRM_ERR_TRUST_NONE;
    prm_trust_of_factory(source->factory, out);
    out->diff |= (uint32_t)floor | (uint32_t)(floor >> 32);
    return PRM_OK;
}

prm_result prm_trust_find(const struct prm_trust_source *source, uint64_t floor, uint64_t most,
                          struct prm_trust_rules *out) {
    const uint32_t claimed[PRM_TRUST_SLOTS] = {claimed_number(source, 0), claimed_number(source, 1)};
    const uint32_t first = claimed[1] > claimed[0] ? 1 : 0;

    prm_wipe(out, sizeof *out);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        const uint32_t slot = first ^ i;
        if (claimed[slot] != 0 && find_in(source, slot, floor, most, out) == PRM_OK)
            return PRM_OK;
    }
    return use_factory(source, floor, out);
}
