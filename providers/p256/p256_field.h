/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_field.h - arithmetic modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1, the field that NIST P-256 is over.
 *
 * A number is eight words, the lowest first, and always below p: each function takes such numbers and gives such a one.
 * Numbers that are multiplied are in Montgomery form: x stands for itself times 2^256. Outputs may be inputs.
 * The first part is there twice: p256_field_portable.c in C, and providers/thumb2/p256_field_thumb2.S for cores with
 * UMAAL. Who links one of the two has chosen.
 * CT: all of it; no branch and no address depends on a number, other than in functions that say so.
 */
#ifndef PRM_PROVIDERS_P256_FIELD_H
#define PRM_PROVIDERS_P256_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/harden.h"

#define P256_WORDS 8

extern const uint32_t prm_p256_p[P256_WORDS];    /* the modulus */
extern const uint32_t prm_p256_one[P256_WORDS];  /* 1 in Montgomery form */
extern const uint32_t prm_p256_to_m[P256_WORDS]; /* x times this is x in Montgomery form */
extern const uint32_t prm_p256_plain_one[P256_WORDS]; /* 1 as it is: x times this is x out of Montgomery form */

/* r = a b / 2^256 */
void prm_p256_mul(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* r = a a / 2^256 */
void prm_p256_sqr(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]);
/* r = a + b */
void prm_p256_add(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* r = a - b */
void prm_p256_sub(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* r = a / 2 */
void prm_p256_half(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]);

/* ---- the same for both: p256_field.c ---- */

/* The OR of all words' differences: 0 if the two are equal. */
uint32_t prm_p256_diff(const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* The OR of all words: 0 if the number is. */
uint32_t prm_p256_bits(const uint32_t a[P256_WORDS]);
/* r = a */
void prm_p256_copy(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]);
/* r = b where the mask is all ones, a where it is 0. Other masks mix the two. */
void prm_p256_select(uint32_t r[P256_WORDS], uint32_t mask, const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* r = a - b as plain numbers of 256 bits. Returns all ones if b is above a, else 0. */
uint32_t prm_p256_minus(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS], const uint32_t b[P256_WORDS]);
/* 32 bytes, big-endian, to a plain number, whatever it is, and back. */
void prm_p256_load(uint32_t r[P256_WORDS], const uint8_t bytes[32]);
void prm_p256_store(uint8_t bytes[32], const uint32_t a[P256_WORDS]);
/* r = 1/a, both in Montgomery form; 0 for 0. */
void prm_p256_invert(uint32_t r[P256_WORDS], const uint32_t a[P256_WORDS]);

#endif
