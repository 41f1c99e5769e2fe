/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_device_flash.c - `primum device flash` and `erase`: a programmer in the factory. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "host/device/device.h"
#include "host/release/payload.h"
#include "host/release/release.h"

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

/* Warns if the device is going to refuse what it is about to get. */
static int warn_of_refusal(struct primum_device *device, uint32_t slot, prm_span envelope,
                           const prm_span image[PRM_COMPONENTS]) {
    struct prm_boot_report report;
    struct primum_trial trial;

    memset(&trial, 0, sizeof trial);
    trial.fuses = primum_span(&device->fuses);
    trial.trust = primum_device_trust(device);
    trial.envelope = envelope;
    trial.components = primum_board_layout.components;
    memcpy(trial.image[slot], image, sizeof trial.image[slot]);
    trial.use[slot] = 1;
    primum_device_trial_trust(device, &trial);
    if (device->counter.counter.read(device->counter.counter.ctx, &trial.floor) != PRM_OK)
        primum_warn("the device's floor can't be read");
    const int status = primum_device_try(&trial, &report);
    if (status == PRIMUM_OK && report.slot[slot].result != PRM_OK)
        primum_warn("the device is going to refuse this: %s", primum_result_text(report.slot[slot].result));
    return status;
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
                       struct images *images) {
    struct primum_claim claim;
    int status = PRIMUM_OK;

    primum_release_claim(release, &claim);
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

/* Writes the slot of the open device. */
static int write_slot(struct primum_device *device, const char *dir, const char *path, uint32_t slot,
                      const struct prm_suit_envelope *release, const struct images *images) {
    struct primum_bytes envelope = primum_envelope_for_bank(release);
    int status = warn_of_refusal(device, slot, primum_span(&envelope), images->span);

    if (status == PRIMUM_OK) {
        const struct prm_counter *counter = &device->counter.counter;
        uint64_t floor = 0;
        prm_result result = counter->read(counter->ctx, &floor);
        if (result == PRM_OK)
            result = primum_device_program(&device->flash.flash, &primum_board_layout, slot, primum_span(&envelope),
                                           images->span, floor == 0 ? PRM_BANK_FACTORY : PRM_BANK_CONFIRMED);
        if (result != PRM_OK)
            status = primum_fail(PRIMUM_IO, "the slot was not written: %s", primum_result_text(result));
    }
    if (status == PRIMUM_OK)
        primum_print("%s: slot %c holds %s (envelope %zu, application %zu, services %zu bytes)\n", dir, 'A' + (int)slot,
                     path, envelope.len, images->span[0].len, images->span[1].len);
    primum_bytes_free(&envelope);
    return status;
}

static int program(const char *dir, uint32_t slot, const char *path, struct primum_release *release) {
    struct images images;
    struct primum_device device;

    memset(&images, 0, sizeof images);
    int status = find_images(dir, path, release, slot, &images);
    if (status == PRIMUM_OK)
        status = primum_device_open(dir, &device);
    if (status == PRIMUM_OK) {
        status = write_slot(&device, dir, path, slot, &release->envelope, &images);
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

static int erase(const char *dir, uint32_t slot) {
    struct primum_device device;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    const prm_result result = primum_device_erase(&device.flash.flash, slot);
    if (result != PRM_OK)
        status = primum_fail(PRIMUM_IO, "the slot was not erased: %s", primum_result_text(result));
    const int closed = primum_device_close(&device);
    if (status == PRIMUM_OK && closed == PRIMUM_OK)
        primum_print("%s: slot %c is empty\n", dir, 'A' + (int)slot);
    return status != PRIMUM_OK ? status : closed;
}

static int run_flash(struct cli_args *args) {
    uint32_t slot;

    if (cli_has(args, F_TRUST))
        return primum_device_flash_trust(args->operand[0], cli_text(args, F_TRUST));
    if (!primum_parse_slot(cli_text(args, F_SLOT), &slot))
        return cli_misuse(args, "slot '%s' is neither a nor b", cli_text(args, F_SLOT));
    return flash(args->operand[0], slot, args->operand[1]);
}

static int run_erase(struct cli_args *args) {
    uint32_t slot;

    if (strcmp(cli_text(args, E_SLOT), "trust") == 0)
        return primum_device_erase_trust(args->operand[0]);
    if (!primum_parse_slot(cli_text(args, E_SLOT), &slot))
        return cli_misuse(args, "slot '%s' is neither a nor b nor trust", cli_text(args, E_SLOT));
    return erase(args->operand[0], slot);
}

const struct cli_verb cli_device_flash = CLI_TABLE(
    "device flash", "put a release into a slot, as a programmer in the factory does", 0,
    "Puts a release into a slot as a programmer does: it writes what it is given. If the device is going to refuse the "
    "release, a warning says why.",
    flash_modes, flash_options, run_flash);

const struct cli_verb cli_device_erase =
    CLI_TABLE("device erase", "erase a slot", 0, "Erases a slot of the device.", erase_modes, erase_options, run_erase);
