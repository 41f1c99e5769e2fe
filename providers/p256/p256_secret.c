/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_secret.h"

#include <string.h>

#include "base/harden.h"
#include "providers/p256/p256_scalar.h"
#include "providers/p256/p256_walk.h"

enum { SEED_REST = PRM_P256_SEED_SIZE - 32 };

/* r = 2 r + bit modulo m, for r below m. */
static void shift_in(uint32_t r[P256_WORDS], uint32_t bit, const uint32_t m[P256_WORDS], uint32_t scratch[P256_WORDS]) {
    uint32_t out = bit;

    for (unsigned i = 0; i < P256_WORDS; i++) {
        const uint32_t word = r[i];
        r[i] = word << 1 | out;
        out = word >> 31;
    }
    const uint32_t below = prm_p256_minus(scratch, r, m);
    prm_p256_select(r, prm_launder(below & (out - 1u)), scratch, r);
}

void prm_p256_from_seed(const uint8_t seed[PRM_P256_SEED_SIZE], uint8_t secret[PRM_P256_SECRET_SIZE]) {
    uint32_t r[P256_WORDS], m[P256_WORDS], scratch[P256_WORDS];

    prm_p256_copy(m, prm_p256_n);
    m[0] -= 1u; /* n is odd */
    prm_p256_load(r, seed);
    const uint32_t below = prm_p256_minus(scratch, r, m);
    prm_p256_select(r, prm_launder(below), scratch, r);
    for (unsigned i = 0; i < 8u * SEED_REST; i++)
        shift_in(r, seed[32 + i / 8] >> (7 - i % 8) & 1u, m, scratch);
    prm_p256_scalar_add(r, r, prm_p256_plain_one);
    prm_p256_store(secret, r);
    prm_wipe(r, sizeof r);
    prm_wipe(scratch, sizeof scratch);
}

prm_result prm_p256_public(const uint8_t secret[PRM_P256_SECRET_SIZE], const uint8_t *noise,
                           uint8_t public_key[PRM_P256_PUBLIC_SIZE]) {
    struct prm_p256_walk w;
    struct prm_p256_affine point;
    uint32_t k[P256_WORDS];

    memset(public_key, 0, PRM_P256_PUBLIC_SIZE);
    uint32_t good = prm_p256_scalar_load(k, secret);
    prm_p256_disclose(&good, sizeof good);
    if (good == 0)
        return PRM_ERR_ARGUMENT;
    good &= ~(0u - (prm_p256_base(&w, k, noise) != 0)) & prm_p256_arrive(&point, &w);
    prm_p256_disclose(&good, sizeof good);
    if (prm_launder(good) == UINT32_MAX) {
        prm_p256_store(public_key, point.x);
        prm_p256_store(public_key + 32, point.y);
    }
    prm_wipe(&w, sizeof w);
    prm_wipe(&point, sizeof point); /* disturbed, it could tell the secret */
    prm_wipe(k, sizeof k);
    prm_p256_sweep();
    return prm_launder(~good) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}
