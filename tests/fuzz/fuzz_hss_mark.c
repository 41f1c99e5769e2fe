/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_hss_mark.c - what a machine knows of an HSS key, in a folder that anybody may write to. Whatever stands there takes
 * indices away or refuses: it never gives any back. Checks are made good, so that what stands under them is reached.
 */
#define _GNU_SOURCE /* memmem */
#include <unistd.h>

#include "host/keys/hss_state.h"
#include "host/keys/keys.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_text.h"

enum { RECORD_OFF = 4096 };
static const char known_text[] = "primum-hss-mark 2\ngeneration 7\nnext 5\nend 32\n";

/* The text with its check behind it. */
static int with_check(prm_span text, char *out, size_t cap) {
    char hex[17];
    uint8_t check[8] = {0};

    (void)primum_check8(text, check);
    primum_hex(check, sizeof check, hex);
    return snprintf(out, cap, "%.*scheck %s\n", (int)text.len, (const char *)text.ptr, hex);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    char seed[256];

    (void)argc;
    (void)argv;
    const int len = with_check(prm_span_of(known_text, sizeof known_text - 1), seed, sizeof seed);
    fuzz_seed(seed, (size_t)len);
    fuzz_hear();
    return 0;
}

/* Reads a mark upon what is known. */
static void read_upon(const uint8_t *data, size_t size) {
    const struct hss_mark before = {3, 4, 30};
    struct hss_mark known = before;
    char path[FUZZ_PATH];
    const int fd = fuzz_file(data, size, path);

    (void)hss_mark_read(fd, path, "k.hss", &known);
    MUST(known.generation >= before.generation && known.next >= before.next && known.end <= before.end);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t both[RECORD_OFF + 512];
    char text[400];

    read_upon(data, size);
    const uint8_t *check = size > 0 ? memmem(data, size, "check ", 6) : NULL;
    const size_t len = check != NULL ? (size_t)(check - data) : size;
    if (len > 300)
        return 0;
    const int n = with_check(prm_span_of(data, len), text, sizeof text);
    if (n <= 0 || n >= (int)sizeof text)
        return 0;
    read_upon((const uint8_t *)text, (size_t)n);
    memset(both, 0, sizeof both);
    memcpy(both, text, (size_t)n);
    memcpy(both + RECORD_OFF, data, len < 512 ? len : 512);
    read_upon(both, sizeof both);
    memcpy(both + RECORD_OFF, text, (size_t)n);
    read_upon(both, RECORD_OFF + (size_t)n);
    return 0;
}
