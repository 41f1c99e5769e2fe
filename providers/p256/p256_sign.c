/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/harden.h"
#include "providers/p256/p256_inverse.h"
#include "providers/p256/p256_nonce.h"
#include "providers/p256/p256_scalar.h"
#include "providers/p256/p256_secret.h"
#include "providers/p256/p256_verify.h"
#include "providers/p256/p256_walk.h"

enum { BLINDING_AT = 32 }; /* in the noise: after what blinds the coordinates */

struct work {
    struct prm_p256_nonce nonce;
    uint32_t k[P256_WORDS], r[P256_WORDS], d[P256_WORDS], e[P256_WORDS], blind[P256_WORDS];
    struct prm_p256_walk walk;
    struct prm_p256_affine point;
};

/*
 * s = (e + r d) / k, as (b e + b r d) / (b k) with a random b: neither k nor r d is worked on alone. Returns a difference
 * if it isn't a signature.
 */
static uint32_t solve(struct work *w, const uint8_t *noise) {
    if (noise != NULL)
        prm_p256_blind(w->blind, noise + BLINDING_AT);
    else
        prm_p256_copy(w->blind, prm_p256_plain_one);
    prm_p256_scalar_mul(w->k, w->blind, w->k);
    prm_p256_inverse(w->k, w->k, &prm_p256_modulus_n);
    prm_p256_scalar_mul(w->e, w->blind, w->e);
    prm_p256_scalar_mul(w->d, w->blind, w->d);
    prm_p256_scalar_mul(w->d, w->r, w->d);
    prm_p256_scalar_add(w->d, w->d, w->e);
    prm_p256_scalar_mul(w->k, w->k, w->d);
    const uint32_t r = prm_p256_bits(w->r), s = prm_p256_bits(w->k);
    return ((r | (0u - r)) & (s | (0u - s))) >> 31 ^ 1u;
}

static prm_result make(struct work *w, const uint8_t *noise, uint8_t *sig) {
    PRM_TRY(prm_p256_nonce_take(&w->nonce, w->k));
    uint32_t bad = prm_p256_base(&w->walk, w->k, noise);
    bad |= ~prm_p256_arrive(&w->point, &w->walk);
    prm_p256_scalar_reduce(w->r, w->point.x);
    bad |= solve(w, noise);
    prm_p256_disclose(&bad, sizeof bad);
    if (prm_launder(bad) != 0)
        return PRM_ERR_CRYPTO;
    prm_p256_store(sig, w->r);
    prm_p256_store(sig + 32, w->k);
    return PRM_OK;
}

prm_result prm_p256_sign_unchecked(const struct prm_crypto *crypto, const uint8_t secret[PRM_P256_SECRET_SIZE],
                                   const uint8_t digest[PRM_SHA256_SIZE], const uint8_t *noise,
                                   uint8_t sig[PRM_P256_SIG_SIZE]) {
    struct work w;

    memset(sig, 0, PRM_P256_SIG_SIZE);
    uint32_t good = prm_p256_scalar_load(w.d, secret);
    prm_p256_disclose(&good, sizeof good);
    if (good == 0)
        return PRM_ERR_ARGUMENT;
    prm_p256_load(w.e, digest);
    prm_p256_scalar_reduce(w.e, w.e);
    prm_result result = prm_p256_nonce_begin(&w.nonce, crypto, secret, w.e, noise);
    if (result == PRM_OK)
        result = make(&w, noise, sig);
    prm_wipe(&w, sizeof w);
    prm_p256_sweep();
    return result;
}

prm_result prm_p256_sign(const struct prm_crypto *crypto, const uint8_t secret[PRM_P256_SECRET_SIZE],
                         const uint8_t public_key[PRM_P256_PUBLIC_SIZE], const uint8_t digest[PRM_SHA256_SIZE],
                         const uint8_t *noise, uint8_t sig[PRM_P256_SIG_SIZE]) {
    uint8_t made[PRM_P256_SIG_SIZE], witness[32];

    memset(sig, 0, PRM_P256_SIG_SIZE);
    PRM_TRY(prm_p256_sign_unchecked(crypto, secret, digest, noise, made));
    prm_p256_disclose(made, sizeof made);
    prm_result result = prm_p256_witness(public_key, digest, made, witness);
    if (result == PRM_OK && prm_diff(witness, made, sizeof witness) != 0)
        result = PRM_ERR_CRYPTO;
    if (prm_launder(result) == PRM_OK)
        memcpy(sig, made, sizeof made);
    prm_wipe(made, sizeof made);
    return result == PRM_OK ? PRM_OK : PRM_ERR_CRYPTO;
}
