/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/boot.h"

#include "boot/boot_stages.h"

/* Who this device is, and whom it believes. */
struct device {
    const struct prm_fuses *fuses;
    const struct prm_trust *trust;
    uint64_t floor;
};

static prm_result know_device(const struct prm_boot_platform *platform, struct device *device) {
    device->floor = UINT64_MAX;
    PRM_TRY(prm_boot_fuses_parse(platform->fuses, &device->fuses));
    PRM_TRY(prm_boot_trust_parse(platform->trust, &device->trust));
    PRM_TRY(prm_boot_verify_device(platform->crypto, device->fuses, device->trust));
    return platform->counter->read(platform->counter->ctx, &device->floor);
}

/* The envelope of one slot, from flash to a word that says it is signed. */
static prm_result examine_envelope(const struct prm_boot_platform *platform, const struct device *device, uint32_t slot,
                                   struct prm_boot_workspace *workspace, prm_span *manifest,
                                   struct prm_boot_slot_report *report, prm_word *word) {
    uint8_t header[PRM_SLOT_HEADER_SIZE];
    struct prm_suit_envelope envelope;
    struct prm_suit_verified verified;
    prm_span bytes;
    uint32_t len;

    PRM_TRY(prm_boot_load_header(platform, slot, header));
    PRM_TRY(prm_boot_header_parse(header, &len));
    PRM_TRY(prm_boot_load_envelope(platform, slot, len, workspace, &bytes));
    PRM_TRY(prm_suit_envelope_parse(bytes, &envelope));
    PRM_TRY(prm_suit_verify(&envelope, platform->crypto, device->trust, &verified, word));
    *manifest = envelope.manifest;
    for (unsigned i = 0; i < sizeof report->key_id; i++)
        report->key_id[i] = verified.key_id[i];
    for (unsigned i = 0; i < sizeof report->manifest_digest; i++)
        report->manifest_digest[i] = verified.manifest_digest[i];
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

/* One slot, from flash to a word that says it may run. The report tells how far it came. */
static prm_result examine(const struct prm_boot_platform *platform, const struct device *device, uint32_t slot,
                          struct prm_boot_workspace *workspace, struct prm_boot_slot_report *report,
                          struct prm_boot_candidate *candidate) {
    struct prm_suit_component component[PRM_SUIT_COMPONENTS_MAX];
    struct prm_suit_manifest manifest;
    prm_span manifest_bytes = {NULL, 0};
    prm_span image;
    prm_word word = {0, 0};

    PRM_TRY(examine_envelope(platform, device, slot, workspace, &manifest_bytes, report, &word));
    PRM_TRY(prm_suit_manifest_parse(manifest_bytes, &manifest));
    report->sequence = manifest.sequence;
    if (manifest.components != 1)
        return PRM_ERR_SUIT_COMPONENT;
    PRM_TRY(prm_suit_select(&manifest, slot, component));
    report->image_size = component[0].size;
    PRM_TRY(prm_boot_verify_manifest(device->fuses, &component[0], manifest.sequence, device->floor, &word));
    PRM_TRY(prm_boot_load_image(platform, slot, component[0].size, &image));
    PRM_TRY(prm_boot_verify_image(platform, candidate->image_base, image, &component[0], report->image_digest, &word));
    PRM_TRY(look_again(platform, manifest_bytes, manifest.sequence, &word));
    candidate->sequence = manifest.sequence;
    candidate->image_size = component[0].size;
    candidate->word = prm_word_value(&word);
    return PRM_OK;
}

/* Every slot is examined, whatever the others said, so that the report is whole. */
static void examine_all(const struct prm_boot_platform *platform, const struct device *device,
                        struct prm_boot_workspace *workspace, struct prm_boot_report *report,
                        struct prm_boot_candidate candidate[PRM_BOOT_SLOTS]) {
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++) {
        candidate[slot] = (struct prm_boot_candidate){
            .result = PRM_ERR_NOT_TRIED,
            .image_base = platform->map->flash_base + platform->map->slot_off[slot] + PRM_SLOT_IMAGE_OFF,
        };
        candidate[slot].result = examine(platform, device, slot, workspace, &report->slot[slot], &candidate[slot]);
        report->slot[slot].result = candidate[slot].result;
    }
}

/* Remembers a choice that differs from the last one. A journal that fails is noted, and stops nothing. */
static void remember(const struct prm_boot_platform *platform, const struct prm_boot_plan *plan,
                     struct prm_boot_report *report) {
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_boot_state last;
    struct prm_boot_state next = {.chosen = plan->slot};
    struct prm_journal journal;

    const prm_result loaded =
        prm_journal_load(&journal, platform->flash, platform->crypto, platform->map->journal_off, payload);
    report->journal = loaded;
    if (loaded != PRM_OK && loaded != PRM_ERR_JOURNAL_EMPTY)
        return;
    prm_boot_state_parse(payload, &last);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++)
        next.result[slot] = report->slot[slot].result;
    if (plan->slot < PRM_BOOT_SLOTS) {
        next.sequence = report->slot[plan->slot].sequence;
        for (unsigned i = 0; i < sizeof next.manifest; i++)
            next.manifest[i] = report->slot[plan->slot].manifest_digest[i];
    }
    const prm_result acted = prm_boot_act_journal(&journal, &last, &next);
    if (acted != PRM_OK)
        report->journal = acted;
    report->decisions = next.decisions;
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

static prm_result run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                      struct prm_boot_report *report, struct prm_boot_plan *plan) {
    struct prm_boot_candidate candidate[PRM_BOOT_SLOTS];
    struct device device = {.fuses = NULL};

    const prm_result known = know_device(platform, &device);
    report_device(&device, report);
    PRM_TRY(known);
    examine_all(platform, &device, workspace, report, candidate);
    const prm_result decided = prm_boot_decide(candidate, plan);
    remember(platform, plan, report);
    return decided;
}

prm_result prm_boot_run(const struct prm_boot_platform *platform, struct prm_boot_workspace *workspace,
                        struct prm_boot_report *report, struct prm_boot_plan *plan) {
    prm_wipe(report, sizeof *report);
    *plan = (struct prm_boot_plan){.slot = PRM_BOOT_SLOT_NONE};
    report->magic = PRM_BOOT_REPORT_MAGIC;
    report->version = PRM_BOOT_REPORT_VERSION;
    report->size = sizeof *report;
    report->journal = PRM_ERR_NOT_TRIED;
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS; slot++)
        report->slot[slot].result = PRM_ERR_NOT_TRIED;

    const prm_result result = run(platform, workspace, report, plan);

    report->result = result;
    report->chosen = plan->slot;
    report->check = prm_boot_report_check(report);
    return result;
}
