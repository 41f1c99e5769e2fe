/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lms_signer.h - HSS with one tree of height 5, digits of 4 bits, N32 (RFC 8554), for tests: a textbook signer that takes
 * any leaf any number of times, which nobody else may.
 */
#ifndef PRM_TESTS_LMS_SIGNER_H
#define PRM_TESTS_LMS_SIGNER_H

#include <stddef.h>
#include <stdint.h>

#define LMS_KEY_SIZE 60u
#define LMS_SIG_SIZE (4u + 12u + 32u * (1u + 67u + 5u))

struct lms_key {
    uint8_t seed[32];
    uint8_t id[16];
    uint8_t node[64][32]; /* node[1] is the root, node[32 + q] leaf q */
    uint8_t public_key[LMS_KEY_SIZE];
};

void lms_key_make(struct lms_key *key, const char *seed);
void lms_sign(const struct lms_key *key, uint32_t q, const uint8_t *message, size_t len, uint8_t sig[LMS_SIG_SIZE]);

#endif
