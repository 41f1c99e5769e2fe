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

/*
 * A sum of points in Jacobian coordinates; `infinity` is not zero for the point at infinity, whose z is 0. `spoil` is not
 * zero if the sum was lost on the way.
 */
struct jacobian {
    uint32_t x[8], y[8], z[8];
    uint32_t infinity;
    uint32_t spoil;
};

struct affine {
    uint32_t x[8], y[8];
};

static void set_infinity(struct jacobian *acc) {
    m256_set32(acc->z, 0, &p256_p);
    acc->infinity = 1;
}

static void set(struct jacobian *acc, const struct affine *p) {
    u256_cmov(acc->x, p->x, 1);
    u256_cmov(acc->y, p->y, 1);
    m256_set32(acc->z, 1, &p256_p);
    acc->infinity = 0;
}

/*
 * acc += p. p256-m's formula leaves z = 0 exactly when the two have the same x: then they are equal, or opposite. Two
 * branches put p in the place of the sum; taken wrongly, near the end, the sum is one that a forger can foresee (r =
 * x(Q)). Hence each shows again what it is there for: that z is 0, or that the sum had the same x. The second also sees
 * a z that a disturbance made 0.
 */
static void add(struct jacobian *acc, const struct affine *p) {
    struct jacobian before = *acc;

    if (acc->infinity != 0) {
        acc->spoil |= u256_diff0(acc->z);
        set(acc, p);
        return;
    }
    point_add(acc->x, acc->y, acc->z, p->x, p->y);
    if (u256_diff0(acc->z) != 0)
        return;
    point_to_affine(before.x, before.y, before.z);
    acc->spoil |= u256_diff(before.x, p->x);
    set(acc, p);
    if (u256_diff(before.y, p->y) == 0)
        point_double(acc->x, acc->y, acc->z);
    else
        set_infinity(acc);
}

static uint32_t bit(const uint32_t x[8], uint32_t i) {
    return (x[i / 32] >> (i % 32)) & 1u;
}

/* acc = u1 G + u2 Q. Returns how many bits it went through, in a form that the compiler can't know beforehand. */
static uint32_t double_and_add(struct jacobian *acc, const uint32_t u1[8], const uint32_t u2[8], const struct affine *q) {
    struct affine g;
    uint32_t steps = 0;

    u256_cmov(g.x, p256_gx, 1);
    u256_cmov(g.y, p256_gy, 1);
    set_infinity(acc);
    acc->spoil = 0;
    for (uint32_t i = 256; i-- > 0; steps = prm_launder(steps + 1u)) {
        if (acc->infinity == 0)
            point_double(acc->x, acc->y, acc->z);
        if (bit(u1, i) != 0)
            add(acc, &g);
        if (bit(u2, i) != 0)
            add(acc, q);
    }
    return steps;
}

/* u1 = e/s, u2 = r/s (mod n). SIG_INVALID if r or s is out of [1, n-1], or e is 0. */
static prm_result scalars(const uint8_t *digest, const uint8_t *sig, uint32_t u1[8], uint32_t u2[8]) {
    uint32_t s[8];

    if (scalar_from_bytes(u2, sig) != 0 || scalar_from_bytes(s, sig + 32) != 0)
        return PRM_ERR_SIG_INVALID;
    ecdsa_m256_from_hash(u1, digest, PRM_SHA256_SIZE);
    if (u256_diff0(u1) == 0)
        return PRM_ERR_SIG_INVALID;
    m256_prep(s, &p256_n);
    m256_inv(s, s, &p256_n);
    m256_mul(u1, u1, s, &p256_n);
    m256_done(u1, &p256_n);
    m256_prep(u2, &p256_n);
    m256_mul(u2, u2, s, &p256_n);
    m256_done(u2, &p256_n);
    return PRM_OK;
}

/*
 * The difference between u s and what it must be. `expected` and the result of the multiplication are in Montgomery form.
 */
static uint32_t quotient_diff(const uint32_t u[8], const uint8_t *sig_s, const uint32_t expected[8]) {
    uint32_t s[8], product[8];

    if (scalar_from_bytes(s, sig_s) != 0)
        return UINT32_MAX;
    m256_prep(s, &p256_n);
    u256_cmov(product, u, 1);
    m256_prep(product, &p256_n);
    m256_mul(product, product, s, &p256_n);
    return u256_diff(product, expected);
}

/*
 * The way back: u1 s = e and u2 s = r, from the inputs again, and e is not 0. Without its u1 or its u2 the sum is one that a forger can
 * make a signature for (r = x(tQ), s = r/t needs e = 0), so a lost or stale operand must not pass for a small one.
 */
static uint32_t scalars_diff(const uint8_t *digest, const uint8_t *sig, const uint32_t u1[8], const uint32_t u2[8]) {
    uint32_t e[8], r[8];

    ecdsa_m256_from_hash(e, digest, PRM_SHA256_SIZE);
    if (scalar_from_bytes(r, sig) != 0)
        return UINT32_MAX;
    m256_prep(r, &p256_n);
    const uint32_t zero = prm_launder(u256_diff0(e)) == 0 ? UINT32_MAX : 0;
    return zero | quotient_diff(u1, sig + 32, e) | quotient_diff(u2, sig + 32, r);
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
    uint32_t spoil = prm_launder(256u) ^ double_and_add(&acc, u1, u2, &q);
    spoil |= acc.spoil;
    if (acc.infinity != 0)
        return PRM_ERR_SIG_INVALID;
    point_to_affine(acc.x, acc.y, acc.z);
    m256_done(acc.x, &p256_p);
    ecdsa_m256_mod_n(acc.x);
    u256_to_bytes(witness, acc.x);
    /* A loop left early, or operands that aren't the signature's, give a point that a forger could have foreseen. */
    spoil |= scalars_diff(digest, sig, u1, u2);
    for (unsigned i = 0; i < 32; i++)
        witness[i] ^= (uint8_t)(spoil | (spoil >> 8) | (spoil >> 16) | (spoil >> 24));
    return PRM_OK;
}
