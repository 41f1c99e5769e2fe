/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endian.h - integers from and to bytes, whatever the machine and the alignment. To load one takes a machine one or
 * two instructions, but the compiler finds that out too late to prefer them to a call by itself.
 */
#ifndef PRM_BASE_ENDIAN_H
#define PRM_BASE_ENDIAN_H

#include <stdint.h>

__attribute__((always_inline)) static inline uint32_t prm_load_le32(const uint8_t *p) {
    return (uint32_t)p[0] | ((uint32_t)p[1] << 8) | ((uint32_t)p[2] << 16) | ((uint32_t)p[3] << 24);
}

__attribute__((always_inline)) static inline uint32_t prm_load_be32(const uint8_t *p) {
    return (uint32_t)p[3] | ((uint32_t)p[2] << 8) | ((uint32_t)p[1] << 16) | ((uint32_t)p[0] << 24);
}

static inline void prm_store_le32(uint8_t *p, uint32_t v) {
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    p[2] = (uint8_t)(v >> 16);
    p[3] = (uint8_t)(v >> 24);
}

__attribute__((always_inline)) static inline uint64_t prm_load_le64(const uint8_t *p) {
    return (uint64_t)prm_load_le32(p) | ((uint64_t)prm_load_le32(p + 4) << 32);
}

static inline void prm_store_le64(uint8_t *p, uint64_t v) {
    prm_store_le32(p, (uint32_t)v);
    prm_store_le32(p + 4, (uint32_t)(v >> 32));
}

#endif
