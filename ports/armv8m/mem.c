/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of the C library that compilers call by themselves, small: by words at any address, as the core's loads and
 * stores of memory are, then by bytes. No device's registers are copied or filled by them.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The optimisation would turn each loop into a call of the function that it is, or would work out each address anew. */
#define NOT_A_CALL_OF_ITSELF(p, n) __asm__ volatile("" : "+r"(p), "+r"(n))

/* A word at any address, of whatever type it is there. */
typedef uint32_t __attribute__((aligned(1), may_alias)) word;

void *memcpy(void *restrict dst, const void *restrict src, size_t n) {
    uint8_t *to = dst;
    const uint8_t *from = src;

    for (; n >= sizeof(word); n -= sizeof(word)) {
        *(word *)to = *(const word *)from;
        to += sizeof(word);
        from += sizeof(word);
        NOT_A_CALL_OF_ITSELF(to, from);
    }
    for (; n > 0; n--) {
        *to++ = *from++;
        NOT_A_CALL_OF_ITSELF(to, from);
    }
    return dst;
}

void *memmove(void *dst, const void *src, size_t n) {
    uint8_t *to = dst;
    const uint8_t *from = src;

    if ((uintptr_t)dst <= (uintptr_t)src)
        return memcpy(dst, src, n);
    while (n > 0) {
        n--;
        to[n] = from[n];
        NOT_A_CALL_OF_ITSELF(to, n);
    }
    return dst;
}

void *memset(void *dst, int value, size_t n) {
    const uint32_t all = (uint8_t)value * 0x01010101u;
    uint8_t *to = dst;

    for (; n >= sizeof(word); n -= sizeof(word)) {
        *(word *)to = all;
        to += sizeof(word);
        NOT_A_CALL_OF_ITSELF(to, n);
    }
    for (; n > 0; n--) {
        *to++ = (uint8_t)all;
        NOT_A_CALL_OF_ITSELF(to, n);
    }
    return dst;
}
