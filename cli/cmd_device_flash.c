/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_flash.c - `primum device flash` and `erase`: a programmer in the factory. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "host/device/trial.h"
#include "host/release/payload.h"
#include "host/release/release.h"
#include "host/trust/trust_file.h"
#include "providers/openssl/crypto_openssl.h"
#include "trust/floor.h"

enum { F_SLOT, F_TRUST };

static const struct cli_option flash_options[] = {
    [F_SLOT] = {"slot", 0, "a|b", CLI_TEXT, 1 << 0, 1 << 0, 1, NULL, "the slot"},
    [F_TRUST] = {"trust-manifest", 0, "FILE.trust", CLI_IN, 1 << 1, 1 << 1, 1, NULL,
                 "a trust manifest, into both trust slots; it takes effect at the next boot"},
};
static const struct cli_mode flash_modes[] = {
    {.by = -1, .operand = {{"DIR", CLI_FOLDER}, {"FILE.suit", CLI_IN}}},
    {.by = F_TRUST, .operand = {{"DIR", CLI_FOLDER}}, .text = "A trust manifest instead of a release"}};

enum { E_SLOT };

static const struct cli_option erase_options[] = {
    [E_SLOT] = {"slot", 0, "a|b|trust", CLI_TEXT, CLI_ALWAYS, CLI_ALWAYS, 1, NULL,
                "the slot; 'trust' is both that hold trust manifests"},
};
static const struct cli_mode erase_modes[] = {{.by = -1, .operand = {{"DIR", CLI_FOLDER}}}};

/* PRM_YES if nothing was put into this device yet: its journal was never written. */
static prm_answer is_first(const struct primum_device *device) {
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_journal journal;

    return prm_journal_load(&journal, &device->flash.flash, &prm_crypto_openssl, primum_board_layout.journal_off,
                            payload) == PRM_ERR_JOURNAL_EMPTY
               ? PRM_YES
               : PRM_NO;
}

/* The device's own judgement of what it is about to get, at this floor: `*fit`. Warns if it is going to refuse it. */
static int warn_of_refusal(struct primum_device *device, uint32_t slot, prm_span envelope,
                           const prm_span image[PRM_COMPONENTS], uint64_t floor, prm_result *fit) {
    struct primum_description described;
    struct prm_boot_report report;
    struct primum_trial trial = {.device = &described, .envelope = envelope};

    memcpy(trial.image[slot], image, sizeof trial.image[slot]);
    trial.use[slot] = 1;
    int status = primum_description_of(device, &described);
    described.floor = floor;
    if (status == PRIMUM_OK)
        status = primum_device_try(&trial, &report);
    primum_description_free(&described);
    if (status != PRIMUM_OK)
        return status;
    *fit = report.slot[slot].result;
    if (*fit != PRM_OK)
        primum_warn("the device is going to refuse this: %s", primum_result_text(*fit));
    return PRIMUM_OK;
}

/* The images for a slot as the device will run them. What doesn't check out is warned of, and written all the same. */
struct images {
    struct primum_bytes bytes[PRM_COMPONENTS];
    prm_span span[PRM_COMPONENTS];
};

static int find_image(const char *dir, const char *path, struct primum_release *release,
                      const struct primum_claim *claim, uint32_t slot, uint32_t index, struct images *images) {
    const struct prm_suit_component *component = &claim->slot[slot].component[index];
    EVP_PKEY *key = NULL;
    struct primum_parts parts;
    int status = primum_release_payload_for(release, path, claim, slot, index, &parts);

    if (status != PRIMUM_OK)
        return status;
    if (parts.payload.len == 0)
        return primum_fail(PRIMUM_REFUSED, "%s has no image %u for slot %c", path, index, 'a' + (int)slot);
    prm_result result = primum_payload_check(parts.payload, parts.list, component, &images->bytes[index]);
    if (result != PRM_OK && images->bytes[index].data == NULL)
        return primum_fail(PRIMUM_REFUSED, "image %u of %s can't be taken apart: %s", index, path,
                           primum_result_text(result));
    if (result != PRM_OK)
        primum_warn("image %u: %s", index, primum_result_text(result));
    if (component->encryption.ptr != NULL) {
        status = primum_device_key(dir, &key);
        result = key != NULL ? primum_payload_decrypt(component, key, &images->bytes[index]) : PRM_ERR_UPDATE_ENCRYPTED;
        EVP_PKEY_free(key);
        if (status == PRIMUM_OK && result != PRM_OK)
            status = primum_fail(PRIMUM_REFUSED, "image %u of %s: %s", index, path, primum_result_text(result));
    }
    images->span[index] = primum_span(&images->bytes[index]);
    return status;
}

