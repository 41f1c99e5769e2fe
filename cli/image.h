/* SPDX-License-Identifier: Apache-2.0 */
/* image.h - firmware as it will stand in a slot: raw binaries as they are, ELF files flattened. */
#ifndef PRM_CLI_IMAGE_H
#define PRM_CLI_IMAGE_H

#include "cli/cli.h"

/* Address at which the image of a component (0: application, 1: services) runs in slot 0 (A) or 1 (B) of the board. */
uint32_t cli_slot_address(uint32_t slot, uint32_t component);
/* Bytes that there are for it. */
uint32_t cli_slot_image_max(uint32_t component);

/*
 * Reads the image of a component for `slot`. Of an ELF file, the PT_LOAD segments by physical address, gaps zero, as
 * objcopy -O binary gives it; the lowest address must be the slot's. Owns: the caller frees `*out`.
 * CLI_OK, CLI_REFUSED (not for this slot, too large, malformed) or CLI_IO, after saying why.
 */
int cli_image_read(const char *path, uint32_t slot, uint32_t component, struct cli_bytes *out);

#endif
