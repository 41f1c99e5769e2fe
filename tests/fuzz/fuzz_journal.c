/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_journal.c - a journal over any two pages: only records with the right check are taken, and it can be written on.
 */
#include "tests/fuzz/fuzz.h"

#include "base/endian.h"
#include "journal/journal.h"
#include "providers/openssl/crypto_openssl.h"
#include "tests/unit/fixture.h"

static struct fx_device d;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static const struct fx_key *const none[] = {NULL};
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_journal journal;

    (void)argc;
    (void)argv;
    fx_device_init(&d, &prm_crypto_openssl, none);
    MUST(prm_journal_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, payload) == PRM_ERR_JOURNAL_EMPTY);
    for (unsigned i = 0; i < 70; i++)
        MUST(prm_journal_append(&journal, payload) == PRM_OK);
    fuzz_seed(d.bytes, 2 * FX_ERASE);
    return 0;
}

/* 1 if a whole record of this generation stands at `off`, looked at without the code under test. */
static int whole(uint32_t off, uint32_t generation) {
    const uint8_t *record = d.bytes + FX_JOURNAL_OFF + off;
    uint8_t digest[PRM_SHA256_SIZE];

    if (prm_load_le32(record) != generation)
        return 0;
    fx_sha256(prm_span_of(record, 56), digest);
    return memcmp(digest, record + 56, 8) == 0;
}

/* The highest generation of a whole record; 0 if there is none. */
static uint32_t highest(void) {
    uint32_t best = 0;

    for (uint32_t off = 0; off < 2 * FX_ERASE; off += PRM_JOURNAL_RECORD_SIZE) {
        const uint32_t generation = prm_load_le32(d.bytes + FX_JOURNAL_OFF + off);
        if (generation != UINT32_MAX && generation > best && whole(off, generation))
            best = generation;
    }
    return best;
}

/* 1 if this is the payload of a whole record of that generation (hostile pages may hold several; appends make one). */
static int stands(uint32_t generation, const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    for (uint32_t off = 0; off < 2 * FX_ERASE; off += PRM_JOURNAL_RECORD_SIZE)
        if (whole(off, generation) &&
            memcmp(payload, d.bytes + FX_JOURNAL_OFF + off + 4, PRM_JOURNAL_PAYLOAD_SIZE) == 0)
            return 1;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE];
    static const uint8_t zeros[PRM_JOURNAL_PAYLOAD_SIZE];
    struct prm_journal journal;

    memset(d.bytes, 0xFF, 2 * FX_ERASE);
    /* The first byte shifts where the input lies; what has the size of records gets its check made right by odd first
     * bytes. */
    if (size > 1)
        memcpy(d.bytes, data + 1, size - 1 < 2 * FX_ERASE ? size - 1 : 2 * FX_ERASE);
    for (size_t off = 0; size > 0 && (data[0] & 1u) != 0 && off + 64 < size && off + 64 <= 2 * FX_ERASE; off += 192) {
        uint8_t digest[PRM_SHA256_SIZE];
        fx_sha256(prm_span_of(d.bytes + off, 56), digest);
        memcpy(d.bytes + off + 56, digest, 8);
    }
    const uint32_t generation = highest();
    const prm_result result = prm_journal_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, payload);
    MUST(result == (generation != 0 ? PRM_OK : PRM_ERR_JOURNAL_EMPTY));
    MUST(generation != 0 ? stands(generation, payload) : memcmp(payload, zeros, sizeof zeros) == 0);
    for (uint32_t i = 0; i < 3; i++) {
        memset(payload, (int)(i + 1), sizeof payload);
        const prm_result appended = prm_journal_append(&journal, payload);
        MUST(appended == (generation + i >= UINT32_MAX - 1 ? PRM_ERR_JOURNAL_END : PRM_OK));
        if (appended != PRM_OK)
            break;
        MUST(highest() == generation + i + 1 && stands(generation + i + 1, payload));
    }
    return 0;
}
