/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_boot.c - a whole boot of a device whose slots hold the input. The input is header and envelope, then image, of
 * both slots at once. It may run only if it is, byte for byte, one of the two authentic releases.
 */
#include "tests/fuzz/fuzz.h"

#include "base/endian.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"

static struct fx_device d;
static uint8_t whole[FX_SLOT_SIZE]; /* slot A as it is right */
static size_t used;                 /* bytes of header and envelope */

/* Header and envelope of the input go to the slot's start, the rest to its image. */
static void put(uint32_t slot, const uint8_t *data, size_t size) {
    uint8_t *at = d.bytes + d.map.slot_off[slot];
    const size_t head = size < used ? size : used;
    const size_t image =
        size - head < FX_SLOT_SIZE - PRM_SLOT_IMAGE_OFF ? size - head : FX_SLOT_SIZE - PRM_SLOT_IMAGE_OFF;

    memset(at, 0xFF, FX_SLOT_SIZE);
    if (head > 0)
        memcpy(at, data, head);
    if (image > 0)
        memcpy(at + PRM_SLOT_IMAGE_OFF, data + head, image);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static struct fx_key key;
    static const struct fx_key *const keys[] = {&key, NULL};
    static uint8_t seed[4096];

    (void)argc;
    (void)argv;
    fx_key_make(&key, "key");
    fx_device_init(&d, &prm_crypto_openssl, keys);
    fx_install(&d, 0, &key, 5, 1);
    MUST(fx_boot(&d) == PRM_OK && fx_boot_wrong(&d, PRM_OK) == NULL);
    memcpy(whole, d.bytes + FX_SLOT_A_OFF, sizeof whole);
    used = PRM_SLOT_HEADER_SIZE + prm_load_le32(whole + 4);
    memcpy(seed, whole, used);
    memcpy(seed + used, whole + PRM_SLOT_IMAGE_OFF, FX_IMAGE_SIZE);
    fuzz_seed(seed, used + FX_IMAGE_SIZE);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    put(0, data, size);
    put(1, data, size);
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);
    if (wrong != NULL)
        fprintf(stderr, "%s\n", wrong);
    MUST(wrong == NULL);
    if (result == PRM_OK) {
        /* Slot B's image is another: the same bytes can only ever run in A. */
        MUST(d.plan.slot == 0 && d.plan.image_size == FX_IMAGE_SIZE);
        MUST(memcmp(d.bytes + FX_SLOT_A_OFF, whole, used) == 0);
        MUST(memcmp(d.bytes + FX_SLOT_A_OFF + PRM_SLOT_IMAGE_OFF, whole + PRM_SLOT_IMAGE_OFF, FX_IMAGE_SIZE) == 0);
    } else {
        MUST(result == PRM_ERR_NOTHING_TO_RUN);
    }
    return 0;
}