static int find_images(const char *dir, const char *path, struct primum_release *release, uint32_t slot,
                       struct images *images, uint64_t *sequence) {
    struct primum_claim claim;
    int status = PRIMUM_OK;

    primum_release_claim(release, &claim);
    *sequence = claim.parsed.sequence;
    if (!claim.slot[slot].present)
        return primum_fail(PRIMUM_REFUSED, "%s has no image for slot %c: %s", path, 'a' + (int)slot,
                           primum_result_text(claim.manifest != PRM_OK ? claim.manifest : claim.select));
    if (claim.install != PRM_OK)
        return primum_fail(PRIMUM_REFUSED, "%s does not say where its images are: %s", path,
                           primum_result_text(claim.install));
    for (uint32_t i = 0; i < claim.parsed.components && i < PRM_COMPONENTS && status == PRIMUM_OK; i++)
        status = find_image(dir, path, release, &claim, slot, i, images);
    return status;
}

/* What is written, and how it is named to people. */
struct writing {
    const char *dir, *path;
    uint32_t slot;
    uint64_t sequence;
    const struct prm_suit_envelope *release;
    const struct images *images;
};

/*
 * The first release that a device gets, and is going to run, is the factory's: the floor is at its sequence from then on.
 * Every bank is told to the journal as one that was accepted; the boot judges it all the same.
 */
static prm_result put_release(struct primum_device *device, const struct writing *w, prm_span envelope, uint64_t floor) {
    const struct prm_counter *counter = &device->counter.counter;

    PRM_TRY(primum_device_program(&device->flash.flash, &primum_board_layout, w->slot, envelope, w->images->span,
                                  PRM_BANK_CONFIRMED));
    return counter->advance_to(counter->ctx, floor);
}

/* Writes the slot of the open device. */
static int write_slot(struct primum_device *device, const struct writing *w) {
    const struct prm_counter *counter = &device->counter.counter;
    struct primum_bytes envelope = primum_envelope_for_bank(w->release);
    prm_result fit = PRM_ERR_NOT_TRIED;
    uint64_t present = 0;

    prm_result result = counter->read(counter->ctx, &present);
    uint64_t floor = present;
    if (is_first(device) == PRM_YES && prm_floor_accept(present, w->sequence) > present)
        floor = prm_floor_accept(present, w->sequence);
    int status = result != PRM_OK
                     ? primum_fail(PRIMUM_IO, "the device's floor can't be read: %s", primum_result_text(result))
                     : warn_of_refusal(device, w->slot, primum_span(&envelope), w->images->span, floor, &fit);
    if (status == PRIMUM_OK) {
        floor = fit == PRM_OK ? floor : present;
        result = put_release(device, w, primum_span(&envelope), floor);
        if (result != PRM_OK)
            status = primum_fail(PRIMUM_IO, "the slot was not written: %s", primum_result_text(result));
    }
    if (status == PRIMUM_OK)
        cli_print("%s: slot %c holds %s (envelope %zu, application %zu, services %zu bytes)\n", w->dir,
                     'A' + (int)w->slot, w->path, envelope.len, w->images->span[0].len, w->images->span[1].len);
    if (status == PRIMUM_OK && floor != present)
        cli_print("%s: floor %" PRIu64 ", the first release's sequence\n", w->dir, floor);
    primum_bytes_free(&envelope);
    return status;
}

static int program(const char *dir, uint32_t slot, const char *path, struct primum_release *release) {
    struct images images;
    struct primum_device device;
    uint64_t sequence = 0;

    memset(&images, 0, sizeof images);
    int status = find_images(dir, path, release, slot, &images, &sequence);
    if (status == PRIMUM_OK)
        status = primum_device_open(dir, &device);
    if (status == PRIMUM_OK) {
        const struct writing writing = {dir, path, slot, sequence, &release->envelope, &images};
        status = write_slot(&device, &writing);
        const int closed = primum_device_close(&device);
        status = status != PRIMUM_OK ? status : closed;
    }
    for (uint32_t i = 0; i < PRM_COMPONENTS; i++)
        primum_bytes_free(&images.bytes[i]);
    return status;
}

