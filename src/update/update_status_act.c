/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a bank once it is written: one journal record each. docs/update.md draws the states. */
#include "trust/floor.h"
#include "update/update.h"

/* What a status change needs to know. */
struct change {
    struct prm_journal journal;
    struct prm_state state;
};

static prm_result load(const struct prm_update_platform *p, uint32_t bank, struct change *c) {
    if (bank >= PRM_BANKS)
        return PRM_ERR_UPDATE_STATE;
    return prm_state_load(&c->journal, p->flash, p->crypto, p->layout->journal_off, &c->state);
}

/* From `from` to `to`; already `to` is done. */
static prm_result move(struct change *c, uint32_t bank, enum prm_bank_status from, enum prm_bank_status to,
                       uint8_t attempts) {
    struct prm_bank_state *b = &c->state.bank[bank];

    if (b->status == to)
        return PRM_OK;
    if (b->status != from)
        return PRM_ERR_UPDATE_STATE;
    b->status = (uint8_t)to;
    b->attempts = attempts;
    return prm_state_store(&c->journal, &c->state);
}

/* The floor goes up to a release of the epoch that it stands in; 0, a release that is only kept, leaves it where it is. */
static prm_result raise_floor(const struct prm_update_platform *p, uint64_t sequence) {
    uint64_t floor = UINT64_MAX;

    PRM_TRY(p->counter->read(p->counter->ctx, &floor));
    return p->counter->advance_to(p->counter->ctx, prm_floor_accept(floor, sequence));
}

prm_result prm_update_install(const struct prm_update_platform *platform, uint32_t bank) {
    struct change c;

    PRM_TRY(load(platform, bank, &c));
    return move(&c, bank, PRM_BANK_CANDIDATE, PRM_BANK_STAGED,
                prm_layout_trial_boots(platform->layout));
}

/* PRM_YES while what runs is not accepted: then the other bank is all that would be left. */
static prm_answer is_way_back(const struct prm_state *state) {
    if (state->chosen >= PRM_BANKS)
        return PRM_NO;
    const uint8_t running = state->bank[state->chosen].status;
    return running == PRM_BANK_TRIAL || running == PRM_BANK_REJECTED ? PRM_YES : PRM_NO;
}

/*
 * PRM_YES if a bank has to be given up before it can take another release. What nothing was written to since it was accepted
 * or made, what is half written (and goes on where it was) and what is empty, don't.
 */
static prm_answer is_in_the_way(enum prm_bank_status status) {
    switch (status) {
    case PRM_BANK_FACTORY:
    case PRM_BANK_WRITING:
    case PRM_BANK_CONFIRMED:
    case PRM_BANK_EMPTY:
    case PRM_BANK_PARTIAL:
        return PRM_NO;
    default:
        return PRM_YES;
    }
}

prm_result prm_update_clean(const struct prm_update_platform *platform, uint32_t bank) {
    struct change c;

    PRM_TRY(load(platform, bank, &c));
    if (c.state.chosen == bank || is_way_back(&c.state) == PRM_YES)
        return PRM_ERR_UPDATE_STATE;
    if (is_in_the_way((enum prm_bank_status)c.state.bank[bank].status) != PRM_YES)
        return PRM_OK;
    return move(&c, bank, (enum prm_bank_status)c.state.bank[bank].status, PRM_BANK_EMPTY, 0);
}

prm_result prm_update_accept(const struct prm_update_platform *platform, uint32_t bank, uint64_t sequence) {
    struct change c;

    PRM_TRY(load(platform, bank, &c));
    c.state.downloads = 0;
    /* The journal first: a floor ahead of a release that could still be reverted would leave nothing to boot. */
    PRM_TRY(move(&c, bank, PRM_BANK_TRIAL, PRM_BANK_CONFIRMED, 0));
    return raise_floor(platform, sequence);
}

prm_result prm_update_reject(const struct prm_update_platform *platform, uint32_t bank, int16_t error) {
    struct change c;

    PRM_TRY(load(platform, bank, &c));
    c.state.bank[bank].error[0] = (uint8_t)((uint16_t)error & 0xFFu);
    c.state.bank[bank].error[1] = (uint8_t)((uint16_t)error >> 8);
    return move(&c, bank, PRM_BANK_TRIAL, PRM_BANK_REJECTED, 0);
}
