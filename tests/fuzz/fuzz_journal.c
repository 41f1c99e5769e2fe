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

/* 1 if a whole record stands at `off`, looked at without the code under test. */
static int whole(uint32_t off) {
    const uint8_t *record = d.bytes + FX_JOURNAL_OFF + off;
    const uint32_t generation = prm_load_le32(record);
    uint8_t digest[PRM_SHA256_SIZE];

    if (generation == 0 || generation == UINT32_MAX)
        return 0;
    fx_sha256(prm_span_of(record, 48), digest);
    return memcmp(digest, record + 48, 16) == 0;
}

/* Where the last whole record of a page stands; FX_FLASH_SIZE if there is none. */
static uint32_t last_of(uint32_t page) {
    for (uint32_t off = (page + 1) * FX_ERASE; off > page * FX_ERASE; off -= PRM_JOURNAL_RECORD_SIZE)
        if (whole(off - PRM_JOURNAL_RECORD_SIZE))
            return off - PRM_JOURNAL_RECORD_SIZE;
    return FX_FLASH_SIZE;
}

/* 1 if this is the payload of the last whole record of a page. */
static int stands(const uint8_t payload[PRM_JOURNAL_PAYLOAD_SIZE]) {
    for (uint32_t page = 0; page < 2; page++)
        if (last_of(page) != FX_FLASH_SIZE &&
            memcmp(payload, d.bytes + FX_JOURNAL_OFF + last_of(page) + 4, PRM_JOURNAL_PAYLOAD_SIZE) == 0)
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
        fx_sha256(prm_span_of(d.bytes + off, 48), digest);
        memcpy(d.bytes + off + 48, digest, 16);
    }
    const int any = last_of(0) != FX_FLASH_SIZE || last_of(1) != FX_FLASH_SIZE;
    const prm_result result = prm_journal_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, payload);
    MUST(any ? result == PRM_OK : result == PRM_ERR_JOURNAL_EMPTY || result == PRM_ERR_JOURNAL_VERSION);
    MUST(any ? stands(payload) : memcmp(payload, zeros, sizeof zeros) == 0);
    /* Whatever the pages hold, what is appended is what is found from then on. */
    for (uint32_t i = 0; i < 3; i++) {
        uint8_t found[PRM_JOURNAL_PAYLOAD_SIZE];
        memset(payload, (int)(i + 1), sizeof payload);
        MUST(prm_journal_append(&journal, payload) == PRM_OK);
        MUST(prm_journal_load(&journal, &d.flash, &prm_crypto_openssl, FX_JOURNAL_OFF, found) == PRM_OK);
        MUST(memcmp(payload, found, sizeof found) == 0);
    }
    return 0;
}
