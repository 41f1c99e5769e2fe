/* SPDX-License-Identifier: Apache-2.0 */
/* image.h - firmware as it will stand in a slot: raw binaries as they are, ELF files flattened. */
#ifndef PRIMUM_IMAGE_H
#define PRIMUM_IMAGE_H

#include "host/file/file.h"
#include "seam/layout.h"

/*
 * Reads the image of a component (0: application, 1: services) for `slot` 0 (A) or 1 (B) of a board. Of an ELF file,
 * the PT_LOAD segments by physical address, gaps zero, as objcopy -O binary gives it; the lowest address must be the
 * slot's. Owns: the caller frees `*out`. PRIMUM_OK, PRIMUM_REFUSED (not for this slot, too large, malformed) or
 * PRIMUM_IO, after saying why.
 */
int primum_image_read(const char *path, const struct prm_layout *layout, uint32_t slot, uint32_t component,
                      struct primum_bytes *out);

#endif
