/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lms_model.h - HSS/LMS for tests: a textbook model of RFC 8554 sections 4 to 6, with a buffer for everything and
 * nothing in common with src/crypto, and two providers of SHA-256.
 */
#ifndef PRM_TESTS_LMS_MODEL_H
#define PRM_TESTS_LMS_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "seam/crypto.h"

#define LMS_MODEL_KEY_MAX 60u
/* Of nine levels, one more than there may be. */
#define LMS_MODEL_SIG_MAX (4u + 9u * (12u + 32u * (1u + 265u + 25u) + 56u))

/* OpenSSL's SHA-256; and the same remembering what it hashed, for checks that hash almost the same over and over. */
extern const struct prm_crypto lms_plain;
extern const struct prm_crypto lms_memo;

struct lms_model_set {
    uint32_t lms, ots;       /* type codes */
    uint32_t n, h, w, p, ls; /* as in RFC 8554 */
};

/* A set from its type codes, by the formulas of RFC 8554 appendix B, not from a table. Returns 0 for unknown codes. */
int lms_model_set(uint32_t lms, uint32_t ots, struct lms_model_set *s);

/* The root that an LMS signature over a message (1000 bytes at most) leads to; `id` is the key's I. */
void lms_model_root(const struct lms_model_set *s, const uint8_t *id, const uint8_t *sig, const uint8_t *message,
                    size_t len, uint8_t *root);

/*
 * Makes an HSS key and a signature that is right: whatever the chains and the path are, there is one root that they
 * lead to, and that is made the key. The contents are pseudo-random, the same in every run. Returns the signature's
 * length.
 */
size_t lms_model_sign(const struct lms_model_set *sets, uint32_t levels, const uint8_t *message, size_t len,
                      uint8_t *key, uint8_t *sig);

/* `v` as `n` bytes, big-endian. */
void lms_be(uint8_t *p, uint32_t v, size_t n);

#endif
