/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/trust_store.h"

#include "trust/trust_store_stages.h"

/* The slot to be written: not that of the rules that the floor stands at; nor, if those are the factory's, the newest. */
static prm_result choose_slot(const struct prm_trust_source *source, uint64_t floor, struct prm_trust_rules *rules,
                              uint32_t *slot) {
    *slot = 0;
    if (source->layout->trust_off[0] == 0 || source->layout->trust_off[1] == 0)
        return PRM_ERR_UNSUPPORTED;
    prm_result found = prm_trust_find(source, floor, floor, rules);
    if (found != PRM_OK || rules->slot == PRM_TRUST_SLOT_NONE)
        found = prm_trust_find(source, floor, UINT32_MAX, rules);
    *slot = found == PRM_OK && rules->slot == 0 ? 1 : 0;
    return PRM_OK;
}

/* PRM_YES if a slot begins with these bytes. */
static prm_answer is_there(const struct prm_trust_source *source, uint32_t slot, prm_span bytes) {
    prm_span there;

    if (prm_trust_load(source, slot, &there) != PRM_OK || bytes.len > there.len)
        return PRM_NO;
    return prm_diff(there.ptr, bytes.ptr, bytes.len) == 0 ? PRM_YES : PRM_NO;
}

static prm_result store(const struct prm_trust_source *source, uint64_t floor, prm_span bytes,
                        struct prm_trust_rules *rules) {
    uint64_t least = floor;
    uint32_t slot;

    PRM_TRY(choose_slot(source, floor, rules, &slot));
    if (prm_trust_find(source, floor, UINT32_MAX, rules) == PRM_OK) {
        if (rules->len == bytes.len && is_there(source, rules->slot, bytes) == PRM_YES)
            return PRM_OK;
        least = (uint64_t)rules->trust.number + 1;
    }
    PRM_TRY(prm_trust_verify(source, bytes, least, UINT32_MAX, rules));
    if (rules->len != bytes.len)
        return PRM_ERR_CBOR_TRAILING;
    PRM_TRY(prm_trust_act_write(source, slot, bytes, rules->diff));
    rules->slot = slot;
    return PRM_OK;
}

prm_result prm_trust_judge(const struct prm_trust_source *source, const struct prm_counter *trust_counter, prm_span bytes) {
    struct prm_trust_rules rules;
    uint64_t floor = UINT64_MAX;
    uint64_t least;

    PRM_TRY(trust_counter->read(trust_counter->ctx, &floor));
    least = floor;
    if (prm_trust_find(source, floor, UINT32_MAX, &rules) == PRM_OK) {
        if (rules.len == bytes.len && is_there(source, rules.slot, bytes) == PRM_YES)
            return PRM_OK;
        least = (uint64_t)rules.trust.number + 1;
    }
    PRM_TRY(prm_trust_verify(source, bytes, least, UINT32_MAX, &rules));
    return rules.len == bytes.len ? PRM_OK : PRM_ERR_CBOR_TRAILING;
}

prm_result prm_trust_store(const struct prm_trust_source *source, const struct prm_counter *trust_counter,
                           prm_span bytes, struct prm_trust_rules *rules) {
    uint64_t floor = UINT64_MAX;

    prm_wipe(rules, sizeof *rules);
    rules->diff = UINT32_MAX;
    PRM_TRY(trust_counter->read(trust_counter->ctx, &floor));
    const prm_result result = bytes.len <= PRM_TRUST_SLOT_SIZE ? store(source, floor, bytes, rules) : PRM_ERR_ARGUMENT;
    /* Rules that were refused, or not written, are not in force. Where none are, nothing is permitted. */
    if (result != PRM_OK && prm_trust_find(source, floor, UINT32_MAX, rules) != PRM_OK)
        rules->diff = UINT32_MAX;
    return result;
}

prm_result prm_trust_mend(const struct prm_trust_source *source, const struct prm_counter *trust_counter,
                          const struct prm_trust_rules *rules) {
    uint64_t floor = UINT64_MAX;
    prm_span bytes;

    PRM_TRY(trust_counter->read(trust_counter->ctx, &floor));
    /* Rules that wait must not displace those that the floor stands at. */
    if (rules->slot >= PRM_TRUST_SLOTS || rules->trust.number != floor)
        return PRM_OK;
    PRM_TRY(prm_trust_load(source, rules->slot, &bytes));
    bytes.len = rules->len;
    if (source->layout->trust_off[rules->slot ^ 1u] == 0 || is_there(source, rules->slot ^ 1u, bytes) == PRM_YES)
        return PRM_OK;
    return prm_trust_act_write(source, rules->slot ^ 1u, bytes, rules->diff);
}
