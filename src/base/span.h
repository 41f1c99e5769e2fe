/* SPDX-License-Identifier: Apache-2.0 */
/*
 * span.h - bytes cross interfaces as a span: where they are and how many. A span never owns.
 *
 * Aligned like a number of its size, since GCC for Arm then treats it as one, in two registers; otherwise it writes a span
 * that is passed or assigned to the stack and reads it back. In the root that was 500 bytes of code.
 */
#ifndef PRM_BASE_SPAN_H
#define PRM_BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>

typedef struct prm_span {
    _Alignas(8) const uint8_t *ptr; /* borrowed; may be NULL only when len is 0 */
    size_t len;                     /* bytes */
} prm_span;

static inline prm_span prm_span_of(const void *ptr, size_t len) {
    return (prm_span){(const uint8_t *)ptr, len};
}

#endif
