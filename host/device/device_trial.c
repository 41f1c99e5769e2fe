/* SPDX-License-Identifier: Apache-2.0 */
/* device_trial.c - what a device would say of a release, asked of its own boot code. */
#include <stdlib.h>
#include <string.h>

#include "host/device/trial.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"
#include "trust/trust_store.h"

/* The trust of the device that is asked, and its floors. */
static prm_result put_trust(struct primum_device *device, const struct primum_description *d) {
    primum_device_open_trust(device);
    PRM_TRY(primum_device_provision(device, d->floor));
    PRM_TRY(device->trust_counter.advance_to(device->trust_counter.ctx, d->trust_floor));
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        const struct primum_bytes *slot = &d->trust_slot[i];
        if (slot->len > PRM_TRUST_SLOT_SIZE || (slot->len > 0 && d->layout.trust_off[i] == 0))
            return PRM_ERR_FLASH_RANGE;
        if (slot->len > 0)
            memcpy(device->flash.bytes + d->layout.trust_off[i], slot->data, slot->len);
    }
    prm_sim_flash_reread(&device->flash);
    return device->kept.write(device->kept.ctx, d->kept);
}

/* Runs the boot over a flash and an EEPROM in memory. */
static prm_result try_in_memory(const struct primum_trial *trial, struct primum_device *device,
                                struct prm_boot_report *report) {
    const struct primum_description *d = trial->device;
    struct prm_crypto crypto = prm_crypto_openssl;
    struct prm_boot_workspace workspace;
    struct prm_boot_plan plan;
    uint8_t eeprom[BOARD_KEPT_OFF + PRM_EEPROM_CELL_SIZE];
    prm_result result;

    if (!d->hss)
        crypto.sha256_chain = NULL;
    memset(eeprom, 0xFF, sizeof eeprom);
    result =
        prm_sim_counter_init(&device->counter, &prm_crypto_openssl, eeprom, sizeof eeprom, BOARD_COUNTER_OFF, NULL);
    if (result == PRM_OK)
        result = put_trust(device, d);
    for (uint32_t slot = 0; slot < PRM_BOOT_SLOTS && result == PRM_OK; slot++) {
        if (trial->use[slot])
            result = primum_device_program(&device->flash.flash, &d->layout, slot, trial->envelope, trial->image[slot],
                                           trial->services_only ? PRM_BANK_PARTIAL : PRM_BANK_CONFIRMED);
    }
    if (result != PRM_OK)
        return result;
    const struct prm_boot_platform platform = {.crypto = &crypto,
                                               .flash = &device->flash.flash,
                                               .counter = &device->counter.counter,
                                               .layout = &d->layout,
                                               .rules = d->manifests ? prm_boot_rules_manifest : prm_boot_rules_factory,
                                               .trust_counter = &device->trust_counter,
                                               .kept = &device->kept,
                                               .fuses = prm_span_of(&d->fuses, sizeof d->fuses),
                                               .trust = prm_span_of(&d->trust, sizeof d->trust)};
    const prm_result booted = prm_boot_run(&platform, &workspace, report, &plan);
    (void)booted; /* it is in the report */
    return PRM_OK;
}

static uint32_t size_of(const struct prm_sim_part *part) {
    uint32_t size = 0;

    for (uint32_t i = 0; i < PRM_FLASH_KINDS; i++)
        size += part->units[i].count * part->units[i].size;
    return size;
}

/* Its flash, blank, in memory. Owns: close_flash(). */
static prm_result open_flash(struct primum_device *device, const struct prm_sim_part *part, uint8_t **bytes) {
    const uint32_t size = size_of(part);

    *bytes = primum_alloc(size);
    memset(device, 0, sizeof *device);
    memset(*bytes, part->erased, size);
    return prm_sim_flash_init(&device->flash, *bytes, part, NULL);
}

/* The result of the closing, if none was bad before. */
static prm_result close_flash(struct primum_device *device, uint8_t *bytes, prm_result before) {
    const prm_result closed = prm_sim_flash_close(&device->flash);

    free(bytes);
    return before == PRM_OK ? closed : before;
}

