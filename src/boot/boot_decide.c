/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot_decide.h"

/*
 * Whether the release of a bank that the journal says nothing about is the one that ran here. One below the floor is left to
 * the floor to refuse, which has the better reason for it.
 */
static prm_result decide_unknown(uint64_t sequence, const struct prm_release_age *age) {
    if (age->other == 0)
        return PRM_OK;
    return prm_floor_of(age->trust->epoch, sequence) <= age->floor ? PRM_OK : PRM_ERR_BANK_UNKNOWN;
}

prm_result prm_boot_decide_bank(const struct prm_bank_state *state, uint8_t trial_boots,
                                const uint8_t manifest_digest[PRM_SHA256_SIZE], uint64_t sequence,
                                const struct prm_release_age *age) {
    switch (state->status) {
    case PRM_BANK_FACTORY:
        return decide_unknown(sequence, age);
    case PRM_BANK_STAGED:
    case PRM_BANK_TRIAL:
        if (state->attempts == 0 || state->attempts > trial_boots)
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

/*
 * What the journal keeps of an examination. A bank that is REJECTED already is only refused for that: the reason it was
 * rejected for stays.
 */
static prm_result result_to_keep(const struct prm_bank_state *bank, prm_result before, prm_result now) {
    if (bank->status == PRM_BANK_REJECTED && now == PRM_ERR_BANK_REJECTED && before != PRM_OK)
        return before;
    return now;
}

/*
 * A release that waited for this boot, or was on trial, and is not what starts now, has had its turn: it is rejected, whatever
 * the reason. Otherwise the bank would be neither tried nor free for another release, in this boot and all that follow.
 */
static prm_result end_turn(struct prm_bank_state *bank, prm_result result) {
    bank->status = PRM_BANK_REJECTED;
    bank->attempts = 0;
    bank->error[0] = bank->error[1] = 0;
    return result == PRM_OK ? PRM_ERR_UPDATE_STALE : result;
}

void prm_boot_decide_state(const struct prm_boot_plan *plan, const struct prm_boot_candidate candidate[PRM_BANKS],
                           struct prm_state *state) {
    uint32_t changed = state->chosen ^ plan->bank;

    for (uint32_t i = 0; i < PRM_BANKS; i++) {
        struct prm_bank_state *bank = &state->bank[i];
        prm_result result = result_to_keep(bank, state->result[i], candidate[i].result);
        if (is_trial(bank) == PRM_YES && plan->bank != i)
            result = end_turn(bank, result);
        changed |= state->result[i] ^ result;
        state->result[i] = result;
    }
    if (plan->trial == PRM_YES) {
        struct prm_bank_state *bank = &state->bank[plan->bank];
        bank->status = PRM_BANK_TRIAL;
        bank->attempts--;
    }
    if (state->downloads > PRM_DOWNLOADS_MAX - PRM_DOWNLOADS_GIVEN_BACK)
        state->downloads = PRM_DOWNLOADS_MAX - PRM_DOWNLOADS_GIVEN_BACK;
    state->chosen = plan->bank;
    if (changed != 0)
        state->decisions++;
}
