/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/states/device.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psa/fwu.h"

enum { APP_SIZE = 3000, SERVICES_SIZE = 2500, CHUNK = 1024, STEP = 128, BOOTS_MAX = 12, FOREIGN = 0x5A };

/* One life, from the first boot on. */
struct life {
    struct device *device;
    struct ending *ending;
    const struct stored *stored;
    const struct rig_release *good;
    struct primum_bytes file; /* what is sent: a trust manifest, if there are any, and the good release */
    int done;
};

static void need(int ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "states: %s\n", what);
    exit(3);
}

static void PRIMUM_PRINTF(2, 3) wrong(struct life *l, const char *format, ...) {
    va_list args;

    if (l->ending->wrong[0] != '\0')
        return;
    va_start(args, format);
    (void)vsnprintf(l->ending->wrong, sizeof l->ending->wrong, format, args);
    va_end(args);
}

/* ---- what everybody does ---- */

/* Sends the good release as a wire does, in pieces. */
static prm_result send(struct life *l, const struct prm_update_platform *platform, uint32_t running, uint64_t sequence,
                       uint32_t *bank) {
    static struct prm_update update;
    const struct primum_bytes *file = &l->file;
    prm_result result = prm_update_open(&update, platform, running, sequence);

    l->ending->sends++;
    for (size_t at = 0; at < file->len && result == PRM_OK; at += CHUNK)
        result = prm_update_push(&update, prm_span_of(file->data + at, file->len - at < CHUNK ? file->len - at : CHUNK));
    if (result == PRM_OK)
        result = prm_update_finish(&update);
    *bank = update.place.bank;
    prm_update_close(&update);
    return result;
}

/* As firmware/wire/wire_update.c: what is whole is installed; services alone are enough where nothing runs. */
static void take(struct life *l, const struct prm_update_platform *platform, uint32_t running, uint64_t sequence) {
    uint32_t bank;
    const prm_result result = send(l, platform, running, sequence, &bank);

    l->ending->refused += result != PRM_OK; /* said on the wire; whoever sends tries again after a reset */
    if (result != PRM_OK)
        return;
    if (rig_state(&l->device->rig).bank[bank].status == PRM_BANK_PARTIAL) {
        l->ending->parts++;
        return;
    }
    const prm_result installed = prm_update_install(platform, bank);
    if (installed != PRM_OK)
        wrong(l, "a whole release can't be installed: %08x", (unsigned)installed);
}

/* ---- an application that goes by the update API ---- */

static uint8_t state_of(struct prm_fwu *fwu) {
    psa_fwu_component_info_t info;

    return prm_fwu_query(fwu, 0, &info) == PSA_SUCCESS ? info.state : 255;
}

static void update(struct life *l, struct prm_fwu *fwu) {
    const struct primum_bytes *file = &l->file;
    psa_status_t status = prm_fwu_start(fwu, 0, NULL, 0);

    l->ending->sends++;
    for (size_t at = 0; at < file->len && status == PSA_SUCCESS; at += CHUNK)
        status = prm_fwu_write(fwu, 0, at, file->data + at, file->len - at < CHUNK ? file->len - at : CHUNK);
    if (status == PSA_SUCCESS)
        status = prm_fwu_finish(fwu, 0);
    if (status == PSA_SUCCESS)
        status = prm_fwu_conditions(fwu, 1, 100, 0, 0);
    if (status == PSA_SUCCESS)
        status = prm_fwu_install(fwu);
    l->ending->refused += status != PSA_SUCCESS_REBOOT;
}

static void application(struct life *l, const struct prm_boot_plan *plan) {
    static struct prm_fwu fwu;
    const int is_good = plan->sequence == l->good->sequence;

    if (prm_fwu_init(&fwu, &l->device->rig.services, plan->bank, plan->sequence) != PRM_OK)
        wrong(l, "the services' storage fails");
    if (is_good && plan->trial != PRM_YES) {
        l->done = 1;
        return;
    }
    if (state_of(&fwu) == PSA_FWU_TRIAL && prm_fwu_accept(&fwu) != PSA_SUCCESS)
        wrong(l, "a trial can't be accepted");
    if (is_good)
        return;
    /* Whatever waits there and isn't ours is given up; then there is room. */
    if (state_of(&fwu) == PSA_FWU_CANDIDATE)
        (void)prm_fwu_cancel(&fwu, 0);
    if (state_of(&fwu) == PSA_FWU_STAGED)
        (void)prm_fwu_reject(&fwu, 0);
    if (state_of(&fwu) == PSA_FWU_FAILED || state_of(&fwu) == PSA_FWU_UPDATED)
        (void)prm_fwu_clean(&fwu, 0);
    if (state_of(&fwu) != PSA_FWU_READY)
        wrong(l, "no call leads from state %d to READY", state_of(&fwu));
    update(l, &fwu);
}

/* ---- boots ---- */

static const struct rig_release *release_of(const struct device *d, const struct rig_release *good, uint64_t sequence) {
    return sequence == good->sequence      ? good
           : sequence == SEQUENCE_OLDER ? &d->release[OLDER]
           : sequence == SEQUENCE_NEWER ? &d->release[NEWER]
                                        : NULL;
}

