/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot.h"

#include <string.h>

#include "bank/bank_load.h"
#include "bank/bank_parse.h"
#include "boot/boot_run.h"

static prm_result know_device(struct prm_boot_run *b) {
    const struct prm_boot_platform *platform = b->platform;
    struct prm_boot_report *report = b->report;

    b->journal_result = prm_state_load(&b->journal, platform->flash, platform->crypto, platform->layout->journal_off,
                                       &b->state);
    b->floor = UINT64_MAX;
    report->floor = b->floor;
    PRM_TRY(prm_boot_fuses_parse(platform->fuses, &b->fuses));
    memcpy(report->vendor, b->fuses->vendor, sizeof report->vendor);
    memcpy(report->class_, b->fuses->class_, sizeof report->class_);
    memcpy(report->device, b->fuses->device, sizeof report->device);
    PRM_TRY(prm_boot_trust_parse(platform->trust, &b->factory));
    PRM_TRY(prm_boot_verify_device(platform->crypto, b->fuses, b->factory));
    PRM_TRY(platform->counter->read(platform->counter->ctx, &b->floor));
    report->floor = b->floor;
    return PRM_OK;
}

/* The envelope of one bank, from flash to a word that says it is signed; then what its manifest says. */
static prm_result examine_envelope(struct prm_boot_run *b, uint32_t bank, struct prm_suit_manifest *manifest,
                                   prm_span *manifest_bytes, prm_word *word) {
    struct prm_boot_slot_report *report = &b->report->slot[bank];
    const struct prm_bank place = {b->platform->flash, b->platform->layout, bank};
    uint8_t header[PRM_BANK_HEADER_SIZE];
    struct prm_suit_envelope envelope;
    struct prm_release_verified verified;
    prm_span bytes;
    uint32_t len;

    PRM_TRY(prm_bank_load_header(&place, header));
    PRM_TRY(prm_bank_header_parse(header, &len));
    PRM_TRY(prm_bank_load_envelope(&place, len, &bytes));
    PRM_TRY(prm_suit_envelope_parse(bytes, &envelope));
    PRM_TRY(prm_boot_load_signed(&envelope, b->workspace));
    PRM_TRY(prm_release_verify_kept(&envelope, b->platform->crypto, &b->rules->trust, b->kept, &verified, word));
    if (verified.revoked == PRM_YES)
        b->report->notes |= PRM_BOOT_NOTE_REVOKED(bank);
    memcpy(report->key_id, verified.key_id, sizeof report->key_id);
    memcpy(report->manifest_digest, verified.manifest_digest, sizeof report->manifest_digest);
    *manifest_bytes = envelope.manifest;
    PRM_TRY(prm_suit_manifest_parse(envelope.manifest, manifest));
    report->sequence = manifest->sequence;
    return manifest->components == b->platform->layout->components ? PRM_OK : PRM_ERR_SUIT_COMPONENT;
}

uint32_t prm_boot_image_base(const struct prm_layout *layout, uint32_t bank, uint32_t component) {
    return layout->flash_base + layout->bank_off[bank] + layout->component[component].off;
}

/* The images of one bank, the first to start last: its place and size stay in the candidate. */
static prm_result examine_images(struct prm_boot_run *b, uint32_t bank, const struct prm_suit_component component[],
                                 prm_word *word) {
    const struct prm_layout *layout = b->platform->layout;
    struct prm_boot_slot_report *report = &b->report->slot[bank];
    struct prm_boot_candidate *candidate = &b->candidate[bank];
    const struct prm_bank place = {b->platform->flash, layout, bank};
    prm_span image;

    for (uint32_t i = 0; i < layout->components; i++) {
        const uint32_t base = prm_boot_image_base(layout, bank, i);
        if (i == 0 && layout->components > 1 && b->state.bank[bank].status == PRM_BANK_PARTIAL) {
            /* Left out, knowingly: the step is taken, and nothing of that place is handed over. */
            prm_word_step(word, PRM_K_IMAGE, 0);
            continue;
        }
        report->image_size = component[i].size;
        PRM_TRY(prm_bank_load_image(&place, i, component[i].size, &image));
        PRM_TRY(prm_boot_verify_image(b->platform->crypto, &layout->component[i], base, image, &component[i],
                                      report->image_digest, word));
        if (i == 0) {
            candidate->app_base = base;
            candidate->app_size = component[i].size;
        }
        candidate->image_base = base;
        candidate->image_size = component[i].size;
    }
    return PRM_OK;
}

/*
 * Manifest, counter and journal read a second time, for what no signature stands against: the age of an authentic release,
 * and that it was rejected or not accepted in time.
 */
