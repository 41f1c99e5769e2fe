/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_stages.h"
#include "trust/floor.h"

/*
 * Whether the release of a bank that the journal says nothing about was ever running here. One below the floor is left to
 * the floor to refuse, which has the better reason for it.
 */
static prm_result decide_unknown(uint64_t sequence, const struct prm_release_age *age) {
    const uint64_t floor = age->floor;

    if (age->other == 0 && floor <= prm_floor_before(age->trust))
        return PRM_OK;
    return floor == 0 || prm_floor_of(age->trust->epoch, sequence) <= floor ? PRM_OK : PRM_ERR_BANK_UNKNOWN;
}

prm_result prm_boot_decide_bank(const struct prm_bank_state *state, const uint8_t manifest_digest[PRM_SHA256_SIZE],
                                uint64_t sequence, const struct prm_release_age *age) {
    switch (state->status) {
    case PRM_BANK_FACTORY:
        return decide_unknown(sequence, age);
    case PRM_BANK_STAGED:
    case PRM_BANK_TRIAL:
        if (state->attempts == 0)
            return PRM_ERR_BANK_REJECTED;
        break;
    case PRM_BANK_CONFIRMED:
    case PRM_BANK_PARTIAL:
        break;
    case PRM_BANK_REJECTED:
        return PRM_ERR_BANK_REJECTED;
    default:
        return PRM_ERR_BANK_STATUS;
    }
    return prm_diff(state->manifest, manifest_digest, PRM_STATE_MANIFEST_SIZE) == 0 ? PRM_OK : PRM_ERR_BANK_OTHER;
}

static prm_answer is_trial(const struct prm_bank_state *state) {
    return state->status == PRM_BANK_STAGED || state->status == PRM_BANK_TRIAL ? PRM_YES : PRM_NO;
}

/* In this order: permitted or only kept; whole, or services alone, which are there to fetch the rest; the number. */
static prm_answer is_better(const struct prm_boot_candidate *a, const struct prm_boot_candidate *b) {
    if (a->kept != b->kept)
        return b->kept;
    if ((a->app_base != 0) != (b->app_base != 0))
        return a->app_base != 0 ? PRM_YES : PRM_NO;
    return a->sequence > b->sequence ? PRM_YES : PRM_NO;
}

prm_result prm_boot_decide(const struct prm_boot_candidate candidate[PRM_BANKS], const struct prm_state *state,
                           prm_answer may_try, uint32_t components, struct prm_boot_plan *plan) {
    const struct prm_boot_candidate *best = NULL;

    *plan = (struct prm_boot_plan){.bank = PRM_BOOT_SLOT_NONE, .trial = PRM_NO};
    for (uint32_t i = 0; i < PRM_BANKS; i++) {
        if (candidate[i].result != PRM_OK)
            continue;
        if (may_try != PRM_YES && is_trial(&state->bank[i]) == PRM_YES)
            continue;
        if (best != NULL && is_better(&candidate[i], best) != PRM_YES)
            continue;
        best = &candidate[i];
        plan->bank = i;
    }
    if (best == NULL)
        return PRM_ERR_NOTHING_TO_RUN;
    plan->first = components - 1;
    plan->image_base = best->image_base ^ prm_boot_word_run(components);
    plan->image_size = best->image_size;
    plan->word = best->word;
    plan->app_base = best->app_base;
    plan->app_size = best->app_size;
    plan->trial = is_trial(&state->bank[plan->bank]);
    plan->sequence = best->sequence;
    return PRM_OK;
}

void prm_boot_decide_state(const struct prm_boot_plan *plan, const struct prm_boot_candidate candidate[PRM_BANKS],
                           struct prm_state *state) {
    uint32_t changed = state->chosen ^ plan->bank;

    for (uint32_t i = 0; i < PRM_BANKS; i++) {
        struct prm_bank_state *bank = &state->bank[i];
        changed |= state->result[i] ^ candidate[i].result;
        state->result[i] = candidate[i].result;
        if (bank->status == PRM_BANK_TRIAL && bank->attempts == 0)
            bank->status = PRM_BANK_REJECTED;
    }
    if (plan->trial == PRM_YES) {
        struct prm_bank_state *bank = &state->bank[plan->bank];
        bank->status = PRM_BANK_TRIAL;
        bank->attempts--;
    }
    state->chosen = plan->bank;
    if (changed != 0)
        state->decisions++;
}
