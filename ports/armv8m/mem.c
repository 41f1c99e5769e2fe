/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of the C library that compilers call by themselves, small; a root has no use for fast ones. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The optimisation would turn each loop into a call of the function that it is. */
#define NOT_A_CALL_OF_ITSELF() __asm__ volatile("")

void *memcpy(void *restrict dst, const void *restrict src, size_t n) {
    uint8_t *to = dst;
    const uint8_t *from = src;

    for (size_t i = 0; i < n; i++) {
        to[i] = from[i];
        NOT_A_CALL_OF_ITSELF();
    }
    return dst;
}

void *memmove(void *dst, const void *src, size_t n) {
    uint8_t *to = dst;
    const uint8_t *from = src;

    if ((uintptr_t)dst <= (uintptr_t)src)
        return memcpy(dst, src, n);
    while (n-- > 0) {
        to[n] = from[n];
        NOT_A_CALL_OF_ITSELF();
    }
    return dst;
}

void *memset(void *dst, int value, size_t n) {
    uint8_t *to = dst;

    for (size_t i = 0; i < n; i++) {
        to[i] = (uint8_t)value;
        NOT_A_CALL_OF_ITSELF();
    }
    return dst;
}
