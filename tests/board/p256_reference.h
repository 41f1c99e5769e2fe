/* SPDX-License-Identifier: Apache-2.0 */
/* p256_reference.h - the field in C under other names, to be linked beside the field in assembly. */
#ifndef PRM_TESTS_BOARD_P256_REFERENCE_H
#define PRM_TESTS_BOARD_P256_REFERENCE_H

#include "providers/p256/p256_point.h"

void reference_mul(uint32_t r[8], const uint32_t a[8], const uint32_t b[8]);
void reference_sqr(uint32_t r[8], const uint32_t a[8]);
void reference_add(uint32_t r[8], const uint32_t a[8], const uint32_t b[8]);
void reference_sub(uint32_t r[8], const uint32_t a[8], const uint32_t b[8]);
void reference_half(uint32_t r[8], const uint32_t a[8]);
void reference_lookup(struct prm_p256_affine *r, const struct prm_p256_affine *table, uint32_t n, uint32_t index);

#endif
