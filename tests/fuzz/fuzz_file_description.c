/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_file_description.c - a device's description. What is taken is written as it was read, and the device's boot can be asked
 * with it, whatever its flash and layout are.
 */
#include <unistd.h>

#include "host/device/trial.h"
#include "host/keys/keys.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_text.h"

/* With keys of both kinds, and something in a trust slot. */
static void seed(void) {
    static const uint8_t id[3][16] = {{1}, {2}, {3}};
    struct primum_description d;
    struct primum_bytes text;

    primum_description_board(&d);
    MUST(primum_fuses_make(id[0], id[1], id[2], &d.fuses) == PRIMUM_OK);
    d.trust = (struct prm_trust){.magic = PRM_TRUST_MAGIC, .version = PRM_TRUST_VERSION, .count = 2, .need = {1, 0}, .base = 1};
    d.trust.anchor[0] = (struct prm_anchor){.alg = PRM_KEY_P256, .roles = PRM_ROLE_RELEASE, .key_len = 64};
    d.trust.anchor[1] = (struct prm_anchor){.alg = PRM_KEY_HSS, .roles = PRM_ROLE_ROOT, .key_len = 60};
    MUST(primum_check8(prm_span_of(&d.trust, offsetof(struct prm_trust, check)), d.trust.check) == PRIMUM_OK);
    d.trust_slot[0] = (struct primum_bytes){primum_alloc(4), 4};
    MUST(primum_description_write(&d, &text) == PRIMUM_OK);
    fuzz_seed(text.data, text.len);
    primum_bytes_free(&text);
    primum_description_free(&d);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    seed();
    fuzz_hear();
    return 0;
}

/* Asked of a release that is none, the device refuses it, or it doesn't fit. */
static void ask(const struct primum_description *d) {
    static const uint8_t nothing[64];
    struct primum_trial trial = {.device = d, .envelope = prm_span_of(nothing, sizeof nothing), .use = {1, 1}};
    struct prm_boot_report report;

    if (primum_device_try(&trial, &report) == PRIMUM_OK)
        MUST(report.result != PRM_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct primum_description d, again;
    struct primum_bytes text;
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    const int status = primum_description_read(path, &d);

    close(fd);
    if (status != PRIMUM_OK)
        return 0;
    MUST(primum_description_write(&d, &text) == PRIMUM_OK);
    fuzz_plain((char *)text.data, text.len);
    fd = fuzz_file(text.data, text.len, path);
    MUST(primum_description_read(path, &again) == PRIMUM_OK);
    close(fd);
    MUST(memcmp(&again.trust, &d.trust, sizeof d.trust) == 0 && memcmp(&again.layout, &d.layout, sizeof d.layout) == 0);
    MUST(again.floor == d.floor && again.trust_floor == d.trust_floor && again.hss == d.hss);
    ask(&d);
    primum_bytes_free(&text);
    primum_description_free(&again);
    primum_description_free(&d);
    return 0;
}
