/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that trust manifests may replace: a newer one takes effect before any release is judged. */
#include "boot/boot_run.h"

/*
 * prm_trust_find(), and the floor read a second time: rules that it has left behind permit nothing, nor is a release noted
 * by them. A floor misread once would make the factory's rules those until now, and keep what was revoked.
 */
static prm_result find(struct prm_boot_run *b, const struct prm_trust_source *source, uint64_t floor, uint64_t most) {
    const struct prm_counter *counter = b->platform->trust_counter;
    uint64_t again = UINT64_MAX;

    PRM_TRY(prm_trust_find(source, floor, most, b->rules));
    PRM_TRY(counter->read(counter->ctx, &again));
    /* The sign of number - floor, and of a floor that can't be read. */
    b->rules->diff |= 0u - (uint32_t)(((b->rules->trust.number - again) | again) >> 63);
    return PRM_OK;
}

/*
 * Notes the release that would run by the rules until now, so that new rules don't stop it. One on trial only if there is
 * no other: its trial may end. Nothing to run is nothing to note.
 */
static prm_result keep(struct prm_boot_run *b) {
    const uint32_t components = b->platform->layout->components;
    struct prm_boot_plan plan;

    prm_boot_examine(b);
    if (prm_boot_decide(b->candidate, &b->state, PRM_NO, components, &plan) != PRM_OK &&
        prm_boot_decide(b->candidate, &b->state, PRM_YES, components, &plan) != PRM_OK)
        return PRM_OK;
    const uint8_t *digest = b->report->slot[plan.bank].manifest_digest;
    PRM_TRY(prm_boot_act_keep(b->platform->kept, &plan, components, digest));
    for (unsigned i = 0; i < sizeof b->kept; i++)
        b->kept[i] = digest[i];
    return PRM_OK;
}

/*
 * A trust manifest above the floor takes effect: first the note, then the floor. If the note fails, the rules stay as they
 * were; if the floor fails, the new rules hold in this boot, for it may have moved.
 */
static prm_result take_effect(struct prm_boot_run *b, const struct prm_trust_source *source, uint64_t floor) {
    const struct prm_counter *counter = b->platform->trust_counter;
    const uint64_t number = b->rules->trust.number;

    if (find(b, source, floor, floor) == PRM_OK && keep(b) != PRM_OK) {
        b->notes |= PRM_BOOT_NOTE_TRUST_WAITS;
        return find(b, source, floor, floor);
    }
    if (counter->advance_to(counter->ctx, number) != PRM_OK)
        b->notes |= PRM_BOOT_NOTE_TRUST_WAITS;
    return find(b, source, number, UINT32_MAX);
}

prm_result prm_boot_rules_manifest(struct prm_boot_run *b) {
    const struct prm_boot_platform *platform = b->platform;
    const struct prm_trust_source source = {platform->crypto, platform->flash, platform->layout,
                                            b->fuses,         b->factory,      b->workspace->manifest};
    uint64_t floor = UINT64_MAX;

    PRM_TRY(platform->trust_counter->read(platform->trust_counter->ctx, &floor));
    /* An unreadable cell keeps nothing; that is no reason to stop a release that the rules permit. */
    (void)platform->kept->read(platform->kept->ctx, b->kept);
    PRM_TRY(find(b, &source, floor, UINT32_MAX));
    if (b->rules->trust.number > floor)
        return take_effect(b, &source, floor);
    return PRM_OK;
}