/* What runs is what was signed, whatever the journal said. */
static void judge(struct life *l, const struct prm_boot_report *report, const struct prm_boot_plan *plan) {
    const uint64_t sequence = report->slot[plan->bank].sequence; /* the plan's is 0 for one that is only kept */
    const struct rig_release *release = release_of(l->device, l->good, sequence);
    const struct rig *rig = &l->device->rig;

    if (release == NULL || !rig_holds(rig, plan->bank, release, plan->app_base == 0))
        wrong(l, "what boots from bank %u is no release", plan->bank);
    else if ((plan->image_base ^ plan->word) != prm_boot_image_base(&l->device->world.layout, plan->bank, 1))
        wrong(l, "the plan leads elsewhere");
    else if (rig_floor(rig) > sequence && trust_floor_after(l->stored) == l->good->sequence)
        wrong(l, "what boots is below the floor");
}

static void switch_on(struct life *l) {
    static struct prm_boot_workspace workspace;
    struct device *d = l->device;
    struct prm_boot_report report;
    struct prm_boot_plan plan;

    const prm_result result = prm_boot_run(&d->rig.boot, &workspace, &report, &plan);
    if (l->ending->boots++ == 0)
        l->ending->first = result == PRM_ERR_TRUST_NONE ? FIRST_NO_RULES
                           : result != PRM_OK    ? FIRST_RECOVERY
                           : plan.app_base == 0 ? FIRST_SERVICES
                           : plan.bank == 0     ? FIRST_A
                                                : FIRST_B;
    d->rules = workspace.rules;
    if (result == PRM_ERR_NOTHING_TO_RUN || result == PRM_ERR_TRUST_NONE) {
        take(l, &d->rig.root, PRM_BANK_NONE, 0);
        return;
    }
    if (result != PRM_OK) {
        wrong(l, "the boot says %08x", (unsigned)result);
        return;
    }
    judge(l, &report, &plan);
    trust_start(d);
    if (plan.app_base == 0)
        take(l, &d->rig.services, plan.bank, plan.sequence);
    else
        application(l, &plan);
}

void device_heal(struct device *device, const struct stored *stored, struct ending *ending) {
    struct life l = {.device = device, .ending = ending, .stored = stored, .good = trust_good(device, stored)};
    const prm_span manifest = trust_manifest(device, stored);

    memset(ending, 0, sizeof *ending);
    l.file = (struct primum_bytes){primum_alloc(manifest.len + l.good->file.len), manifest.len + l.good->file.len};
    if (manifest.len > 0)
        memcpy(l.file.data, manifest.ptr, manifest.len);
    memcpy(l.file.data + manifest.len, l.good->file.data, l.good->file.len);
    while (!l.done && ending->wrong[0] == '\0' && ending->boots < BOOTS_MAX)
        switch_on(&l);
    if (!l.done)
        wrong(&l, "the good release doesn't run after %u boots and %u sendings", ending->boots, ending->sends);
    else if (rig_floor(&device->rig) != trust_floor_after(stored))
        wrong(&l, "the floor isn't at what was accepted");
    primum_bytes_free(&l.file);
}

/* ---- stored states ---- */

const uint8_t *device_digest(const struct device *d, const struct stored *stored, uint32_t bank) {
    static const uint8_t foreign[PRM_STATE_MANIFEST_SIZE] = {FOREIGN, FOREIGN, 1};
    const struct situation *s = &stored->bank[bank];

    if (!s->match)
        return foreign;
    if (s->content == HALF || s->content == SPOILT)
        return d->digest[trust_good(d, stored) - d->release];
    return d->digest[stored->newer == bank ? NEWER : OLDER];
}

void device_put(struct device *d, const struct stored *stored) {
    memset(d->rig.bytes, 0xFF, d->world.layout.bank_off[0]);
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        const enum content content = stored->bank[bank].content;
        const int variant = content == HALF || content == SPOILT ? stored->plain : stored->newer == bank;
        memcpy(d->rig.bytes + d->world.layout.bank_off[bank], d->content[bank][content][variant], d->world.layout.bank_size);
    }
    need(prm_eeprom_counter_provision(&d->rig.counter_format, trust_floor_of(stored)) == PRM_OK, "the floor can't be set");
    if ((stored->torn & 1u) != 0)
        d->rig.eeprom_bytes[PRM_EEPROM_RECORD_SIZE(8) / 2] ^= 0x40;
    trust_put(d, stored);
    prm_sim_flash_reread(&d->rig.host);
}

void device_put_journal(struct device *d, const struct stored *stored) {
    struct prm_journal journal;
    struct prm_state state;

    need(prm_state_load(&journal, &d->rig.flash, &rig_crypto, d->world.layout.journal_off, &state) == PRM_OK, "the journal");
    state.chosen = stored->chosen;
    state.downloads = stored->downloads;
    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        state.bank[bank].status = stored->bank[bank].status;
        state.bank[bank].attempts = stored->bank[bank].attempts;
        memcpy(state.bank[bank].manifest, device_digest(d, stored, bank), PRM_STATE_MANIFEST_SIZE);
    }
    need(prm_state_store(&journal, &state) == PRM_OK, "the journal");
}

