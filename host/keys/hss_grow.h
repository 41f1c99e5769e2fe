/* SPDX-License-Identifier: Apache-2.0 */
/* hss_grow.h - many like pieces of work on all cores, with a progress bar. */
#ifndef PRIMUM_HSS_GROW_H
#define PRIMUM_HSS_GROW_H

#include <stdint.h>

/*
 * Calls work(ctx, i) once for each i below `count`, from as many threads as this process may use cores; from the caller
 * alone if `threads` is 0. `work` must be thread-safe. With `title`, shows on stderr how far it is: on a terminal a
 * bar, once the work has taken half a second; else a line every five seconds.
 */
void hss_grow(void (*work)(void *ctx, uint32_t i), void *ctx, uint32_t count, int threads, const char *title);

#endif
