/* SPDX-License-Identifier: Apache-2.0 */
/* image_rig.h - files in a folder of their own, read as `primum sign` reads them, for the application's place in slot A. */
#ifndef PRM_TESTS_IMAGE_RIG_H
#define PRM_TESTS_IMAGE_RIG_H

#include "host/release/image.h"

uint32_t image_base(void); /* where the image runs */
uint32_t image_sp(void);   /* a stack pointer that the device takes */

/* Goes into a new folder; leaves and removes it. For cmocka. */
int image_enter(void **state);
int image_leave(void **state);

/* primum_image_read(), and what it said. */
int image_read(const char *path, struct primum_bytes *out, char *words, size_t size);

void image_write(const char *path, prm_span bytes);

/* arm-none-eabi-objcopy -O `format`. Ends the test if it fails. */
void image_objcopy(const char *format, const char *from, const char *to);

#endif
