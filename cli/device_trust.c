/* SPDX-License-Identifier: Apache-2.0 */
/* device_trust.c - the trust slots of an emulated device, and its trust floor and cell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/device.h"
#include "cli/trust_file.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"

void cli_device_open_trust(struct cli_device *device) {
    device->trust_format = (struct prm_eeprom_counter){&device->counter.eeprom, BOARD_TRUST_COUNTER_OFF};
    device->kept_format = (struct prm_eeprom_cell){&device->counter.eeprom, BOARD_KEPT_OFF};
    device->trust_counter = (struct prm_counter){&device->trust_format, prm_eeprom_counter_read,
                                                 prm_eeprom_counter_advance_to};
    device->kept = (struct prm_cell){&device->kept_format, prm_eeprom_cell_read, prm_eeprom_cell_write};
}

void cli_device_trial_trust(const struct cli_device *device, struct cli_trial *trial) {
    if (device->trust_counter.read(device->trust_counter.ctx, &trial->trust_floor) != PRM_OK)
        cli_warn("the device's trust floor can't be read");
    (void)device->kept.read(device->kept.ctx, trial->kept);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++)
        trial->trust_slot[i] = prm_span_of(device->flash.bytes + cli_board_layout.trust_off[i], PRM_TRUST_SLOT_SIZE);
}

/* Warns if the device is not going to follow the manifest. */
static void warn_of_refusal(const struct cli_device *device, prm_span manifest) {
    static uint8_t payload[PRM_TRUST_PAYLOAD_MAX];
    struct prm_trust factory;
    struct prm_fuses fuses;
    struct prm_trust_rules rules;
    uint64_t floor = 0;
    const struct prm_trust_source source = {&prm_crypto_openssl, &device->flash.flash, &cli_board_layout,
                                            &fuses,              &factory,             payload};

    memcpy(&factory, cli_device_trust(device).ptr, sizeof factory);
    memcpy(&fuses, device->fuses.data, sizeof fuses);
    (void)device->trust_counter.read(device->trust_counter.ctx, &floor);
    const prm_result result = prm_trust_verify(&source, manifest, floor, UINT32_MAX, &rules);
    if (result != PRM_OK)
        cli_warn("the device is not going to follow this: %s", cli_result_text(result));
}

/* Both slots, erased and then written; `manifest` empty: erased. */
static int write_slots(struct cli_device *device, prm_span manifest) {
    const struct prm_flash *flash = &device->flash.flash;
    uint8_t *slot = cli_alloc(PRM_TRUST_SLOT_SIZE);
    prm_result result = PRM_OK;

    memset(slot, 0xFF, PRM_TRUST_SLOT_SIZE);
    if (manifest.len > 0)
        memcpy(slot, manifest.ptr, manifest.len);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        const uint32_t off = cli_board_layout.trust_off[i];
        for (uint32_t at = 0; at < PRM_TRUST_SLOT_SIZE && result == PRM_OK; at += flash->erase_size)
            result = flash->erase(flash->ctx, off + at);
        if (result == PRM_OK)
            result = flash->write(flash->ctx, off, slot, PRM_TRUST_SLOT_SIZE);
    }
    free(slot);
    return result == PRM_OK ? CLI_OK : cli_fail(CLI_IO, "the trust slots were not written: %s", cli_result_text(result));
}

int cli_device_flash_trust(const char *dir, const char *path) {
    struct cli_trust_file file;
    struct cli_device device;
    int status = cli_trust_file_read(path, &file);

    if (status != CLI_OK)
        return status;
    const prm_span manifest = prm_span_of(file.file.data, file.file.len - file.rest.len);
    if (manifest.len > PRM_TRUST_SLOT_SIZE)
        status = cli_fail(CLI_REFUSED, "%s has %zu bytes; a slot has %u", path, manifest.len, PRM_TRUST_SLOT_SIZE);
    if (status == CLI_OK)
        status = cli_device_open(dir, &device);
    if (status == CLI_OK) {
        warn_of_refusal(&device, manifest);
        status = write_slots(&device, manifest);
        const int closed = cli_device_close(&device);
        status = status != CLI_OK ? status : closed;
    }
    if (status == CLI_OK)
        printf("%s: trust manifest %u, in force from the next boot\n", dir, file.view.number);
    cli_trust_file_free(&file);
    return status;
}

int cli_device_erase_trust(const char *dir) {
    struct cli_device device;
    int status = cli_device_open(dir, &device);

    if (status != CLI_OK)
        return status;
    status = write_slots(&device, prm_span_of(NULL, 0));
    const int closed = cli_device_close(&device);
    if (status == CLI_OK && closed == CLI_OK)
        printf("%s: both trust slots are empty\n", dir);
    return status != CLI_OK ? status : closed;
}