/* ---- making one ---- */

/* A copy of a bank as it stands. */
static uint8_t *copy_of(const struct device *d, uint32_t bank) {
    uint8_t *bytes = primum_alloc(d->world.layout.bank_size);

    memcpy(bytes, d->rig.bytes + d->world.layout.bank_off[bank], d->world.layout.bank_size);
    return bytes;
}

/* The good release, of which the application came whole, and no more, while the other bank was running. */
static uint8_t *half_of(struct device *d, uint32_t bank, const struct rig_release *good) {
    static struct prm_update update;

    memset(d->rig.bytes, 0xFF, d->world.flash_size);
    prm_sim_flash_reread(&d->rig.host);
    rig_factory(&d->rig, bank ^ 1u, &d->release[OLDER]);
    need(prm_eeprom_counter_provision(&d->rig.counter_format, SEQUENCE_OLDER) == PRM_OK, "the floor can't be set");
    need(prm_update_open(&update, &d->rig.services, bank ^ 1u, SEQUENCE_OLDER) == PRM_OK, "half a download");
    const uint8_t *app = d->rig.bytes + d->world.layout.bank_off[bank] + d->world.layout.component[0].off;
    size_t at = 0;
    for (; at < good->file.len && memcmp(app, good->image[bank][0].data, APP_SIZE) != 0; at += STEP)
        need(prm_update_push(&update, prm_span_of(good->file.data + at, STEP)) == PRM_OK, "half a download");
    need(at < good->file.len, "half a download is all of it");
    prm_update_close(&update);
    return copy_of(d, bank);
}

static void make_contents(struct device *d) {
    const uint32_t app = d->world.layout.component[0].off;

    for (uint32_t bank = 0; bank < PRM_BANKS; bank++) {
        for (int variant = 0; variant < 2; variant++) {
            rig_factory(&d->rig, bank, &d->release[variant == 0 ? OLDER : NEWER]);
            d->content[bank][FIT][variant] = copy_of(d, bank);
            d->content[bank][DAMAGED][variant] = copy_of(d, bank);
            d->content[bank][DAMAGED][variant][app + 77] ^= 0x10;
            memset(d->rig.bytes + d->world.layout.bank_off[bank], 0xFF, d->world.layout.bank_size);
            d->content[bank][BLANK][variant] = copy_of(d, bank);
        }
        for (int plain = 0; plain < 2; plain++) {
            d->content[bank][HALF][plain] = half_of(d, bank, &d->release[plain ? GOOD_PLAIN : GOOD]);
            d->content[bank][SPOILT][plain] = copy_of(d, bank);
            d->content[bank][SPOILT][plain][app + 77] ^= 0x10;
        }
    }
}

void device_init(struct device *d) {
    static const struct {
        uint64_t sequence;
        int encrypted;
    } made[RELEASES] = {
        [OLDER] = {SEQUENCE_OLDER, 0}, [NEWER] = {SEQUENCE_NEWER, 1}, [GOOD] = {SEQUENCE_GOOD, 1}, [GOOD_PLAIN] = {SEQUENCE_GOOD, 0},
        [GOOD_SECOND] = {SEQUENCE_GOOD, 1}, [GOOD_SECOND_PLAIN] = {SEQUENCE_GOOD, 0}};
    struct prm_suit_envelope envelope;
    uint8_t digest[PRM_SHA256_SIZE];

    memset(d, 0, sizeof *d);
    rig_world_init(&d->world, APP_SIZE, SERVICES_SIZE);
    d->world.layout.trial_boots = TRIAL_BOOTS;
    trust_layout(d);
    rig_init(&d->rig, &d->world);
    for (int i = 0; i < RELEASES; i++) {
        EVP_PKEY *const first = d->world.vendor_key;
        d->world.vendor_key = i >= GOOD_SECOND ? d->second_key : first;
        rig_release_make(&d->world, made[i].sequence, made[i].encrypted, NULL, &d->release[i]);
        d->world.vendor_key = first;
        const prm_span file = prm_span_of(d->release[i].file.data, d->release[i].file.len);
        need(prm_suit_envelope_parse(file, &envelope) == PRM_OK &&
                 rig_crypto.sha256(&envelope.manifest_wrapped, 1, digest) == PRM_OK,
             "a release can't be read");
        memcpy(d->digest[i], digest, PRM_STATE_MANIFEST_SIZE);
    }
    make_contents(d);
    trust_init(d);
}

void device_free(struct device *d) {
    for (unsigned i = 0; i < PRM_BANKS * CONTENTS * 2; i++)
        free(d->content[i / (CONTENTS * 2)][i / 2 % CONTENTS][i % 2]);
    for (int i = 0; i < RELEASES; i++)
        rig_release_free(&d->release[i]);
    trust_free(d);
    rig_free(&d->rig);
    rig_world_free(&d->world);
}
