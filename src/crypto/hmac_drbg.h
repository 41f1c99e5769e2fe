/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hmac_drbg.h - HMAC_DRBG with SHA-256 (SP 800-90A Rev. 1, 10.1.2): 256 bits of strength, as long as its seed has them.
 *
 * Every request has additional input. Without any, the standard's last step is V = HMAC(K, V) with K = HMAC(K, V || 0):
 * whoever reads the state afterwards can tell whether a block was the last one given out. With it there are two more, and nobody can.
 *
 * Where a calculation failed, the state is wiped, and only a new instantiation goes on.
 */
#ifndef PRM_CRYPTO_HMAC_DRBG_H
#define PRM_CRYPTO_HMAC_DRBG_H

#include "base/harden.h"
#include "seam/crypto.h"

#define PRM_DRBG_PARTS_MAX 6u         /* of a seed */
#define PRM_DRBG_REQUEST_MAX 65536u   /* bytes a request: the standard's 2^19 bits */
#define PRM_DRBG_RESEED_AFTER 256u    /* requests; the standard would allow 2^48 */

/* Owns: a secret. All zeros is a generator that was never instantiated. */
struct prm_hmac_drbg {
    uint8_t key[PRM_SHA256_SIZE], value[PRM_SHA256_SIZE]; /* K and V */
    uint32_t requests; /* since the last seed: the standard's reseed counter, less 1 */
    prm_answer ready;  /* PRM_YES: instantiated */
};

/*
 * 10.1.2.3. The parts are entropy input, nonce and personalization string, in this order; together with at least 384 bits of
 * entropy. Errors: ARGUMENT (no part, or more than PRM_DRBG_PARTS_MAX), CRYPTO.
 */
PRM_MUST_USE prm_result prm_hmac_drbg_instantiate(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto,
                                                  const prm_span *parts, size_t n);

/*
 * 10.1.2.4. The parts are entropy input, with at least 256 bits, and additional input; n >= 1. Errors: as above; RANDOM_SEED (not instantiated).
 */
PRM_MUST_USE prm_result prm_hmac_drbg_reseed(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto,
                                             const prm_span *parts, size_t n);

/*
 * 10.1.2.5, with the additional input given, which may be empty where the standard's vectors have none. The state from before can't be found from the
 * one that it leaves. On failure `out` is zeros.
 * Errors: ARGUMENT (more than PRM_DRBG_REQUEST_MAX; the state stays), RANDOM_SEED (not instantiated, or due to be seeded anew),
 * CRYPTO.
 */
PRM_MUST_USE prm_result prm_hmac_drbg_generate(struct prm_hmac_drbg *drbg, const struct prm_crypto *crypto,
                                               prm_span additional, uint8_t *out, size_t len);

/* PRM_YES if nothing more is generated before the next seed. */
prm_answer prm_hmac_drbg_is_due(const struct prm_hmac_drbg *drbg);

/* 9.4: wipes the state; it is as one that was never instantiated. */
void prm_hmac_drbg_forget(struct prm_hmac_drbg *drbg);

/*
 * 11.3: instantiates, reseeds, generates from fixed figures and compares with what must come out, so that a hash that went
 * wrong makes no random numbers. Errors: CRYPTO.
 */
PRM_MUST_USE prm_result prm_hmac_drbg_test(const struct prm_crypto *crypto);

#endif
