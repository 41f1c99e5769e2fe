/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot.h"

#include "boot/boot_stages.h"

/* Who this device is, whom it believes, and what its journal remembers. */
struct device {
    const struct prm_fuses *fuses;
    const struct prm_trust *factory;
    const struct prm_trust_rules *rules; /* in force; in the workspace */
    uint64_t floor;
    uint64_t trust_floor;
    uint8_t kept[PRM_CELL_SIZE]; /* the manifest digest of the release to keep; all 0xFF: none */
    struct prm_journal journal;
    struct prm_state state;
    prm_result journal_result;
};

static prm_result read_counter(const struct prm_counter *counter, uint64_t *value) {
    *value = UINT64_MAX;
    return counter->read(counter->ctx, value);
}

static prm_result know_device(const struct prm_boot_platform *platform, struct device *device) {
    device->journal_result = prm_state_load(&device->journal, platform->flash, platform->crypto,
                                            platform->layout->journal_off, &device->state);
    device->floor = UINT64_MAX;
    PRM_TRY(prm_boot_fuses_parse(platform->fuses, &device->fuses));
    PRM_TRY(prm_boot_trust_parse(platform->trust, &device->factory));
    PRM_TRY(prm_boot_verify_device(platform->crypto, device->fuses, device->factory));
    return read_counter(platform->counter, &device->floor);
}

/* The envelope of one bank, from flash to a word that says it is signed. */
static prm_result examine_envelope(const struct prm_boot_platform *platform, const struct device *device, uint32_t bank,
                                   struct prm_boot_workspace *workspace, prm_span *manifest,
                                   struct prm_boot_report *whole, prm_word *word) {
    struct prm_boot_slot_report *report = &whole->slot[bank];
    uint8_t header[PRM_SLOT_HEADER_SIZE];
    struct prm_suit_envelope envelope;
    struct prm_suit_verified verified;
    prm_span bytes;
    uint32_t len;

    PRM_TRY(prm_boot_load_header(platform, bank, header));
    PRM_TRY(prm_boot_header_parse(header, &len));
    PRM_TRY(prm_boot_load_envelope(platform, bank, len, &bytes));
    PRM_TRY(prm_suit_envelope_parse(bytes, &envelope));
    PRM_TRY(prm_boot_load_signed(&envelope, workspace));
    PRM_TRY(prm_suit_verify_kept(&envelope, platform->crypto, &device->rules->trust, device->kept, &verified, word));
    *manifest = envelope.manifest;
    whole->notes |= verified.revoked == PRM_YES ? PRM_BOOT_NOTE_REVOKED(bank) : 0;
    for (unsigned i = 0; i < sizeof report->key_id; i++)
        report->key_id[i] = verified.key_id[i];
    for (unsigned i = 0; i < sizeof report->manifest_digest; i++)
        report->manifest_digest[i] = verified.manifest_digest[i];
    return prm_boot_decide_bank(&device->state.bank[bank], verified.manifest_digest);
}

uint32_t prm_boot_image_base(const struct prm_layout *layout, uint32_t bank, uint32_t component) {
    return layout->flash_base + layout->bank_off[bank] + layout->component[component].off;
}

/* The images of one bank, the first to start last: its place and size stay in the candidate. */
static prm_result examine_images(const struct prm_boot_platform *platform, uint32_t bank,
                                 const struct prm_suit_component component[], prm_answer partial,
                                 struct prm_boot_slot_report *report, struct prm_boot_candidate *candidate,
                                 prm_word *word) {
    const struct prm_layout *layout = platform->layout;
    prm_span image;

    for (uint32_t i = 0; i < layout->components; i++) {
        const uint32_t base = prm_boot_image_base(layout, bank, i);
        if (partial == PRM_YES && i == 0) {
            /* Left out, knowingly: the step is taken, and nothing of that place is handed over. */
            prm_word_step(word, PRM_K_IMAGE, 0);
            continue;
        }
        report->image_size = component[i].size;
        PRM_TRY(prm_boot_load_image(platform, bank, i, component[i].size, &image));
        PRM_TRY(prm_boot_verify_image(platform->crypto, &layout->component[i], base, image, &component[i],
                                      report->image_digest, word));
        candidate->app_base = i == 0 ? base : candidate->app_base;
        candidate->app_size = i == 0 ? component[i].size : candidate->app_size;
        candidate->image_base = base;
        candidate->image_size = component[i].size;
    }
    return PRM_OK;
}

