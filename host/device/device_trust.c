/* SPDX-License-Identifier: Apache-2.0 */
/* device_trust.c - the trust slots of an emulated device, and its trust floor and cell. */
#include <string.h>

#include "bank/bank_act.h"
#include "host/device/device.h"
#include "ports/mps2-an505/board.h"
#include "providers/openssl/crypto_openssl.h"

/* What the device is going to make of the manifest. */
static prm_result judge(const struct primum_device *device, prm_span manifest) {
    static uint8_t payload[PRM_TRUST_PAYLOAD_MAX];
    struct prm_trust factory;
    struct prm_fuses fuses;
    struct prm_trust_proof proof = {.number = 0};
    struct prm_trust_floors floors;
    struct prm_tries tries = {PRM_TRUST_ANCHORS, PRM_TRUST_ANCHORS};
    const struct prm_trust_source source = {
        &prm_crypto_openssl, &device->flash.flash, &primum_board_layout,     &fuses,
        &factory,            payload,              &device->counter.counter, &device->trust_counter};

    memcpy(&factory, primum_device_trust(device).ptr, sizeof factory);
    memcpy(&fuses, device->fuses.data, sizeof fuses);
    prm_result result = prm_trust_load_floors(&source, &floors);
    if (result == PRM_OK)
        result = prm_trust_verify(&source, manifest, &floors, &proof, &tries, &proof);
    return result;
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

int primum_device_put_trust(struct primum_device *device, prm_span manifest, prm_result *judged) {
    *judged = manifest.len > 0 ? judge(device, manifest) : PRM_OK;
    return write_slots(device, manifest);
}