static int flash(const char *dir, uint32_t slot, const char *path) {
    struct primum_release release;
    int status = primum_release_read(path, &release);

    if (status != PRIMUM_OK)
        return status;
    status = program(dir, slot, path, &release);
    primum_release_free(&release);
    return status;
}

static int flash_trust(const char *dir, const char *path) {
    struct primum_trust_file file;
    struct primum_device device;
    prm_result judged = PRM_OK;
    int status = primum_trust_file_read(path, &file);

    if (status != PRIMUM_OK)
        return status;
    const prm_span manifest = prm_span_of(file.file.data, file.file.len - file.rest.len);
    if (manifest.len > PRM_TRUST_SLOT_SIZE)
        status =
            primum_fail(PRIMUM_REFUSED, "%s has %zu bytes; a slot has %u", path, manifest.len, PRM_TRUST_SLOT_SIZE);
    if (status == PRIMUM_OK)
        status = primum_device_open(dir, &device);
    if (status == PRIMUM_OK) {
        status = primum_device_put_trust(&device, manifest, &judged);
        const int closed = primum_device_close(&device);
        status = status != PRIMUM_OK ? status : closed;
    }
    if (status == PRIMUM_OK && judged != PRM_OK)
        primum_warn("the device is not going to follow this: %s", primum_result_text(judged));
    if (status == PRIMUM_OK)
        cli_print("%s: trust manifest %u, in force from the next boot\n", dir, file.view.number);
    primum_trust_file_free(&file);
    return status;
}

static int erase_trust(const char *dir) {
    struct primum_device device;
    prm_result judged;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    status = primum_device_put_trust(&device, prm_span_of(NULL, 0), &judged);
    const int closed = primum_device_close(&device);
    if (status == PRIMUM_OK && closed == PRIMUM_OK)
        cli_print("%s: both trust slots are empty\n", dir);
    return status != PRIMUM_OK ? status : closed;
}

static int erase(const char *dir, uint32_t slot) {
    struct primum_device device;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    const prm_result result = primum_device_erase(&device.flash.flash, &primum_board_layout, slot);
    if (result != PRM_OK)
        status = primum_fail(PRIMUM_IO, "the slot was not erased: %s", primum_result_text(result));
    const int closed = primum_device_close(&device);
    if (status == PRIMUM_OK && closed == PRIMUM_OK)
        cli_print("%s: slot %c is empty\n", dir, 'A' + (int)slot);
    return status != PRIMUM_OK ? status : closed;
}

static int run_flash(struct cli_args *args) {
    uint32_t slot;

    if (cli_has(args, F_TRUST))
        return flash_trust(args->operand[0], cli_text(args, F_TRUST));
    if (!primum_parse_slot(cli_text(args, F_SLOT), &slot))
        return cli_misuse(args, "slot '%s' is neither a nor b", cli_text(args, F_SLOT));
    return flash(args->operand[0], slot, args->operand[1]);
}

static int run_erase(struct cli_args *args) {
    uint32_t slot;

    if (strcmp(cli_text(args, E_SLOT), "trust") == 0)
        return erase_trust(args->operand[0]);
    if (!primum_parse_slot(cli_text(args, E_SLOT), &slot))
        return cli_misuse(args, "slot '%s' is neither a nor b nor trust", cli_text(args, E_SLOT));
    return erase(args->operand[0], slot);
}

const struct cli_verb cli_device_flash = CLI_TABLE(
    "device flash", "put a release into a slot, as a programmer in the factory does", 0,
    "Puts a release into a slot as a programmer does: it writes what it is given. If the device is going to refuse the "
    "release, a warning says why. The first release that a new device gets and would run sets its rollback floor.",
    flash_modes, flash_options, run_flash);

const struct cli_verb cli_device_erase =
    CLI_TABLE("device erase", "erase a slot", 0, "Erases a slot of the device.", erase_modes, erase_options, run_erase);
