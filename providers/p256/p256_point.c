/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_point.h"

static const uint32_t curve_b[P256_WORDS] = {0x29C4BDDF, 0xD89CDF62, 0x78843090, 0xACF005CD,
                                             0xF7212ED6, 0xE5A220AB, 0x04874834, 0xDC30061D};

/*
 * The tangent's slope is l/z' with l = 3 (x - z^2)(x + z^2) / 2 and z' = y z; then
 * x' = l^2 - 2 x y^2 and y' = l (x y^2 - x') - y^4.
 */
void prm_p256_double(struct prm_p256_point *a) {
    uint32_t s[P256_WORDS], t[P256_WORDS], l[P256_WORDS];

    prm_p256_sqr(s, a->z);
    prm_p256_mul(a->z, a->y, a->z);
    prm_p256_sub(t, a->x, s);
    prm_p256_add(s, a->x, s);
    prm_p256_mul(t, t, s);
    prm_p256_half(l, t);
    prm_p256_add(l, l, t);
    prm_p256_sqr(s, a->y);
    prm_p256_mul(t, a->x, s);
    prm_p256_sqr(s, s);
    prm_p256_sqr(a->x, l);
    prm_p256_sub(a->x, a->x, t);
    prm_p256_sub(a->x, a->x, t);
    prm_p256_sub(t, t, a->x);
    prm_p256_mul(t, t, l);
    prm_p256_sub(a->y, t, s);
}

/*
 * Brought to one z, the points are (x1, y1) and (x2, y2). With h = x2 - x1 and s = y2 - y1: z' = z h,
 * x' = s^2 - h^3 - 2 x1 h^2 and y' = s (x1 h^2 - x') - y1 h^3.
 */
void prm_p256_sum(struct prm_p256_point *r, const struct prm_p256_point *a, const struct prm_p256_affine *b,
                  uint32_t ratio[P256_WORDS]) {
    uint32_t s[P256_WORDS], t[P256_WORDS], u[P256_WORDS];

    prm_p256_sqr(t, a->z);
    prm_p256_mul(u, b->x, t);
    prm_p256_sub(ratio, u, a->x);
    prm_p256_mul(t, a->z, t);
    prm_p256_mul(s, b->y, t);
    prm_p256_sub(s, s, a->y);
    prm_p256_mul(r->z, a->z, ratio);
    prm_p256_sqr(t, ratio);
    prm_p256_mul(u, ratio, t);
    prm_p256_mul(t, a->x, t);
    prm_p256_mul(r->y, a->y, u);
    prm_p256_sqr(r->x, s);
    prm_p256_sub(r->x, r->x, u);
    prm_p256_sub(r->x, r->x, t);
    prm_p256_sub(r->x, r->x, t);
    prm_p256_sub(t, t, r->x);
    prm_p256_mul(t, t, s);
    prm_p256_sub(r->y, t, r->y);
}

void prm_p256_negate(uint32_t r[P256_WORDS], uint32_t mask, const uint32_t y[P256_WORDS]) {
    uint32_t minus[P256_WORDS];

    prm_p256_sub(minus, prm_p256_p, y); /* y isn't 0, as no point's is: then p - y is below p */
    prm_p256_select(r, mask, y, minus);
}

void prm_p256_scale(struct prm_p256_affine *r, const struct prm_p256_point *a, const uint32_t inverse[P256_WORDS]) {
    uint32_t s[P256_WORDS];

    prm_p256_sqr(s, inverse);
    prm_p256_mul(r->x, a->x, s);
    prm_p256_mul(s, s, inverse);
    prm_p256_mul(r->y, a->y, s);
}

void prm_p256_affine(struct prm_p256_affine *r, const struct prm_p256_point *a) {
    prm_p256_invert(r->y, a->z);
    prm_p256_scale(r, a, r->y);
    prm_p256_mul(r->x, r->x, prm_p256_plain_one);
    prm_p256_mul(r->y, r->y, prm_p256_plain_one);
}

uint32_t prm_p256_off_curve(const struct prm_p256_affine *a) {
    uint32_t s[P256_WORDS], t[P256_WORDS];

    prm_p256_sqr(s, a->x);
    prm_p256_mul(t, s, a->x);
    for (unsigned i = 0; i < 3; i++)
        prm_p256_sub(t, t, a->x);
    prm_p256_add(t, t, curve_b);
    prm_p256_sqr(s, a->y);
    return prm_p256_diff(s, t);
}

/* A coordinate, into Montgomery form. Returns all ones if it is below p, else 0. */
static uint32_t load(uint32_t r[P256_WORDS], const uint8_t bytes[32]) {
    uint32_t gone[P256_WORDS];

    prm_p256_load(r, bytes);
    const uint32_t below = prm_p256_minus(gone, r, prm_p256_p);
    prm_p256_mul(r, r, prm_p256_to_m);
    return below;
}

prm_result prm_p256_point_load(struct prm_p256_affine *r, const uint8_t bytes[64]) {
    const uint32_t below = load(r->x, bytes) & load(r->y, bytes + 32);

    return (~below | prm_p256_off_curve(r)) == 0 ? PRM_OK : PRM_ERR_SIG_INVALID;
}
