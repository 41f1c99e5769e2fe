/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_image.c - firmware files: ELF, Intel HEX, S-records, raw. What is taken fits the slot. */
#include "tests/fuzz/fuzz.h"

#include <unistd.h>

#include "host/device/device.h"
#include "host/release/image.h"
#include "tests/fuzz/fuzz_text.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    static const char hex[] = ":020000041022C8\n:08020000001000380902221076\n:00000001FF\n";

    (void)argc;
    (void)argv;
    fuzz_seed(hex, sizeof hex - 1);
    fuzz_hear();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH];
    const int fd = fuzz_file(data, size, path);

    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++) {
        struct primum_bytes image;
        if (primum_image_read(path, &primum_board_layout, i / PRM_COMPONENTS, i % PRM_COMPONENTS, &image) == PRIMUM_OK)
            MUST(image.len >= 8 && image.len <= primum_board_layout.component[i % PRM_COMPONENTS].size);
        primum_bytes_free(&image);
    }
    close(fd);
    return 0;
}
