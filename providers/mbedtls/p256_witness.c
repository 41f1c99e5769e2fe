/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The witness of an ECDSA P-256 signature: x(R) mod n, with R = u1 G + u2 Q in one pass of doublings (Straus' method)
 * over p256-m's field and point arithmetic. Verification works on public data only, so it may take the time it takes: that
 * is half of what p256-m's own constant-time verification takes, and it gives the value itself instead of a yes or no.
 *
 * p256-m keeps its arithmetic to itself, hence the include of its source.
 */
#include "providers/mbedtls/crypto_mbedtls.h"

#include <p256-m/p256-m/p256-m.c>

#include "base/harden.h"

/* A point in Jacobian coordinates; `infinity` is not zero for the point at infinity, whose coordinates mean nothing. */
struct jacobian {
    uint32_t x[8], y[8], z[8];
    uint32_t infinity;
};

struct affine {
    uint32_t x[8], y[8];
};

static void set(struct jacobian *acc, const struct affine *p) {
    u256_cmov(acc->x, p->x, 1);
    u256_cmov(acc->y, p->y, 1);
    m256_set32(acc->z, 1, &p256_p);
    acc->infinity = 0;
}

/* acc += p. p256-m's formula leaves z = 0 exactly when the two have the same x: then they are equal, or opposite. */
static void add(struct jacobian *acc, const struct affine *p) {
    struct jacobian before = *acc;

    if (acc->infinity != 0) {
        set(acc, p);
        return;
    }
    point_add(acc->x, acc->y, acc->z, p->x, p->y);
    if (u256_diff0(acc->z) != 0)
        return;
    point_to_affine(before.x, before.y, before.z);
    set(acc, p);
    if (u256_diff(before.y, p->y) == 0)
        point_double(acc->x, acc->y, acc->z);
    else
        acc->infinity = 1;
}

static uint32_t bit(const uint32_t x[8], uint32_t i) {
    return (x[i / 32] >> (i % 32)) & 1u;
}

/* acc = u1 G + u2 Q. Returns how many bits it went through. */
static uint32_t double_and_add(struct jacobian *acc, const uint32_t u1[8], const uint32_t u2[8], const struct affine *q) {
    struct affine g;
    uint32_t steps = 0;

    u256_cmov(g.x, p256_gx, 1);
    u256_cmov(g.y, p256_gy, 1);
    acc->infinity = 1;
    for (uint32_t i = 256; i-- > 0; steps++) {
        if (acc->infinity == 0)
            point_double(acc->x, acc->y, acc->z);
        if (bit(u1, i) != 0)
            add(acc, &g);
        if (bit(u2, i) != 0)
            add(acc, q);
    }
    return steps;
}

/* u1 = e/s, u2 = r/s (mod n). SIG_INVALID if r or s is out of [1, n-1]. */
static prm_result scalars(const uint8_t *digest, const uint8_t *sig, uint32_t u1[8], uint32_t u2[8]) {
    uint32_t s[8];

    if (scalar_from_bytes(u2, sig) != 0 || scalar_from_bytes(s, sig + 32) != 0)
        return PRM_ERR_SIG_INVALID;
    ecdsa_m256_from_hash(u1, digest, PRM_SHA256_SIZE);
    m256_prep(s, &p256_n);
    m256_inv(s, s, &p256_n);
    m256_mul(u1, u1, s, &p256_n);
    m256_done(u1, &p256_n);
    m256_prep(u2, &p256_n);
    m256_mul(u2, u2, s, &p256_n);
    m256_done(u2, &p256_n);
    return PRM_OK;
}

prm_result prm_mbedtls_p256_witness(const uint8_t public_key[PRM_P256_PUBLIC_SIZE],
                                    const uint8_t digest[PRM_SHA256_SIZE], const uint8_t sig[PRM_P256_SIG_SIZE],
                                    uint8_t witness[32]) {
    uint32_t u1[8], u2[8];
    struct jacobian acc;
    struct affine q;

    for (unsigned i = 0; i < 32; i++)
        witness[i] = 0xFF;
    if (point_from_bytes(q.x, q.y, public_key) != 0)
        return PRM_ERR_SIG_INVALID;
    PRM_TRY(scalars(digest, sig, u1, u2));
    const uint32_t unseen = prm_launder(double_and_add(&acc, u1, u2, &q)) ^ 256u;
    if (acc.infinity != 0)
        return PRM_ERR_SIG_INVALID;
    point_to_affine(acc.x, acc.y, acc.z);
    m256_done(acc.x, &p256_p);
    ecdsa_m256_mod_n(acc.x);
    u256_to_bytes(witness, acc.x);
    /* A loop left early gives a point that a forger could have foreseen: its length is part of the value. */
    for (unsigned i = 0; i < 32; i++)
        witness[i] ^= (uint8_t)(unseen | (unseen >> 8));
    return PRM_OK;
}