/* Manifest and counter read a second time, for what no signature stands against: the age of an authentic release. */
static prm_result look_again(const struct prm_boot_platform *platform, prm_span manifest_bytes, uint64_t sequence,
                             prm_word *word) {
    struct prm_suit_manifest manifest;
    uint64_t floor = UINT64_MAX;

    PRM_TRY(prm_suit_manifest_parse(manifest_bytes, &manifest));
    PRM_TRY(platform->counter->read(platform->counter->ctx, &floor));
    return prm_boot_verify_again(sequence, manifest.sequence, floor, word);
}

/* One bank, from flash to a word that says it may run. The report tells how far it came. */
static prm_result examine(const struct prm_boot_platform *platform, const struct device *device, uint32_t bank,
                          struct prm_boot_workspace *workspace, struct prm_boot_report *whole,
                          struct prm_boot_candidate *candidate) {
    struct prm_boot_slot_report *report = &whole->slot[bank];
    const uint32_t components = platform->layout->components;
    const prm_answer partial =
        components > 1 && device->state.bank[bank].status == PRM_BANK_PARTIAL ? PRM_YES : PRM_NO;
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_manifest manifest;
    prm_span manifest_bytes = {NULL, 0};
    /* Whatever was wrong with the rules is wrong with all that they permit. */
    prm_word word = {0, device->rules->diff};

    PRM_TRY(examine_envelope(platform, device, bank, workspace, &manifest_bytes, whole, &word));
    PRM_TRY(prm_suit_manifest_parse(manifest_bytes, &manifest));
    report->sequence = manifest.sequence;
    if (manifest.components != components)
        return PRM_ERR_SUIT_COMPONENT;
    PRM_TRY(prm_suit_select(&manifest, bank, component));
    PRM_TRY(prm_suit_verify_fit(device->fuses, component, components, manifest.sequence, device->floor, &word));
    PRM_TRY(examine_images(platform, bank, component, partial, report, candidate, &word));
    PRM_TRY(look_again(platform, manifest_bytes, manifest.sequence, &word));
    candidate->sequence = manifest.sequence;
    candidate->word = prm_word_value(&word);
    return PRM_OK;
}

/* Every bank is examined, whatever the others said, so that the report is whole. */
static void examine_all(const struct prm_boot_platform *platform, const struct device *device,
                        struct prm_boot_workspace *workspace, struct prm_boot_report *report,
                        struct prm_boot_candidate candidate[PRM_BANKS]) {
    report->notes = 0;
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        candidate[bank] = (struct prm_boot_candidate){.result = PRM_ERR_NOT_TRIED};
        prm_wipe(&report->slot[bank], sizeof report->slot[bank]);
        candidate[bank].result = examine(platform, device, bank, workspace, report, &candidate[bank]);
        report->slot[bank].result = candidate[bank].result;
    }
}

/*
 * Notes the release that would run by the rules until now, so that new rules don't stop it. One on trial only if there is
 * no other: its trial may end. Nothing to run is nothing to note.
 */
static prm_result keep(const struct prm_boot_platform *platform, struct device *device,
                       struct prm_boot_workspace *workspace, struct prm_boot_report *report) {
    const uint32_t components = platform->layout->components;
    struct prm_boot_candidate candidate[PRM_BANKS];
    struct prm_boot_plan plan;

    examine_all(platform, device, workspace, report, candidate);
    if (prm_boot_decide(candidate, &device->state, PRM_NO, components, &plan) != PRM_OK &&
        prm_boot_decide(candidate, &device->state, PRM_YES, components, &plan) != PRM_OK)
        return PRM_OK;
    const uint8_t *digest = report->slot[plan.bank].manifest_digest;
    PRM_TRY(prm_boot_act_keep(platform->kept, &plan, components, digest));
    for (unsigned i = 0; i < sizeof device->kept; i++)
        device->kept[i] = digest[i];
    return PRM_OK;
}

/*
 * A trust manifest above the floor takes effect: first the note, then the floor. If the note fails, the rules stay as they
 * were; if the floor fails, the new rules hold in this boot, for it may have moved.
 */
static prm_result take_effect(const struct prm_boot_platform *platform, struct device *device,
                              const struct prm_trust_source *source, struct prm_boot_workspace *workspace,
                              struct prm_boot_report *report, uint32_t *notes) {
    const struct prm_counter *counter = platform->trust_counter;
    const uint64_t floor = device->trust_floor;
    const uint64_t number = workspace->rules.trust.number;

    if (platform->trust_find(source, floor, floor, &workspace->rules) == PRM_OK &&
        keep(platform, device, workspace, report) != PRM_OK) {
        *notes |= PRM_BOOT_NOTE_TRUST_WAITS;
        return platform->trust_find(source, floor, floor, &workspace->rules);
    }
    if (counter->advance_to(counter->ctx, number) != PRM_OK)
        *notes |= PRM_BOOT_NOTE_TRUST_WAITS;
    device->trust_floor = number;
    return platform->trust_find(source, number, UINT32_MAX, &workspace->rules);
}

