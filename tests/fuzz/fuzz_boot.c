/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_boot.c - a whole boot of devices whose banks hold the input: one with the application alone, one with services
 * too. The input is header and envelope, then the images, of both banks at once; the first byte says which device,
 * and what its journal says of the banks. What runs is, byte for byte but for the header's digest, the authentic release in
 * bank A; of services alone, if the journal says so, the services.
 */
#include "tests/fuzz/fuzz.h"

#include "base/endian.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"

enum { DEVICES = 2, JOURNAL_SIZE = 2 * FX_ERASE, HEADER_READ = 8, SEQUENCE = 5 };

static struct fx_device d;
static struct fx_key key;
static uint8_t whole[DEVICES][FX_SLOT_SIZE];  /* bank A as it is right */
static size_t used[DEVICES];                  /* bytes of header and envelope */
static uint8_t journal[DEVICES][16][JOURNAL_SIZE]; /* one for each status of the banks */

/* A device with nothing in its banks, and its floor where the release will stand; fx_device_init() has to be called where the device stays. */
static void make(unsigned which) {
    static const struct fx_key *const keys[] = {&key, NULL};

    fx_device_init(&d, &prm_crypto_openssl, keys);
    if (which == 1)
        fx_device_two(&d);
    MUST(d.counter.advance_to(d.counter.ctx, SEQUENCE) == PRM_OK);
}

static uint32_t components(unsigned which) {
    return which + 1;
}

/* Header and envelope of the input go to the bank's start, the rest to its images. */
static void put(unsigned which, uint32_t bank, const uint8_t *data, size_t size) {
    uint8_t *at = d.bytes + d.layout.bank_off[bank];
    size_t n = size < used[which] ? size : used[which];

    memset(at, 0xFF, FX_SLOT_SIZE);
    if (n > 0)
        memcpy(at, data, n);
    for (uint32_t i = 0; i < components(which) && size > n; i++) {
        const size_t room = i + 1 < components(which) ? FX_IMAGE_SIZE : d.layout.component[i].size;
        data += n;
        size -= n;
        n = size < room ? size : room;
        memcpy(fx_place(&d, bank, i), data, n);
    }
}

/* The authentic release as an input; returns its length. */
static size_t make_seed(unsigned which, uint8_t *seed) {
    size_t n = 1 + used[which];

    seed[0] = (uint8_t)which;
    memcpy(seed + 1, whole[which], used[which]);
    for (uint32_t i = 0; i < components(which); i++, n += FX_IMAGE_SIZE)
        memcpy(seed + n, whole[which] + d.layout.component[i].off, FX_IMAGE_SIZE);
    return n;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static uint8_t seed[4096];

    (void)argc;
    (void)argv;
    fx_key_make(&key, "key");
    for (unsigned which = 0; which < DEVICES; which++) {
        make(which);
        fx_install(&d, 0, &key, SEQUENCE, 1);
        memcpy(whole[which], d.bytes + FX_SLOT_A_OFF, FX_SLOT_SIZE);
        used[which] = FX_ENVELOPE_OFF + fx_envelope_len(whole[which]);
        for (unsigned status = 0; status < 16; status++) {
            make(which);
            fx_factory(&d, 0, &key, SEQUENCE, 1);
            if (status != 0)
                fx_bank_status(&d, 0, (enum prm_bank_status)status, prm_layout_trial_boots(&d.layout));
            memcpy(journal[which][status], d.bytes + FX_JOURNAL_OFF, JOURNAL_SIZE);
        }
    }
    /* The last device made is the one with services, and its release boots. */
    make(1);
    put(1, 0, seed + 1, make_seed(1, seed) - 1);
    MUST(fx_boot(&d) == PRM_OK && fx_boot_wrong(&d, PRM_OK) == NULL);
    fuzz_seed(seed, make_seed(1, seed));
    return 0;
}

/* What runs is what was signed. */
static void judge(unsigned which, unsigned status) {
    const uint32_t first = components(which) - 1;

    /* Bank B's images are others: the same bytes can only ever run in A. */
    MUST(d.plan.bank == 0 && d.plan.image_size == FX_IMAGE_SIZE && d.plan.sequence == SEQUENCE);
    /* Of the header, magic, version and length count; its digest is the services', and permits nothing (bank_format.h). */
    MUST(memcmp(d.bytes + FX_SLOT_A_OFF, whole[which], HEADER_READ) == 0);
    MUST(memcmp(d.bytes + FX_SLOT_A_OFF + FX_ENVELOPE_OFF, whole[which] + FX_ENVELOPE_OFF, used[which] - FX_ENVELOPE_OFF) == 0);
    for (uint32_t i = 0; i <= first; i++) {
        if (i < first && d.plan.app_base == 0) {
            MUST(status == PRM_BANK_PARTIAL);
            continue;
        }
        MUST(memcmp(fx_place(&d, 0, i), whole[which] + d.layout.component[i].off, FX_IMAGE_SIZE) == 0);
    }
    MUST(status == PRM_BANK_FACTORY || status == PRM_BANK_STAGED || status == PRM_BANK_TRIAL ||
         status == PRM_BANK_CONFIRMED || status == PRM_BANK_PARTIAL);
    MUST((d.plan.trial == PRM_YES) == (status == PRM_BANK_STAGED || status == PRM_BANK_TRIAL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    const unsigned which = data[0] & 1u, status = data[0] >> 1 & 15u;

    make(which);
    memcpy(d.bytes + FX_JOURNAL_OFF, journal[which][status], JOURNAL_SIZE);
    put(which, 0, data + 1, size - 1);
    put(which, 1, data + 1, size - 1);
    const prm_result result = fx_boot(&d);
    const char *wrong = fx_boot_wrong(&d, result);
    if (wrong != NULL)
        fprintf(stderr, "%s\n", wrong);
    MUST(wrong == NULL);
    if (result == PRM_OK)
        judge(which, status);
    else
        MUST(result == PRM_ERR_NOTHING_TO_RUN);
    return 0;
}
