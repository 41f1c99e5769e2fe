/* SPDX-License-Identifier: Apache-2.0 */
/*
 * p256_point.h - points of the curve y^2 = x^3 - 3 x + b over the field of p256_field.h.
 *
 * A sum is in Jacobian coordinates: (x, y, z) is the point (x/z^2, y/z^3); z = 0 is the point at infinity. All coordinates
 * are in Montgomery form. The curve has a prime number of points, n: each but infinity has that order.
 * CT: all of it, but prm_p256_point_load, whose point is public.
 */
#ifndef PRM_PROVIDERS_P256_POINT_H
#define PRM_PROVIDERS_P256_POINT_H

#include "base/result.h"
#include "providers/p256/p256_field.h"

struct prm_p256_point {
    uint32_t x[P256_WORDS], y[P256_WORDS], z[P256_WORDS];
};

struct prm_p256_affine {
    uint32_t x[P256_WORDS], y[P256_WORDS];
};

/*
 * The comb: an odd number below 2^256 is a sum of 260 powers of 2, each added or subtracted, in P256_TEETH rows of P256_COLUMNS. The
 * table has the sum of each column for the first: entry i is 2^208 G, plus or minus 2^(52 t) G for t = 0..3, plus where
 * bit t of i is set.
 */
#define P256_TEETH 5
#define P256_COLUMNS 52
#define P256_TABLE 16
extern const struct prm_p256_affine prm_p256_table[P256_TABLE];

/* The points that a signed window of four digits takes, G and 4 G to 8 G: for the generator, in Montgomery form. */
#define P256_MULTIPLES 6
extern const struct prm_p256_affine prm_p256_multiples[P256_MULTIPLES];

/* a = 2 a. Infinity stays what it is. */
void prm_p256_double(struct prm_p256_point *a);

/*
 * r = a + (x, y). Only for points that aren't equal, opposite, or infinity: if they are, z becomes 0, and it becomes 0 for
 * no others. `ratio` gets r's z divided by a's. r may be a.
 */
void prm_p256_sum(struct prm_p256_point *r, const struct prm_p256_point *a, const struct prm_p256_affine *b,
                  uint32_t ratio[P256_WORDS]);

/* For the y of a point: r = y or, where the mask is all ones, -y. */
void prm_p256_negate(uint32_t r[P256_WORDS], uint32_t mask, const uint32_t y[P256_WORDS]);

/* r = table[index], of n. Beside the field, in assembly or in C. CT: all of the table is read, whatever the index. */
void prm_p256_lookup(struct prm_p256_affine *r, const struct prm_p256_affine *table, uint32_t n, uint32_t index);

/* The affine point of which 1/z is given, in Montgomery form; `inverse` may be r->y. */
void prm_p256_scale(struct prm_p256_affine *r, const struct prm_p256_point *a, const uint32_t inverse[P256_WORDS]);

/* The affine point, plain and not in Montgomery form. (0, 0) if it is infinity. The two must not overlap. */
void prm_p256_affine(struct prm_p256_affine *r, const struct prm_p256_point *a);

/* Takes x and y, big-endian, below p and on the curve. Errors: SIG_INVALID if they aren't. */
PRM_MUST_USE prm_result prm_p256_point_load(struct prm_p256_affine *r, const uint8_t bytes[64]);

/* What is left of the curve's equation for an affine point in Montgomery form: 0 if it is on the curve. */
uint32_t prm_p256_off_curve(const struct prm_p256_affine *a);

#endif