/* Which rules are in force: after this, for good. */
static prm_result know_rules(const struct prm_boot_platform *platform, struct device *device,
                             struct prm_boot_workspace *workspace, struct prm_boot_report *report, uint32_t *notes) {
    const struct prm_trust_source source = {platform->crypto, platform->flash,  platform->layout,
                                            device->fuses,    device->factory, workspace->manifest};
    struct prm_trust_rules *rules = &workspace->rules;

    device->rules = rules;
    device->trust_floor = 0;
    for (unsigned i = 0; i < sizeof device->kept; i++)
        device->kept[i] = 0xFF;
    if (platform->trust_find == NULL) {
        /* Member by member: a literal would stand on the stack for as long as this boot takes. */
        rules->trust = *device->factory;
        rules->slot = PRM_TRUST_SLOT_NONE;
        rules->len = 0;
        rules->diff = 0;
        return PRM_OK;
    }
    PRM_TRY(read_counter(platform->trust_counter, &device->trust_floor));
    /* An unreadable cell keeps nothing; that is no reason to stop a release that the rules permit. */
    (void)platform->kept->read(platform->kept->ctx, device->kept);
    PRM_TRY(platform->trust_find(&source, device->trust_floor, UINT32_MAX, rules));
    if (rules->trust.number > device->trust_floor)
        return take_effect(platform, device, &source, workspace, report, notes);
    return PRM_OK;
}

/* Records what the plan changes. A journal that fails is noted. */
static prm_result remember(struct device *device, const struct prm_boot_plan *plan,
                           const struct prm_boot_candidate candidate[PRM_BANKS]) {
    const prm_result result[PRM_BANKS] = {candidate[0].result, candidate[1].result};

    prm_boot_decide_state(plan, result, &device->state);
    return prm_state_store(&device->journal, &device->state);
}

static void report_device(const struct device *device, struct prm_boot_report *report) {
    report->floor = device->floor;
    if (device->fuses == NULL)
        return;
    for (unsigned i = 0; i < sizeof report->device; i++) {
        report->vendor[i] = device->fuses->vendor[i];
        report->class_[i] = device->fuses->class_[i];
        report->device[i] = device->fuses->device[i];
    }
}

static void report_rules(const struct device *device, uint32_t notes, struct prm_boot_report *report) {
    const uint32_t number = device->rules->trust.number;

    report->notes |= notes | (number < PRM_BOOT_TRUST_MAX ? number : PRM_BOOT_TRUST_MAX) << PRM_BOOT_TRUST_SHIFT;
}

static prm_result run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                      struct prm_boot_report *report, struct prm_boot_plan *plan) {
    const uint32_t components = platform->layout->components;
    struct prm_boot_candidate candidate[PRM_BANKS];
    struct device device = {.fuses = NULL};
    uint32_t notes = 0;
    prm_result decided;

    const prm_result known = know_device(platform, &device);
    report_device(&device, report);
    PRM_TRY(known);
    PRM_TRY(know_rules(platform, &device, workspace, report, &notes));
    examine_all(platform, &device, workspace, report, candidate);
    report_rules(&device, notes, report);
    decided = prm_boot_decide(candidate, &device.state, PRM_YES, components, plan);
    if (device.journal_result == PRM_OK)
        device.journal_result = remember(&device, plan, candidate);
    /* A trial whose boots can't be counted would have no end. */
    if (device.journal_result != PRM_OK && plan->trial == PRM_YES)
        decided = prm_boot_decide(candidate, &device.state, PRM_NO, components, plan);
    report->journal = device.journal_result;
    report->decisions = device.state.decisions;
    return decided;
}

prm_result prm_boot_run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                        struct prm_boot_report *report, struct prm_boot_plan *plan) {
    prm_wipe(report, sizeof *report);
    *plan = (struct prm_boot_plan){.bank = PRM_BOOT_SLOT_NONE};
    report->magic = PRM_BOOT_REPORT_MAGIC;
    report->version = PRM_BOOT_REPORT_VERSION;
    report->size = sizeof *report;
    report->journal = PRM_ERR_NOT_TRIED;
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++)
        report->slot[bank].result = PRM_ERR_NOT_TRIED;

    const prm_result result = run(platform, workspace, report, plan);

    report->result = result;
    report->chosen = plan->bank;
    report->check = prm_boot_report_check(report);
    return result;
}
