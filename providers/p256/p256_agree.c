/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key agreement: x of k P, in windows of four bits from the top. The secret is made odd by adding n or not, and blinded by
 * adding a random even multiple of n as well. A window's sum of four powers of 2, each added or subtracted, is odd: one of
 * P, 3 P, ... 15 P, or opposite to it.
 */
#include <string.h>

#include "base/endian.h"
#include "base/harden.h"
#include "providers/p256/p256_scalar.h"
#include "providers/p256/p256_secret.h"
#include "providers/p256/p256_walk.h"

enum {
    WINDOW = 4,
    MULTIPLES = 8,
    PLAIN_WINDOWS = 65,   /* k or k + n: 257 bits */
    BLINDED_WINDOWS = 73, /* k + r n, r of 32 bits: 288 bits */
    K_WORDS = 9,
    BLINDING_AT = 32 /* in the noise: after what blinds the coordinates */
};

static const struct prm_p256_shape plain = {WINDOW, 1, WINDOW * PLAIN_WINDOWS - 1, K_WORDS};
static const struct prm_p256_shape blinded = {WINDOW, 1, WINDOW * BLINDED_WINDOWS - 1, K_WORDS};

struct work {
    struct prm_p256_walk walk;
    uint32_t k[K_WORDS];
    union {
        struct prm_p256_affine peer;
        struct prm_p256_affine shared;
    };
    struct prm_p256_affine multiple[MULTIPLES]; /* P, 3 P, ... 15 P */
    uint32_t ratio[MULTIPLES - 1][P256_WORDS];
};

/*
 * The multiples: P and 2 P brought to the z of 2 P, as if it were 1, since the sum of two points knows nothing of the
 * curve's constants; then 2 P added again and again, and all divided by the last z and that of 2 P at once. P has the
 * order n, far above 15: no addition is exceptional.
 */
static void prepare(struct work *w) {
    struct prm_p256_point *const p = &w->walk.sum;
    struct prm_p256_affine *const twice = &w->walk.entry;
    uint32_t *const inverse = w->walk.scratch;
    uint32_t z[P256_WORDS];

    memcpy(p, &w->peer, sizeof w->peer);
    prm_p256_copy(p->z, prm_p256_one);
    prm_p256_double(p);
    memcpy(twice, p, sizeof *twice);
    prm_p256_copy(z, p->z);
    memcpy(p, &w->peer, sizeof w->peer);
    prm_p256_sqr(inverse, z);
    prm_p256_mul(p->x, p->x, inverse);
    prm_p256_mul(inverse, inverse, z);
    prm_p256_mul(p->y, p->y, inverse);
    prm_p256_copy(p->z, prm_p256_one);
    for (unsigned i = 0; i < MULTIPLES - 1; i++) {
        memcpy(&w->multiple[i], p, sizeof w->multiple[i]);
        prm_p256_sum(p, p, twice, w->ratio[i]);
    }
    prm_p256_mul(inverse, p->z, z);
    prm_p256_invert(inverse, inverse);
    for (unsigned i = MULTIPLES - 1;; i--) {
        prm_p256_scale(&w->multiple[i], p, inverse);
        if (i == 0)
            return;
        memcpy(p, &w->multiple[i - 1], sizeof w->multiple[i - 1]);
        prm_p256_mul(inverse, inverse, w->ratio[i - 1]);
    }
}

/* k = k + r n, which is odd: r is even or odd as k needs it. */
static void make_odd(uint32_t k[K_WORDS], uint32_t r) {
    uint64_t acc = 0;

    r = (r & ~1u) | (~k[0] & 1u);
    for (unsigned i = 0; i < K_WORDS; i++) {
        acc = (uint64_t)r * (i < P256_WORDS ? prm_p256_n[i] : 0) + k[i] + (acc >> 32);
        k[i] = (uint32_t)acc;
    }
}

/*
 * sum = k P. As integers, 16 times what has been walked and the next window differ, one being even and the other odd, and
 * without a blinding, before the last window, both are small enough to differ modulo n as well. With one they are equal modulo n for
 * none but a few of 2^31 blindings: then the sum ends as infinity. Returns a difference if it was not walked to the end.
 */
static uint32_t walk(struct work *w, const struct prm_p256_shape *shape) {
    uint32_t i = shape->last + 1u - WINDOW;

    w->walk.steps = 0;
    prm_p256_step(&w->walk, P256_STEP_FIRST, 0, w->multiple, MULTIPLES, prm_p256_column(w->k, i, shape));
    while ((i -= WINDOW) > 0)
        prm_p256_step(&w->walk, P256_STEP_NEXT, WINDOW, w->multiple, MULTIPLES, prm_p256_column(w->k, i, shape));
    prm_p256_step(&w->walk, P256_STEP_LAST, WINDOW, w->multiple, MULTIPLES, prm_p256_column(w->k, 0, shape));
    return WINDOW * w->walk.steps ^ prm_launder(shape->last + 1u);
}

prm_result prm_p256_agree(const uint8_t secret[PRM_P256_SECRET_SIZE], const uint8_t peer[PRM_P256_PUBLIC_SIZE],
                          const uint8_t *noise, uint8_t shared[32]) {
    struct work w;

    memset(shared, 0, 32);
    uint32_t good = prm_p256_scalar_load(w.k, secret);
    prm_p256_disclose(&good, sizeof good);
    if (good == 0)
        return PRM_ERR_ARGUMENT;
    PRM_TRY(prm_p256_point_load(&w.peer, peer));
    prepare(&w);
    w.k[P256_WORDS] = 0;
    make_odd(w.k, noise != NULL ? prm_load_le32(noise + BLINDING_AT) : 0);
    prm_p256_blind(w.walk.sum.z, noise);
    good &= ~(0u - (walk(&w, noise != NULL ? &blinded : &plain) != 0));
    good &= prm_p256_arrive(&w.shared, &w.walk);
    prm_p256_disclose(&good, sizeof good);
    if (prm_launder(good) == UINT32_MAX)
        prm_p256_store(shared, w.shared.x);
    prm_wipe(&w, sizeof w);
    prm_p256_sweep();
    return prm_launder(~good) == 0 ? PRM_OK : PRM_ERR_CRYPTO;
}
