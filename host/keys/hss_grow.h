/* SPDX-License-Identifier: Apache-2.0 */
/* hss_grow.h - many like pieces of work on all cores. */
#ifndef PRIMUM_HSS_GROW_H
#define PRIMUM_HSS_GROW_H

#include <stdint.h>

/*
 * Calls work(ctx, i) once for each i below `count`, from as many threads as this process may use cores; from the caller
 * alone if `threads` is 0. `work` must be thread-safe. With `title`, tells how far it is
 * (primum_progress).
 */
void hss_grow(void (*work)(void *ctx, uint32_t i), void *ctx, uint32_t count, int threads, const char *title);

#endif