int primum_device_try(const struct primum_trial *trial, struct prm_boot_report *report) {
    struct primum_device device;
    uint8_t *bytes;

    prm_result result = open_flash(&device, &trial->device->part, &bytes);
    if (result == PRM_OK)
        result = try_in_memory(trial, &device, report);
    result = close_flash(&device, bytes, result);
    if (result != PRM_OK)
        return primum_fail(PRIMUM_REFUSED, "the release does not fit a slot: %s", primum_result_text(result));
    return PRIMUM_OK;
}

/* The services' own judgement of what comes over the wire. */
static prm_result judge_trust(const struct primum_description *d, struct primum_device *device, prm_span manifest,
                              prm_result *said) {
    uint8_t eeprom[BOARD_KEPT_OFF + PRM_EEPROM_CELL_SIZE], payload[PRM_TRUST_PAYLOAD_MAX];
    struct prm_crypto crypto = prm_crypto_openssl;

    if (!d->hss)
        crypto.sha256_chain = NULL;
    memset(eeprom, 0xFF, sizeof eeprom);
    PRM_TRY(
        prm_sim_counter_init(&device->counter, &prm_crypto_openssl, eeprom, sizeof eeprom, BOARD_COUNTER_OFF, NULL));
    PRM_TRY(put_trust(device, d));
    const struct prm_trust_source source = {&crypto,   &device->flash.flash, &d->layout,
                                            &d->fuses, &d->trust,            payload,
                                            &device->counter.counter,        &device->trust_counter};
    *said = prm_trust_judge(&source, manifest);
    return PRM_OK;
}

int primum_device_try_trust(const struct primum_description *d, prm_span manifest, prm_result *said) {
    struct primum_device device;
    uint8_t *bytes;

    prm_result result = open_flash(&device, &d->part, &bytes);
    if (result == PRM_OK)
        result = judge_trust(d, &device, manifest, said);
    result = close_flash(&device, bytes, result);
    return result == PRM_OK ? PRIMUM_OK
                            : primum_fail(PRIMUM_IO, "the device can't be tried: %s", primum_result_text(result));
}

/* The boot on copies of what the device stores, its floor raised before that. */
static prm_result boot_copy(const struct primum_device *device, struct primum_device *copy, uint64_t floor) {
    struct prm_boot_workspace workspace;
    struct prm_boot_report report;
    struct prm_boot_plan plan;

    PRM_TRY(prm_sim_counter_init(&copy->counter, &prm_crypto_openssl, copy->counter.bytes, device->counter.size,
                                 BOARD_COUNTER_OFF, NULL));
    primum_device_open_trust(copy);
    PRM_TRY(copy->counter.counter.advance_to(copy->counter.counter.ctx, floor));
    const struct prm_boot_platform platform = {.crypto = &prm_crypto_openssl,
                                               .flash = &copy->flash.flash,
                                               .counter = &copy->counter.counter,
                                               .layout = &primum_board_layout,
                                               .rules = prm_boot_rules_manifest,
                                               .trust_counter = &copy->trust_counter,
                                               .kept = &copy->kept,
                                               .fuses = primum_span(&device->fuses),
                                               .trust = primum_device_trust(device)};
    return prm_boot_run(&platform, &workspace, &report, &plan);
}

int primum_device_try_floor(const struct primum_device *device, uint64_t floor, prm_result *booted) {
    const struct prm_sim_part part = prm_sim_part_of(BOARD_FLASH_SIZE, BOARD_FLASH_ERASE_SIZE, BOARD_FLASH_WRITE_SIZE);
    uint8_t *flash = primum_alloc(BOARD_FLASH_SIZE), *eeprom = primum_alloc(device->counter.size);
    struct primum_device copy;

    memset(&copy, 0, sizeof copy);
    memcpy(flash, device->flash.bytes, BOARD_FLASH_SIZE);
    memcpy(eeprom, device->counter.bytes, device->counter.size);
    copy.counter.bytes = eeprom;
    prm_result result = prm_sim_flash_init(&copy.flash, flash, &part, NULL);
    if (result == PRM_OK) {
        prm_sim_flash_reread(&copy.flash);
        *booted = boot_copy(device, &copy, floor);
        result = prm_sim_flash_close(&copy.flash);
    }
    free(eeprom);
    free(flash);
    return result == PRM_OK ? PRIMUM_OK : primum_fail(PRIMUM_IO, "the device can't be tried: %s", primum_result_text(result));
}