static prm_result look_again(struct prm_boot_run *b, uint32_t bank, prm_span manifest_bytes, uint64_t sequence,
                             prm_word *word) {
    const struct prm_boot_platform *platform = b->platform;
    struct prm_suit_manifest manifest;
    struct prm_journal journal;
    struct prm_state state;
    uint64_t floor = UINT64_MAX;

    PRM_TRY(prm_suit_manifest_parse(manifest_bytes, &manifest));
    PRM_TRY(platform->counter->read(platform->counter->ctx, &floor));
    /* A journal that can't be read knows nothing of any bank, here too. */
    const prm_result loaded =
        prm_state_load(&journal, platform->flash, platform->crypto, platform->layout->journal_off, &state);
    (void)loaded;
    word->diff |= PRM_OK ^ prm_boot_decide_bank(&state.bank[bank], prm_layout_trial_boots(platform->layout), b->report->slot[bank].manifest_digest,
                                                manifest.sequence, floor);
    return prm_boot_verify_again(sequence, manifest.sequence, floor, word);
}

/* One bank, from flash to a word that says it may run. The report tells how far it came. */
static prm_result examine(struct prm_boot_run *b, uint32_t bank) {
    struct prm_boot_candidate *candidate = &b->candidate[bank];
    const uint32_t components = b->platform->layout->components;
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_manifest manifest;
    prm_span manifest_bytes = {NULL, 0};
    /* Whatever was wrong with the rules is wrong with all that they permit. */
    prm_word word = {0, b->rules->diff};

    PRM_TRY(examine_envelope(b, bank, &manifest, &manifest_bytes, &word));
    PRM_TRY(prm_boot_decide_bank(&b->state.bank[bank], prm_layout_trial_boots(b->platform->layout),
                                 b->report->slot[bank].manifest_digest, manifest.sequence, b->floor));
    PRM_TRY(prm_suit_select(&manifest, bank, component));
    PRM_TRY(prm_release_verify_fit(b->fuses, component, components, manifest.sequence, b->floor, &word));
    PRM_TRY(examine_images(b, bank, component, &word));
    PRM_TRY(look_again(b, bank, manifest_bytes, manifest.sequence, &word));
    candidate->sequence = manifest.sequence;
    candidate->word = prm_word_value(&word);
    return PRM_OK;
}

/* Every bank is examined, whatever the others said, so that the report is whole. */
void prm_boot_examine(struct prm_boot_run *b) {
    b->report->notes = 0;
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        prm_wipe(&b->candidate[bank], sizeof b->candidate[bank]);
        prm_wipe(&b->report->slot[bank], sizeof b->report->slot[bank]);
        b->candidate[bank].result = examine(b, bank);
        b->report->slot[bank].result = b->candidate[bank].result;
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
    struct prm_boot_report *report = b->report;
    struct prm_state next;
    prm_result decided;

    PRM_TRY(know_device(b));
    PRM_TRY(b->platform->rules(b));
    prm_boot_examine(b);
    const uint32_t number = b->rules->trust.number;
    report->notes |= b->notes | (number < PRM_BOOT_TRUST_MAX ? number : PRM_BOOT_TRUST_MAX) << PRM_BOOT_TRUST_SHIFT;
    decided = decide(b, PRM_YES, plan);
    /* Records what the plan changes. A journal that fails is noted; then the state stays what it was, also for this boot. */
    if (b->journal_result == PRM_OK) {
        next = b->state;
        prm_boot_decide_state(plan, b->candidate, &next);
        b->journal_result = prm_state_store(&b->journal, &next);
    }
    /* A trial whose boots can't be counted would have no end. */
    if (b->journal_result != PRM_OK && plan->trial == PRM_YES)
        decided = decide(b, PRM_NO, plan);
    report->journal = b->journal_result == PRM_OK ? b->state.found : b->journal_result;
    report->decisions = b->journal_result == PRM_OK ? next.decisions : b->state.decisions;
    return decided;
}

prm_result prm_boot_run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                        struct prm_boot_report *report, struct prm_boot_plan *plan) {
    struct prm_boot_run b;

    prm_wipe(report, sizeof *report);
    prm_wipe(&b, sizeof b);
    *plan = (struct prm_boot_plan){.bank = PRM_BOOT_SLOT_NONE, .trial = PRM_NO};
    b.platform = platform;
    b.workspace = workspace;
    b.report = report;
    b.rules = &workspace->rules;
    memset(b.kept, 0xFF, sizeof b.kept);
    report->magic = PRM_BOOT_REPORT_MAGIC;
    report->version = PRM_BOOT_REPORT_VERSION;
    report->size = sizeof *report;
    report->journal = PRM_ERR_NOT_TRIED;
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
        report->slot[bank].result = PRM_ERR_NOT_TRIED;

    const prm_result result = run(&b, plan);

    report->result = result;
    report->chosen = plan->bank;
    report->check = prm_boot_report_check(report);
    return result;
}
