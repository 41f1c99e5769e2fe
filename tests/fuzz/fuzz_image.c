/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_image.c - firmware files: ELF, Intel HEX, S-records, raw. What is taken fits the slot. */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "host/device/device.h"
#include "host/release/image.h"

static void hear(void *ctx, const char *line) {
    (void)ctx;
    char *plain = primum_text_plain(prm_span_of(line, strlen(line)));
    MUST(strcmp(plain, line) == 0);
    free(plain);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static const char hex[] = ":020000041022C8\n:08020000001000380902221076\n:00000001FF\n";

    (void)argc;
    (void)argv;
    fuzz_seed(hex, sizeof hex - 1);
    primum_on_message(hear, NULL);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    const int fd = memfd_create("input", MFD_CLOEXEC);

    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++) {
        struct primum_bytes image;
        if (primum_image_read(path, &primum_board_layout, i / PRM_COMPONENTS, i % PRM_COMPONENTS, &image) == PRIMUM_OK)
            MUST(image.len >= 8 && image.len <= primum_board_layout.component[i % PRM_COMPONENTS].size);
        primum_bytes_free(&image);
    }
    close(fd);
    return 0;
}
