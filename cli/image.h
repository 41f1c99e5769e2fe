/* SPDX-License-Identifier: Apache-2.0 */
/* image.h - firmware as it will stand in a slot: raw binaries as they are, ELF files flattened. */
#ifndef PRM_CLI_IMAGE_H
#define PRM_CLI_IMAGE_H

#include "cli/cli.h"

/* Address at which the image of slot 0 (A) or 1 (B) runs, and the bytes there are for it, on the board. */
uint32_t cli_slot_address(uint32_t slot);
uint32_t cli_slot_image_max(void);

/*
 * Reads the image for `slot`. Of an ELF file, the PT_LOAD segments by physical address, gaps zero, as objcopy -O binary
 * gives it; the lowest address must be the slot's. Owns: the caller frees `*out`.
 * CLI_OK, CLI_REFUSED (not for this slot, too large, malformed) or CLI_IO, after saying why.
 */
int cli_image_read(const char *path, uint32_t slot, struct cli_bytes *out);

#endif
