/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_store.h"

#include "trust/trust_store_stages.h"
#include "trust/trust_tally.h"

/* PRM_YES if a slot begins with these bytes. */
static prm_answer is_there(const struct prm_trust_source *source, uint32_t slot, prm_span bytes) {
    prm_span there;

    if (prm_trust_load(source, slot, &there) != PRM_OK || bytes.len > there.len)
        return PRM_NO;
    return prm_diff(there.ptr, bytes.ptr, bytes.len) == 0 ? PRM_YES : PRM_NO;
}

/* Not above what is there, or the same again: then `*again` is PRM_YES. */
static prm_result compare(const struct prm_trust_proof *proof, const struct prm_trust_proof *there, prm_answer *again) {
    *again = PRM_NO;
    if (there->number == 0 || proof->number > there->number)
        return PRM_OK;
    if (proof->number < there->number || prm_diff(proof->digest, there->digest, sizeof proof->digest) != 0)
        return PRM_ERR_TRUST_OLD;
    *again = PRM_YES;
    return PRM_OK;
}

static prm_result store(const struct prm_trust_source *source, prm_span bytes, struct prm_trust_rules *rules) {
    uint32_t tries = prm_tally_tries(source->factory, PRM_ROLE_ROOT);
    struct prm_trust_proof proof, force[2];
    struct prm_trust_floors floors;
    prm_answer again;

    PRM_TRY(prm_trust_load_floors(source, &floors));
    PRM_TRY(prm_trust_verify(source, bytes, &floors, &tries, &proof));
    if (proof.len != bytes.len)
        return PRM_ERR_CBOR_TRAILING;
    prm_trust_examine(source, &floors, force);
    PRM_TRY(compare(&proof, &force[1], &again));
    if (again == PRM_YES)
        return prm_trust_use(source, &floors, &force[1], rules);
    if (source->layout->trust_off[0] == 0 || source->layout->trust_off[1] == 0)
        return PRM_ERR_UNSUPPORTED;
    /* Not the slot of the rules that the floor stands at; nor, if those are the factory's, that of the newest. */
    const struct prm_trust_proof *stays = force[0].number != 0 ? &force[0] : &force[1];
    proof.slot = stays->number != 0 && stays->slot == 0 ? 1 : 0;
    PRM_TRY(prm_trust_act_write(source, proof.slot, bytes, proof.diff));
    return prm_trust_use(source, &floors, &proof, rules);
}

prm_result prm_trust_store(const struct prm_trust_source *source, prm_span bytes, struct prm_trust_rules *rules) {
    prm_wipe(rules, sizeof *rules);
    rules->diff = UINT32_MAX;
    const prm_result result = bytes.len <= PRM_TRUST_SLOT_SIZE ? store(source, bytes, rules) : PRM_ERR_ARGUMENT;
    /* Rules that were refused, or not written, are not in force. Where none are, nothing is permitted. */
    if (result != PRM_OK && prm_trust_find(source, rules) != PRM_OK)
        rules->diff = UINT32_MAX;
    return result;
}

prm_result prm_trust_mend(const struct prm_trust_source *source, const struct prm_trust_rules *rules) {
    struct prm_trust_floors floors;
    prm_span bytes;

    PRM_TRY(prm_trust_load_floors(source, &floors));
    /* Rules that wait must not displace those that the floor stands at. */
    if (rules->slot >= PRM_TRUST_SLOTS || rules->trust.number != floors.trust)
        return PRM_OK;
    PRM_TRY(prm_trust_load(source, rules->slot, &bytes));
    bytes.len = rules->len;
    if (source->layout->trust_off[rules->slot ^ 1u] == 0 || is_there(source, rules->slot ^ 1u, bytes) == PRM_YES)
        return PRM_OK;
    return prm_trust_act_write(source, rules->slot ^ 1u, bytes, rules->diff);
}
