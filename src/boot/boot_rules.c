/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that trust manifests may replace: a newer one takes effect before any release is judged. */
#include "boot/boot_run.h"
#include "trust/floor.h"

/* The floor of this boot from now on; what is kept is kept at a floor. */
static void go_to(struct prm_boot_run *b, uint64_t floor) {
    prm_boot_bind(b->kept, b->age.floor ^ floor, b->kept);
    b->age.floor = floor;
}

/* An unreadable cell keeps nothing; that is no reason to stop a release that the rules permit. */
static void read_kept(struct prm_boot_run *b) {
    const struct prm_cell *cell = b->platform->kept;

    (void)cell->read(cell->ctx, b->kept);
    prm_boot_bind(b->kept, b->age.floor, b->kept);
}

/*
 * Makes the rules of a slot, or the factory's, and reads the trust floor a second time. If one reading of that floor is
 * disturbed, the rules may be older ones, perhaps the factory's, and what has been revoked since would be permitted, or noted as kept. So rules that
 * the second reading has left behind are spoilt: nothing that they permit gets the right word. The second reading finds the counter
 * for itself: if the one in `source` were read twice, one changed bit in loading its address would have both read another counter.
 */
static prm_result use(struct prm_boot_run *b, const struct prm_trust_source *source, const struct prm_trust_found *found,
                      uint32_t slot) {
    const struct prm_counter *counter = b->platform->trust_counter;
    uint64_t again = UINT64_MAX;

    PRM_TRY(prm_trust_use(source, found, slot, b->rules));
    PRM_TRY(counter->read(counter->ctx, &again));
    /* The sign of number - floor, and of a floor that can't be read. */
    b->rules->diff |= 0u - (uint32_t)(((b->rules->trust.number - again) | again) >> 63);
    go_to(b, prm_floor_raised(&b->rules->trust, b->age.floor));
    return PRM_OK;
}

/*
 * Notes the release that would run by the rules until now, so that new rules don't stop it. One on trial only if there is
 * no other: its trial may end. Nothing to run is nothing to note. `before` is where the new rules' epoch and base begin.
 */
static prm_result keep(struct prm_boot_run *b, uint64_t before) {
    const uint32_t components = b->platform->layout->components;

    prm_boot_examine(b);
    if (prm_boot_decide(b->candidate, &b->state, PRM_NO, components, b->plan) != PRM_OK &&
        prm_boot_decide(b->candidate, &b->state, PRM_YES, components, b->plan) != PRM_OK)
        return PRM_OK;
    prm_boot_bind(b->candidate[b->plan->bank].verified.manifest_digest, b->age.floor < before ? before : b->age.floor,
                  b->kept);
    const prm_result noted = prm_boot_act_keep(b->platform->kept, b->plan, components, b->kept);
    read_kept(b);
    return noted;
}

/*
 * A trust manifest above the trust floor takes effect: first the note, then the floor. If the note fails, the rules stay as
 * they were; if the floor fails, the new rules hold in this boot, for it may have moved.
 */
static prm_result take_effect(struct prm_boot_run *b, const struct prm_trust_source *source,
                              const struct prm_trust_found *found) {
    const struct prm_counter *counter = source->trust_counter;

    if (use(b, source, found, found->until_now) == PRM_OK &&
        keep(b, found->slot[found->newest].before) != PRM_OK) {
        b->notes |= PRM_BOOT_NOTE_TRUST_WAITS;
        return PRM_OK;
    }
    if (counter->advance_to(counter->ctx, found->slot[found->newest].number) != PRM_OK)
        b->notes |= PRM_BOOT_NOTE_TRUST_WAITS;
    return use(b, source, found, found->newest);
}

prm_result prm_boot_rules_manifest(struct prm_boot_run *b) {
    const struct prm_boot_platform *platform = b->platform;
    const struct prm_trust_source source = {platform->crypto, platform->flash,        platform->layout,  b->fuses,
                                            b->factory,       b->workspace->manifest, platform->counter, platform->trust_counter};
    struct prm_trust_found found;

    PRM_TRY(prm_trust_load_floors(&source, &found.floors));
    read_kept(b);
    prm_trust_examine(&source, &found);
    if (found.newest != found.until_now)
        PRM_TRY(take_effect(b, &source, &found));
    else
        PRM_TRY(use(b, &source, &found, found.newest));
    /*
     * Not before the trust floor stands at these rules: a rollback floor in the next epoch refuses the rules of the last one,
     * and they are all that is left if the new manifest is lost.
     */
    if (found.floors.release < b->age.floor && (b->notes & PRM_BOOT_NOTE_TRUST_WAITS) == 0 &&
        platform->counter->advance_to(platform->counter->ctx, b->age.floor) != PRM_OK)
        b->notes |= PRM_BOOT_NOTE_TRUST_WAITS;
    return PRM_OK;
}
