/* SPDX-License-Identifier: Apache-2.0 */
/* device_trust.c - the trust slots of an emulated device, and its trust floor and cell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/bank_act.h"
#include "host/device/device.h"
#include "host/trust/trust_file.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"

void primum_device_trial_trust(const struct primum_device *device, struct primum_trial *trial) {
    if (device->trust_counter.read(device->trust_counter.ctx, &trial->trust_floor) != PRM_OK)
        primum_warn("the device's trust floor can't be read");
    (void)device->kept.read(device->kept.ctx, trial->kept);
    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++)
        trial->trust_slot[i] = prm_span_of(device->flash.bytes + primum_board_layout.trust_off[i], PRM_TRUST_SLOT_SIZE);
}

/* Warns if the device is not going to follow the manifest. */
static void warn_of_refusal(const struct primum_device *device, prm_span manifest) {
    static uint8_t payload[PRM_TRUST_PAYLOAD_MAX];
    struct prm_trust factory;
    struct prm_fuses fuses;
    struct prm_trust_rules rules;
    uint64_t floor = 0;
    const struct prm_trust_source source = {
        &prm_crypto_openssl, &device->flash.flash, &primum_board_layout, &fuses, &factory, payload};

    memcpy(&factory, primum_device_trust(device).ptr, sizeof factory);
    memcpy(&fuses, device->fuses.data, sizeof fuses);
    (void)device->trust_counter.read(device->trust_counter.ctx, &floor);
    const prm_result result = prm_trust_verify(&source, manifest, floor, UINT32_MAX, &rules);
    if (result != PRM_OK)
        primum_warn("the device is not going to follow this: %s", primum_result_text(result));
}

/* Both slots, erased and then written; `manifest` empty: erased. */
static int write_slots(struct primum_device *device, prm_span manifest) {
    const struct prm_flash *flash = &device->flash.flash;
    prm_result result = PRM_OK;

    for (uint32_t i = 0; i < PRM_TRUST_SLOTS; i++) {
        const uint32_t off = primum_board_layout.trust_off[i];
        if (result == PRM_OK)
            result = prm_bank_erase(flash, off, off + PRM_TRUST_SLOT_SIZE);
        if (result == PRM_OK)
            result = prm_bank_program(flash, off, manifest, PRM_TRUST_STEP);
    }
    return result == PRM_OK
               ? PRIMUM_OK
               : primum_fail(PRIMUM_IO, "the trust slots were not written: %s", primum_result_text(result));
}

int primum_device_flash_trust(const char *dir, const char *path) {
    struct primum_trust_file file;
    struct primum_device device;
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
        warn_of_refusal(&device, manifest);
        status = write_slots(&device, manifest);
        const int closed = primum_device_close(&device);
        status = status != PRIMUM_OK ? status : closed;
    }
    if (status == PRIMUM_OK)
        primum_print("%s: trust manifest %u, in force from the next boot\n", dir, file.view.number);
    primum_trust_file_free(&file);
    return status;
}

int primum_device_erase_trust(const char *dir) {
    struct primum_device device;
    int status = primum_device_open(dir, &device);

    if (status != PRIMUM_OK)
        return status;
    status = write_slots(&device, prm_span_of(NULL, 0));
    const int closed = primum_device_close(&device);
    if (status == PRIMUM_OK && closed == PRIMUM_OK)
        primum_print("%s: both trust slots are empty\n", dir);
    return status != PRIMUM_OK ? status : closed;
}
