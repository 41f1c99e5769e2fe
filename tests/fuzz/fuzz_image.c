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

static void read_as_firmware(const uint8_t *data, size_t size) {
    char path[FUZZ_PATH];
    const int fd = fuzz_file(data, size, path);

    for (uint32_t i = 0; i < PRM_BOOT_SLOTS * PRM_COMPONENTS; i++) {
        struct primum_bytes image;
        if (primum_image_read(path, &primum_board_layout, i / PRM_COMPONENTS, i % PRM_COMPONENTS, &image) == PRIMUM_OK)
            MUST(image.len >= 8 && image.len <= primum_board_layout.component[i % PRM_COMPONENTS].size);
        primum_bytes_free(&image);
    }
    close(fd);
}

/* The head of an ELF file for Arm, whose program headers, up to four, stand behind it. */
enum { ELF_HEAD = 52, ELF_PHNUM = 44, BEHIND_MAX = 4096 };
static const uint8_t elf_head[ELF_HEAD] = {0x7F, 'E', 'L', 'F', 1,  1, 1, [16] = 2, [18] = 40, [20] = 1,
                                           [28] = ELF_HEAD, [40] = ELF_HEAD, [42] = 32, [46] = 40};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t elf[ELF_HEAD + BEHIND_MAX];

    read_as_firmware(data, size);
    if (size == 0 || size > BEHIND_MAX)
        return 0;
    /* By itself it would take long to find the way into an ELF file. */
    memcpy(elf, elf_head, sizeof elf_head);
    memcpy(elf + ELF_HEAD, data, size);
    for (uint8_t headers = 1; headers <= 4; headers++) {
        elf[ELF_PHNUM] = headers;
        read_as_firmware(elf, ELF_HEAD + size);
    }
    return 0;
}
