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
    if (proof->number > there->number)
        return PRM_OK;
    if (proof->number < there->number || prm_diff(proof->digest, there->digest, sizeof proof->digest) != 0)
        return PRM_ERR_TRUST_OLD;
    *again = PRM_YES;
    return PRM_OK;
}

/* What there is, and whether these bytes are newer; or the same, then `*again` is PRM_YES. */
static prm_result judge(const struct prm_trust_source *source, prm_span bytes, struct prm_trust_found *found,
                        struct prm_trust_proof *proof, prm_answer *again) {
    struct prm_tries tries = prm_tally_tries(source->factory, PRM_ROLE_ROOT);

    *again = PRM_NO;
    PRM_TRY(prm_trust_load_floors(source, &found->floors));
    if (bytes.len > PRM_TRUST_SLOT_SIZE)
        return PRM_ERR_ARGUMENT;
    PRM_TRY(prm_trust_verify(source, bytes, &found->floors, proof, &tries, proof));
    if (proof->len != bytes.len)
        return PRM_ERR_CBOR_TRAILING;
    prm_trust_examine(source, found);
    return found->newest != PRM_TRUST_SLOT_NONE ? compare(proof, &found->slot[found->newest], again) : PRM_OK;
}

prm_result prm_trust_judge(const struct prm_trust_source *source, prm_span bytes) {
    struct prm_trust_found found;
    struct prm_trust_proof proof;
    prm_answer again;

    return judge(source, bytes, &found, &proof, &again);
}

prm_result prm_trust_store(const struct prm_trust_source *source, prm_span bytes, struct prm_trust_rules *rules) {
    struct prm_trust_found found;
    struct prm_trust_proof proof;
    prm_answer again;

    PRM_TRY(judge(source, bytes, &found, &proof, &again));
    if (again == PRM_YES)
        return prm_trust_use(source, &found, found.newest, rules);
    if (source->layout->trust_off[0] == 0 || source->layout->trust_off[1] == 0)
        return PRM_ERR_UNSUPPORTED;
    /* Not the slot of the rules that the floor stands at; nor, if those are the factory's, that of the newest. */
    const uint32_t stays = found.until_now != PRM_TRUST_SLOT_NONE ? found.until_now : found.newest;
    const uint32_t slot = stays == 0 ? 1 : 0;
    PRM_TRY(prm_trust_act_write(source, slot, bytes, proof.diff));
    found.slot[slot] = proof;
    return prm_trust_use(source, &found, slot, rules);
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
