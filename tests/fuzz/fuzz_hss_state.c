/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_hss_state.c - the records of an HSS key's file, each with its length and check made good, so that what stands under
 * them is reached. What is taken is what would be written.
 */
#include <unistd.h>

#include "cli/cli.h"
#include "host/keys/hss_state.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_text.h"

enum { AT_LEN = 12, CHECK = 32 };

/* The first record of a new key. */
static void seed(void) {
    char words[6][16] = {"--alg", "HSS-LMS", "--height", "5", "-o", "k"}, *argv[7] = {NULL};
    char folder[] = "/tmp/primum-seed-XXXXXX", here[4096];
    struct hss_state s;

    if (getenv("PRM_FUZZ_SEED") == NULL)
        return;
    for (unsigned i = 0; i < 6; i++)
        argv[i] = words[i];
    MUST(getcwd(here, sizeof here) != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0);
    MUST(cli_run(cli_find("keygen"), 6, argv) == PRIMUM_OK && hss_state_read("k.hss", &s) == PRIMUM_OK);
    struct primum_bytes record = hss_record_encode(&s);
    MUST(chdir(here) == 0);
    fuzz_seed(record.data, record.len);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    seed();
    fuzz_hear();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct hss_state s;

    if (size < AT_LEN + 4 + CHECK)
        return 0;
    const size_t len = hss_record_off(size, 2);
    uint8_t *file = calloc(1, len), *record = file + hss_record_off(size, 0);
    MUST(file != NULL);
    memcpy(record, data, size);
    hss_put32(record + AT_LEN, (uint32_t)size);
    hss_sha256(prm_span_of(record, size - CHECK), record + size - CHECK);
    hss_head_encode(size, file);
    if (hss_state_decode("k.hss", prm_span_of(file, len), &s) == PRIMUM_OK) {
        struct primum_bytes again = hss_record_encode(&s);
        MUST(again.len == size && memcmp(again.data, record, size) == 0);
        primum_bytes_free(&again);
        MUST(s.next <= s.end && s.levels > 0 && s.levels <= HSS_LEVELS_MAX);
        hss_state_close(&s);
    }
    free(file);
    return 0;
}
