/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot.h"

#include <string.h>

#include "boot/boot_run.h"

static prm_result know_device(struct prm_boot_run *b) {
    const struct prm_boot_platform *platform = b->platform;

    b->journal_result = prm_state_load(&b->journal, platform->flash, platform->crypto, platform->layout->journal_off,
                                       &b->state);
    b->age.floor = UINT64_MAX;
    PRM_TRY(prm_boot_fuses_parse(platform->fuses, &b->fuses));
    PRM_TRY(prm_boot_trust_parse(platform->trust, &b->factory));
    PRM_TRY(prm_boot_verify_device(platform->crypto, b->fuses, b->factory));
    return platform->counter->read(platform->counter->ctx, &b->age.floor);
}

/* One bank, from flash to a word that says it may run. */
static prm_result examine(struct prm_boot_run *b, uint32_t bank) {
    struct prm_boot_candidate *candidate = &b->candidate[bank];
    /* Whatever was wrong with the rules is wrong with all that they permit. */
    prm_word word = {0, b->rules->diff};
    prm_span manifest;

    PRM_TRY(prm_boot_examine_signed(b, bank, &manifest, &word));
    PRM_TRY(prm_boot_examine_fit(b, bank, manifest, &word));
    word.diff |= prm_trust_changed(b->rules);
    candidate->word = prm_word_value(&word);
    return prm_boot_verify_word(candidate->word, b->platform->layout->components);
}

/* Every bank is examined, whatever the others said, so that the report is whole. */
void prm_boot_examine(struct prm_boot_run *b) {
    b->tries = prm_release_tries(&b->rules->trust);
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        prm_wipe(&b->candidate[bank], sizeof b->candidate[bank]);
        prm_wipe(&b->report->slot[bank], sizeof b->report->slot[bank]);
        b->candidate[bank].result = examine(b, bank);
    }
}

prm_result prm_boot_rules_factory(struct prm_boot_run *b) {
    prm_trust_of_factory(b->factory, b->rules);
    return PRM_OK;
}

static prm_result decide(struct prm_boot_run *b, prm_answer may_try, struct prm_boot_plan *plan) {
    return prm_boot_decide(b->candidate, &b->state, may_try, b->platform->layout->components, plan);
}

static prm_result run(struct prm_boot_run *b, struct prm_boot_plan *plan) {
    struct prm_state next;
    prm_result decided;

    PRM_TRY(know_device(b));
    PRM_TRY(b->platform->rules(b));
    prm_boot_examine(b);
    decided = decide(b, PRM_YES, plan);
    /* Records what the plan changes. A journal that fails is noted; then the state stays what it was, also for this boot. */
    if (b->journal_result == PRM_OK) {
        next = b->state;
        prm_boot_decide_state(plan, b->candidate, &next);
        b->journal_result = prm_state_store(&b->journal, &next);
        if (b->journal_result == PRM_OK)
            b->state = next;
    }
    /* A trial whose boots can't be counted would have no end. */
    if (b->journal_result != PRM_OK && plan->trial == PRM_YES)
        decided = decide(b, PRM_NO, plan);
    return decided;
}

_Static_assert(offsetof(struct prm_fuses, device) - offsetof(struct prm_fuses, vendor) ==
                   offsetof(struct prm_boot_report, device) - offsetof(struct prm_boot_report, vendor),
               "who the device is stands in the report as in the fuses");

void prm_boot_seal(struct prm_boot_report *report) {
    report->check = prm_boot_report_check(report);
}

/* What a boot says of one bank, beside what stands there already. 1 if it is only kept. One copy, for a root's size. */
__attribute__((noinline)) static uint32_t tell_bank(const struct prm_boot_candidate *candidate,
                                                    struct prm_boot_slot_report *slot) {
    slot->result = candidate->result;
    memcpy(slot->key_id, candidate->verified.key_id, sizeof slot->key_id);
    memcpy(slot->manifest_digest, candidate->verified.manifest_digest, PRM_SHA256_SIZE);
    return candidate->kept == PRM_YES ? PRM_BOOT_NOTE_REVOKED(0) : 0;
}

/* What a boot says of itself, and of each bank. */
static void tell(const struct prm_boot_run *b, prm_result result, uint32_t chosen) {
    const uint32_t number = b->rules->trust.number;
    struct prm_boot_report *report = b->report;
    uint32_t notes = b->notes | (number < PRM_BOOT_TRUST_MAX ? number : PRM_BOOT_TRUST_MAX) << PRM_BOOT_TRUST_SHIFT;

    report->magic = PRM_BOOT_REPORT_MAGIC;
    report->version = PRM_BOOT_REPORT_VERSION;
    report->size = sizeof *report;
    report->result = result;
    report->chosen = chosen;
    report->floor = b->age.floor;
    report->journal = b->journal_result == PRM_OK ? b->state.found : b->journal_result;
    report->decisions = b->state.decisions;
    if (b->fuses != NULL)
        memcpy(report->vendor, b->fuses->vendor, sizeof report->vendor + sizeof report->class_ + sizeof report->device);
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
        notes |= tell_bank(&b->candidate[bank], &report->slot[bank]) << bank;
    report->notes = notes;
    prm_boot_seal(report);
}

prm_result prm_boot_run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                        struct prm_boot_report *report, struct prm_boot_plan *plan) {
    struct prm_boot_run b;

    prm_wipe(&b, sizeof b);
    prm_wipe(report, sizeof *report);
    prm_wipe(&workspace->rules, sizeof workspace->rules);
    *plan = (struct prm_boot_plan){.bank = PRM_BOOT_SLOT_NONE, .trial = PRM_NO};
    b.platform = platform;
    b.workspace = workspace;
    b.plan = plan;
    b.report = report;
    b.rules = &workspace->rules;
    b.age.trust = &workspace->rules.trust;
    b.journal_result = PRM_ERR_NOT_TRIED;
    memset(b.kept, 0xFF, sizeof b.kept);
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
        b.candidate[bank].result = PRM_ERR_NOT_TRIED;

    const prm_result result = run(&b, plan);

    tell(&b, result, plan->bank);
    return result;
}
