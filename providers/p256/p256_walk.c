/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/p256/p256_walk.h"

#include <string.h>

void prm_p256_blind(uint32_t r[P256_WORDS], const uint8_t *noise) {
    if (noise == NULL) {
        prm_p256_copy(r, prm_p256_one);
        return;
    }
    prm_p256_load(r, noise);
    r[P256_WORDS - 1] >>= 1; /* below p, */
    r[0] |= 1u;              /* and not 0 */
}

/* sum = the entry, with the z that stands there: (x z^2, y z^3, z). */
static void begin(struct prm_p256_walk *w) {
    struct prm_p256_point *const a = &w->sum;

    prm_p256_sqr(w->scratch, a->z);
    prm_p256_mul(a->x, w->entry.x, w->scratch);
    prm_p256_mul(w->scratch, w->scratch, a->z);
    prm_p256_mul(a->y, w->entry.y, w->scratch);
}

/*
 * sum += entry, or twice the entry if the two are equal: then, and if they are opposite, which no caller has, the sum's z is 0. Both are always
 * made.
 */
static void add_last(struct prm_p256_walk *w) {
    struct prm_p256_point twice;

    memcpy(&twice, &w->entry, sizeof w->entry);
    prm_p256_copy(twice.z, prm_p256_one);
    prm_p256_double(&twice);
    prm_p256_sum(&w->sum, &w->sum, &w->entry, w->scratch);
    const uint32_t bits = prm_p256_bits(w->sum.z);
    const uint32_t equal = prm_launder(((bits | (0u - bits)) >> 31) - 1u);
    prm_p256_select(w->sum.x, equal, w->sum.x, twice.x);
    prm_p256_select(w->sum.y, equal, w->sum.y, twice.y);
    prm_p256_select(w->sum.z, equal, w->sum.z, twice.z);
    prm_wipe(&twice, sizeof twice);
}

void prm_p256_step(struct prm_p256_walk *w, enum prm_p256_step which, uint32_t doublings,
                   const struct prm_p256_affine *table, uint32_t entries, uint32_t column) {
    prm_p256_lookup(&w->entry, table, entries, column & (entries - 1u));
    prm_p256_negate(w->entry.y, prm_launder(0u - (column >> 31)), w->entry.y);
    w->steps = prm_launder(w->steps + 1u);
    if (which == P256_STEP_FIRST) {
        begin(w);
        return;
    }
    for (; doublings > 0; doublings--)
        prm_p256_double(&w->sum);
    if (which == P256_STEP_LAST)
        add_last(w);
    else
        prm_p256_sum(&w->sum, &w->sum, &w->entry, w->scratch);
}

/*
 * The comb. As integers, twice what has been walked and the next column's sum differ, since one is even and the other odd, and before the last column
 * both are small enough to differ modulo n as well: their sum is at most 2^255 + 2^209.
 */
uint32_t prm_p256_base(struct prm_p256_walk *w, const uint32_t k[P256_WORDS], const uint8_t *noise) {
    uint32_t odd[P256_WORDS];
    uint32_t i = P256_COLUMNS - 1;

    prm_p256_blind(w->sum.z, noise);
    const uint32_t minus = prm_p256_make_odd(odd, k);
    w->steps = 0;
    prm_p256_step(w, P256_STEP_FIRST, 0, prm_p256_table, P256_TABLE, prm_p256_column(odd, i, &prm_p256_comb));
    while (--i > 0)
        prm_p256_step(w, P256_STEP_NEXT, 1, prm_p256_table, P256_TABLE, prm_p256_column(odd, i, &prm_p256_comb));
    prm_p256_step(w, P256_STEP_LAST, 1, prm_p256_table, P256_TABLE, prm_p256_column(odd, 0, &prm_p256_comb));
    prm_p256_negate(w->sum.y, minus, w->sum.y);
    prm_wipe(odd, sizeof odd);
    return w->steps ^ prm_launder(P256_COLUMNS);
}

uint32_t prm_p256_arrive(struct prm_p256_affine *r, struct prm_p256_walk *w) {
    struct prm_p256_affine *const m = &w->entry;

    prm_p256_affine(r, &w->sum);
    /* Into Montgomery form again: what is looked at is what leaves. Infinity came out as (0, 0), which isn't on the curve. */
    prm_p256_mul(m->x, r->x, prm_p256_to_m);
    prm_p256_mul(m->y, r->y, prm_p256_to_m);
    const uint32_t off = prm_p256_off_curve(m);
    return ((off | (0u - off)) >> 31) - 1u;
}

__attribute__((noinline)) void prm_p256_sweep(void) {
    enum { AS_DEEP_AS_THEY_GO = 104 }; /* words, on a core; tests/board looks */
    uint32_t below[AS_DEEP_AS_THEY_GO];
    volatile uint32_t *const v = below;

    for (unsigned i = 0; i < AS_DEEP_AS_THEY_GO; i++)
        v[i] = 0;
}
